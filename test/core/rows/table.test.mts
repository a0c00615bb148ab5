import { runInNewContext } from 'node:vm';

import type { Variable } from '../../../nodes/ImaginePdf/core/designs/variable.ts';
import { parseColumns } from '../../../nodes/ImaginePdf/core/rows/table.ts';
import { grid } from '../../emulator/index.mts';
import { build, refusedValue, valueOf } from './support.mts';

const lines = [
	{ title: 'Nut', quantity: 2, price: '1.00' },
	{ title: 'Bolt', price: '2.00', sku: 'b' },
];
const tableColumns = (text: string, variable = 'x') => ({
	tableColumns: [{ variable, columns: parseColumns(text) }],
});
const labelled = (...header: string[]): Partial<Variable> => ({ kind: 'table', header });
const sized = (rows: number, columns: number) =>
	Array.from({ length: rows }, () => Array.from({ length: columns }, () => 'x'));

describe('a table', () => {
	it.each<[string, unknown, Partial<Variable> | undefined, string, unknown]>([
		[
			'has text in every cell',
			[
				['a', 0.1 + 0.2, true],
				[null, undefined, 2n],
			],
			undefined,
			'',
			grid('a | 0.3 | true', ' |  | 2'),
		],
		['is read from JSON text', '\ufeff[["a","b"]]', undefined, '', [['a', 'b']]],
		['is read from JSON text of objects', '[{"a":1}]', undefined, '', [['a'], ['1']]],
		['goes to an unknown kind as lists', [['a']], { kind: 'unknown' }, '', [['a']]],
		['goes to an unknown kind as objects', [{ a: 1 }], { kind: 'unknown' }, '', [['a'], ['1']]],
		['may have 500 rows and 50 columns', sized(500, 50), undefined, '', sized(500, 50)],
		['may come from another realm', runInNewContext('[{ a: 1 }]'), undefined, '', [['a'], ['1']]],
		[
			'has a column for every key, in the order of their first entry',
			lines,
			undefined,
			'',
			grid('title | quantity | price | sku', 'Nut | 2 | 1.00 | ', 'Bolt |  | 2.00 | b'),
		],
		[
			"has the design's columns, found by similar names",
			lines,
			labelled('Price', 'TITLE', 'Quantity'),
			'',
			grid('Price | TITLE | Quantity', '1.00 | Nut | 2', '2.00 | Bolt | '),
		],
		[
			'has its labels found line by line',
			[{ qty: 1 }, { Qty: 2 }, { QTY: 3 }],
			labelled('Qty'),
			'',
			[['Qty'], ['1'], ['2'], ['3']],
		],
		[
			'leaves a column empty that has no label, no field, or a field in no line',
			[{ title: '1', x: 9 }],
			labelled('A', ''),
			'title=Item, =Note, discount?=Discount',
			grid('Item | Note | Discount', '1 |  | '),
		],
		[
			'has no header row where the design shows none',
			[{ a: 1 }],
			{ kind: 'table', isHeaderless: true },
			'',
			[['1']],
		],
		[
			'has chosen columns by a similar name and by their path',
			[{ 'Item Name': 'Nut', price: { value: 1 } }],
			undefined,
			'item_name, price.value=Price',
			grid('item_name | Price', 'Nut | 1'),
		],
		...[[[]], [[{}, {}]], [[null]], [{}], [[[null]]], ['[]'], [' '], [null]].map(
			([raw]): [string, unknown, Partial<Variable>, string, unknown] => [
				`is missing where its value is ${JSON.stringify(raw)}: its labels stand alone`,
				raw,
				labelled('Item', 'Qty'),
				'',
				[['Item', 'Qty']],
			],
		),
	])('a table %s', (_, raw, variable, columns, table) => {
		const setting = columns === '' ? {} : tableColumns(columns);
		expect(valueOf(raw, variable ?? 'table', setting)).toEqual(table);
	});

	it('a table that is missing is one empty cell where its labels are not known', () => {
		const variables = { x: 'table', other: 'text' } as const;
		expect(build([{ other: 'y', x: '' }], { variables }).rows).toMatchObject([
			{ values: { x: [['']] }, blanked: ['x'] },
		]);
	});

	it.each<[string, unknown, Partial<Variable> | undefined, object, RegExp]>([
		['an object in a cell', [['a'], ['b', { c: 1 }]], undefined, {}, /row 2, column 2/],
		['a list in a cell', [[['a']]], undefined, {}, /row 1, column 1/],
		['a row that is no list', [['a'], 'b'], undefined, {}, /row 2 is no list of cells/],
		['an object beside a list', [{ a: 1 }, ['b']], undefined, {}, /row 2 is no object/],
		['501 rows', sized(501, 2), undefined, {}, /501 rows × 2 columns/],
		['51 columns', sized(1, 51), undefined, {}, /1 rows × 51 columns/],
		['500 objects and a header', sized(500, 1).map(() => ({ a: 1 })), undefined, {}, /501 rows/],
		[
			'its list inside an object',
			{ data: [{ a: 1 }], total: 1 },
			undefined,
			{},
			/an object whose list is in 'data'.*\{\{ \{ \.\.\.\$json, x: \$json\.x\.data \} \}\}/s,
		],
		[
			'a label that no line has a field for, with columns to start from',
			[{ title: 'Nut', cost: { net: 5 }, margin: 9 }],
			labelled('Title', 'Net', 'Tax'),
			{},
			/'Net' and 'Tax', which are columns.*The lines have 'title', 'cost' and 'margin'.*'title=Title, cost\.net=Net, =Tax'/s,
		],
		[
			'a label that fits two keys that differ',
			[{ a_b: 1, ab: 2 }],
			labelled('A B'),
			{},
			/a column 'A B' that could be meant by 'a_b' and 'ab' \(row 1\)/,
		],
		[
			'a nested cell, which Table Columns may leave out',
			[{ a: 1 }, { a: 2, properties: [] }],
			undefined,
			{},
			/row 2, column 'properties'.*'Table Columns'/s,
		],
		[
			'a chosen column that is in no entry',
			lines,
			undefined,
			tableColumns('title, cost'),
			/'cost'.*'title', 'quantity', 'price' and 'sku'/s,
		],
		...['nothing', 'other'].map((variable): [string, unknown, undefined, object, RegExp] => [
			`Table Columns for ${variable}`,
			lines,
			undefined,
			tableColumns('title', variable),
			new RegExp(`names '${variable}', which is no table variable.*'x'`, 's'),
		]),
	])('a table is refused with %s', (_, raw, variable, setting, what) => {
		const { reason, remedy } = refusedValue(raw, variable ?? 'table', setting);
		expect(`${reason}\n${remedy}`).toMatch(what);
	});
});
