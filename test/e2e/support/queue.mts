import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';

import type { RealN8n } from '../../../scripts/lib/real-n8n.mjs';
import { createInstance, n8nCommand } from './instance.mts';
import type { Command } from '../../real-n8n/process.mts';
import { N8nServer } from './server.mts';
import { saying, startPostgres, startRedis, type Service } from './services.mts';

type Binaries = Parameters<typeof startRedis>[0];

/** n8n in queue mode: a main process, workers, and what they share. */
export interface Queue {
	main: N8nServer;
	workers: Command[];
	/** Starts one more, and waits until it takes executions. */
	addWorker(): Promise<Command>;
	close(): Promise<void>;
}

/** Executions that a worker takes at the same time. */
export const WORKER_CONCURRENCY = 5;

export interface QueueOptions {
	workers: number;
	/** Executions that a worker takes at the same time. */
	concurrency?: number;
	/** Winning over what stands below. */
	env?: Record<string, string>;
}

const WORKER_START_MS = 600_000;

/** Starts everything; each n8n process has a user folder of its own, as in containers. */
export async function startQueue(
	n8n: RealN8n,
	tarball: string,
	folder: string,
	binaries: Binaries,
	{ workers: count, concurrency = WORKER_CONCURRENCY, env: extra = {} }: QueueOptions,
): Promise<Queue> {
	await mkdir(folder, { recursive: true });
	const services: Service[] = [];
	const commands: Command[] = [];
	const close = async () => {
		await Promise.all(commands.map(async (command) => await command.stop()));
		await Promise.all(services.map(async ({ command }) => await command.stop()));
		const folders = services.map((service) => service.folder).filter((own) => own !== folder);
		for (const own of folders) await rm(own, { recursive: true, force: true });
	};
	try {
		const redis = await startRedis(binaries, folder);
		services.push(redis);
		const postgres = await startPostgres(binaries);
		services.push(postgres);
		const env = {
			...queueEnvironment(redis.port, postgres.port),
			// What workers and main share without a store outside: the database, or n8n's memory in 1.x.
			...(n8n.major === 2 && { N8N_DEFAULT_BINARY_DATA_MODE: 'database' }),
			...extra,
		};
		const mainInstance = await createInstance(n8n, tarball, path.join(folder, 'main'));
		const main = await N8nServer.start(mainInstance, 'main', env);
		commands.push(main.command);
		const workers: Command[] = [];
		const startWorker = async () => {
			const name = `worker-${workers.length + 1}`;
			const instance = await createInstance(n8n, tarball, path.join(folder, name));
			const args = ['worker', `--concurrency=${concurrency}`];
			const worker = await n8nCommand(instance, name, args, env);
			workers.push(worker);
			commands.push(worker);
			return worker;
		};
		const isReady = async (worker: Command) =>
			await saying(worker, /worker is now ready/, WORKER_START_MS);
		for (let started = 0; started < count; started++) await startWorker();
		for (const worker of workers) await isReady(worker);
		const addWorker = async () => {
			const worker = await startWorker();
			await isReady(worker);
			return worker;
		};
		return { main, workers, addWorker, close };
	} catch (error) {
		await close();
		throw error;
	}
}

function queueEnvironment(redis: number, postgres: number): Record<string, string> {
	return {
		EXECUTIONS_MODE: 'queue',
		QUEUE_BULL_REDIS_HOST: '127.0.0.1',
		QUEUE_BULL_REDIS_PORT: String(redis),
		// A worker that was killed is noticed within seconds instead of a minute and a half.
		QUEUE_WORKER_LOCK_DURATION: '20000',
		QUEUE_WORKER_LOCK_RENEW_TIME: '5000',
		QUEUE_WORKER_STALLED_INTERVAL: '5000',
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: '127.0.0.1',
		DB_POSTGRESDB_PORT: String(postgres),
		DB_POSTGRESDB_DATABASE: 'postgres',
		DB_POSTGRESDB_USER: 'n8n',
	};
}
