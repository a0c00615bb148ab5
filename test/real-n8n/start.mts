import path from 'node:path';

import type { RealN8n } from '../../scripts/lib/real-n8n.mjs';
import { freePort, freePorts } from './ports.mts';
import { Command } from './process.mts';
import { Rest } from './rest.mts';
import { until } from './until.mts';

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
};

/** First start: n8n brings its database up to date, which takes minutes on a small and busy machine. */
const START_TIMEOUT_MS = 600_000;

export interface N8nOptions {
	n8n: RealN8n;
	/** `N8N_USER_FOLDER`; n8n keeps its own things in `.n8n` below it. */
	userFolder: string;
	/** Takes all that it prints. */
	logFile: string;
	/** The whole environment, but for what is set here; its settings win. */
	env: NodeJS.ProcessEnv;
}

/** Where n8n keeps this package, once it is installed from the editor. */
export function packageFolder(userFolder: string): string {
	return path.join(userFolder, '.n8n/nodes/node_modules/n8n-nodes-imaginepdf');
}

/** Starts one of n8n's commands (`start`, `worker`, `import:workflow`, `execute` …) on loopback. */
export async function startN8n(
	args: readonly string[],
	{ n8n, userFolder, logFile, env }: N8nOptions,
): Promise<Command> {
	// The defaults are fixed, and another n8n may be running here.
	const [broker, health] = await freePorts(2);
	return new Command(`n8n ${args[0]}`, n8n.node, [n8n.bin, ...args], {
		cwd: userFolder,
		logFile,
		env: {
			...QUIET,
			...n8n.env,
			N8N_USER_FOLDER: userFolder,
			N8N_LISTEN_ADDRESS: '127.0.0.1',
			N8N_RUNNERS_BROKER_PORT: String(broker),
			QUEUE_HEALTH_CHECK_PORT: String(health),
			...env,
		},
	});
}

export interface RunningServer {
	port: number;
	/** Signed in. */
	rest: Rest;
	command: Command;
}

/**
 * Starts an n8n server, waits until it answers its editor, and signs in.
 * @throws Error with the end of its log when it does not start; it is ended then
 */
export async function startServer(options: N8nOptions): Promise<RunningServer> {
	const port = await freePort();
	const env = { ...options.env, N8N_PORT: String(port) };
	const command = await startN8n(['start'], { ...options, env });
	const rest = new Rest(`http://127.0.0.1:${port}`);
	try {
		await until('n8n to start', async () => await isReady(command, rest), START_TIMEOUT_MS);
		await rest.signIn();
		return { port, rest, command };
	} catch (error) {
		await command.stop();
		throw new Error(
			`n8n did not start (all of its log: ${command.logFile}):\n${await command.tail()}`,
			{ cause: error },
		);
	}
}

async function isReady(command: Command, rest: Rest): Promise<true | undefined> {
	if (command.result) throw new Error('The process has ended');
	try {
		const health = await rest.send('GET', '/healthz/readiness');
		// The editor's own routes come up a moment after the health check.
		const settings = health.ok ? await rest.send('GET', '/rest/settings') : health;
		const isJson = settings.headers.get('content-type')?.includes('json') === true;
		return settings.ok && isJson ? true : undefined;
	} catch {
		return undefined;
	}
}
