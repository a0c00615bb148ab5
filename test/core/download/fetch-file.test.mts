import { checkedFile } from '../../../nodes/ImaginePdf/core/download/expectedFile.ts';
import { SimulatedClock } from '../../client/clock.mts';
import { FakeStorage, type Step } from './support/fake-storage.mts';
import { complete, failed, file, run, SECRET } from './support/run.mts';

const STALL_MS = 30_000;
const HOUR_MS = 3_600_000;
/** Three quarters of 500 ms, doubled each time: the pauses before a second, third, … try. */
const PAUSES_MS = [375, 750, 1500, 3000, 6000];

describe('A file', () => {
	it('a file comes in one request, without a word to the log', async () => {
		const done = await run();
		complete(done);
		expect(done.storage.requests[0]?.headers).toEqual({ 'Accept-Encoding': 'identity' });
		expect([done.links, done.elapsedMs, done.logger]).toEqual([1, 0, []]);
	});

	it.each<[string, Buffer, 'zip' | 'pdf' | 'png', number]>([
		['an archive without entries', Buffer.from(`PK\x05\x06${'\0'.repeat(18)}`), 'zip', 1],
		['a PDF', Buffer.from('%PDF-1.7\nstartxref\n9\n%%EOF\n'), 'pdf', 2],
		['a picture', Buffer.from('\x89PNG\r\n\x1a\n…IEND\xaeB`\x82', 'latin1'), 'png', 3],
	])('a file may be %s, in tiny chunks', async (_, bytes, expected, chunkSize) => {
		const storage = new FakeStorage(bytes, [], chunkSize);
		complete(await run([], { storage, expect: expected }), 1, bytes);
	});

	it.each([
		['without an announced length', { 'content-length': '' }],
		['with an encoding left over from its upload', { 'content-encoding': 'aws-chunked' }],
	])('a file is taken %s', async (_, headers) => complete(await run([{ headers }])));

	it('a file is read no further while its receiver works', async () => {
		const storage = new FakeStorage(file);
		const pulled: number[] = [];
		const onChunk = async (): Promise<void> => {
			pulled.push(storage.pulled);
			await new Promise((resolve) => setImmediate(resolve));
			expect(storage.pulled).toBe(pulled.at(-1));
		};
		complete(await run([], { storage, onChunk }));
		expect(pulled).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
	});

	it('a slow receiver is never taken for a stalled connection', async () => {
		const clock = new SimulatedClock();
		complete(await run([], { clock, onChunk: async () => await clock.sleep(3 * STALL_MS) }));
	});

	it('a file that breaks off is received again from its first byte, by a new link', async () => {
		const done = await run([{ breakAfter: 3500 }, { breakAfter: 7500 }]);
		complete(done, 3);
		expect(done.received.map(({ length }) => length)).toEqual([3500, 7500, 10_000]);
		expect(done.storage.requests.map(({ url }) => /\d/.exec(url)?.[0])).toEqual(['1', '2', '3']);
		expect(done.storage.requests[2]?.headers).toEqual({ 'Accept-Encoding': 'identity' });
		expect(done.logger).toEqual([
			'The connection broke (ECONNRESET); retrying in 1 s (2 of 6) {}',
			'The connection broke (ECONNRESET); retrying in 1 s (3 of 6) {}',
		]);
	});

	it('nothing is received of a try before the first bytes show what the file is', async () => {
		const storage = new FakeStorage(file, [{ breakAfter: 3 }, { endAfter: 4 }], 1);
		const done = await run([], { storage });
		complete(done, 3);
		expect(done.received).toHaveLength(1);
	});
});

