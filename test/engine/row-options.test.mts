import { designOf, KEYS } from '../emulator/index.mts';
import { invoices, NODE, nodeSpec, type EngineSetup } from './support/setup.mts';
import { byId, openRowSetup } from './support/sent.mts';

const lines = {
	name: 'lines',
	kind: 'table' as const,
	sample: [
		['Item', 'Qty'],
		['Sample', '1'],
	],
};
const FLAT = Array.from({ length: 12 }, (_, index) => ({
	invoice: `R-${index % 3}`,
	customer: `Customer ${index % 3}`,
	item: `Item ${index}`,
	qty: index,
}));

describe('The options of rows', () => {
	let setup: EngineSetup;
	let sent: Awaited<ReturnType<typeof openRowSetup>>['sent'];
	beforeAll(async () => {
		({ setup, sent } = await openRowSetup());
		for (const designId of ['design_flat', 'design_flat2']) {
			const variables = ['invoice', 'customer', lines];
			setup.emulator.addDesign(KEYS.demo, designOf({ designId, name: 'Flat', variables }));
		}
	});
	afterAll(async () => {
		await setup.close();
	});

	it.each([
		['onlyFields', '={{ null }}', "'Only Fields' is null"],
		['onlyFields', '={{ $json.nothing }}', "'Only Fields' is undefined"],
		['onlyFields', { a: 1 }, `'Only Fields' is {"a":1}`],
		['onlyFields', '={{ [1] }}', "'Only Fields' is [1]"],
		['dateFormat', 5, "'Date Format' is 5"],
		['dateFormat', '={{ ["dd"] }}', `'Date Format' is ["dd"]`],
		['groupBy', '={{ ["a"] }}', `'Group By' is ["a"]`],
		['groupBy', '={{ null }}', "'Group By' is null"],
		['tableColumns', { tables: [{ variable: '', columns: 'a' }] }, "'Table Columns' is"],
		['tableColumns', { tables: [{ variable: 'a', columns: ' , ' }] }, "'Table Columns' is"],
	])(
		'the option %s that an expression fills with %j is refused before anything is submitted',
		async (name, value, message) => {
			const { result, submitted } = await sent(invoices(1), { options: { [name]: value } });
			expect(result.error?.message).toContain(message);
			expect(result.error?.description).toContain('Nothing was submitted');
			expect(submitted).toBe(0);
		},
	);

	it('Only Fields may be a list too', async () => {
		const { rows } = await sent([{ customer_name: 'Ada', amount: '1', notes: 'x' }], {
			options: { onlyFields: '={{ ["customer_name", "amount"] }}', missingVariables: 'sample' },
		});
		expect(rows[0]).toEqual({ customer_name: 'Ada', amount: '1' });
	});

	describe('Group By', () => {
		const grouped = (options = {}) => ({
			designId: byId('design_flat'),
			options: { groupBy: 'invoice', ...options },
		});

		it('Group By makes one row of the items of an invoice, paired with all of them', async () => {
			const { rows } = await sent(FLAT, grouped());
			expect(rows.map((row) => [row['invoice'], row['lines']])).toEqual(
				[0, 1, 2].map((group) => [
					`R-${group}`,
					[['Item', 'Qty'], ...[0, 3, 6, 9].map((n) => [`Item ${n + group}`, String(n + group)])],
				]),
			);
			const made = await setup.run(FLAT, {
				parameters: { ...grouped({ rowsPerBatch: 1 }), output: 'pdfs' },
			});
			expect(made.items(NODE).map(({ pairedItem }) => pairedItem)).toEqual(
				[0, 1, 2].map((group) => [0, 3, 6, 9].map((n) => ({ item: n + group }))),
			);
		});

		it('Group By makes one PDF per group, paired with all its items', async () => {
			const before = setup.charged();
			const made = await setup.run(FLAT, {
				parameters: { resource: 'pdf', operation: 'generate', ...grouped() },
			});
			expect(made.items(NODE).map(({ pairedItem }) => pairedItem)).toEqual(
				[0, 1, 2].map((group) => [0, 3, 6, 9].map((n) => ({ item: n + group }))),
			);
			expect(setup.charged() - before).toBe(3);
		});

		it('Group By has its groups counted by Check Only', async () => {
			const { result } = await sent(FLAT, grouped({ checkOnly: true }));
			expect(result.json(NODE)).toMatchObject([{ credits: 3 }, { credits: 3 }, { credits: 3 }]);
			expect(result.hints(NODE).map(({ message }) => message)).toContain(
				'Nothing was submitted. 1 job with 3 rows would cost 3 credits.',
			);
		});

		it('Group By works with automatic mapping', async () => {
			const { rows } = await sent(FLAT, {
				...grouped(),
				rowSource: 'mapped',
				variables: { mappingMode: 'autoMapInputData', value: null },
			});
			expect(rows).toHaveLength(3);
		});

		it('Group By is refused where each variable is mapped by hand', async () => {
			const { result, submitted } = await sent(FLAT, {
				...grouped(),
				rowSource: 'mapped',
				variables: { mappingMode: 'defineBelow', value: { invoice: '={{ $json.invoice }}' } },
			});
			expect(result.error?.message).toBe("'Group By' needs the fields of the items");
			expect(submitted).toBe(0);
		});

		it('Group By refuses a group that differs or names two designs, and goes on with the others', async () => {
			const items = FLAT.map((item, index) => ({
				...item,
				customer: index === 4 ? 'Somebody else' : item.customer,
				design: index === 8 ? 'design_flat2' : 'design_flat',
			}));
			const result = await setup.run(items, {
				onError: 'continueRegularOutput',
				parameters: {
					resource: 'pdf',
					operation: 'generate',
					...grouped(),
					designId: byId('={{ $json.design }}'),
				},
			});
			expect(result.items(NODE).map(({ pairedItem }) => pairedItem)).toEqual(
				[0, 1, 2].map((group) => [0, 3, 6, 9].map((n) => ({ item: n + group }))),
			);
			expect(result.json(NODE).map((json) => json['error'])).toEqual([
				undefined,
				expect.stringContaining("'Customer 1' in item 1 and 'Somebody else' in item 4"),
				expect.stringContaining('names 2 designs'),
			]);
		});
	});

	describe('Map Each Variable', () => {
		it('Map Each Variable shows a field per token, and what a table or an image takes', async () => {
			const fieldsOf = async (designId: string) => {
				const spec = nodeSpec(setup.emulator, { parameters: { designId: byId(designId) } });
				const { fields } = await setup.engine.editor.resourceMapping('getVariables', spec);
				return fields.map(({ id, displayName }) => [id, displayName]);
			};
			expect(await fieldsOf('design_order')).toContainEqual([
				'items',
				'items (table: a list of objects, or of lists)',
			]);
			expect(await fieldsOf('design_badge')).toContainEqual([
				'photo',
				'photo (image: a reference such as uploads:ID)',
			]);
			setup.emulator.generations.first = false;
			const letter = await fieldsOf('design_letter');
			setup.emulator.generations.first = true;
			expect(letter.map(([id]) => id)).toEqual([
				'recipient',
				'greeting::first_name',
				'greeting::last_name',
				'body',
				'signature',
			]);
		});
	});
});
