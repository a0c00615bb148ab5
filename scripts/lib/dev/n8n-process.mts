import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';

import { Command } from '../../../test/e2e/support/process.mts';
import { signInWhenReady } from '../../../test/e2e/support/ready.mts';
import type { RealN8n } from '../real-n8n.mjs';
import { freePorts } from './ports.mts';
import { N8nRest } from './rest.mts';

export interface N8nProcess {
	port: number;
	/** Signed in. */
	rest: N8nRest;
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
 * Starts an n8n server on loopback, waits until it answers, and signs in.
 * @throws Error with the end of its log when it does not come up
 */
export async function startN8n(options: N8nProcessOptions): Promise<N8nProcess> {
	const { installation, userFolder, publicUrl, env = {} } = options;
	await mkdir(userFolder, { recursive: true });
	// n8n's broker has a fixed port by default, and another n8n may be running here.
	const [port = 0, brokerPort = 0] = await freePorts(2);
	const logFile = path.join(userFolder, 'n8n.log');
	await rm(logFile, { force: true });
	const command = new Command('n8n', installation.node, [installation.bin, 'start'], {
		cwd: userFolder,
		logFile,
		env: {
			...ownEnvironment(),
			...QUIET,
			...installation.env,
			N8N_USER_FOLDER: userFolder,
			N8N_PORT: String(port),
			N8N_LISTEN_ADDRESS: '127.0.0.1',
			N8N_EDITOR_BASE_URL: publicUrl,
			WEBHOOK_URL: publicUrl,
			N8N_RUNNERS_BROKER_PORT: String(brokerPort),
			...env,
		},
	});
	const rest = new N8nRest(`http://127.0.0.1:${port}`);
	await signInWhenReady(command, rest);
	return {
		port,
		rest,
		logFile,
		ended: command.ended.then(() => undefined),
		stop: async () => await command.stop(),
	};
}

/** This process's environment without settings that are meant for another n8n. */
function ownEnvironment(): NodeJS.ProcessEnv {
	return Object.fromEntries(
		Object.entries(process.env).filter(([name]) => !/^(N8N_|DB_|NODE_OPTIONS$)/.test(name)),
	);
}
