import { runInNewContext } from 'node:vm';

import { parseColumns } from '../../../nodes/ImaginePdf/core/rows/table.ts';
import { build, refusal, refusedValue, valueOf } from './support.mts';

const lines = [
	{ title: 'Nut', quantity: 2, price: '1.00' },
	{ title: 'Bolt', price: '2.00', sku: 'b' },
];
const columns = (text: string) => ({
	tableColumns: [{ variable: 'x', columns: parseColumns(text) }],
});

describe('a table of lists', () => {
	it('a table of lists has text in every cell', () => {
		expect(
			valueOf(
				[
					['a', 0.1 + 0.2, true],
					[null, undefined, 2n],
				],
				'table',
			),
		).toEqual([
			['a', '0.3', 'true'],
			['', '', '2'],
		]);
	});

	it('a table of lists is read from JSON text, a byte order mark in front or not', () => {
		expect(valueOf('\ufeff[["a","b"]]', 'table')).toEqual([['a', 'b']]);
		expect(valueOf('[{"a":1}]', 'table')).toEqual([['a'], ['1']]);
	});

	it('a table of lists goes to a variable of unknown kind too', () => {
		expect(valueOf([['a']], 'unknown')).toEqual([['a']]);
		expect(valueOf([{ a: 1 }], 'unknown')).toEqual([['a'], ['1']]);
	});

	it.each([
		['an object in a cell', [['a'], ['b', { c: 1 }]], 'row 2, column 2'],
		['a list in a cell', [[['a']]], 'row 1, column 1'],
		['a row that is no list', [['a'], 'b'], 'row 2'],
		['an object beside a list', [{ a: 1 }, ['b']], 'row 2'],
	])('a table of lists is refused with %s, and says where', (_, raw, place) => {
		expect(refusedValue(raw, 'table').reason).toContain(place);
	});

	it('a table of lists may have 500 rows and 50 columns, and no more', () => {
		const table = (rows: number, columns: number) =>
			Array.from({ length: rows }, () => Array.from({ length: columns }, () => 'x'));
		expect(valueOf(table(500, 50), 'table')).toEqual(table(500, 50));
		expect(refusedValue(table(501, 2), 'table').reason).toContain('501 rows × 2 columns');
		expect(refusedValue(table(1, 51), 'table').reason).toContain('1 rows × 51 columns');
		const objects = Array.from({ length: 500 }, () => ({ a: 1 }));
		expect(refusedValue(objects, 'table').reason).toContain('501 rows × 1 columns');
	});
});

