import { TransportError } from '../../nodes/ImaginePdf/core/api/errors.ts';
import {
	actions,
	HOSTILE_ZIPS,
	hostileZip,
	type FaultAction,
	type HostileZip,
} from '../emulator/index.mts';
import { EmulatorSetup } from './support.mts';

let setup: EmulatorSetup;
beforeEach(async () => {
	setup = await EmulatorSetup.start();
});
afterEach(async () => await setup.close());

describe('faults on the storage', () => {
	let jobId: string;
	let url: string;
	let whole: Buffer;
	beforeEach(async () => {
		jobId = await setup.submit([{}, {}, {}]);
		url = await setup.zipUrl(jobId);
		whole = (await setup.fetch(url)).bytes;
	});

	async function bytesUntilBroken(action: FaultAction) {
		setup.emulator.faults.add({ route: 'zip', call: 1, action });
		const answer = await setup.http.storage({ url, headers: {}, timeoutMs: 5000 });
		const chunks: Uint8Array[] = [];
		let trouble: unknown;
		try {
			for await (const chunk of answer.body) chunks.push(chunk);
		} catch (error) {
			trouble = error;
		}
		return { answer, bytes: Buffer.concat(chunks), trouble };
	}

	it('cuts a file off in the middle', async () => {
		const { answer, bytes, trouble } = await bytesUntilBroken(actions.truncate(100));
		expect(answer.headers['content-length']).toBe(String(whole.length));
		expect(bytes.equals(whole.subarray(0, 100))).toBe(true);
		expect(trouble).toBeInstanceOf(TransportError);
		await setup.emulator.waitFor(({ requests }) => requests.at(-1)?.outcome === 'cut');
	});

	it('sends nothing more from the middle of a file on, until the client leaves', async () => {
		setup.emulator.faults.add({ route: 'zip', call: 1, action: actions.stall(100) });
		const answer = await setup.http.storage({ url, headers: {}, timeoutMs: 5000 });
		const reader = answer.body[Symbol.asyncIterator]();
		const { value } = await reader.next();
		expect(value).toHaveLength(100);
		expect(setup.emulator.requests.at(-1)?.outcome).toBe('running');
		answer.discard();
		answer.discard();
		await setup.emulator.waitFor(({ requests }) => requests.at(-1)?.outcome === 'cut');
	});

	it('announces a file longer than it is', async () => {
		const { answer, bytes, trouble } = await bytesUntilBroken(
			actions.announceLength(whole.length + 10),
		);
		expect(answer.headers['content-length']).toBe(String(whole.length + 10));
		expect(bytes.length).toBe(whole.length);
		expect(trouble).toBeInstanceOf(TransportError);
	});

	it('announces a file shorter than it is', async () => {
		const { answer, bytes } = await bytesUntilBroken(actions.announceLength(50));
		expect(answer.headers['content-length']).toBe('50');
		expect(bytes.equals(whole.subarray(0, 50))).toBe(true);
	});

	it('sends a file without announcing its length', async () => {
		const { answer, bytes, trouble } = await bytesUntilBroken(actions.announceLength(null));
		expect(answer.headers['content-length']).toBeUndefined();
		expect(bytes.equals(whole)).toBe(true);
		expect(trouble).toBeUndefined();
	});

	it('sends the whole file although a range of it is asked for', async () => {
		setup.emulator.faults.add({ route: 'zip', call: 1, action: actions.ignoreRange() });
		expect((await setup.fetch(url, { range: 'bytes=5-' })).status).toBe(200);
		expect((await setup.fetch(url, { range: 'bytes=5-' })).status).toBe(206);
	});

	it('sends another file in the place of one that is continued', async () => {
		const { headers } = await setup.fetch(url);
		setup.emulator.faults.add({
			route: 'zip',
			action: actions.replaceFile(Buffer.from('another')),
		});
		const { status, bytes } = await setup.fetch(url, {
			range: 'bytes=2-',
			'if-range': headers.etag ?? '',
		});
		expect([status, bytes.toString()]).toEqual([200, 'another']);
	});

	it('does not have a file at first, and has it later', async () => {
		setup.emulator.faults.add({ route: 'zip', call: 1, times: 2, action: actions.missingFile() });
		const { status, bytes } = await setup.fetch(url);
		expect([status, bytes.toString()]).toEqual([404, expect.stringContaining('NoSuchKey')]);
		expect((await setup.fetch(url)).status).toBe(404);
		expect((await setup.fetch(url)).status).toBe(200);
	});

	it('refuses a good link as expired, or hands an expired one out', async () => {
		setup.emulator.faults.add({ route: 'zip', call: 1, action: actions.expired() });
		expect((await setup.fetch(url)).status).toBe(403);
		expect((await setup.fetch(url)).status).toBe(200);
		setup.emulator.faults.add({ route: 'download', call: 1, action: actions.expired() });
		const { data } = await setup.get(`/batch/${jobId}/download`);
		expect((await setup.fetch(String(data.url))).status).toBe(403);
		expect((await setup.fetch(await setup.zipUrl(jobId))).status).toBe(200);
	});

	it.each(Object.keys(HOSTILE_ZIPS) as HostileZip[])(
		'sends an archive that is wrong on purpose, and the right one after: %s',
		async (kind) => {
			setup.emulator.faults.add({ route: 'zip', call: 1, action: hostileZip(kind) });
			const { status, bytes } = await setup.fetch(url);
			expect(status).toBe(200);
			expect(bytes.equals(HOSTILE_ZIPS[kind](3))).toBe(true);
			expect((await setup.fetch(url)).bytes.equals(whole)).toBe(true);
		},
	);
});
