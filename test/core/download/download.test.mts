import { SimulatedClock } from '../../client/clock.mts';
import { complete, failed, fakePdf, file, run } from './support/expect.mts';
import { FakeStorage, type FakeFile, type Step } from './support/fake-storage.mts';
import { download, STALL_MS, type Run } from './support/run.mts';

describe('openDownload', () => {
	it('openDownload fetches a file in one request, with its size', async () => {
		const done = await run([]);
		complete(done);
		expect(done.size).toBe(10_000);
		expect(done.storage.requests).toHaveLength(1);
		expect(done.storage.requests[0]?.headers).toEqual({ 'Accept-Encoding': 'identity' });
		expect(done.urls).toBe(1);
		expect(done.logger).toEqual([]);
	});

	it('openDownload takes a file without announced length', async () => {
		const done = await run([], { bytes: file, lengthless: true });
		complete(done);
		expect(done.size).toBeUndefined();
	});

	it('openDownload takes an archive without entries, a PDF where one is expected, and tiny chunks', async () => {
		const empty = Buffer.concat([Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)]);
		complete(await run([], { bytes: empty, chunkSize: 1 }), empty);
		complete(await run([], { bytes: fakePdf, chunkSize: 2 }, { expect: 'pdf' }), fakePdf);
	});

	it('openDownload reads nothing while the consumer works', async () => {
		const storage = new FakeStorage(file);
		const pulled: number[] = [];
		const onChunk = async (): Promise<void> => {
			pulled.push(storage.pulled);
			await new Promise((resolve) => setImmediate(resolve));
			expect(storage.pulled).toBe(pulled.at(-1));
		};
		complete(await download(storage, { onChunk }));
		expect(pulled).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
	});

	it('openDownload never takes a slow consumer for a stalled connection', async () => {
		const clock = new SimulatedClock();
		const done = await run([], file, {
			clock,
			onChunk: async () => await clock.sleep(3 * STALL_MS),
		});
		complete(done);
		expect(done.storage.requests).toHaveLength(1);
	});
});

