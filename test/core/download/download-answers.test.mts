import { SimulatedClock } from '../../client/clock.mts';
import { complete, failed, fakePdf, file, leftNothing, run } from './support/expect.mts';
import { FakeStorage, type Step } from './support/fake-storage.mts';
import { download, SECRET } from './support/run.mts';

describe('A presigned URL', () => {
	const expired: Step = {
		status: 403,
		body: Buffer.from(
			`<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Request has expired</Message><Resource>${SECRET}</Resource></Error>`,
		),
	};

	it.each([400, 401, 403, 404, 410])(
		'a presigned URL that is refused with %d is asked for again',
		async (status) => {
			const done = await run([{ status }]);
			complete(done);
			expect(done.urls).toBe(2);
			expect(done.storage.requests.map(({ url }) => url.includes('/2.zip'))).toEqual([false, true]);
			expect(done.elapsedMs).toBe(0);
		},
	);

	it('asks for a presigned URL again that expires in the middle, and continues the file', async () => {
		const done = await run([{ breakAfter: 5000 }, expired]);
		complete(done);
		expect(done.storage.starts).toEqual([0, 5000, 5000]);
		expect(done.urls).toBe(2);
	});

	it('asks for a refused presigned URL three more times, then gives the reason', async () => {
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

	it('ends the download with the reason why there is no presigned URL', async () => {
		const reason = new Error('no such job');
		const done = await run([], file, { getUrl: async () => await Promise.reject(reason) });
		expect(done.thrown).toBe(reason);
		leftNothing(done);
	});
});

describe('A busy storage', () => {
	it.each([408, 429, 500, 502, 503, 504])(
		'asks a storage again that answers %d',
		async (status) => {
			const done = await run([{ status, body: Buffer.from('<html>') }]);
			complete(done);
			expect(done.urls).toBe(1);
			expect(done.elapsedMs).toBe(250);
		},
	);

	it('a busy storage is asked again only after the time it asks for, in seconds or by date, within limits', async () => {
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

	it('a download ends at once where a busy storage asks for a wait past the deadline', async () => {
		const clock = new SimulatedClock();
		const done = await run([{ status: 503, headers: { 'retry-after': '60' } }], file, {
			clock,
			deadline: clock.now() + 59_000,
		});
		failed(done, 'deadline');
		expect(done.elapsedMs).toBe(0);
	});
});

describe('An answer that is not the file', () => {
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
		['more bytes than announced', { headers: { 'content-length': '9500' } }, 'length', /longer/],
		[
			'a connection with a wrong certificate',
			{ refuse: 'CERT_HAS_EXPIRED' },
			'unreachable',
			/CERT_HAS_EXPIRED/,
		],
	])('refuses %s instead of the file', async (_, step, code, message) => {
		const done = await run([step]);
		failed(done, code, message);
		expect(done.bytes.length).toBeLessThanOrEqual(9500);
		if (code !== 'length') expect(done.bytes).toHaveLength(0);
	});

	it('refuses a ZIP where a PDF is expected', async () => {
		failed(await run([], file, { expect: 'pdf' }), 'notPdf', /instead of the PDF/);
	});

	it('takes a file whose Content-Encoding is left over from its upload', async () => {
		complete(await run([{ headers: { 'content-encoding': 'aws-chunked' } }]));
	});
});

describe('The end of a download', () => {
	it('ends a download at the deadline, whatever is being waited for', async () => {
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

	it('ends a download at the deadline while a URL is waited for', async () => {
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
	])(
		'ends a download at once when stopped %s, with the reason of that',
		async (_, steps, afterMs) => {
			const clock = new SimulatedClock();
			const controller = new AbortController();
			const reason = new Error('Stop was pressed');
			if (afterMs === 0) controller.abort(reason);
			else void clock.sleep(afterMs).then(() => controller.abort(reason));
			const done = await run(steps, file, { clock, signal: controller.signal });
			expect(done.thrown).toBe(reason);
			expect(done.elapsedMs).toBe(afterMs);
			leftNothing(done);
		},
	);

	it('ends a download when stopped while the consumer works', async () => {
		const controller = new AbortController();
		const reason = new Error('Stop was pressed');
		const storage = new FakeStorage(file);
		const done = await download(storage, {
			signal: controller.signal,
			onChunk: (received) => {
				if (received !== 3000) return;
				expect(storage.open).toBe(1);
				controller.abort(reason);
				expect(storage.open).toBe(0);
			},
		});
		expect(done.thrown).toBe(reason);
		expect(done.bytes).toHaveLength(3000);
		leftNothing(done);
	});
});
