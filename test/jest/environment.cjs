const vm = require('node:vm');
const { ModernFakeTimers } = require('@jest/fake-timers');
const { ModuleMocker } = require('jest-mock');

/** Stands for the process's own context: jest wants an object. */
const HERE = vm.createContext({});
const { compileFunction } = vm;
vm.compileFunction = (code, names, { parsingContext, ...options }) =>
	compileFunction(code, names, { ...options, ...(parsingContext !== HERE && { parsingContext }) });

/**
 * Runs tests in the context of the process, instead of one of their own: there is one `Error` and one n8n,
 * as in a real n8n, and packages are loaded once for all files (`runtime.cjs`). What a file may have
 * changed is put back after it.
 */
module.exports = class ProcessEnvironment {
	constructor({ projectConfig: config }) {
		this.global = globalThis;
		this.moduleMocker = new ModuleMocker(globalThis);
		this.fakeTimersModern = new ModernFakeTimers({ config, global: globalThis });
		this.before = { console, env: { ...process.env }, exit: process.exit };
	}

	getVmContext() {
		return HERE;
	}

	exportConditions() {
		return ['node', 'node-addons'];
	}

	async setup() {}

	async teardown() {
		const { console, env, exit } = this.before;
		this.fakeTimersModern.dispose();
		globalThis.console = console;
		process.exit = exit;
		for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
		Object.assign(process.env, env);
	}
};
