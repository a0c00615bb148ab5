import { designOf, grid, KEYS } from '../emulator/index.mts';
import {
	byId,
	CONTINUE,
	GENERATE,
	good,
	invoices,
	NODE,
	nodeSpec,
	ONE_BY_ONE,
	RETRY,
	setUp,
	type NodeUnderTest,
} from './support/setup.mts';

type Values = NonNullable<NodeUnderTest['parameters']>;
type Items = Parameters<ReturnType<typeof setUp>['run']>[0];

const ORDER = { designId: byId('design_order') };
const sample = { missingVariables: 'sample' };
const json = (rowsJson: string, more: Values = {}) => ({ rowSource: 'json', rowsJson, ...more });
const checkOnly = (more: Values = {}) => ({ options: { checkOnly: true, ...more } });
const mapped = (value: Record<string, unknown> | null, more: Values = {}) => ({
	rowSource: 'mapped',
	variables: { mappingMode: value ? 'defineBelow' : 'autoMapInputData', value },
	...more,
});

describe('Rows', () => {
	const setup = setUp();
	/** The rows of the last job; nothing is waited for. */
	const sent = async (items: Items, parameters: Values = {}) => {
		good(await setup.run(items, { parameters: { waitForCompletion: false, ...parameters } }));
		return setup.emulator.jobs.at(-1)?.rows ?? [];
	};

	it.each<[what: string, item: object, parameters: Values, row: object]>([
		[
			'those of Only Fields as a list',
			{ customer_name: 'Ada', amount: '1', notes: 'x' },
			{ options: { ...sample, onlyFields: '={{ ["customer_name", "amount"] }}' } },
			{ customer_name: 'Ada', amount: '1' },
		],
		[
			'mapped values of any kind',
			{ n: 1e21, t: '2026-01-02T03:04:05Z' },
			mapped(
				{
					amount: '={{ $json.n }}',
					due_date: '={{ DateTime.fromISO($json.t, { zone: "utc" }) }}',
					notes: '={{ true }}',
				},
				{ options: sample },
			),
			// n8n itself makes text of a date that a parameter gives.
			{ amount: `1${'0'.repeat(21)}`, due_date: '2026-01-02T03:04:05.000Z', notes: 'true' },
		],
		['one megabyte', { notes: 'ä'.repeat(5e5) }, { options: sample }, { notes: 'ä'.repeat(5e5) }],
	])('a row holds %s', async (_, item, parameters, row) => {
		expect(await sent([item as never], parameters)).toEqual([row]);
	});

	it('rows hold every field where the design does not list its variables', async () => {
		setup.emulator.generations.first = false;
		const rows = await sent([{ participant: 'Ada', id: 7 }], {
			designId: byId('design_certificate'),
		});
		expect(rows).toEqual([{ participant: 'Ada', id: '7' }]);
	});

	it('rows keep their keys as they are: dots, spaces, emoji, __proto__', async () => {
		const text = '{"a.b":"1","c d":"2","🧾":"3","__proto__":"4","constructor":"5"}';
		const variables = Object.keys(JSON.parse(text) as object);
		const designId = 'design_odd';
		const design = designOf({ designId, name: 'Odd', variables, treeShape: 'array' });
		setup.emulator.addDesign(KEYS.demo, design);
		const parameters = json('={{ $json.text }}', { designId: byId(designId), options: sample });
		const [row] = await sent([{ text }], parameters);
		expect(JSON.stringify(row)).toBe(text);
	});

	it.each<[string, object, number]>([
		['={{ $json.text }}', { text: '[{"customer_name":"Ada"},{"customer_name":"Grace"}]' }, 2],
		['={{ $json.rows }}', { rows: [{ customer_name: 'Ada' }, {}, { customer_name: 'Bob' }] }, 3],
		['={{ $json }}', { customer_name: 'Ada' }, 1],
		['{"customer_name":"Ada"}', {}, 1],
	])('rows from JSON are taken from %s', async (rowsJson, item, count) => {
		const rows = await sent([item as never], json(rowsJson, { options: sample }));
		expect(rows).toHaveLength(count);
		expect(rows[0]).toEqual({ customer_name: 'Ada' });
	});

	it.each([
		['{"customer_name":', /item 1.*JSON/s],
		['[]', /item 1/],
		['[1]', /item 1/],
		['"text"', /item 1/],
		['[[{}]]', /item 1/],
	])('an item whose JSON is %s is named, and nothing is submitted', async (text, message) => {
		const items = [{ text: '{"customer_name":"Ada"}' }, { text }];
		const { error } = await setup.run(items, { parameters: json('={{ $json.text }}') });
		expect(error?.message).toMatch(message);
		expect(error).toMatchObject({ name: 'NodeOperationError', itemIndex: 1 });
		expect(error?.description).toContain('Nothing was submitted');
		expect(setup.charged()).toBe(0);
	});

	it('the node takes 5,000 items', async () => {
		const apiKey = 'pc_live_large';
		setup.emulator.addWorkspace({ key: apiKey, credits: 10_000, plan: 'business' });
		const parameters = { waitForCompletion: false, options: { rowsPerBatch: 500 } };
		const result = good(await setup.run(invoices(5000), { apiKey, parameters }));
		expect(result.json(NODE)).toHaveLength(10);
		expect(setup.emulator.credits(apiKey)).toBe(5000);
	});

	it('a batch is named whose design was deleted in between', async () => {
		const designId = 'design_short';
		const short = designOf({ designId, name: 'Short-lived', variables: ['customer_name'] });
		setup.emulator.addDesign(KEYS.demo, short);
		const remove = async () =>
			await Promise.resolve(void setup.emulator.removeDesign(KEYS.demo, designId));
		setup.fault('submit', { name: 'the design is deleted', before: remove }, { call: 2 });
		const parameters = { designId: byId(designId), options: ONE_BY_ONE };
		const result = await setup.run(invoices(3), { ...CONTINUE, parameters });
		const gone = { code: 'DESIGN_NOT_FOUND' };
		expect(result.json(NODE)).toMatchObject([{ status: 'completed' }, gone, gone]);
		expect(result.pairs(NODE)[1]).toEqual([1]);
	});

	describe('checked only', () => {
		it('Check Only shows each row as it would be sent, its job and the cost, and submits nothing', async () => {
			const parameters = checkOnly({ rowsPerBatch: 2 });
			const result = good(await setup.run(invoices(3), { parameters }));
			expect(setup.charged()).toBe(0);
			expect(result.json(NODE)).toMatchObject([
				{ row: 1, batchNumber: 1, batchCount: 2, credits: 3 },
				{ row: 2, batchNumber: 1, batchCount: 2, credits: 3 },
				{ row: 3, batchNumber: 2, batchCount: 2, credits: 3 },
			]);
			const values = { customer_name: 'Customer 0', notes: '' };
			expect(result.json(NODE)[0]?.['values']).toMatchObject(values);
			expect(result.pairs(NODE)).toEqual([[0], [1], [2]]);
		});

		it('Check Only shows what was matched and what is left out, and a hint tells of similar names', async () => {
			const items = [{ 'Customer Name': 'Ada', row_number: 2 }];
			const result = good(await setup.run(items, { parameters: checkOnly() }));
			const matched = { customer_name: 'Customer Name' };
			expect(result.json(NODE)[0]).toMatchObject({ matched, leftOut: ['row_number'] });
			const warnings = result.hints(NODE).filter(({ type }) => type === 'warning');
			expect(warnings).toHaveLength(1);
			expect(warnings[0]?.message).toContain("'Customer Name' as 'customer_name'");
		});

		it.each<[what: string, node: NodeUnderTest, shown: object]>([
			['single PDFs', { parameters: GENERATE }, { batchNumber: 1, batchCount: 2, rows: 1 }],
			['a workspace without credits', { apiKey: KEYS.noCredits }, { batchCount: 1 }],
			['a plan without batches', { apiKey: KEYS.noBatch }, { batchCount: 1 }],
		])('Check Only works for %s', async (_, { apiKey = KEYS.demo, parameters }, shown) => {
			const node = { apiKey, parameters: { ...parameters, ...checkOnly() } };
			const result = good(await setup.run(invoices(2), node));
			expect(result.json(NODE)).toHaveLength(2);
			expect(result.json(NODE)[0]).toMatchObject({ row: 1, credits: 2, ...shown });
			expect(setup.charged()).toBe(0);
		});
	});
});

