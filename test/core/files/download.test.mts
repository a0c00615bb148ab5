import { FileError } from '../../../nodes/ImaginePdf/core/files/index.ts';
import { SimulatedClock } from '../../client/clock.mts';
import { FakeStorage, type FakeFile, type Step } from './support/fake-storage.mts';
import { download, SECRET, STALL_MS, zipLike, type Run, type RunOptions } from './support/run.mts';

const file = zipLike(10_000);
const fakePdf = Buffer.from('%PDF-1.7 and so on');

function complete(run: Run, expected = file): void {
	expect(run.thrown).toBeUndefined();
	expect(run.bytes.equals(expected)).toBe(true);
	leftNothing(run);
}

function failed(run: Run, code: string, message?: RegExp): void {
	expect(run.thrown).toBeInstanceOf(FileError);
	expect(run.thrown).toMatchObject({
		code,
		...(message && { message: expect.stringMatching(message) }),
	});
	leftNothing(run);
}

/** No timer, no connection, no secret. */
function leftNothing(run: Run): void {
	expect(run.clock.pending).toBe(0);
	expect(run.storage.open).toBe(0);
	const told = [
		run.thrown instanceof Error ? `${run.thrown.message} ${run.thrown.stack ?? ''}` : '',
		...run.journal,
	];
	expect(told.join('\n')).not.toContain('topsecret');
	expect(told.join('\n')).not.toContain('storage.test');
}

async function run(
	steps: Step[],
	fake: FakeFile | Buffer = file,
	options: RunOptions = {},
): Promise<Run> {
	return await download(new FakeStorage(fake, steps), options);
}

