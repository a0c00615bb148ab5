import fc from 'fast-check';
import { DateTime } from 'luxon';

import { buildRows } from '../../../nodes/ImaginePdf/core/rows/build.ts';
import { readJson } from '../../../nodes/ImaginePdf/core/rows/paths.ts';
import { parseColumns } from '../../../nodes/ImaginePdf/core/rows/table.ts';
import {
	build,
	inputsOf,
	refusal,
	sent,
	variables as known,
	type Setting,
	type Spec,
} from './support.mts';

describe('rows from items', () => {
	it('rows from items are one per item, also of a class that a database driver made', () => {
		class TextRow {
			constructor(readonly a: number) {}
		}
		expect(sent([{ a: 'x', b: 2 }, new TextRow(5)])).toEqual([
			{ a: 'x', b: '2' },
			{ a: '5', b: '' },
		]);
		expect(build([]).rows).toEqual([]);
	});

	it.each([[null], ['text'], [[{ a: 1 }]], [new Date()], [DateTime.now()]])(
		'rows from items are refused where an item is no object of fields (%#)',
		(item) => {
			const { headline } = refusal([{ a: 'x' }, item]);
			expect(headline).toMatch(/^\[item 1\]: the item holds no object, and a row is an object/);
		},
	);

	it('rows from items are taken from an object three levels down, not four, and from no list', () => {
		const deep = (levels: number): object => (levels === 0 ? { a: '1' } : { x: deep(levels - 1) });
		expect(sent([deep(3)], { variables: { a: 'text' } })).toEqual([{ a: '1' }]);
		for (const values of [deep(4), { x: [{ a: '1' }] }, { x: { y: [{ a: '1' }, { a: '2' }] } }])
			expect(refusal([values], { variables: { a: 'text' } }).headline).toContain("'a'");
		const beside = { order: { a: '1' }, lines: [{ a: '2' }] };
		expect(sent([beside], { variables: { a: 'text' } })).toEqual([{ a: '1' }]);
	});

	it('rows from items are refused where a field and a path differ', () => {
		const item = { 'Billing First Name': 'Ada', billing: { first_name: 'Bob' } };
		const variables: Spec = { 'billing.first_name': 'text' };
		const { headline } = refusal([item], { variables });
		expect(headline).toContain(
			"'Billing First Name' and 'billing.first_name', whose values differ",
		);
	});

	it('rows from items take the first of the names that the service knows a variable by', () => {
		const variables: Spec = { v1: { names: ['v1', 'a'] } };
		expect(sent([{ a: '2', v1: '1' }], { variables })).toEqual([{ v1: '1', a: '1' }]);
	});

	it.each(['table', 'image'] as const)(
		'the advice where a row holds a %s of the design in a nested object takes it whole',
		(kind) => {
			const inner = { lines: kind === 'table' ? [{ name: 'Nut' }] : { name: 'uploads:1' } };
			const items = [{ amount: '1' }, { amount: '2', body: inner }];
			const { description } = refusal(items, { variables: { amount: 'text', lines: kind } });
			expect(description).toContain('lines: $json.body?.lines }');
		},
	);
});

describe('Only Fields', () => {
	const item = { a: '1', b: '2', 'c d': '3', 'b::x': '4' };
	const order = { billing: { name: 'Ada', city: 'Rome' } };
	const billing: Spec = { billing_name: 'text', billing_city: 'text' };
	const person: Spec = { name: 'text', city: 'text' };
	const body = { body: order.billing };

	it.each<[string, object, string[], Spec | undefined, object]>([
		['the tokens of a listed variable', item, ['b'], undefined, { b: '2', 'b::x': '4' }],
		['all fields where it lists none', item, [], undefined, item],
		['a field by a similar name', { 'A B': '1', x: '2' }, ['a_b'], undefined, { 'A B': '1' }],
		[
			'a path of a nested object',
			order,
			['billing.name'],
			billing,
			{ billing_name: 'Ada', billing_city: '' },
		],
		[
			'the last name where rows are taken from inside',
			body,
			['name'],
			person,
			{ name: 'Ada', city: '' },
		],
		[
			'a path where rows are taken from inside',
			body,
			['body.city'],
			person,
			{ name: '', city: 'Rome' },
		],
	])('Only Fields sends %s', (_, given, onlyFields, variables, row) => {
		expect(sent([given], { onlyFields, variables })).toEqual([row]);
	});

	it('Only Fields concerns items only', () => {
		for (const source of ['mapped', 'json'] as const) {
			expect(sent([item], { onlyFields: ['a'], source })).toEqual([item]);
		}
	});

	it('Only Fields refuses a row that has none of them', () => {
		const { message } = refusal([{ a: '1' }, { b: '2' }], { onlyFields: ['a'] });
		expect(message).toMatch(/\[item 1\].*'Only Fields'/);
	});
});

