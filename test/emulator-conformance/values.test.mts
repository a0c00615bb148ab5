import { KEYS, KINDS_DESIGN, type EmulatorOptions } from '../emulator/index.mts';
import { EmulatorSetup, ROUTES } from './support.mts';

const DESIGN = KINDS_DESIGN.designId;

async function setupWith(options: EmulatorOptions = {}): Promise<EmulatorSetup> {
	const setup = await EmulatorSetup.start(options);
	setup.emulator.addDesign(KEYS.demo, KINDS_DESIGN);
	return setup;
}

/** A table of so many rows and columns. */
function tableOf(rows: number, columns: number): string[][] {
	return Array.from({ length: rows }, () => Array<string>(columns).fill('cell'));
}

describe('values by kind', () => {
	let setup: EmulatorSetup;
	beforeEach(async () => {
		setup = await setupWith();
	});
	afterEach(async () => await setup.close());

	async function printed(row: Record<string, unknown>, generation: 'first' | 'second' = 'second') {
		return await setup.pdfText(row, DESIGN, generation);
	}

	it('prints the sample content of every variable that a row lacks, and ignores unknown keys', async () => {
		const text = await printed({ customer: 'Ada' });
		expect(text).toContain('Customer: Jane Sample');
		expect(text).toContain('Greeting: Dear Jane Sample,');
		expect(text).toContain('Sample work');
		expect(text).toContain('$1,190.00');
		expect(text).toMatch(/Logo: assets:sample-photo sha256:[0-9a-f]{16}/);
		expect(text).toContain('https://sample.example');
		expect(text).toContain('4006381333931');
		expect(text).not.toContain('Ada');
	});

	it('prints text, QR and barcode as they are given, also empty text', async () => {
		const row = { customer_name: '', link: 'https://a.example/?q=1', article: '12345670' };
		const text = await printed(row);
		expect(text).not.toContain('Jane Sample\n');
		expect(text).toContain('Link: https://a.example/?q=1');
		expect(text).toContain('Article: 12345670');
	});

	it.each([
		['a compound key', { 'greeting::first_name': 'Ada' }],
		['a nested object', { greeting: { first_name: 'Ada' } }],
	])('fills a token by %s and prints the unfilled one empty', async (_how, row) => {
		const text = await printed(row);
		expect(text).toContain('Dear Ada ,');
		expect(text).not.toContain('Jane Sample,');
	});

	it('fills tokens in the cells of a table', async () => {
		const text = await printed({ 'totals::net': '80.00', totals: { total: '95.20' } });
		expect(text).toContain('Net 80.00');
		expect(text).toContain('Total 95.20');
	});

	it('keeps page numbers to itself, whatever the row says of them', async () => {
		const text = await printed({ page: '7', pages: '9', 'greeting::page': '7' });
		expect(text).toContain('page 1 of 2');
	});

	it('takes a token for a variable of its own in the first generation only', async () => {
		const row = { reader: 'Grace', first_name: 'Ada' };
		const first = await printed(row, 'first');
		expect(first).toContain('Prepared for Grace, page');
		expect(first).toContain('Dear Ada ,');
		const second = await printed(row, 'second');
		expect(second).toContain('Prepared for , page');
		expect(second).toContain('Dear Jane Sample,');
	});

	it('leaves the sample where an object is given to a text without tokens', async () => {
		const text = await printed({ customer_name: { first: 'Ada', last: 'L' } });
		expect(text).toContain('Customer: Jane Sample');
	});

	it('prints a table as large as the data, with an empty cell for null', async () => {
		const table = [['Description', 'Qty'], ['Anvil', null], ['Nut'], []];
		const text = await printed({ line_items: table });
		expect(text).toContain('Anvil');
		expect(text).toContain('Nut');
		expect(text).not.toContain('null');
		expect(text).not.toContain('Sample work');
		expect(
			await setup.counts([{ line_items: tableOf(500, 50) }, { line_items: [] }], DESIGN),
		).toEqual([2, 0]);
	});

	it.each([
		['inline data', 'data:image/png;base64,AAAA'],
		['a link', 'https://pictures.example/logo.png'],
	])('draws nothing for an image given as %s', async (_what, logo) => {
		const text = await printed({ logo });
		expect(text).not.toContain(logo);
		expect(text).not.toContain('sample-photo');
	});

	it('takes what looks like inline data for text where text is wanted', async () => {
		expect(await printed({ customer_name: 'data:text' })).toContain('Customer: data:text');
	});

	const REFUSED: Array<[string, Record<string, unknown>]> = [
		['text for a table', { line_items: '' }],
		['JSON text for a table', { line_items: '[["a"]]' }],
		['an object for a table', { line_items: { a: '1' } }],
		['null for a table', { line_items: null }],
		['a table with a row that is no list', { line_items: [['a'], 'b'] }],
		['a table of 501 rows', { line_items: tableOf(501, 1) }],
		['a table of 51 columns', { line_items: tableOf(1, 51) }],
		['a number in a table', { line_items: [[1]] }],
		['text for an image', { logo: 'logo.png' }],
		['empty text for an image', { logo: '' }],
		['an unknown reference', { logo: 'uploads:nowhere' }],
		['a list for a text', { customer_name: ['a'] }],
		['a number for a text', { customer_name: 5 }],
	];

	it.each(REFUSED)('fails the row of a batch, and only it, for %s', async (_what, row) => {
		expect(await setup.counts([{}, row], DESIGN)).toEqual([1, 1]);
	});

	it.each(REFUSED)('answers 400 to a single PDF, free of charge, for %s', async (_what, data) => {
		for (const { generate } of Object.values(ROUTES)) {
			const { status, code } = await setup.post(generate(DESIGN), { data });
			expect([status, code]).toEqual([400, 'VALIDATION_ERROR']);
		}
		expect(setup.emulator.charges).toHaveLength(0);
	});
});

describe('choices about values', () => {
	it('prints numbers and takes null for missing where scalars count as text', async () => {
		const setup = await setupWith({ choices: { scalars: 'text' } });
		const text = await setup.pdfText({ customer_name: 5150, link: null }, DESIGN);
		await setup.close();
		expect(text).toContain('Customer: 5150');
		expect(text).toContain('https://sample.example');
	});

	it.each([
		['prints nothing', { emptyImage: 'nothing' }, '', false],
		['prints the sample', { emptyImage: 'sample' }, '', true],
		['prints nothing', { unknownReference: 'nothing' }, 'uploads:nowhere', false],
	] as const)('%s with %j for an image given as %j', async (_what, choices, logo, hasSample) => {
		const setup = await setupWith({ choices });
		const text = await setup.pdfText({ logo }, DESIGN);
		await setup.close();
		expect(text).toContain('Logo:');
		expect(text.includes('sample-photo')).toBe(hasSample);
	});
});
