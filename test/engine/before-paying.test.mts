import { designOf, KEYS } from '../emulator/index.mts';
import { pdfText } from '../support/pdf-text.mts';
import { photo, runWithFiles, withFiles } from './support/pictures.mts';
import { NODE, openEngineSetup, type EngineSetup } from './support/setup.mts';
import { byId } from './support/sent.mts';

const GENERATE = { resource: 'pdf', operation: 'generate' };

/** What could be noticed only after paying, and is noticed before. */
describe('Before anything is paid', () => {
	let setup: EngineSetup;
	let before = 0;
	beforeAll(async () => {
		setup = await openEngineSetup();
	});
	beforeEach(() => {
		before = setup.charged();
	});
	afterAll(async () => {
		await setup.close();
	});

	const refused = async (parameters: Record<string, unknown>, item: object) => {
		const result = await setup.run([{ customer_name: 'Ada', ...item }], { parameters });
		expect(result.error?.description).toContain('Nothing was submitted');
		expect(setup.charged() - before).toBe(0);
		return result.error;
	};

	it.each([
		['Generate', GENERATE],
		['Submit', {}],
	])('a File Name that is no text is refused before anything is paid, in %s', async (_, more) => {
		const error = await refused({ ...more, options: { fileName: '={{ ["a"] }}' } }, {});
		expect(error?.message).toContain("'File Name' is");
	});

	it('a File Name that holds an object is refused before anything is paid', async () => {
		const options = { fileName: '=invoice-{{ $json.order }}' };
		const error = await refused({ ...GENERATE, options }, { order: { id: 1 } });
		expect(error?.message).toContain('[object Object]');
	});

	it.each(['={{ "x" }}', { value: 'x' }])(
		'mapped values that are no object are refused before anything is paid (%#)',
		async (variables) => {
			const error = await refused({ ...GENERATE, rowSource: 'mapped', variables }, {});
			expect(error?.message).toContain("'Variables' is");
		},
	);

	it('an item whose File Name cannot be used becomes an error item, and the others go on', async () => {
		const result = await setup.run(
			[{ customer_name: 'Ada' }, { customer_name: 'Bob', name: ['x'] }],
			{
				parameters: { ...GENERATE, options: { fileName: '={{ $json.name }}' } },
				onError: 'continueRegularOutput',
			},
		);
		expect(result.json(NODE).map((json) => 'error' in json)).toEqual([false, true]);
		expect(setup.charged() - before).toBe(1);
	});

	it.each(['={{ [] }}', ',', ' , '])(
		'Only Fields as %s does not mean all fields',
		async (onlyFields) => {
			const error = await refused({ ...GENERATE, options: { onlyFields } }, { amount: 1 });
			expect(error?.message).toContain("'Only Fields' is");
		},
	);

	it.each(['DD.MM.YYYY', 'YYYY-MM-DD', 'dd.MM.YY'])(
		'a Date Format as other tools write it is refused: %s',
		async (dateFormat) => {
			const error = await refused({ ...GENERATE, options: { dateFormat } }, {});
			expect(error?.description).toContain('dd.MM.yyyy');
		},
	);

	it.each(['dd.MM.yyyy', 'D', "d. MMMM yyyy 'Day Y'"])(
		'a Date Format in the tokens of Luxon is taken: %s',
		async (dateFormat) => {
			const parameters = { ...GENERATE, options: { dateFormat, checkOnly: true } };
			const result = await setup.run([{ customer_name: 'Ada' }], { parameters });
			expect(result.error).toBeUndefined();
		},
	);

	it('Generate goes on with the other items where one brings several rows, with On Error: Continue', async () => {
		const result = await setup.run(
			[
				{ rows: [{ customer_name: 'Ada' }, { customer_name: 'Bob' }] },
				{ rows: { customer_name: 'Cleo' } },
				{ rows: { customer_name: { first: 'Dora' } } },
			],
			{
				parameters: { ...GENERATE, rowSource: 'json', rowsJson: '={{ $json.rows }}' },
				onError: 'continueRegularOutput',
			},
		);
		expect(result.items(NODE).map(({ pairedItem }) => pairedItem)).toEqual([
			[{ item: 0 }],
			[{ item: 1 }],
			[{ item: 2 }],
		]);
		expect(result.json(NODE).map((json) => 'error' in json)).toEqual([true, false, true]);
		expect(setup.charged() - before).toBe(1);
	});

	it("the good rows of an item's JSON go on beside a bad one, with On Error: Continue", async () => {
		const rows = [
			{ customer_name: 'Ada' },
			{ customer_name: { first: 'Bob' } },
			{ customer_name: 'Cleo' },
		];
		const result = await setup.run([{ rows }], {
			parameters: {
				rowSource: 'json',
				rowsJson: '={{ $json.rows }}',
				output: 'none',
				options: { rowsPerBatch: 100 },
			},
			onError: 'continueRegularOutput',
		});
		expect(setup.charged() - before).toBe(2);
		const errors = result.json(NODE).flatMap((json) => json['error'] ?? []);
		expect(errors).toEqual([expect.stringContaining('row 2 of [item 0]')]);
		const names = setup.emulator.jobs.at(-1)?.rows.map((row) => row['customer_name']);
		expect(names).toEqual(['Ada', 'Cleo']);
	});

	it('a picture of the item is printed where the design does not tell its variables', async () => {
		setup.emulator.generations.first = false;
		setup.emulator.addDesign(
			KEYS.demo,
			designOf({
				designId: 'design_odd',
				name: 'Title',
				treeShape: 'odd',
				variables: ['name', { name: 'photo', kind: 'image', sample: 'assets:sample-photo' }],
			}),
		);
		const items = [withFiles({ name: 'Ada' }, { data: photo(1) })];
		const result = await runWithFiles(setup, items, {
			parameters: {
				...GENERATE,
				designId: byId('design_odd'),
				options: { images: { images: [{ variable: 'photo', binaryField: 'data' }] } },
			},
		});
		const [item] = result.items(NODE);
		if (!item) throw new Error('There is a PDF');
		expect(await pdfText(await setup.engine.readBinary(item, 'data'))).not.toContain(
			'sample-photo',
		);
	});
});
