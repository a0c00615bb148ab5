import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

import { request } from 'undici';

import { watchMemory } from './memory.mts';
import type { UndiciReport } from './messages.mts';

/** Streams a URL to a file in the shortest way that Node and undici know. */
export async function download(url: string, file: string): Promise<UndiciReport> {
	const memory = watchMemory();
	const started = performance.now();
	const { body } = await request(url);
	await pipeline(body, createWriteStream(file));
	const ms = performance.now() - started;
	return { ms, bytes: (await stat(file)).size, memoryMb: memory.finish() };
}