describe('mapped rows, and rows from JSON', () => {
	it.each<[unknown, string]>([
		['', "[item 1]: 'Rows' is empty, so there is no row"],
		['  \n', "[item 1]: 'Rows' is empty"],
		[null, "[item 1]: 'Rows' is empty"],
		[undefined, "[item 1]: 'Rows' is empty"],
		[[], "[item 1]: 'Rows' is empty"],
		['[]', "[item 1]: 'Rows' is empty"],
		['null', "[item 1]: 'Rows' holds no object"],
		['"{}"', "[item 1]: 'Rows' holds no object"],
		[7, "[item 1]: 'Rows' holds no object"],
		[new Date(), "[item 1]: 'Rows' holds no object"],
		[[{ a: 1 }, 'b'], 'row 2 of [item 1]: the row is no object'],
		[[{ a: 1 }, { a: 2 }, [{ a: 3 }]], 'row 3 of [item 1]: the row is no object'],
		[[null], 'row 1 of [item 1]: the row is no object'],
		['{"a": 1,}', "[item 1]: 'Rows' is not valid JSON: "],
		['{"rows": [object Object]}', 'one expression, such as {{ $json.rows }}'],
	])('rows from JSON are refused for %j, naming the place', (values, what) => {
		expect(refusal([{ a: 1 }, values], { source: 'json' }).message).toContain(what);
	});

	it('readJson reads what JSON.parse reads', () => {
		fc.assert(
			fc.property(fc.json(), (text) => {
				expect(readJson(text)).toEqual({ ok: true, value: JSON.parse(text) as unknown });
			}),
		);
	});
});

