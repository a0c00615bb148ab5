import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import fc from 'fast-check';

import { fetchFile } from '../../../nodes/ImaginePdf/core/download/fetchFile.ts';
import { DOWNLOAD_STALL_MS } from '../../../nodes/ImaginePdf/core/limits.ts';
import type { Clock } from '../../../nodes/ImaginePdf/core/ports.ts';
import { realClock } from '../../client/clock.mts';
import { createUndiciHttp } from '../../client/undici-http.mts';
import { zipLike } from './support/run.mts';

/** Real connections over loopback. What depends on time is tested on the simulated clock. */

/** Generous, for machines with much else to do; nothing here depends on time. */
jest.setTimeout(60_000);

const file = zipLike(300_000);
const logger = { info: () => undefined, warn: () => undefined };

/** Bytes after which each connection in turn is reset, or stays open; behind the last they are whole. */
type Behaviour = Array<number | 'stalls'>;

/** Real time, without the pauses between tries, which are shorter than a stall. */
const clock: Clock = {
	...realClock,
	sleep: async (ms, signal) => await realClock.sleep(ms < DOWNLOAD_STALL_MS ? 0 : ms, signal),
};

class Storage {
	connections = 0;
	private readonly server: Server;

	constructor(private readonly behaviour: Behaviour) {
		this.server = createServer((_, response) => this.serve(response));
	}

	async listen(): Promise<string> {
		await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/file.zip`;
	}

	async close(): Promise<void> {
		this.server.closeAllConnections();
		await new Promise((resolve) => this.server.close(resolve));
	}

	private serve(response: ServerResponse): void {
		const reset = this.behaviour[this.connections++];
		response.writeHead(200, { 'content-length': file.length });
		if (reset === 'stalls') response.write(file.subarray(0, 1000));
		else if (reset === undefined) response.end(file);
		else response.write(file.subarray(0, reset), () => setImmediate(() => response.destroy()));
	}
}

async function fetchFrom(behaviour: Behaviour, stopAfter?: number) {
	const storage = new Storage(behaviour);
	const http = createUndiciHttp({ baseUrl: 'http://127.0.0.1:1' });
	const controller = new AbortController();
	try {
		const url = await storage.listen();
		const deps = { http, clock, logger, random: () => 0 };
		const { signal } = controller;
		const request = { link: async () => ({ url }), expect: 'zip', signal } as const;
		const bytes = await fetchFile(deps, request, async (body) => {
			const chunks: Uint8Array[] = [];
			for await (const chunk of body) {
				chunks.push(chunk);
				if (chunks.length === stopAfter) controller.abort(new Error('Stop was pressed'));
			}
			return Buffer.concat(chunks);
		});
		return { bytes, connections: storage.connections };
	} finally {
		await http.close();
		await storage.close();
	}
}

describe('A file over real connections', () => {
	it('a file over real connections is whole after any resets, over a connection for each try', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(fc.nat(file.length - 1), { maxLength: 5 }), async (resets) => {
				const { bytes, connections } = await fetchFrom(resets);
				expect(bytes.equals(file)).toBe(true);
				expect(connections).toBe(resets.length + 1);
			}),
			{ numRuns: 30 },
		);
	});

	it('a file over real connections ends at once when stopped while its connection stalls', async () => {
		await expect(fetchFrom(['stalls'], 1)).rejects.toThrow('Stop was pressed');
	});
});
