import { existsSync } from 'node:fs';
import { chown, readdir } from 'node:fs/promises';
import path from 'node:path';

import { freePort } from '../../real-n8n/ports.mts';
import { installFromDebian } from '../../support/debian.mts';
import type { Outcome } from '../../support/outcome.mts';
import { temporaryFolder } from '../../support/folder.mts';
import { Command } from '../../real-n8n/process.mts';
import { until } from '../../real-n8n/until.mts';

/** A service that a test has started, on loopback. */
export interface Service {
	port: number;
	command: Command;
	/** Holds its data. */
	folder: string;
}

/** Where Debian keeps what it does not put on the PATH. */
const DEBIAN_POSTGRES = '/usr/lib/postgresql';

interface Binaries {
	redisServer: string;
	postgres: string;
	initdb: string;
}

/**
 * Redis and PostgreSQL, installed from Debian's packages where they are missing and we may.
 * @returns undefined, and reports it, where they cannot be had
 */
export async function findServices(
	name: string,
	version: string,
	report: (outcome: Outcome) => void,
): Promise<Binaries | undefined> {
	const found = await locate();
	if (found) return found;
	await installFromDebian('redis-server', 'postgresql');
	const installed = await locate();
	if (installed) return installed;
	const verdict = process.env.CI === 'true' ? 'failed' : 'skipped';
	const error =
		'Queue mode needs redis-server and postgresql: install them with your package manager.';
	report({ name, version, verdict, seconds: 0, error });
	return undefined;
}

async function locate(): Promise<Binaries | undefined> {
	const redisServer = onPath('redis-server');
	const folder = await newestPostgres();
	const postgres = onPath('postgres', folder);
	const initdb = onPath('initdb', folder);
	return redisServer && postgres && initdb ? { redisServer, postgres, initdb } : undefined;
}

async function newestPostgres(): Promise<string[]> {
	if (!existsSync(DEBIAN_POSTGRES)) return [];
	const versions = await readdir(DEBIAN_POSTGRES);
	versions.sort((one, other) => Number(other) - Number(one));
	return versions.map((version) => path.join(DEBIAN_POSTGRES, version, 'bin'));
}

function onPath(name: string, first: readonly string[] = []): string | undefined {
	const folders = [...first, ...(process.env.PATH ?? '').split(path.delimiter)];
	return folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
}

/** Starts Redis without any file of its own. */
export async function startRedis({ redisServer }: Binaries, folder: string): Promise<Service> {
	const port = await freePort();
	const settings = { port, bind: '127.0.0.1', save: '', appendonly: 'no', dir: folder };
	const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
	const command = new Command('Redis', redisServer, args, {
		logFile: path.join(folder, 'redis.log'),
	});
	await saying(command, /Ready to accept connections/i);
	return { port, command, folder };
}

/** PostgreSQL refuses to run as root; Debian's package brings a user for it. */
const POSTGRES_USER = 'postgres';

/** Starts PostgreSQL with a new, empty cluster; its superuser `n8n` needs no password. */
export async function startPostgres(binaries: Binaries): Promise<Service> {
	const folder = await temporaryFolder('postgres');
	const owner = process.getuid?.() === 0 ? await idsOf(POSTGRES_USER, folder) : undefined;
	if (owner) await chown(folder, owner.uid, owner.gid);
	const data = path.join(folder, 'data');
	const logFile = path.join(folder, 'postgres.log');
	const options = { ...owner, cwd: folder, logFile };
	const initArgs = ['-D', data, '-U', 'n8n', '--auth=trust', '--encoding=UTF8', '--no-sync'];
	await new Command('initdb', binaries.initdb, initArgs, options).succeed();
	const port = await freePort();
	// Nothing here has to survive a power cut.
	const settings = {
		listen_addresses: '127.0.0.1',
		port,
		unix_socket_directories: folder,
		fsync: 'off',
		max_connections: 100,
	};
	const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
	const command = new Command('PostgreSQL', binaries.postgres, ['-D', data, ...args], options);
	await saying(command, /database system is ready to accept connections/);
	return { port, command, folder };
}

async function idsOf(user: string, folder: string): Promise<{ uid: number; gid: number }> {
	const id = async (flag: string) => {
		const options = { logFile: path.join(folder, `id${flag}.log`) };
		return Number(await new Command('id', 'id', [flag, user], options).succeed());
	};
	return { uid: await id('-u'), gid: await id('-g') };
}

/** Waits until the command has printed something. */
export async function saying(command: Command, words: RegExp, timeoutMs = 60_000): Promise<void> {
	await until(
		`${command.name} to print ${words}`,
		async () => {
			if (words.test(await command.output())) return true;
			if (command.result) {
				throw new Error(`${command.name} has ended:\n${await command.tail()}`);
			}
			return undefined;
		},
		timeoutMs,
	);
}
