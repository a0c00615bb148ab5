import { TransportError } from '../../nodes/ImaginePdf/core/api/transport.ts';
import {
	actions,
	HOSTILE_ZIPS,
	hostileZip,
	type FaultAction,
	type HostileZip,
} from '../emulator/index.mts';
import { Bench } from './support.mts';

let bench: Bench;
beforeEach(async () => {
	bench = await Bench.start();
});
afterEach(async () => await bench.close());

describe('faults on the storage', () => {
	let jobId: string;
	let url: string;
	let whole: Buffer;
	beforeEach(async () => {
		jobId = await bench.submit([{}, {}, {}]);
		url = await bench.zipUrl(jobId);
		whole = (await bench.fetch(url)).bytes;
	});

	async function bytesUntilBroken(action: FaultAction) {
		bench.emulator.faults.add({ route: 'zip', call: 1, action });
		const answer = await bench.http.storage({ url, headers: {}, timeoutMs: 5000 });
		const chunks: Uint8Array[] = [];
		let trouble: unknown;
		try {
			for await (const chunk of answer.body) chunks.push(chunk);
		} catch (error) {
			trouble = error;
		}
		return { answer, bytes: Buffer.concat(chunks), trouble };
	}

	it('a body that is cut', async () => {
		const { answer, bytes, trouble } = await bytesUntilBroken(actions.truncate(100));
		expect(answer.headers['content-length']).toBe(String(whole.length));
		expect(bytes.equals(whole.subarray(0, 100))).toBe(true);
		expect(trouble).toBeInstanceOf(TransportError);
		await bench.emulator.waitFor(({ requests }) => requests.at(-1)?.outcome === 'cut');
	});

	it('a body that stalls', async () => {
		bench.emulator.faults.add({ route: 'zip', call: 1, action: actions.stall(100) });
		const answer = await bench.http.storage({ url, headers: {}, timeoutMs: 5000 });
		const reader = answer.body[Symbol.asyncIterator]();
		const { value } = await reader.next();
		expect(value).toHaveLength(100);
		expect(bench.emulator.requests.at(-1)?.outcome).toBe('running');
		answer.discard();
		answer.discard();
		await bench.emulator.waitFor(({ requests }) => requests.at(-1)?.outcome === 'cut');
	});

	it('a length that is too long', async () => {
		const { answer, bytes, trouble } = await bytesUntilBroken(
			actions.announceLength(whole.length + 10),
		);
		expect(answer.headers['content-length']).toBe(String(whole.length + 10));
		expect(bytes.length).toBe(whole.length);
		expect(trouble).toBeInstanceOf(TransportError);
	});

	it('a length that is too short', async () => {
		const { answer, bytes } = await bytesUntilBroken(actions.announceLength(50));
		expect(answer.headers['content-length']).toBe('50');
		expect(bytes.equals(whole.subarray(0, 50))).toBe(true);
	});

	it('no length', async () => {
		const { answer, bytes, trouble } = await bytesUntilBroken(actions.announceLength(null));
		expect(answer.headers['content-length']).toBeUndefined();
		expect(bytes.equals(whole)).toBe(true);
		expect(trouble).toBeUndefined();
	});

	it('a range that is ignored', async () => {
		bench.emulator.faults.add({ route: 'zip', call: 1, action: actions.ignoreRange() });
		expect((await bench.fetch(url, { range: 'bytes=5-' })).status).toBe(200);
		expect((await bench.fetch(url, { range: 'bytes=5-' })).status).toBe(206);
	});

	it('a file that has changed', async () => {
		const { headers } = await bench.fetch(url);
		bench.emulator.faults.add({
			route: 'zip',
			action: actions.replaceFile(Buffer.from('another')),
		});
		const { status, bytes } = await bench.fetch(url, {
			range: 'bytes=2-',
			'if-range': headers.etag ?? '',
		});
		expect([status, bytes.toString()]).toEqual([200, 'another']);
	});

	it('a file that is not there at first', async () => {
		bench.emulator.faults.add({ route: 'zip', call: 1, times: 2, action: actions.missingFile() });
		const { status, bytes } = await bench.fetch(url);
		expect([status, bytes.toString()]).toEqual([404, expect.stringContaining('NoSuchKey')]);
		expect((await bench.fetch(url)).status).toBe(404);
		expect((await bench.fetch(url)).status).toBe(200);
	});

	it('a URL that has expired, by the storage and by the link', async () => {
		bench.emulator.faults.add({ route: 'zip', call: 1, action: actions.expired() });
		expect((await bench.fetch(url)).status).toBe(403);
		expect((await bench.fetch(url)).status).toBe(200);
		bench.emulator.faults.add({ route: 'download', call: 1, action: actions.expired() });
		const { data } = await bench.get(`/batch/${jobId}/download`);
		expect((await bench.fetch(String(data.url))).status).toBe(403);
		expect((await bench.fetch(await bench.zipUrl(jobId))).status).toBe(200);
	});

	it.each(Object.keys(HOSTILE_ZIPS) as HostileZip[])('a hostile archive: %s', async (kind) => {
		bench.emulator.faults.add({ route: 'zip', call: 1, action: hostileZip(kind) });
		const { status, bytes } = await bench.fetch(url);
		expect(status).toBe(200);
		expect(bytes.equals(HOSTILE_ZIPS[kind](3))).toBe(true);
		expect((await bench.fetch(url)).bytes.equals(whole)).toBe(true);
	});
});
