import { EmulatorSetup } from './support.mts';

describe('presigned URLs', () => {
	let setup: EmulatorSetup;
	let url: string;
	beforeEach(async () => {
		setup = await EmulatorSetup.start();
		url = await setup.zipUrl(await setup.submit([{}, {}]));
	});
	afterEach(async () => await setup.close());

	it('hands out ZIP links on another origin that look as documented', () => {
		expect(new URL(url).origin).toBe(setup.emulator.storageOrigin);
		expect(new URL(url).origin).not.toBe(new URL(setup.emulator.baseUrl).origin);
		expect(url).toMatch(/\/batch_output\.zip\?signature=[0-9a-f]+&expires=\d+$/);
	});

	it('serves a ZIP with its length, ETag and date, the same each time', async () => {
		const first = await setup.fetch(url);
		const again = await setup.fetch(url);
		expect(first.headers['content-type']).toBe('application/zip');
		expect(first.headers['content-length']).toBe(String(first.bytes.length));
		expect(first.headers.etag).toMatch(/^"[^"]+"$/);
		expect(Date.parse(first.headers['last-modified'] ?? '')).not.toBeNaN();
		expect(again.bytes.equals(first.bytes)).toBe(true);
		expect(again.headers.etag).toBe(first.headers.etag);
	});

	it.each([
		[
			'another signature',
			(u: string) =>
				u.replace(/signature=./, (found) => (found.endsWith('0') ? 'signature=1' : 'signature=0')),
		],
		['a later expiry', (u: string) => u.replace(/expires=\d+/, 'expires=9999999999')],
		['no signature', (u: string) => u.replace(/signature=[0-9a-f]+&/, '')],
		['another job', (u: string) => u.replace(/jobs\/job_/, 'jobs/job_x')],
	])('refuses a presigned URL with %s', async (_what, tamper) => {
		const { status, headers, bytes } = await setup.fetch(tamper(url));
		expect(status).toBe(403);
		expect(headers['content-type']).toBe('application/xml');
		expect(bytes.toString()).toContain('<Code>SignatureDoesNotMatch</Code>');
	});

	it('refuses a presigned URL whose time is over', async () => {
		setup.emulator.behaviour.urlExpirySeconds = 0;
		const job = setup.emulator.jobs[0];
		const { data } = await setup.get(`/batch/${job?.jobId}/download`);
		const { status, bytes } = await setup.fetch(String(data.url));
		expect(status).toBe(403);
		expect(bytes.toString()).toContain('Request has expired');
		expect((await setup.fetch(url)).status).toBe(200);
	});

	it('refuses a request to the storage that brings the API key, and remembers it', async () => {
		expect(setup.emulator.leaks).toHaveLength(0);
		const { status } = await setup.fetch(url, { 'x-api-key': 'pc_live_demo' });
		expect(status).toBe(400);
		expect(setup.emulator.leaks).toHaveLength(1);
		expect(setup.emulator.leaks[0]).toMatchObject({
			origin: 'storage',
			route: 'zip',
			hasApiKey: true,
		});
	});

	it('keeps no signature in the log of requests', async () => {
		await setup.fetch(url);
		const paths = setup.emulator.requests.map(({ path }) => path).join(' ');
		expect(paths).toContain('batch_output.zip');
		expect(paths).not.toContain('signature');
	});
});

describe('ranges', () => {
	let setup: EmulatorSetup;
	let url: string;
	let whole: Buffer;
	let etag: string;
	let modified: string;
	beforeAll(async () => {
		setup = await EmulatorSetup.start();
		url = await setup.zipUrl(await setup.submit([{}, {}]));
		const { bytes, headers } = await setup.fetch(url);
		whole = bytes;
		etag = headers.etag ?? '';
		modified = headers['last-modified'] ?? '';
	});
	afterAll(async () => await setup.close());

	it.each([
		['from a byte on', 'bytes=100-', (all: Buffer) => all.subarray(100)],
		['between two bytes', 'bytes=10-19', (all: Buffer) => all.subarray(10, 20)],
		['the last bytes', 'bytes=-5', (all: Buffer) => all.subarray(-5)],
		['beyond the end', 'bytes=10-99999999', (all: Buffer) => all.subarray(10)],
	])('sends the part of a file %s', async (_what, range, expected) => {
		const { status, headers, bytes } = await setup.fetch(url, { range });
		expect(status).toBe(206);
		expect(bytes.equals(expected(whole))).toBe(true);
		expect(headers['content-length']).toBe(String(bytes.length));
		expect(headers['content-range']).toMatch(new RegExp(`^bytes \\d+-\\d+/${whole.length}$`));
	});

	it('continues a file under If-Range while it is still the same', async () => {
		for (const condition of [etag, modified]) {
			const { status } = await setup.fetch(url, { range: 'bytes=5-', 'if-range': condition });
			expect(status).toBe(206);
		}
	});

	it.each(['"other"', 'Thu, 01 Jan 1970 00:00:00 GMT'])(
		'starts a file over for If-Range %s',
		async (condition) => {
			const { status, bytes } = await setup.fetch(url, {
				range: 'bytes=5-',
				'if-range': condition,
			});
			expect(status).toBe(200);
			expect(bytes.equals(whole)).toBe(true);
		},
	);

	it('answers 416 to a range behind the end', async () => {
		const { status, headers } = await setup.fetch(url, { range: `bytes=${whole.length}-` });
		expect(status).toBe(416);
		expect(headers['content-range']).toBe(`bytes */${whole.length}`);
	});

	it.each(['bytes=0-1,5-6', 'lines=1-2', 'bytes=9-3', 'bytes=-'])(
		'ignores the range %s and sends the whole file',
		async (range) => {
			expect((await setup.fetch(url, { range })).status).toBe(200);
		},
	);

	it('sends the whole file for a range where ranges are switched off', async () => {
		setup.emulator.behaviour.choices.ranges = false;
		const { status, headers, bytes } = await setup.fetch(url, { range: 'bytes=5-' });
		setup.emulator.behaviour.choices.ranges = true;
		expect(status).toBe(200);
		expect(headers['accept-ranges']).toBeUndefined();
		expect(bytes.length).toBe(whole.length);
	});
});