describe('A file is tried again', () => {
	const each = (statuses: number[]) =>
		statuses.map((status) => [`status ${status}`, { status }, 375] as [string, Step, number]);
	const asking = (seconds: string) => ({ status: 503, headers: { 'retry-after': seconds } });

	it.each<[string, Step, number]>([
		['a connection that breaks at once', { breakAfter: 0 }, 375],
		['a connection that breaks in the middle', { breakAfter: 5001 }, 375],
		['a body that ends too early as if it were complete', { endAfter: 9999 }, 375],
		['a connection that is refused', { refuse: 'ECONNREFUSED' }, 375],
		['no answer', { hang: true }, STALL_MS + 375],
		['an answer that comes too late', { hang: 'late' }, STALL_MS + 375],
		['a connection that stalls at once', { stallAfter: 0 }, STALL_MS + 375],
		['a connection that stalls in the middle', { stallAfter: 5001 }, STALL_MS + 375],
		['a client that says that it took too long', { refuse: 'ETIMEDOUT' }, 375],
		...each([206, 408, 429, 500, 502, 503, 504]),
		// A new link may do.
		...each([400, 401, 403, 404, 410]),
		['a storage that asks for 7 s', asking('7'), 7000],
		['a storage that asks for more than two minutes', asking('9999'), 120_000],
		['a storage that names a moment', asking('Thu, 01 Jan 2026 00:01:00 GMT'), 60_000],
	])('a file is tried again after %s', async (_, step, elapsedMs) => {
		const done = await run([step]);
		complete(done, 2);
		expect([done.links, done.elapsedMs]).toEqual([2, elapsedMs]);
	});

	it.each<[string, Step, string, RegExp]>([
		['breaks', { breakAfter: 5000 }, 'interrupted', /^The connection broke \(ECONNRESET\)$/],
		['misses its end', { endAfter: 9000 }, 'interrupted', /^The last 1000 bytes are missing$/],
		['stalls', { stallAfter: 5000 }, 'stalled', /^No more bytes arrived$/],
		['is not to be had', { status: 503 }, 'busy', /^The storage answers with HTTP 503$/],
	])('a file that %s each time is given up after six tries', async (_, step, code, message) => {
		const done = await run(Array<Step>(9).fill(step));
		failed(done, code, message, 6);
		const stalled = code === 'stalled' ? 6 * STALL_MS : 0;
		expect(done.elapsedMs).toBe(PAUSES_MS.reduce((sum, ms) => sum + ms, stalled));
	});
});

describe('A link that the storage refuses', () => {
	const text = `<Error><Code>AccessDenied</Code><Message>Request has expired</Message><Resource>${SECRET}</Resource></Error>`;
	const expired: Step = { status: 403, body: Buffer.from(text) };

	it.each<[string, Step, string, RegExp]>([
		['with its reason', expired, 'expired', /refuses the link: HTTP 403 \(AccessDenied\)$/],
		['without a reason', { status: 404, body: Buffer.alloc(0) }, 'refused', /link: HTTP 404$/],
		['with endless text', { status: 403, body: Buffer.alloc(1e6, 'x') }, 'refused', /HTTP 403$/],
	])('after four links the refusal is told, %s', async (_, step, code, message) => {
		const done = await run(Array<Step>(9).fill(step));
		failed(done, code, message, 4);
		expect(done.thrown).toMatchObject({ httpStatus: step.status });
		expect(done.links).toBe(4);
		expect(done.received).toEqual([]);
		expect(done.storage.pulled).toBeLessThanOrEqual(4 * 5);
	});

	it.each<[string, Step[], number, number]>([
		['its file may come a moment later', [{ status: 404 }, { status: 404 }], 3, 1125],
		['its file never comes', Array<Step>(4).fill({ status: 404 }), 4, 2625],
		['it has expired', [expired], 1, 0],
	])('of the only link there is: %s', async (_, steps, tries, elapsedMs) => {
		const done = await run(steps, { isOnlyLink: true });
		if (steps.length < tries) complete(done, tries);
		else failed(done, steps[0] === expired ? 'expired' : 'refused', /refuses the link/, tries);
		expect(done.elapsedMs).toBe(elapsedMs);
	});

	it('a file ends with the reason why there is no link', async () => {
		const reason = new Error('no such job');
		const done = await run([], { link: async () => await Promise.reject(reason) });
		expect(done.thrown).toBe(reason);
	});
});

