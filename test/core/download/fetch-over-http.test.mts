import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import fc from 'fast-check';

import { fetchFile } from '../../../nodes/ImaginePdf/core/download/fetchFile.ts';
import type { Clock } from '../../../nodes/ImaginePdf/core/ports.ts';
import { realClock } from '../../client/clock.mts';
import { createUndiciHttp } from '../../client/undici-http.mts';
import { zipLike } from './support/run.mts';

/** Real connections over loopback. What depends on time is tested on the simulated clock. */

const file = zipLike(300_000);
const logger = { info: () => undefined, warn: () => undefined };

/** Bytes after which each connection in turn is reset, or stays open; behind the last they are whole. */
type Behaviour = Array<number | 'stalls'>;

/** Real time, without the pauses between tries, which take a few seconds. A stall takes 30. */
const clock: Clock = {
	...realClock,
	sleep: async (ms, signal) => await realClock.sleep(ms < 10_000 ? 0 : ms, signal),
};

async function fetchFrom(behaviour: Behaviour, stopAfter?: number) {
	let connections = 0;
	const storage = createServer((_, response) => {
		const reset = behaviour[connections++];
		response.writeHead(200, { 'content-length': file.length });
		if (reset === 'stalls') response.write(file.subarray(0, 1000));
		else if (reset === undefined) response.end(file);
		else response.write(file.subarray(0, reset), () => setImmediate(() => response.destroy()));
	});
	await new Promise<void>((resolve) => storage.listen(0, '127.0.0.1', resolve));
	const url = `http://127.0.0.1:${(storage.address() as AddressInfo).port}/file.zip`;
	const http = createUndiciHttp({ baseUrl: 'http://127.0.0.1:1' });
	const controller = new AbortController();
	const { signal } = controller;
	const request = { link: async () => ({ url }), expect: 'zip', signal } as const;
	try {
		const bytes = await fetchFile(
			{ http, clock, logger, random: () => 0 },
			request,
			async (body) => {
				const chunks: Uint8Array[] = [];
				for await (const chunk of body) {
					chunks.push(chunk);
					if (chunks.length === stopAfter) controller.abort(new Error('Stop was pressed'));
				}
				return Buffer.concat(chunks);
			},
		);
		return { isWhole: bytes.equals(file), connections };
	} finally {
		await http.close();
		storage.closeAllConnections();
		await new Promise((resolve) => storage.close(resolve));
	}
}

describe('A file over real connections', () => {
	it('a file over real connections is whole after any resets, over a connection for each try', async () => {
		const resets = fc.array(fc.nat(file.length - 1), { maxLength: 5 });
		const property = async (after: number[]) =>
			expect(await fetchFrom(after)).toEqual({ isWhole: true, connections: after.length + 1 });
		await fc.assert(fc.asyncProperty(resets, property), { numRuns: 30 });
	});

	it('a file over real connections ends at once when stopped while its connection stalls', async () => {
		await expect(fetchFrom(['stalls'], 1)).rejects.toThrow('Stop was pressed');
	});
});