describe('a download without trouble', () => {
	it('brings the file in one request, with its size', async () => {
		const done = await run([]);
		complete(done);
		expect(done.size).toBe(10_000);
		expect(done.storage.requests).toHaveLength(1);
		expect(done.storage.requests[0]?.headers).toEqual({ 'Accept-Encoding': 'identity' });
		expect(done.urls).toBe(1);
		expect(done.journal).toEqual([]);
	});

	it('takes a file without announced length', async () => {
		const done = await run([], { bytes: file, lengthless: true });
		complete(done);
		expect(done.size).toBeUndefined();
	});

	it('takes an archive without entries, a PDF where one is expected, and tiny chunks', async () => {
		const empty = Buffer.concat([Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)]);
		complete(await run([], { bytes: empty, chunkSize: 1 }), empty);
		complete(await run([], { bytes: fakePdf, chunkSize: 2 }, { expect: 'pdf' }), fakePdf);
	});

	it('pulls nothing while the consumer works', async () => {
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

	it('never takes a slow consumer for a stalled connection', async () => {
		const clock = new SimulatedClock();
		const done = await run([], file, {
			clock,
			onChunk: async () => await clock.sleep(3 * STALL_MS),
		});
		complete(done);
		expect(done.storage.requests).toHaveLength(1);
	});
});

describe('a connection that breaks', () => {
	it('is continued by a range where it stopped', async () => {
		const done = await run([{ breakAfter: 3500 }, { breakAfter: 2500 }]);
		complete(done);
		expect(done.storage.starts).toEqual([0, 3500, 6000]);
		expect(done.storage.requests[1]?.headers).toMatchObject({ 'If-Range': '"v1"' });
		expect(done.urls).toBe(1);
		expect(done.journal).toHaveLength(2);
		expect(done.journal[0]).toContain('ECONNRESET');
	});

	it('is continued after a stall, which takes exactly the agreed time', async () => {
		const done = await run([{ stallAfter: 4000 }]);
		complete(done);
		expect(done.storage.starts).toEqual([0, 4000]);
		expect(done.elapsedMs).toBe(STALL_MS + 250);
	});

	it('is made again when no answer comes', async () => {
		const done = await run([{ hang: true }, { refuse: 'ECONNREFUSED' }]);
		complete(done);
		expect(done.storage.requests).toHaveLength(3);
	});

	it('is continued when the body ends too early as if it were complete', async () => {
		const done = await run([{ endAfter: 9_999 }]);
		complete(done);
		expect(done.storage.starts).toEqual([0, 9_999]);
	});

	it('is continued with the date where there is no ETag', async () => {
		const lastModified = 'Mon, 23 Nov 2026 11:59:59 GMT';
		const done = await run([{ breakAfter: 5000 }], { bytes: file, lastModified });
		complete(done);
		expect(done.storage.starts).toEqual([0, 5000]);
		expect(done.storage.requests[1]?.headers).toMatchObject({ 'If-Range': lastModified });
	});

	it.each([
		['a weak ETag', { etag: 'W/"v1"' }],
		['a date that may be too fresh', { lastModified: 'Mon, 23 Nov 2026 12:00:00 GMT' }],
		['nothing', {}],
	])('starts again where the file has %s, and skips what is there', async (_, identity) => {
		const done = await run([{ breakAfter: 5000 }, { breakAfter: 4000 }, { breakAfter: 7500 }], {
			bytes: file,
			...identity,
		});
		complete(done);
		expect(done.storage.starts).toEqual([0, 0, 0, 0]);
		expect(done.storage.requests[1]?.headers).toEqual({ 'Accept-Encoding': 'identity' });
	});

	it('starts again where the storage ignores ranges', async () => {
		const done = await run([
			{ breakAfter: 5000 },
			{ ignoreRange: true, breakAfter: 5500 },
			{ ignoreRange: true },
		]);
		complete(done);
	});

	it('starts again where the storage sends another part than asked for', async () => {
		const wrong = { status: 206, headers: { 'content-range': 'bytes 4999-9999/10000' } };
		const done = await run([{ breakAfter: 5000 }, wrong, {}]);
		complete(done);
		expect(done.storage.starts).toEqual([0, 5000, 0]);
	});

	it('does not matter once the last byte is there', async () => {
		const done = await run([{ breakAfter: 10_000 }]);
		complete(done);
		expect(done.storage.requests).toHaveLength(1);
	});

	it('before the first bytes are enough to know the file, begins anew', async () => {
		const done = await run([{ breakAfter: 3 }], { bytes: file, etag: '"v1"', chunkSize: 1 });
		complete(done);
		expect(done.storage.starts).toEqual([0, 0]);
	});

	it('is given up after some tries that bring nothing new', async () => {
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

	it('counts the tries anew after each new byte, and all of them together', async () => {
		const patient = Array.from({ length: 30 }, (_, index) => ({
			breakAfter: index % 5 === 4 ? 100 : 0,
		}));
		complete(await run(patient));
		const endless = await run(Array(500).fill({ breakAfter: 10 }));
		failed(endless, 'tooManyAttempts');
		expect(endless.storage.requests).toHaveLength(100);
	});
});

describe('another file under the same URL', () => {
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
		['another size', { bytes: file }, { bytes: file.subarray(0, 9_000) }, []],
		['other bytes and no ETag', { bytes: file }, { bytes: other }, []],
		['no ETag any more', { bytes: file, etag: '"v1"' }, { bytes: file }, []],
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
	])('%s is never glued to the first', async (_, first, second, steps) => {
		const done = await changing(first, second, steps);
		failed(done, 'changed');
		expect(done.bytes.equals(file.subarray(0, 5000))).toBe(true);
	});

	it('is the same file where its bytes are', async () => {
		complete(await changing({ bytes: file }, { bytes: Buffer.from(file) }));
	});
});

describe('a presigned URL', () => {
	const expired: Step = {
		status: 403,
		body: Buffer.from(
			`<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Request has expired</Message><Resource>${SECRET}</Resource></Error>`,
		),
	};

	it.each([400, 401, 403, 404, 410])(
		'that is refused with %d is asked for again',
		async (status) => {
			const done = await run([{ status }]);
			complete(done);
			expect(done.urls).toBe(2);
			expect(done.storage.requests.map(({ url }) => url.includes('/2.zip'))).toEqual([false, true]);
			expect(done.elapsedMs).toBe(0);
		},
	);

	it('that expires in the middle is asked for again, and the file continued', async () => {
		const done = await run([{ breakAfter: 5000 }, expired]);
		complete(done);
		expect(done.storage.starts).toEqual([0, 5000, 5000]);
		expect(done.urls).toBe(2);
	});

	it('is asked for three more times, then the reason is told', async () => {
		const done = await run(Array(20).fill(expired));
		failed(done, 'expired', /HTTP 403 \(AccessDenied\)/);
		expect(done.urls).toBe(4);
		expect(done.bytes).toHaveLength(0);
		expect(done.thrown).toMatchObject({ httpStatus: 403 });
		failed(
			await run(Array(20).fill({ status: 404, body: Buffer.alloc(0) })),
			'refused',
			/HTTP 404/,
		);
	});

	it('that cannot be had ends the download with its own reason', async () => {
		const reason = new Error('no such job');
		const done = await run([], file, { getUrl: async () => await Promise.reject(reason) });
		expect(done.thrown).toBe(reason);
		leftNothing(done);
	});
});

describe('a busy storage', () => {
	it.each([408, 429, 500, 502, 503, 504])('that answers %d is asked again', async (status) => {
		const done = await run([{ status, body: Buffer.from('<html>') }]);
		complete(done);
		expect(done.urls).toBe(1);
		expect(done.elapsedMs).toBe(250);
	});

	it('is left alone for as long as it asks, in seconds or by date, within limits', async () => {
		const clock = new SimulatedClock();
		const inAMinute = new Date(clock.now() + 60_000).toUTCString();
		expect((await run([{ status: 429, headers: { 'retry-after': '7' } }])).elapsedMs).toBe(7_000);
		expect(
			(await run([{ status: 503, headers: { 'retry-after': inAMinute } }], file, { clock }))
				.elapsedMs,
		).toBe(60_000);
		expect((await run([{ status: 503, headers: { 'retry-after': '9999' } }])).elapsedMs).toBe(
			120_000,
		);
	});

	it('is given up at once where the wait would pass the deadline', async () => {
		const clock = new SimulatedClock();
		const done = await run([{ status: 503, headers: { 'retry-after': '60' } }], file, {
			clock,
			deadline: clock.now() + 59_000,
		});
		failed(done, 'deadline');
		expect(done.elapsedMs).toBe(0);
	});
});

describe('an answer that is not the file', () => {
	it.each<[string, Step, string, RegExp]>([
		[
			'a web page',
			{ body: Buffer.from('\n<!DOCTYPE html><title>Log in</title>') },
			'notZip',
			/web page/,
		],
		['something else', { body: Buffer.from('Rar!\x1a\x07') }, 'notZip', /something else/],
		['a PDF', { body: fakePdf }, 'notZip', /something else instead of the ZIP/],
		['two bytes', { body: Buffer.from('PK') }, 'notZip', /something else/],
		['nothing', { body: Buffer.alloc(0) }, 'notZip', /empty file/],
		['a compressed stream', { headers: { 'content-encoding': 'gzip' } }, 'encoded', /compressed/],
		['a longer file than announced', { headers: { 'content-length': '9500' } }, 'length', /longer/],
		[
			'no file, for a wrong certificate',
			{ refuse: 'CERT_HAS_EXPIRED' },
			'unreachable',
			/CERT_HAS_EXPIRED/,
		],
	])('%s is refused', async (_, step, code, message) => {
		const done = await run([step]);
		failed(done, code, message);
		expect(done.bytes.length).toBeLessThanOrEqual(9500);
		if (code !== 'length') expect(done.bytes).toHaveLength(0);
	});

	it('a ZIP where a PDF is expected is refused', async () => {
		failed(await run([], file, { expect: 'pdf' }), 'notPdf', /instead of the PDF/);
	});

	it('an upload leftover in Content-Encoding does not matter', async () => {
		complete(await run([{ headers: { 'content-encoding': 'aws-chunked' } }]));
	});
});

describe('the end', () => {
	it('comes at the deadline, whatever is being waited for', async () => {
		for (const steps of [[{ hang: true }], [{ stallAfter: 500 }], Array(9).fill({ status: 503 })]) {
			const clock = new SimulatedClock();
			const done = await run(steps, file, {
				clock,
				stallMs: 1_000_000,
				deadline: clock.now() + 2_000,
			});
			failed(done, 'deadline');
			expect(done.elapsedMs).toBeLessThanOrEqual(2_000);
		}
	});

	it('comes at the deadline while an URL is waited for', async () => {
		const clock = new SimulatedClock();
		const getUrl = async (): Promise<never> => await new Promise<never>(() => undefined);
		const done = await run([], file, { clock, getUrl, deadline: clock.now() + 500_000 });
		failed(done, 'deadline');
		expect(done.elapsedMs).toBe(500_000);
	});

	it.each<[string, Step[], number]>([
		['before it begins', [], 0],
		['while a connection is made', [{ hang: true }], 100],
		['while the body stalls', [{ stallAfter: 2000 }], 100],
		['while a pause is kept', [{ status: 503, headers: { 'retry-after': '60' } }], 100],
	])('comes at once when stopped %s, with the reason of that', async (_, steps, afterMs) => {
		const clock = new SimulatedClock();
		const controller = new AbortController();
		const reason = new Error('Stop was pressed');
		if (afterMs === 0) controller.abort(reason);
		else void clock.sleep(afterMs).then(() => controller.abort(reason));
		const done = await run(steps, file, { clock, signal: controller.signal });
		expect(done.thrown).toBe(reason);
		expect(done.elapsedMs).toBe(afterMs);
		leftNothing(done);
	});

	it('comes when stopped while the consumer works', async () => {
		const controller = new AbortController();
		const reason = new Error('Stop was pressed');
		const done = await run([], file, {
			signal: controller.signal,
			onChunk: (received) => {
				if (received === 3000) controller.abort(reason);
			},
		});
		expect(done.thrown).toBe(reason);
		expect(done.bytes).toHaveLength(3000);
		leftNothing(done);
	});
});
