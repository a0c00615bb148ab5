import type { EmulatorOptions } from '../emulator/index.mts';
import { EmulatorSetup } from './support.mts';
import { readZip } from '../support/zip.mts';

describe.each(['designed', 'plain'] as const)('the PDFs of a batch in the style %s', (pdfStyle) => {
	let setup: EmulatorSetup;
	beforeAll(async () => {
		setup = await EmulatorSetup.start({ pdfStyle });
	});
	afterAll(async () => await setup.close());

	it(`shows a row in a ${pdfStyle} PDF, and the sample content of what the row lacks`, async () => {
		const text = await setup.pdfText({ customer_name: 'Ada Lovelace', notes: '', amont: '9.99' });
		expect(text).toContain('Invoice');
		expect(text).toContain('Customer');
		expect(text).toContain('Ada Lovelace');
		expect(text).toContain('$1,000.00');
		expect(text).not.toContain('Thank you for your business.');
		expect(text).not.toContain('9.99');
	});

	it(`shows the letters of every script in a ${pdfStyle} PDF`, async () => {
		const names = ['Zażółć', 'Жанна', 'Ελλάδα', '日本語', '中文', '한국어', 'नमस', '🎉', 'שלום'];
		const text = await setup.pdfText({ notes: names.join('\n') });
		// A bare page does not order right-to-left letters.
		const shown = pdfStyle === 'designed' ? names : names.slice(0, -1);
		for (const name of shown) expect(text).toContain(name);
	});

	it(`makes the same ${pdfStyle} PDF of the same row`, async () => {
		const fetched = [];
		for (let time = 0; time < 2; time++) {
			const jobId = await setup.submit([{ customer_name: 'Ada Ω 日本 🎉' }]);
			const { bytes } = await setup.fetch(await setup.zipUrl(jobId));
			fetched.push((await readZip(bytes))[0]?.bytes);
		}
		expect(fetched[0]).toEqual(fetched[1]);
	});
});

describe('the ZIP', () => {
	async function entriesOf(choices: EmulatorOptions['choices'], rows = 12) {
		const failRows: EmulatorOptions['failRows'] = (_row, index) => index === 3;
		return await EmulatorSetup.during({ choices, failRows }, async (setup) => {
			const jobId = await setup.submit(Array.from({ length: rows }, () => ({})));
			return await readZip((await setup.fetch(await setup.zipUrl(jobId))).bytes);
		});
	}

	it('puts one PDF per successful row into the ZIP', async () => {
		const entries = await entriesOf({});
		expect(entries).toHaveLength(11);
		for (const { bytes } of entries) expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
		expect(entries.map(({ name }) => name)).not.toContain('04.pdf');
	});

	it('names the entries of the ZIP as chosen', async () => {
		expect((await entriesOf({ zipNames: 'numbered' }))[0]?.name).toBe('01.pdf');
		expect((await entriesOf({ zipNames: 'design' }))[0]?.name).toBe('Invoice 01.pdf');
		expect((await entriesOf({ zipNames: 'folders' }))[0]?.name).toBe('Invoice/01/Invoice.pdf');
	});

	it('shuffles the entries of the ZIP where that is chosen', async () => {
		const names = (await entriesOf({ zipOrder: 'shuffled' })).map(({ name }) => name);
		expect(names).not.toEqual([...names].sort());
		expect(names).toHaveLength(11);
	});

	it('stores or deflates the entries of the ZIP, their sizes before or behind the data', async () => {
		const first = async (choices: EmulatorOptions['choices']) => (await entriesOf(choices, 1))[0];
		const known = await first({ zipCompression: 'store', zipSizes: 'known' });
		expect(known).toMatchObject({ method: 0, hasDescriptor: false });
		const descriptors = await first({ zipCompression: 'deflate', zipSizes: 'descriptors' });
		expect(descriptors).toMatchObject({ method: 8, hasDescriptor: true });
	});
});

describe('a synthetic ZIP', () => {
	const synthetic = {
		entries: 300,
		entryBytes: 5000,
		content: 'incompressible',
		compression: 'deflate',
	} as const;

	it.each([
		synthetic,
		{ ...synthetic, content: 'compressible' as const },
		{ ...synthetic, compression: 'store' as const },
	])('makes a sound synthetic ZIP of which any part can be read by itself: %j', async (archive) => {
		await EmulatorSetup.during({ synthetic: archive }, async (setup) => {
			const url = await setup.zipUrl(await setup.submit([{}]));
			const { bytes } = await setup.fetch(url);
			const entries = await readZip(bytes);
			expect(entries).toHaveLength(300);
			expect(entries.every((entry) => entry.bytes.length === 5000)).toBe(true);
			expect(entries[7]?.bytes.subarray(0, 5).toString()).toBe('%PDF-');
			// From the middle of one entry to the middle of another.
			const [from, to] = [Math.floor(bytes.length / 5), Math.floor(bytes.length / 2)];
			const part = await setup.fetch(url, { range: `bytes=${from}-${to - 1}` });
			expect(part.status).toBe(206);
			expect(part.bytes.equals(bytes.subarray(from, to))).toBe(true);
		});
	});
});