describe('grouped items', () => {
	const lines = { kind: 'table', header: ['Item', 'Qty'] } as const;
	const spec: Spec = { invoice: 'text', customer: 'text', lines };
	const design: Setting = { groupBy: 'invoice', variables: spec };
	const line = (invoice: unknown, item: string, more: object = {}) => ({
		invoice,
		customer: `Customer ${String(invoice).trim()}`,
		item,
		qty: 1,
		...more,
	});
	const table = (...items: string[]) => [['Item', 'Qty'], ...items.map((item) => [item, '1'])];
	const option = (variable: string, text: string) => ({
		tableColumns: [{ variable, columns: parseColumns(text) }],
	});

	it('grouped items become one row each, in the order of their first items, neighbours or not', () => {
		const { rows } = build([line(7, 'a'), line(8, 'b'), line('7 ', 'c'), line(8, 'd')], design);
		expect(rows).toMatchObject([
			{ itemIndexes: [0, 2], itemIndex: 0, values: { invoice: '7', lines: table('a', 'c') } },
			{
				itemIndexes: [1, 3],
				itemIndex: 1,
				values: { customer: 'Customer 8', lines: table('b', 'd') },
			},
		]);
	});

	it.each<[string, object[], Setting, object]>([
		[
			'take the first value that is not empty',
			[line(1, 'a', { customer: ' ' }), line(1, 'b')],
			{},
			{ customer: 'Customer 1' },
		],
		[
			'have dates compared so, too',
			[line(1, 'a', { customer: new Date(0) }), line(1, 'b', { customer: '1970-01-01' })],
			{},
			{ customer: '1970-01-01' },
		],
		[
			'may hold tokens in any order, and one of them each',
			[
				line(1, 'a', { note: { n: 'Ada' } }),
				line(1, 'b', { note: { m: 'B', n: 'Ada' } }),
				line(1, 'c', { note: { n: 'Ada', m: 'B' } }),
			],
			{ variables: { ...spec, note: { tokens: ['n', 'm'] } } },
			{ 'note::n': 'Ada', 'note::m': 'B' },
		],
		[
			'may name a variable each in its own way',
			[
				{ invoice: 1, item: 'a', qty: 1, Customer: 'Ada' },
				{ invoice: 1, item: 'b', qty: 1, 'customer ': 'Ada' },
			],
			{},
			{ customer: 'Ada', lines: table('a', 'b') },
		],
		[
			'fill the table, not a field of its name',
			[line(1, 'a', { lines: 'x' })],
			{},
			{ lines: table('a') },
		],
		['are found by a similar name', [{ 'Invoice ': 1, item: 'a', qty: 1 }], {}, { invoice: '1' }],
		[
			'are taken from a nested object',
			['a', 'b'].map((item) => ({ id: item, fields: line(1, item) })),
			{},
			{ customer: 'Customer 1', lines: table('a', 'b') },
		],
		[
			'have all fields as columns where nothing names them',
			[{ invoice: 1, item: 'a' }],
			{ variables: { invoice: 'text', lines: 'table' } },
			{
				lines: [
					['invoice', 'item'],
					['1', 'a'],
				],
			},
		],
		[
			'fill the table that the option names of several',
			[line(1, 'a')],
			{ variables: { invoice: 'text', a: 'table', b: 'table' }, ...option('b', 'item') },
			{ a: [['']], b: [['item'], ['a']] },
		],
		['fill the table alone', [line(1, 'a')], { variables: { lines } }, { lines: table('a') }],
		[
			'fill what the option names where variables are not known',
			[line(1, 'a'), line(1, 'b', { item: 'b' })],
			{ variables: undefined, ...option('lines', 'item=Item, qty=Qty') },
			{ lines: table('a', 'b') },
		],
	])('grouped items %s', (_, items, setting, row) => {
		expect(sent(items, { ...design, ...setting })).toMatchObject([row]);
	});

	it.each<[string, object[], Setting, number[], RegExp]>([
		[
			'where a text differs',
			[line(1, 'a'), line(2, 'x'), line(1, 'b', { customer: 'Bob' })],
			{},
			[0, 2],
			/field 'customer' differs within the group '1': it is 'Customer 1' in item 0 and 'Bob' in item 2/,
		],
		...[undefined, null, '  '].map((invoice): [string, object[], Setting, number[], RegExp] => [
			`where the field is ${invoice}`,
			[line(1, 'a'), { ...line(1, 'b'), invoice }],
			{},
			[1],
			/field 'invoice' named in 'Group By' is missing or empty/,
		]),
		['where the field holds an object', [line({ a: 1 }, 'a')], {}, [0], /and it takes text/],
		[
			'where an item has two fields for a variable',
			[
				{ invoice: 1, item: 'a', qty: 1, Customer: 'Ada', 'customer ': 'Ada' },
				{ invoice: 1, item: 'b', qty: 1, Customer: 'Ada', 'customer ': 'Bob' },
			],
			{},
			[0, 1],
			/'customer' could be meant by 'Customer' and 'customer ', whose values differ/,
		],
		[
			'where one item has tokens and another a text',
			[line(1, 'a', { note: { n: 'Ada' } }), line(1, 'b', { note: 'Bob' })],
			{ variables: { ...spec, note: { tokens: ['n'] } } },
			[0, 1],
			/field 'note.n' differs within the group '1': it is 'Ada' in item 0 and 'Bob' in item 1/,
		],
		[
			'where one item has a text and another tokens',
			[line(1, 'a', { note: 'Bob' }), line(1, 'b', { note: { n: 'Ada' } })],
			{ variables: { ...spec, note: { tokens: ['n'] } } },
			[0, 1],
			/field 'note' differs within the group '1': it is 'Bob' in item 0 and 'Ada' in item 1/,
		],
		[
			'where the tokens of an object differ',
			[line(1, 'a', { note: { n: 'Ada' } }), line(1, 'b', { note: { n: 'Bob' } })],
			{ variables: { ...spec, note: { tokens: ['n'] } } },
			[0, 1],
			/field 'note.n' differs within the group '1': it is 'Ada' in item 0 and 'Bob' in item 1/,
		],
		[
			'where a variable stands in two nested objects',
			[{ invoice: 1, item: 'a', qty: 1, x: { customer: 'Ada' }, y: { customer: 'Bob' } }],
			{ variables: { customer: 'text', lines } },
			[0],
			/there is no field of its own for 'customer', but 'x\.customer' and 'y\.customer'/,
		],
		[
			'in a design without a table',
			[line(1, 'a')],
			{ variables: { invoice: 'text' } },
			[0],
			/has no table variable/,
		],
		[
			'in a design with tables of which none is named',
			[line(1, 'a')],
			{ variables: { a: 'table', b: 'table' } },
			[0],
			/has 2 table variables/,
		],
	])('grouped items are refused %s', (_, items, setting, refused, what) => {
		const { headline, itemIndexes } = refusal(items, { ...design, ...setting });
		expect(itemIndexes).toEqual(refused);
		expect(headline).toMatch(what);
	});

	it('the advice for a group leads to the lines as they are, and to a blank', () => {
		const items = [{ invoice: 1, item: 'a', qty: 1, buyer: { customer: 'Ada' } }];
		const setting = { ...design, variables: { customer: 'text', lines } } as const;
		const { description } = refusal(items, setting);
		expect(description).toContain("set there: 'customer': {{ $json.buyer.customer }}.");
		expect(description).toContain('To leave it blank on purpose, set an empty text there.');
		const row = { customer: '', lines: table('a') };
		const set = (customer: string) => items.map((item) => ({ ...item, customer }));
		expect(sent(set(''), setting)).toEqual([row]);
		expect(sent(set('Ada'), setting)).toEqual([{ ...row, customer: 'Ada' }]);
	});

	it('grouped items are refused where a group names two designs, and take the first picture that one has', () => {
		const inputs = inputsOf([line(1, 'a'), line(2, 'b'), line(1, 'c')]);
		const options = {
			missingVariables: 'blank',
			groupBy: 'invoice',
			images: [{ variable: 'logo', binaryField: 'photo' }],
			variablesOf: () => known({ ...spec, logo: 'image' }),
		} as const;
		const named = inputs.map((input, index) => ({
			...input,
			designId: index === 2 ? 'other' : 'd',
		}));
		expect(() => buildRows(named, options)).toThrow(/\[item 0\] and \[item 2\]: .*'d' and 'other'/);
		const pictured = inputs.map((input, index) => ({
			...input,
			binaryFields: index === 2 ? ['photo'] : [],
		}));
		expect(buildRows(pictured, options).rows[0]).toMatchObject({
			pictures: [{ variable: 'logo', itemIndex: 2 }],
		});
	});
});