describe('Group By', () => {
	const setup = setUp();
	const FLAT = Array.from({ length: 12 }, (_, index) => ({
		invoice: `R-${index % 3}`,
		customer: `Customer ${index % 3}`,
		item: `Item ${index}`,
		qty: index,
	}));
	const GROUPS = [0, 1, 2].map((group) => [0, 3, 6, 9].map((number) => number + group));
	const grouped = (options = {}) => ({
		designId: byId('design_flat'),
		options: { groupBy: 'invoice', ...options },
	});
	beforeEach(() => {
		const labels = grid('Item | Qty', 'Sample | 1');
		const lines = { name: 'lines', kind: 'table' as const, sample: labels };
		const variables = ['invoice', 'customer', lines];
		for (const designId of ['design_flat', 'design_flat2'])
			setup.emulator.addDesign(KEYS.demo, designOf({ designId, name: 'Flat', variables }));
	});

	it.each<[what: string, parameters: Values]>([
		['by names', {}],
		['with automatic mapping', mapped(null)],
	])(
		'Group By makes one row of the items of an invoice, paired with all of them, %s',
		async (_, more) => {
			const parameters = { ...grouped({ rowsPerBatch: 1 }), output: 'pdfs', ...more };
			const made = good(await setup.run(FLAT, { parameters }));
			expect(made.pairs(NODE)).toEqual(GROUPS);
			const rows = setup.emulator.jobs.flatMap((job) => job.rows);
			expect(rows.map((row) => [row['invoice'], row['lines']])).toEqual(
				GROUPS.map((group, index) => [
					`R-${index}`,
					[['Item', 'Qty'], ...group.map((number) => [`Item ${number}`, String(number)])],
				]),
			);
		},
	);

	it('Group By makes one PDF per group, which Check Only counts', async () => {
		const checked = good(await setup.run(FLAT, { parameters: grouped({ checkOnly: true }) }));
		expect(checked.json(NODE)).toMatchObject([{ credits: 3 }, { credits: 3 }, { credits: 3 }]);
		expect(checked.hintText(NODE)).toContain('1 job with 3 rows would cost 3 credits.');
		const made = good(await setup.run(FLAT, { parameters: { ...GENERATE, ...grouped() } }));
		expect(made.pairs(NODE)).toEqual(GROUPS);
		expect(setup.charged()).toBe(3);
	});

	it('Group By refuses a group that differs or names two designs, and goes on with the others', async () => {
		const items = FLAT.map((item, index) => ({
			...item,
			customer: index === 4 ? 'Somebody else' : item.customer,
			design: index === 8 ? 'design_flat2' : 'design_flat',
		}));
		const designId = byId('={{ $json.design }}');
		const parameters = { ...GENERATE, ...grouped(), designId };
		const result = await setup.run(items, { ...CONTINUE, parameters });
		expect(result.pairs(NODE)).toEqual(GROUPS);
		expect(result.json(NODE).map((item) => item['error'])).toEqual([
			undefined,
			expect.stringContaining("'Customer 1' in item 1 and 'Somebody else' in item 4"),
			expect.stringContaining('names 2 designs'),
		]);
	});
});

