import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

export interface CommandOptions {
	cwd?: string;
	env?: NodeJS.ProcessEnv;
	/** Takes both outputs, appended. */
	logFile: string;
	uid?: number;
	gid?: number;
}

export interface Ended {
	code: number | null;
	signal: NodeJS.Signals | null;
}

/** A process of ours, with all it prints in a file. */
export class Command {
	readonly ended: Promise<Ended>;
	readonly logFile: string;
	/** Set as soon as it has ended. */
	result: Ended | undefined;
	private readonly child: ChildProcess;

	constructor(
		readonly name: string,
		file: string,
		args: readonly string[],
		{ logFile, ...options }: CommandOptions,
	) {
		this.logFile = logFile;
		const log = openSync(logFile, 'a');
		this.child = spawn(file, args, { ...options, stdio: ['ignore', log, log] });
		closeSync(log);
		this.ended = new Promise((resolve, reject) => {
			this.child.once('error', reject);
			this.child.once('close', (code, signal) => {
				this.result = { code, signal };
				resolve(this.result);
			});
		});
		// Whoever waits for the end hears of it; nobody else has to.
		this.ended.catch(() => undefined);
		running.add(this);
		void this.ended.finally(() => running.delete(this)).catch(() => undefined);
	}

	kill(signal: NodeJS.Signals): void {
		this.child.kill(signal);
	}

	/** Ends it gently, and for certain after `patienceMs`. */
	async stop(patienceMs = 15_000): Promise<void> {
		if (this.result) return;
		this.kill('SIGTERM');
		const timer = setTimeout(() => this.kill('SIGKILL'), patienceMs);
		try {
			await this.ended;
		} finally {
			clearTimeout(timer);
		}
	}

	async output(): Promise<string> {
		return await readFile(this.logFile, 'utf8');
	}

	/** The last lines, for messages. */
	async tail(lines = 30): Promise<string> {
		return (await this.output()).trimEnd().split('\n').slice(-lines).join('\n');
	}

	/** @throws Error with the last lines when it ends with anything but 0 */
	async succeed(): Promise<string> {
		const { code, signal } = await this.ended;
		if (code === 0) return await this.output();
		throw new Error(`${this.name} ended with ${signal ?? `code ${code}`}:\n${await this.tail()}`);
	}
}

const running = new Set<Command>();

/** Ends whatever still runs; for the end of the test process. */
export function killAll(): void {
	for (const command of running) command.kill('SIGKILL');
}