describe('A connection of a download', () => {
	it('a connection that breaks is continued by a range where it stopped', async () => {
		const done = await run([{ breakAfter: 3500 }, { breakAfter: 2500 }]);
		complete(done);
		expect(done.storage.starts).toEqual([0, 3500, 6000]);
		expect(done.storage.requests[1]?.headers).toMatchObject({ 'If-Range': '"v1"' });
		expect(done.urls).toBe(1);
		expect(done.logger).toHaveLength(2);
		expect(done.logger[0]).toContain('ECONNRESET');
	});

	it('a connection that stalls is continued after exactly the agreed time', async () => {
		const done = await run([{ stallAfter: 4000 }]);
		complete(done);
		expect(done.storage.starts).toEqual([0, 4000]);
		expect(done.elapsedMs).toBe(STALL_MS + 250);
	});

	it('a connection is made again when no answer comes', async () => {
		const done = await run([{ hang: true }, { refuse: 'ECONNREFUSED' }]);
		complete(done);
		expect(done.storage.requests).toHaveLength(3);
	});

	it('a connection whose body ends too early as if it were complete is continued', async () => {
		const done = await run([{ endAfter: 9_999 }]);
		complete(done);
		expect(done.storage.starts).toEqual([0, 9_999]);
	});

	it.each([
		['a weak ETag', { etag: 'W/"v1"' }],
		['a date of change', { lastModified: 'Mon, 23 Nov 2026 11:59:59 GMT' }],
		['nothing that proves it the same', {}],
	])(
		'a lost connection ends the download of a file with %s, once bytes were handed on',
		async (_, identity) => {
			for (const lost of [{ breakAfter: 5001 }, { stallAfter: 5001 }, { endAfter: 5001 }]) {
				const done = await run([lost], { bytes: file, ...identity });
				failed(done, 'notResumable', /^The connection was lost after 5001 of 10000 bytes/);
				expect(done.storage.requests).toHaveLength(1);
				expect(done.bytes.equals(file.subarray(0, 5001))).toBe(true);
			}
		},
	);

	it('a lost connection is made again without an ETag while nothing was handed on', async () => {
		const lost: Step[] = [{ breakAfter: 0 }, { status: 503 }, { stallAfter: 0 }, { status: 403 }];
		const done = await run(lost, { bytes: file });
		complete(done);
		expect(done.storage.starts).toEqual([0, 0, 0, 0, 0]);
		expect(done.storage.requests[1]?.headers).toEqual({ 'Accept-Encoding': 'identity' });
	});

	it.each<[string, Step]>([
		['sends the whole file instead of a part', { ignoreRange: true }],
		[
			'sends another part than asked for',
			{ status: 206, headers: { 'content-range': 'bytes 4999-9999/10000' } },
		],
		['sends a part that does not say of which file', { headers: { etag: '' } }],
	])('a lost connection ends the download where the storage %s', async (_, step) => {
		const done = await run([{ breakAfter: 5000 }, step]);
		failed(done, 'notResumable', /the storage cannot resume a download$/);
		expect(done.storage.starts).toEqual([0, 5000]);
		expect(done.bytes.equals(file.subarray(0, 5000))).toBe(true);
	});

	it('a connection is made again where a storage sends a part that nobody asked for', async () => {
		const part = { status: 206, headers: { 'content-range': 'bytes 1-9999/10000' } };
		complete(await run([part]));
		failed(await run(Array(20).fill(part)), 'tooManyAttempts', /a part of the file/);
	});

	it('a connection may break once the last byte is there', async () => {
		const done = await run([{ breakAfter: 10_000 }]);
		complete(done);
		expect(done.storage.requests).toHaveLength(1);
	});

	it('a download whose connection breaks before its first bytes show what the file is begins anew', async () => {
		const done = await run([{ breakAfter: 3 }], { bytes: file, etag: '"v1"', chunkSize: 1 });
		complete(done);
		expect(done.storage.starts).toEqual([0, 0]);
	});

	it('a download ends after six attempts that bring nothing new', async () => {
		const nothing = { breakAfter: 0 };
		failed(await run(Array(20).fill(nothing)), 'tooManyAttempts', /ECONNRESET.*6 tries/);
		const stalled = await run(Array(20).fill({ stallAfter: 0 }));
		failed(stalled, 'stalled');
		expect(stalled.storage.requests).toHaveLength(6);
		failed(
			await run([{ endAfter: 9000 }, ...Array(20).fill({ endAfter: 0 })]),
			'length',
			/1000 bytes are missing/,
		);
	});

	it('a download counts its attempts anew after each new byte, and makes a hundred of them in all', async () => {
		const patient = Array.from({ length: 30 }, (_, index) => ({
			breakAfter: index % 5 === 4 ? 100 : 0,
		}));
		complete(await run(patient));
		const endless = await run(Array(500).fill({ breakAfter: 10 }));
		failed(endless, 'tooManyAttempts');
		expect(endless.storage.requests).toHaveLength(100);
	});
});

describe('Another file under the same URL', () => {
	const other = Buffer.from(file).fill(1, 2000, 2001);

	async function changing(first: FakeFile, second: FakeFile, steps: Step[] = []): Promise<Run> {
		const storage = new FakeStorage(first, [{ breakAfter: 5000 }, ...steps]);
		return await download(storage, {
			onChunk: (received) => {
				if (received === 5000) storage.file = second;
			},
		});
	}

	it.each<[string, FakeFile, FakeFile, Step[]]>([
		['another ETag', { bytes: file, etag: '"v1"' }, { bytes: other, etag: '"v2"' }, []],
		[
			'another size',
			{ bytes: file, etag: '"v1"' },
			{ bytes: file.subarray(0, 9_000), etag: '"v1"' },
			[{ ignoreRange: true }],
		],
		[
			'another ETag in a part',
			{ bytes: file, etag: '"v1"' },
			{ bytes: file, etag: '"v1"' },
			[{ headers: { etag: '"v2"' } }],
		],
		[
			'another size in a part',
			{ bytes: file, etag: '"v1"' },
			{ bytes: file, etag: '"v1"' },
			[{ headers: { 'content-range': 'bytes 5000-9999/10001' } }],
		],
		[
			'no such part any more',
			{ bytes: file, etag: '"v1"' },
			{ bytes: file, etag: '"v1"' },
			[{ status: 416 }],
		],
	])(
		'another file under the same URL, known by %s, is never joined to the first',
		async (_, first, second, steps) => {
			const done = await changing(first, second, steps);
			failed(done, 'changed', /^The file changed during the download$/);
			expect(done.bytes.equals(file.subarray(0, 5000))).toBe(true);
		},
	);

	it('another file under the same URL, without an ETag, is never joined to the first', async () => {
		const done = await changing({ bytes: file, etag: '"v1"' }, { bytes: other });
		failed(done, 'notResumable');
		expect(done.bytes.equals(file.subarray(0, 5000))).toBe(true);
	});
});
