import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { RealN8n } from '../../../scripts/lib/real-n8n.mjs';
import { Command } from '../../real-n8n/process.mts';
import { packageFolder, startN8n, type N8nOptions } from '../../real-n8n/start.mts';

export interface Instance {
	n8n: RealN8n;
	/** `N8N_USER_FOLDER`; n8n keeps its own things in `.n8n` below it. */
	userFolder: string;
	/** Where n8n's file nodes may read and write. */
	filesFolder: string;
	/** Logs of the commands and servers. */
	logsFolder: string;
}

/**
 * Builds the package and makes the tarball that would be published.
 * @returns its path
 */
export async function packPackage(folder: string): Promise<string> {
	const logFile = path.join(folder, 'pack.log');
	const gulp = ['node_modules/gulp/bin/gulp.js', 'build', '--silent'];
	await new Command('gulp build', process.execPath, gulp, { logFile }).succeed();
	const args = ['pack', '--ignore-scripts', '--pack-destination', folder];
	await new Command('npm pack', 'npm', args, { logFile }).succeed();
	const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz'));
	if (tarball === undefined) throw new Error('npm pack left no tarball');
	return path.join(folder, tarball);
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
	const place = packageFolder(userFolder);
	await rm(place, { recursive: true, force: true });
	for (const wanted of [place, filesFolder, logsFolder]) await mkdir(wanted, { recursive: true });
	const args = ['-xzf', tarball, '--strip-components=1', '-C', place];
	const logFile = path.join(logsFolder, 'unpack.log');
	await new Command('tar', 'tar', args, { logFile }).succeed();
	return instance;
}

/** Fixed, so that several processes of one installation read each other's credentials. */
const ENCRYPTION_KEY = 'end-to-end-tests-of-n8n-nodes-imaginepdf';

/** How a process of this instance is started: without any of the user's own settings. */
export function optionsFor(
	{ n8n, userFolder, filesFolder, logsFolder }: Instance,
	name: string,
	extra: Record<string, string> = {},
): N8nOptions {
	const env = {
		PATH: `${path.dirname(n8n.node)}${path.delimiter}${process.env.PATH ?? ''}`,
		HOME: userFolder,
		TZ: 'UTC',
		NODE_ENV: 'production',
		N8N_ENCRYPTION_KEY: ENCRYPTION_KEY,
		N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS: 'false',
		N8N_RUNNERS_ENABLED: 'false',
		N8N_SECURE_COOKIE: 'false',
		N8N_RESTRICT_FILE_ACCESS_TO: filesFolder,
		N8N_LOG_LEVEL: 'info',
		...extra,
	};
	return { n8n, userFolder, logFile: path.join(logsFolder, `${name}.log`), env };
}

/** Starts one of n8n's commands in this instance. */
export async function n8nCommand(
	instance: Instance,
	name: string,
	args: readonly string[],
	extra: Record<string, string> = {},
): Promise<Command> {
	return await startN8n(args, optionsFor(instance, name, extra));
}

/** Writes a JSON file for one of n8n's imports, and imports it. */
export async function importJson(
	instance: Instance,
	kind: 'credentials' | 'workflow',
	content: readonly object[],
): Promise<void> {
	const file = path.join(instance.userFolder, `${kind}.json`);
	await writeFile(file, JSON.stringify(content));
	const args = [`import:${kind}`, `--input=${file}`];
	await (await n8nCommand(instance, `import-${kind}`, args)).succeed();
}
