import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import fc from 'fast-check';

import { openDownload } from '../../../nodes/ImaginePdf/core/download/download.ts';
import { settle } from '../../../nodes/ImaginePdf/core/async.ts';
import type { Clock } from '../../../nodes/ImaginePdf/core/ports.ts';
import { realClock, scaledClock } from '../../client/clock.mts';
import { createUndiciHttp, type UndiciHttp } from '../../client/undici-http.mts';
import { zipLike } from './support/run.mts';

/** Real connections over loopback. What depends on time is tested on the simulated clock. */

/** Generous, for machines with much else to do; nothing here depends on time. */
jest.setTimeout(60_000);

interface Behaviour {
	ranges: boolean;
	etag: boolean;
	/** Bytes after which each connection in turn is reset; behind the last they are whole. */
	resets: number[];
	/** The connection with this number stops sending after 1000 bytes. */
	stalls?: number;
}

class Storage {
	readonly starts: number[] = [];
	private readonly server: Server;
	private connections = 0;

	constructor(
		private readonly file: Buffer,
		private readonly behaviour: Behaviour,
	) {
		this.server = createServer((request, response) => this.serve(request, response));
	}

	async listen(): Promise<string> {
		await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/file.zip`;
	}

	async close(): Promise<void> {
		this.server.closeAllConnections();
		await new Promise((resolve) => this.server.close(resolve));
	}

	private serve(request: IncomingMessage, response: ServerResponse): void {
		const { ranges, etag, resets, stalls } = this.behaviour;
		const number = this.connections++;
		const wanted = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
		const from = ranges && wanted ? Number(wanted[1]) : 0;
		this.starts.push(from);
		const body = this.file.subarray(from);
		response.writeHead(from > 0 ? 206 : 200, {
			'content-length': body.length,
			...(etag && { etag: '"one"' }),
			...(from > 0 && {
				'content-range': `bytes ${from}-${this.file.length - 1}/${this.file.length}`,
			}),
		});
		const reset = resets[number];
		if (number === stalls) response.write(body.subarray(0, 1000));
		else if (reset === undefined) response.end(body);
		else response.write(body.subarray(0, reset), () => setImmediate(() => response.destroy()));
	}
}

const file = zipLike(300_000);
const logger = { info: () => undefined, warn: () => undefined };

async function fetchFrom(
	behaviour: Behaviour,
	settings: { clock?: Clock; stallMs?: number; signal?: AbortSignal } = {},
): Promise<{ bytes: Buffer; starts: number[] }> {
	const { clock = realClock, stallMs = 60_000, signal } = settings;
	const storage = new Storage(file, behaviour);
	const http: UndiciHttp = createUndiciHttp({ baseUrl: 'http://127.0.0.1:1' });
	try {
		const url = await storage.listen();
		// No waiting between the tries: full jitter with the smallest draw.
		const deps = { http, clock, logger, random: () => 0, getUrl: async () => ({ url }) };
		const deadline = clock.now() + 3_600_000;
		const download = await openDownload(deps, {
			stallMs,
			deadline,
			expect: 'zip',
			...(signal && { signal }),
		});
		expect(download.size).toBe(file.length);
		const chunks: Uint8Array[] = [];
		for await (const chunk of download.body) chunks.push(chunk);
		return { bytes: Buffer.concat(chunks), starts: storage.starts };
	} finally {
		await http.close();
		await storage.close();
	}
}

describe('A download over real connections', () => {
	it('a download over real connections is whole after resets, with ranges and a strong ETag', async () => {
		const { bytes, starts } = await fetchFrom({
			ranges: true,
			etag: true,
			resets: [100_000, 50_000, 10],
		});
		expect(bytes.equals(file)).toBe(true);
		expect(starts).toHaveLength(4);
		// What was sent before a reset may be lost on the way, so only the order is sure.
		expect(starts).toEqual([...starts].sort((a, b) => a - b));
	});

	it.each([
		['without ranges', false, true],
		['without an ETag', true, false],
	])(
		'a download over real connections ends with an error after a reset %s, and is never continued',
		async (_, ranges, etag) => {
			const work = fetchFrom({ ranges, etag, resets: [100_000] });
			await expect(work).rejects.toMatchObject({ name: 'FileError', code: 'notResumable' });
		},
	);

	it('a download over real connections is whole after a connection stalled', async () => {
		const settings = { clock: scaledClock(200), stallMs: 60_000 };
		const { bytes, starts } = await fetchFrom(
			{ ranges: true, etag: true, resets: [], stalls: 0 },
			settings,
		);
		expect(bytes.equals(file)).toBe(true);
		expect(starts.length).toBeGreaterThan(1);
	});

	it('a download over real connections ends at once when stopped while its connection stalls', async () => {
		const controller = new AbortController();
		const reason = new Error('Stop was pressed');
		const work = fetchFrom(
			{ ranges: true, etag: true, resets: [], stalls: 0 },
			{ signal: controller.signal },
		);
		setTimeout(() => controller.abort(reason), 20);
		await expect(work).rejects.toBe(reason);
	});

	it('a download over real connections is whole after any resets, or says that it cannot be resumed', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.boolean(),
				fc.boolean(),
				fc.array(fc.nat(300_000), { maxLength: 5 }),
				async (ranges, etag, resets) => {
					const outcome = await settle(() => fetchFrom({ ranges, etag, resets }));
					if (outcome.ok) expect(outcome.value.bytes.equals(file)).toBe(true);
					else expect(outcome.error).toMatchObject({ code: 'notResumable' });
					if (ranges && etag) expect(outcome.ok).toBe(true);
				},
			),
			{ numRuns: 40 },
		);
	});
});