describe('The fields of Map Each Variable', () => {
	const setup = setUp();
	const fieldsOf = async (designId: string) => {
		const spec = nodeSpec(setup.emulator, { parameters: { designId: byId(designId) } });
		const { fields } = await setup.engine.editor.resourceMapping('getVariables', spec);
		return fields.map(({ id, displayName }) => [id, displayName]);
	};

	it('Map Each Variable shows a field per token, and what a table or an image takes', async () => {
		const items = 'items (table: a list of objects, or of lists)';
		expect(await fieldsOf('design_order')).toContainEqual(['items', items]);
		const photo = 'photo (image: a reference such as uploads:ID)';
		expect(await fieldsOf('design_badge')).toContainEqual(['photo', photo]);
		setup.emulator.generations.first = false;
		const ids = (await fieldsOf('design_letter')).map(([id]) => id);
		const names = ['greeting::first_name', 'greeting::last_name'];
		expect(ids).toEqual(['recipient', ...names, 'body', 'signature']);
	});
});

describe('Items that are refused', () => {
	const setup = setUp();
	const ITEMS = [
		{ customer_name: 'Ada' },
		{ customer_name: { first: 'Bob' } },
		{ customer_name: 'Cleo' },
		{ customer_name: '' },
		{ customer_name: 'Dora' },
	];

	it.each<[string, Values]>([
		['Submit with one row per job', { options: { rowsPerBatch: 1 } }],
		['Submit without waiting', { waitForCompletion: false, options: { rowsPerBatch: 1 } }],
		['Submit with one item per PDF', { output: 'pdfs', options: { rowsPerBatch: 1 } }],
		['Generate', { ...GENERATE, options: { fileName: '={{ $json.customer_name }}' } }],
		['Check Only', checkOnly()],
	])('the output follows the input with On Error: Continue, in %s', async (what, parameters) => {
		const result = await setup.run(ITEMS, { ...CONTINUE, parameters });
		expect(result.pairs(NODE)).toEqual([[0], [1], [2], [3], [4]]);
		const refused = {
			error: expect.any(String) as string,
			code: expect.stringMatching(/^INVALID/),
		};
		expect(result.json(NODE)).toMatchObject([{}, refused, {}, refused, {}]);
		expect(result.json(NODE).filter((item) => 'error' in item)).toHaveLength(2);
		expect(result.json(NODE)[1]?.['description']).toContain('Nothing was submitted');
		if (what !== 'Generate') return;
		const names = result.json(NODE).flatMap(({ fileName }) => fileName ?? []);
		expect(names).toEqual(['Ada.pdf', 'Cleo.pdf', 'Dora.pdf']);
	});

	it('Retry On Fail does not pay again where the first item is refused', async () => {
		const result = await setup.run(ITEMS.slice(0, 2).reverse(), { ...CONTINUE, ...RETRY });
		expect(result.items(NODE)).toHaveLength(2);
		expect(setup.charged()).toBe(1);
	});

	it('Generate goes on with the other items where one brings several rows, with On Error: Continue', async () => {
		const items = [
			{ rows: [{ customer_name: 'Ada' }, { customer_name: 'Bob' }] },
			{ rows: { customer_name: 'Cleo' } },
			{ rows: { customer_name: { first: 'Dora' } } },
		];
		const parameters = json('={{ $json.rows }}', GENERATE);
		const result = await setup.run(items, { ...CONTINUE, parameters });
		expect(result.pairs(NODE)).toEqual([[0], [1], [2]]);
		expect(result.json(NODE).map((item) => 'error' in item)).toEqual([true, false, true]);
		expect(setup.charged()).toBe(1);
	});

	it("the good rows of an item's JSON go on beside a bad one, with On Error: Continue", async () => {
		const rows = ITEMS.slice(0, 3);
		const parameters = json('={{ $json.rows }}', { output: 'none' });
		const result = await setup.run([{ rows }], { ...CONTINUE, parameters });
		const errors = result.json(NODE).flatMap((item) => item['error'] ?? []);
		expect(errors).toEqual([expect.stringContaining('row 2 of [item 0]')]);
		const names = setup.emulator.jobs.at(-1)?.rows.map((row) => row['customer_name']);
		expect(names).toEqual(['Ada', 'Cleo']);
	});

	it.each<[string, Values, string]>([
		['File Name', { options: { fileName: '={{ $json.name }}' } }, "'File Name' is "],
		[
			'Design',
			{ designId: byId("={{ $json.name ? $('Gone').first().json.x : 'design_invoice' }}") },
			"'Design' is given an expression that fails: ",
		],
	])(
		'an item whose %s cannot be used becomes an error item, and the others go on',
		async (_, more, message) => {
			const items = [{ customer_name: 'Ada' }, { customer_name: 'Bob', name: ['x'] }];
			const result = await setup.run(items, { ...CONTINUE, parameters: { ...GENERATE, ...more } });
			const [, error] = result.json(NODE).map((item) => item['error']);
			expect(error).toEqual(expect.stringContaining(message));
			expect(result.pairs(NODE)).toEqual([[0], [1]]);
			expect(setup.charged()).toBe(1);
		},
	);
});