describe('a table of objects', () => {
	it('a table of objects has a column for every key, in the order of their first entry, with a header row', () => {
		expect(valueOf(lines, 'table')).toEqual([
			['title', 'quantity', 'price', 'sku'],
			['Nut', '2', '1.00', ''],
			['Bolt', '', '2.00', 'b'],
		]);
	});

	it('a table of objects may come from another realm', () => {
		expect(valueOf(runInNewContext('[{ a: 1 }]'), 'table')).toEqual([['a'], ['1']]);
	});

	it("a table of objects has the design's columns where each label fits one key", () => {
		const table = { kind: 'table', header: ['Price', 'TITLE', 'Quantity'] } as const;
		expect(valueOf(lines, table)).toEqual([
			['Price', 'TITLE', 'Quantity'],
			['1.00', 'Nut', '2'],
			['2.00', 'Bolt', ''],
		]);
	});

	it('a table of objects is refused where no line has a field for a label, with columns to start from', () => {
		const { reason, remedy } = refusedValue(lines, {
			kind: 'table',
			header: ['Title', 'Cost', 'SKU'],
		});
		expect(reason).toContain("without a field for 'Cost', which is a column of the table 'x'");
		expect(remedy).toContain("for 'x': 'title=Title, =Cost, sku=SKU'.");
	});

	it('a table of objects has its labels found line by line', () => {
		const mixed = [{ qty: 1 }, { Qty: 2 }, {}, { QTY: 4 }];
		const own = mixed.map((line) => ({ sku: 'b', ...line }));
		expect(valueOf(own, { kind: 'table', header: ['Qty', ''] })).toEqual([
			['Qty', ''],
			['1', ''],
			['2', ''],
			['', ''],
			['4', ''],
		]);
		expect(valueOf(own, 'table')).toMatchObject([
			['sku', 'qty'],
			['b', '1'],
			['b', '2'],
			{},
			['b', '4'],
		]);
	});

	it('a table of objects leaves a column empty that has no field, and one that no line has', () => {
		expect(valueOf([{ a: 1 }], 'table', columns('a=A, =Note, off?=Discount'))).toEqual([
			['A', 'Note', 'Discount'],
			['1', '', ''],
		]);
	});

	it('a list inside an object is named', () => {
		const { reason, remedy } = refusedValue({ data: [{ a: 1 }], total: 1 }, 'table');
		expect(reason).toContain("an object whose list is in 'data'");
		expect(remedy).toContain('{{ { ...$json, x: $json.x.data } }}');
	});

	it.each([[['']], [[]]])(
		'a table of objects has all keys where the labels %j say nothing',
		(header) => {
			const value = valueOf(lines, { kind: 'table', header });
			expect(value).toMatchObject([['title', 'quantity', 'price', 'sku'], {}, {}]);
		},
	);

	it('a table of objects is refused where a label fits two keys that differ', () => {
		const { reason } = refusedValue([{ a_b: 1, ab: 2 }], { kind: 'table', header: ['A B'] });
		expect(reason).toContain("a column 'A B' that could be meant by 'a_b' and 'ab' (row 1)");
	});

	it('a table of objects has no header row where the design shows none', () => {
		expect(valueOf([{ a: 1 }], { kind: 'table', isHeaderless: true })).toEqual([['1']]);
	});

	it('a table of objects has the columns that Table Columns names', () => {
		expect(valueOf(lines, 'table', columns('title=Item, quantity = Qty,price'))).toEqual([
			['Item', 'Qty', 'price'],
			['Nut', '2', '1.00'],
			['Bolt', '', '2.00'],
		]);
	});

	it('a table of objects has its chosen columns found by a similar name and by their path', () => {
		const order = [{ 'Item Name': 'Nut', price: { value: 1 } }];
		expect(valueOf(order, 'table', columns('item_name, price.value=Price'))).toEqual([
			['item_name', 'Price'],
			['Nut', '1'],
		]);
	});

	it('a table of objects is refused with a nested cell, naming row, column and the way out', () => {
		const { reason, remedy } = refusedValue([{ a: 1 }, { a: 2, properties: [] }], 'table');
		expect(reason).toContain("row 2, column 'properties'");
		expect(remedy).toContain("'Table Columns'");
		const chosen = valueOf([{ a: 1 }, { a: 2, properties: [] }], 'table', columns('a'));
		expect(chosen).toEqual([['a'], ['1'], ['2']]);
	});

	it('a table of objects is refused where a chosen column is in no entry, with those that are', () => {
		const { reason, remedy } = refusedValue(lines, 'table', columns('title, cost'));
		expect(reason).toContain("'cost'");
		expect(remedy).toContain("'title', 'quantity', 'price' and 'sku'");
	});

	it.each(['nothing', 'other'])(
		'a table of objects is refused where Table Columns is for %s',
		(variable) => {
			const { reason, remedy } = refusedValue(lines, 'table', {
				tableColumns: [{ variable, columns: parseColumns('title') }],
			});
			expect(reason).toContain(`names '${variable}', which is no table variable`);
			expect(remedy).toContain("'x'");
		},
	);
});

describe('a missing table', () => {
	const missing = (header?: string[]) =>
		build([{ other: 'y', x: '' }], {
			variables: { x: { kind: 'table', ...(header && { header }) }, other: 'text' },
		}).rows[0];

	it('a missing table becomes its header labels alone, or one empty cell', () => {
		expect(missing(['Item', 'Qty'])?.values['x']).toEqual([['Item', 'Qty']]);
		expect(missing()).toMatchObject({ values: { x: [['']] }, blanked: ['x'] });
	});

	it.each([[[]], [[[]]], [' '], [null], ['[]']])(
		'a table is missing where its value is %j',
		(raw) => {
			const setting = {
				variables: { x: 'table', other: 'text' },
				missingVariables: 'error',
			} as const;
			expect(refusal([{ x: raw, other: 'y' }], setting).issues).toMatchObject([
				{ reason: "the row has no value for 'x'" },
			]);
		},
	);
});