describe('What is not the file', () => {
	it.each<[string, Step, string, RegExp]>([
		['a web page', { body: Buffer.from('\n<!DOCTYPE html>') }, 'notZip', /a web page or XML text/],
		['another archive', { body: Buffer.from('Rar!\x1a\x07') }, 'notZip', /else instead of the ZIP/],
		['two bytes', { body: Buffer.from('PK') }, 'notZip', /something else/],
		['nothing', { body: Buffer.alloc(0) }, 'notZip', /an empty file/],
		['a compressed stream', { headers: { 'content-encoding': 'gzip' } }, 'encoded', /compressed/],
		['a wrong certificate', { refuse: 'CERT_HAS_EXPIRED' }, 'unreachable', /\(CERT_HAS_EXPIRED\)/],
	])('%s is refused at once', async (_, step, code, message) => {
		const done = await run([step]);
		failed(done, code, message);
		expect(done.received).toEqual([]);
	});

	it('a ZIP is refused where a PDF is expected', async () => {
		failed(await run([], { expect: 'pdf' }), 'notPdf', /instead of the PDF/);
	});

	it('a file that is longer than announced is refused where that shows', async () => {
		const done = await run([{ headers: { 'content-length': '9500' } }]);
		failed(done, 'length', /longer than the storage announced/);
		expect(done.received.map(({ length }) => length)).toEqual([9000]);
	});

	const END = '\nstartxref\n9\n%%EOF\n';
	const body = `%PDF-1.7\n${'x'.repeat(5000)}`;
	async function read(parts: string[]): Promise<string> {
		async function* source() {
			for (const part of parts) yield Buffer.from(part);
		}
		let text = '';
		for await (const chunk of checkedFile(source(), 'pdf')) text += Buffer.from(chunk).toString();
		return text;
	}

	it.each([
		['in one piece', [body + END]],
		['byte by byte', [...(body + END)]],
		['with the mark over two pieces', [body, END.slice(0, -4), END.slice(-4)]],
		['with some bytes behind its mark', [body + END + ' '.repeat(900)]],
	])('a PDF comes through as it is: %s', async (_, parts) => {
		expect(await read(parts)).toBe(parts.join(''));
	});

	it.each([
		['without its end', [body]],
		['cut in its mark', [body + END.slice(0, -3)]],
		['with a mark only in the middle', [`%PDF-1.7${END}${body}`]],
		['that is ten bytes long', ['%PDF-1.7\nx']],
	])('a PDF %s is refused', async (_, parts) => {
		await expect(read(parts)).rejects.toMatchObject({ name: 'FileError', code: 'length' });
	});
});

describe('The end of the tries', () => {
	it('an hour ends a download, whatever is waited for', async () => {
		const clock = new SimulatedClock();
		const link = async (): Promise<never> => await new Promise<never>(() => undefined);
		failed(await run([], { clock, link }), 'deadline', /time for the download is over/, 0);
		expect(clock.now()).toBe(new SimulatedClock().now() + HOUR_MS);
		const onChunk = async () => await clock.sleep(HOUR_MS);
		failed(await run([], { clock, onChunk }), 'deadline', /time for the download is over/);
	});

	it('no try begins after an hour', async () => {
		const clock = new SimulatedClock();
		const onChunk = async () => await clock.sleep(HOUR_MS - 100);
		failed(await run([{ breakAfter: 500 }], { clock, onChunk }), 'interrupted', /broke/);
	});

	it.each<[string, Step[], number]>([
		['before it begins', [], 0],
		['while a connection is made', [{ hang: true }], 100],
		['while the body stalls', [{ stallAfter: 2000 }], 100],
		['while a pause is kept', [{ status: 503, headers: { 'retry-after': '60' } }], 100],
	])('Stop ends a download at once %s', async (_, steps, afterMs) => {
		const clock = new SimulatedClock();
		const controller = new AbortController();
		const reason = new Error('Stop was pressed');
		if (afterMs === 0) controller.abort(reason);
		else void clock.sleep(afterMs).then(() => controller.abort(reason));
		const done = await run(steps, { clock, signal: controller.signal });
		expect(done.thrown).toBe(reason);
		expect(done.elapsedMs).toBe(afterMs);
	});

	it('Stop ends a download while its receiver works', async () => {
		const controller = new AbortController();
		const reason = new Error('Stop was pressed');
		const storage = new FakeStorage(file);
		const onChunk = (received: number) => {
			if (received !== 3000) return;
			expect(storage.open).toBe(1);
			controller.abort(reason);
			expect(storage.open).toBe(0);
		};
		const done = await run([], { storage, signal: controller.signal, onChunk });
		expect(done.thrown).toBe(reason);
		expect(done.received[0]).toHaveLength(3000);
	});

	it('a file is tried again where a store makes another error of a broken connection', async () => {
		const done = await run([{ breakAfter: 2000 }], { storeError: new Error('Upload failed') });
		complete(done, 2);
	});

	it('a receiver that does not want the file ends the tries with its reason', async () => {
		const reason = new Error('The disk is full');
		const onChunk = async () => await Promise.reject(reason);
		const done = await run([], { onChunk });
		expect(done.thrown).toBe(reason);
		expect(done.storage.requests).toHaveLength(1);
	});
});