describe('A setting', () => {
	const setup = setUp();
	const option = (name: string, value: unknown) => ({ options: { [name]: value } });
	const table = (variable: string, columns: string) =>
		option('tableColumns', { tables: [{ variable, columns }] });
	const WHOLE = 'a whole number of at least 1';
	const FORMAT = 'dd.MM.yyyy';
	const one = { a: 1 };

	it.each<[message: string, parameters: Values, description?: string]>([
		[
			'\'Missing Variables\' is "bland"',
			option('missingVariables', 'bland'),
			'blank, sample, error',
		],
		['\'If Some Rows Fail\' is "go on"', option('partialFailure', 'go on'), 'continue, error'],
		['\'PDF Profile\' is "pdf-x"', option('pdfProfile', 'pdf-x'), 'accessible, pdf-a, standard'],
		[
			'\'If Submit Outcome Is Unknown\' is "again"',
			option('unknownSubmit', 'again'),
			'stop, submitAgain',
		],
		["'Rows per Batch' is 0.5", option('rowsPerBatch', 0.5), WHOLE],
		["'Rows per Batch' is 0", option('rowsPerBatch', 0), WHOLE],
		['\'Max Concurrent Jobs\' is "two"', option('maxConcurrentJobs', 'two'), WHOLE],
		["'Max Concurrent Jobs' is 0", option('maxConcurrentJobs', 0), WHOLE],
		["'Timeout' is 0", option('timeout', 0), 'a number of at least 1'],
		["'Poll Interval' is -1", option('pollInterval', -1), 'a number of at least 0'],
		["'Wait for Completion' is ", { waitForCompletion: '={{ "yes" }}' }],
		["'Check Only' is ", option('checkOnly', '={{ 1 }}')],
		["'Output' is ", { output: '={{ "pdf" }}' }],
		["'Row Source' is ", { rowSource: '={{ "item" }}' }],
		["'Only Fields' is null", option('onlyFields', '={{ null }}')],
		["'Only Fields' is undefined", option('onlyFields', '={{ $json.nothing }}')],
		[`'Only Fields' is {"a":1}`, option('onlyFields', one)],
		["'Only Fields' is [1]", option('onlyFields', '={{ [1] }}')],
		["'Only Fields' is", option('onlyFields', '={{ [] }}')],
		["'Only Fields' is", option('onlyFields', ' , ')],
		["'Date Format' is 5", option('dateFormat', 5)],
		[`'Date Format' is ["dd"]`, option('dateFormat', '={{ ["dd"] }}')],
		["'Date Format' is", option('dateFormat', 'DD.MM.YYYY'), FORMAT],
		["'Date Format' is", option('dateFormat', 'YYYY-MM-DD'), FORMAT],
		["'Date Format' is", option('dateFormat', 'dd.MM.YY'), FORMAT],
		[`'Group By' is ["a"]`, option('groupBy', '={{ ["a"] }}')],
		["'Group By' is null", option('groupBy', '={{ null }}')],
		[
			"'Group By' needs the fields of the items",
			mapped({ amount: '={{ $json.amount }}' }, option('groupBy', 'amount')),
		],
		["'Table Columns' is", table('', 'a')],
		["'Table Columns' is", table('a', ' , ')],
		["'File Name' is", option('fileName', '={{ ["a"] }}')],
		["'File Name' is", { ...GENERATE, ...option('fileName', '={{ ["a"] }}') }],
		['[object Object]', { ...GENERATE, ...option('fileName', '=invoice-{{ $json.order }}') }],
		["'Variables' is", { rowSource: 'mapped', variables: '={{ "x" }}' }],
		["'Variables' is", { rowSource: 'mapped', variables: { value: 'x' } }],
		["'Output Data Field Name' is '__proto__'", { output: 'pdfs', binaryField: '__proto__' }],
		["'Output Data Field Name' is '__proto__'", { ...GENERATE, binaryField: '__proto__' }],
	])(
		'a setting is refused before anything is paid: %s (%#)',
		async (message, parameters, told = '') => {
			const items = [{ ...invoices(1)[0], order: { id: 1 } }];
			const { error } = await setup.run(items, { parameters });
			expect(error?.message).toContain(message);
			expect(error?.description).toContain('Nothing was submitted');
			expect(error?.description).toContain(told);
			expect(setup.charged()).toBe(0);
		},
	);

	it.each([FORMAT, 'D', "d. MMMM yyyy 'Day Y'"])(
		'a Date Format in the tokens of Luxon is taken: %s',
		async (dateFormat) => {
			const parameters = checkOnly({ dateFormat });
			good(await setup.run([{ customer_name: 'Ada' }], { parameters }));
		},
	);

	it('names may stand in the brackets that n8n gives them when they are dragged in', async () => {
		const items = [{ 'Order Number': 'A-1', items: [{ 'Unit Price': '1.00', name: 'Nut' }] }];
		const columns = "items[0].name=Item, items[0]['Unit Price']=Price";
		const onlyFields = "items, ['Order Number']";
		const options = { onlyFields, checkOnly: true, ...table('items', columns).options };
		const result = good(await setup.run(items, { parameters: { ...ORDER, options } }));
		const rows = grid('Item | Price', 'Nut | 1.00');
		expect(result.json(NODE)[0]?.['values']).toMatchObject({ order_number: 'A-1', items: rows });
	});

	it("a flag that an expression fills with the text 'true' is on: Check Only submits nothing", async () => {
		const parameters = checkOnly({ checkOnly: '={{ "true" }}' });
		const result = good(await setup.run(invoices(1), { parameters }));
		expect(result.json(NODE)[0]).toMatchObject({ credits: 1 });
		expect(setup.charged()).toBe(0);
	});
});
