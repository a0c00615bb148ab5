import { spawn } from 'node:child_process';

import { npmCommand, root } from './setup.mjs';

/**
 * Runs a command without input and collects what it prints. Resolves when it ended, whatever its
 * exit code; 127 where it could not be started.
 *
 * @param {string} command
 * @param {string[]} [args]
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string, onError?: (text: string) => void }} [options] the root
 *   folder unless told otherwise; `env` is added to this process's environment; `onError` gets what comes on
 *   the standard error, as it comes
 * @returns {Promise<{ code: number, stdout: string, stderr: string }>}
 */
export async function capture(command, args = [], { env, cwd = root, onError } = {}) {
	const shell = process.platform === 'win32' && command.endsWith('.cmd');
	const child = spawn(command, args, {
		cwd,
		shell,
		stdio: ['ignore', 'pipe', 'pipe'],
		env: { ...process.env, ...env },
	});
	let stdout = '';
	let stderr = '';
	child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
	child.stderr.setEncoding('utf8').on('data', (text) => {
		stderr += text;
		onError?.(text);
	});
	return await new Promise((resolve) => {
		child.once('error', (error) => resolve({ code: 127, stdout, stderr: error.message }));
		child.once('close', (code) => resolve({ code: code ?? 1, stdout, stderr }));
	});
}

/**
 * The same for npm, found where it started this script.
 *
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string }} [options]
 */
export async function captureNpm(args, options) {
	const [command, before] = npmCommand();
	return await capture(command, [...before, ...args], options);
}
