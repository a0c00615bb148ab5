import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { RealN8n } from '../../../scripts/lib/real-n8n.mjs';
import { freePorts } from '../../../scripts/lib/dev/ports.mts';
import { unpackPackage } from './package.mts';
import { Command } from './process.mts';

export interface Instance {
	n8n: RealN8n;
	/** `N8N_USER_FOLDER`; n8n keeps its own things in `.n8n` below it. */
	userFolder: string;
	/** Where n8n's file nodes may read and write. */
	filesFolder: string;
	/** Logs of the commands and servers. */
	logsFolder: string;
}

/** Makes a user folder with the package in the place of community nodes. */
export async function createInstance(
	n8n: RealN8n,
	tarball: string,
	folder: string,
): Promise<Instance> {
	const instance = {
		n8n,
		userFolder: path.join(folder, 'user'),
		filesFolder: path.join(folder, 'files'),
		logsFolder: path.join(folder, 'logs'),
	};
	const { userFolder, filesFolder, logsFolder } = instance;
	for (const wanted of [userFolder, filesFolder, logsFolder]) {
		await mkdir(wanted, { recursive: true });
	}
	await unpackPackage(tarball, userFolder);
	return instance;
}

/** Fixed, so that several processes of one installation read each other's credentials. */
const ENCRYPTION_KEY = 'end-to-end-tests-of-n8n-nodes-imaginepdf';

/**
 * The environment of every n8n process: nothing of the user's own settings, no traffic beyond
 * loopback, all ports free.
 */
export async function environment(
	{ n8n, userFolder, filesFolder }: Instance,
	extra: Record<string, string> = {},
): Promise<Record<string, string>> {
	const [broker, health] = await freePorts(2);
	return {
		PATH: `${path.dirname(n8n.node)}${path.delimiter}${process.env.PATH ?? ''}`,
		HOME: userFolder,
		TZ: 'UTC',
		NODE_ENV: 'production',
		N8N_USER_FOLDER: userFolder,
		N8N_ENCRYPTION_KEY: ENCRYPTION_KEY,
		N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS: 'false',
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
		N8N_RUNNERS_ENABLED: 'false',
		N8N_RUNNERS_BROKER_PORT: String(broker),
		QUEUE_HEALTH_CHECK_PORT: String(health),
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_SECURE_COOKIE: 'false',
		N8N_RESTRICT_FILE_ACCESS_TO: filesFolder,
		N8N_LOG_LEVEL: 'info',
		...n8n.env,
		...extra,
	};
}

/** Starts one of n8n's commands (`start`, `worker`, `import:workflow`, `execute` …). */
export async function n8nCommand(
	instance: Instance,
	name: string,
	args: readonly string[],
	extra: Record<string, string> = {},
): Promise<Command> {
	const { n8n, logsFolder, userFolder } = instance;
	const logFile = path.join(logsFolder, `${name}.log`);
	const env = await environment(instance, extra);
	return new Command(`n8n ${args[0]}`, n8n.node, [n8n.bin, ...args], {
		cwd: userFolder,
		env,
		logFile,
	});
}

/** Writes a JSON file for one of n8n's imports, and imports it. */
export async function importJson(
	instance: Instance,
	kind: 'credentials' | 'workflow',
	content: readonly object[],
	extra: Record<string, string> = {},
): Promise<void> {
	const file = path.join(instance.userFolder, `${kind}.json`);
	await writeFile(file, JSON.stringify(content));
	const name = `import-${kind}`;
	const command = await n8nCommand(instance, name, [`import:${kind}`, `--input=${file}`], extra);
	await command.succeed();
}
