import { pdfText } from '../support/pdf-text.mts';
import type { EmulatorOptions } from '../emulator/index.mts';
import { Bench } from './support.mts';
import { readZip } from '../support/zip.mts';

/** Texts of the PDFs of a job, in the order of its ZIP. */
async function texts(bench: Bench, rows: unknown[], design?: string): Promise<string[]> {
	const { bytes } = await bench.fetch(await bench.zipUrl(await bench.submit(rows, design)));
	const entries = await readZip(bytes);
	return await Promise.all(entries.map(async (entry) => await pdfText(entry.bytes)));
}

describe.each(['designed', 'plain'] as const)('a %s PDF', (pdfStyle) => {
	let bench: Bench;
	beforeAll(async () => {
		bench = await Bench.start({ pdfStyle });
	});
	afterAll(async () => await bench.close());

	it('shows the row, and the sample content of what it lacks', async () => {
		const [text = ''] = await texts(bench, [
			{ customer_name: 'Ada Lovelace', notes: '', amont: '9.99' },
		]);
		expect(text).toContain('Invoice');
		expect(text).toContain('Customer');
		expect(text).toContain('Ada Lovelace');
		expect(text).toContain('$1,000.00');
		expect(text).not.toContain('Thank you for your business.');
		expect(text).not.toContain('9.99');
	});

	it('shows every script', async () => {
		const names = ['Zażółć', 'Жанна', 'Ελλάδα', '日本語', '中文', '한국어', 'नमस', '🎉', 'שלום'];
		const [text = ''] = await texts(bench, [{ notes: names.join('\n') }]);
		// A bare page does not order right-to-left letters.
		const shown = pdfStyle === 'designed' ? names : names.slice(0, -1);
		for (const name of shown) expect(text).toContain(name);
	});

	it('shows tables and fills tokens, by compound key and by the older nested object', async () => {
		const [table = ''] = await texts(
			bench,
			[
				{
					items: [
						['Thing', 'Count'],
						['Anvil', null],
					],
				},
			],
			'design_order',
		);
		expect(table).toContain('Anvil');
		expect(table).not.toContain('Sample item');
		const letters = await texts(
			bench,
			[
				{ 'greeting::first_name': 'Ada' },
				{ greeting: { first_name: 'Grace', last_name: 'Hopper' } },
			],
			'design_letter',
		);
		expect(letters[0]).toContain('Dear Ada Sample,');
		expect(letters[1]).toContain('Dear Grace Hopper,');
	});

	it('drops an inline image', async () => {
		const [text = ''] = await texts(
			bench,
			[{ photo: 'data:image/png;base64,AAAA' }],
			'design_badge',
		);
		expect(text).toContain('assets:sample-photo');
		expect(text).not.toContain('base64');
	});

	it('is the same for the same row', async () => {
		const fetched = [];
		for (let time = 0; time < 2; time++) {
			const jobId = await bench.submit([{ customer_name: 'Ada Ω 日本 🎉' }]);
			const { bytes } = await bench.fetch(await bench.zipUrl(jobId));
			fetched.push((await readZip(bytes))[0]?.bytes);
		}
		expect(fetched[0]).toEqual(fetched[1]);
	});
});

describe('values that fail their row', () => {
	let bench: Bench;
	beforeEach(async () => {
		bench = await Bench.start();
	});
	afterEach(async () => await bench.close());

	async function counts(row: Record<string, unknown>, design: string) {
		const jobId = await bench.submit([{}, row], design);
		await bench.ended(jobId);
		const { data } = await bench.get(`/batch/${jobId}/status`);
		return [data.completed, data.failed];
	}

	it.each([
		['a table that is text', { items: '' }, 'design_order'],
		['a table in JSON text', { items: '[["a"]]' }, 'design_order'],
		['a table of 501 rows', { items: Array.from({ length: 501 }, () => ['a']) }, 'design_order'],
		['a table of 51 columns', { items: [Array.from({ length: 51 }, () => 'a')] }, 'design_order'],
		['a table with a number', { items: [[1]] }, 'design_order'],
		['an image that is no reference', { photo: 'https://example.com/a.png' }, 'design_badge'],
		['an empty image', { photo: '' }, 'design_badge'],
		['a number', { customer_name: 5 }, 'design_invoice'],
	])('%s', async (_what, row, design) => {
		expect(await counts(row, design)).toEqual([1, 1]);
	});

	it.each([
		[
			'the largest table',
			{ items: Array.from({ length: 500 }, () => Array(50).fill('a')) },
			'design_order',
		],
		['an uploaded image', { photo: 'uploads:abc' }, 'design_badge'],
	])('but not %s', async (_what, row, design) => {
		expect(await counts(row, design)).toEqual([2, 0]);
	});

	it('numbers may count as text', async () => {
		bench.emulator.behaviour.choices.scalars = 'text';
		const [, text = ''] = await texts(bench, [{}, { customer_name: 5150, notes: null }]);
		expect(text).toContain('5150');
		expect(text).toContain('Thank you for your business.');
	});
});

describe('the ZIP', () => {
	async function entriesOf(choices: EmulatorOptions['choices'], rows = 12) {
		const failRows: EmulatorOptions['failRows'] = (_row, index) => index === 3;
		return await Bench.during({ choices, failRows }, async (bench) => {
			const jobId = await bench.submit(Array.from({ length: rows }, () => ({})));
			return await readZip((await bench.fetch(await bench.zipUrl(jobId))).bytes);
		});
	}

	it('holds one PDF per successful row', async () => {
		const entries = await entriesOf({});
		expect(entries).toHaveLength(11);
		for (const { bytes } of entries) expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
		expect(entries.map(({ name }) => name)).not.toContain('04.pdf');
	});

	it('names its entries as chosen', async () => {
		expect((await entriesOf({ zipNames: 'numbered' }))[0]?.name).toBe('01.pdf');
		expect((await entriesOf({ zipNames: 'design' }))[0]?.name).toBe('Invoice 01.pdf');
		expect((await entriesOf({ zipNames: 'folders' }))[0]?.name).toBe('Invoice/01/Invoice.pdf');
	});

	it('may be in another order than the rows', async () => {
		const names = (await entriesOf({ zipOrder: 'shuffled' })).map(({ name }) => name);
		expect(names).not.toEqual([...names].sort());
		expect(names).toHaveLength(11);
	});

	it('is stored or deflated, with sizes before or behind the data', async () => {
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
	])('is sound, and any part of it can be read by itself: %j', async (archive) => {
		await Bench.during({ synthetic: archive }, async (bench) => {
			const url = await bench.zipUrl(await bench.submit([{}]));
			const { bytes } = await bench.fetch(url);
			const entries = await readZip(bytes);
			expect(entries).toHaveLength(300);
			expect(entries.every((entry) => entry.bytes.length === 5000)).toBe(true);
			expect(entries[7]?.bytes.subarray(0, 5).toString()).toBe('%PDF-');
			// From the middle of one entry to the middle of another.
			const [from, to] = [Math.floor(bytes.length / 5), Math.floor(bytes.length / 2)];
			const part = await bench.fetch(url, { range: `bytes=${from}-${to - 1}` });
			expect(part.status).toBe(206);
			expect(part.bytes.equals(bytes.subarray(from, to))).toBe(true);
		});
	});
});
