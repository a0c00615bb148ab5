import { spawn } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import type { RealN8n } from '../real-n8n.mjs';
import { freePort } from './ports.mts';

export interface N8nProcess {
	port: number;
	/** Everything it printed. */
	logFile: string;
	/** Resolves when it has ended, by itself or not. */
	ended: Promise<void>;
	stop: () => Promise<void>;
}

export interface N8nProcessOptions {
	installation: RealN8n;
	userFolder: string;
	/** `http://localhost:PORT`, as the user sees it. */
	publicUrl: string;
	env?: Record<string, string>;
}

/** First start: n8n brings its database up to date, which takes its time on a small machine. */
const START_TIMEOUT_MS = 180_000;
const STOP_TIMEOUT_MS = 20_000;
const LOOK_EVERY_MS = 250;
const LOG_TAIL = 3000;

/** Nothing that calls out, greets, or asks the newcomer something. */
const QUIET = {
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
	N8N_DYNAMIC_BANNERS_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_VERIFIED_PACKAGES_ENABLED: 'false',
	N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
	N8N_HIDE_USAGE_PAGE: 'true',
	// The start page is then the list of workflows rather than a chat that needs an AI account.
	N8N_DISABLED_MODULES: 'instance-ai,agents,chat-hub,quick-connect,insights',
};

/**
 * Starts an n8n server on loopback and waits until it answers.
 * @throws Error with the end of its log when it does not come up
 */
export async function startN8n(options: N8nProcessOptions): Promise<N8nProcess> {
	const { installation, userFolder, publicUrl, env = {} } = options;
	await mkdir(userFolder, { recursive: true });
	const port = await freePort();
	const logFile = path.join(userFolder, 'n8n.log');
	const log = createWriteStream(logFile);
	const child = spawn(installation.node, [installation.bin, 'start'], {
		cwd: userFolder,
		stdio: ['ignore', 'pipe', 'pipe'],
		env: {
			...ownEnvironment(),
			...QUIET,
			...installation.env,
			N8N_USER_FOLDER: userFolder,
			N8N_PORT: String(port),
			N8N_LISTEN_ADDRESS: '127.0.0.1',
			N8N_EDITOR_BASE_URL: publicUrl,
			WEBHOOK_URL: publicUrl,
			// Its default is fixed, and another n8n may be running here.
			N8N_RUNNERS_BROKER_PORT: String(await freePort()),
			...env,
		},
	});
	child.stdout.pipe(log);
	child.stderr.pipe(log);
	let running = true;
	const ended = new Promise<void>((resolve) => {
		const end = () => {
			running = false;
			resolve();
		};
		child.once('exit', end);
		child.once('error', end);
	});
	const stop = async () => {
		if (!running) return;
		child.kill('SIGTERM');
		const force = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
		await ended;
		clearTimeout(force);
	};
	const ready = await answers(port, () => running);
	if (!ready) {
		await stop();
		const tail = readFileSync(logFile, 'utf8').slice(-LOG_TAIL);
		throw new Error(`n8n did not start. The end of ${logFile}:\n${tail}`);
	}
	return { port, logFile, ended, stop };
}

/** This process's environment without settings that are meant for another n8n. */
function ownEnvironment(): NodeJS.ProcessEnv {
	return Object.fromEntries(
		Object.entries(process.env).filter(([name]) => !/^(N8N_|DB_|NODE_OPTIONS$)/.test(name)),
	);
}

/** Whether the server came up in time. */
async function answers(port: number, isRunning: () => boolean): Promise<boolean> {
	const deadline = performance.now() + START_TIMEOUT_MS;
	while (isRunning() && performance.now() < deadline) {
		// `/rest/login` is among the last to be there, long after `/healthz`.
		const response = await fetch(`http://127.0.0.1:${port}/rest/login`).catch(() => undefined);
		const isJson = response?.headers.get('content-type')?.includes('json') ?? false;
		if (isJson && (response?.status === 200 || response?.status === 401)) return true;
		await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
	}
	return false;
}
