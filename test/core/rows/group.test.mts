import { buildRows } from '../../../nodes/ImaginePdf/core/rows/build.ts';
import { parseColumns } from '../../../nodes/ImaginePdf/core/rows/table.ts';
import {
	build,
	caught,
	inputsOf,
	refusal,
	sent,
	variables as known,
	type Setting,
} from './support.mts';

const design = {
	groupBy: 'invoice',
	variables: {
		invoice: 'text',
		customer: 'text',
		lines: { kind: 'table', header: ['Item', 'Qty'] },
	},
} satisfies Setting;

const line = (invoice: unknown, item: string, more: object = {}) => ({
	invoice,
	customer: `Customer ${String(invoice).trim()}`,
	item,
	qty: 1,
	...more,
});

describe('grouped items', () => {
	it('grouped items become one row each, in the order of their first items, neighbours or not', () => {
		const { rows } = build([line(7, 'a'), line(8, 'b'), line('7 ', 'c'), line(8, 'd')], design);
		expect(
			rows.map(({ itemIndexes, itemIndex, values }) => [itemIndexes, itemIndex, values]),
		).toEqual([
			[
				[0, 2],
				0,
				{
					invoice: '7',
					customer: 'Customer 7',
					lines: [
						['Item', 'Qty'],
						['a', '1'],
						['c', '1'],
					],
				},
			],
			[
				[1, 3],
				1,
				{
					invoice: '8',
					customer: 'Customer 8',
					lines: [
						['Item', 'Qty'],
						['b', '1'],
						['d', '1'],
					],
				},
			],
		]);
	});

	it('grouped items may all be groups of one', () => {
		expect(build([line(1, 'a'), line(2, 'b')], design).rows.map((row) => row.itemIndexes)).toEqual([
			[0],
			[1],
		]);
	});

	it('grouped items are 40 rows where 250 lines belong to 40 groups', () => {
		const items = Array.from({ length: 250 }, (_, index) => line(index % 40, `i${index}`));
		const { rows } = build(items, design);
		expect(rows).toHaveLength(40);
		expect(rows.flatMap((row) => row.itemIndexes).sort((a, b) => a - b)).toEqual([...items.keys()]);
		expect(rows.reduce((sum, { values }) => sum + (values['lines']?.length ?? 0) - 1, 0)).toBe(250);
	});

	it('grouped items take the first value that is not empty', () => {
		const rows = sent(
			[line(1, 'a', { customer: ' ' }), line(1, 'b'), line(1, 'c', { customer: null })],
			design,
		);
		expect(rows).toMatchObject([{ customer: 'Customer 1' }]);
	});

	it('grouped items are refused where a text differs, naming items and values', () => {
		const { headline, itemIndexes, issues } = refusal(
			[line(1, 'a'), line(2, 'x'), line(1, 'b', { customer: 'Bob' })],
			design,
		);
		expect(itemIndexes).toEqual([0, 2]);
		expect(issues).toHaveLength(1);
		expect(headline).toContain(
			"field 'customer' differs within the group '1': it is 'Customer 1' in item 0 and 'Bob' in item 2",
		);
	});

	it('grouped items have their values compared as they are printed', () => {
		const same = [line(1, 'a', { customer: 7 }), line(1, 'b', { customer: ' 7' })];
		expect(sent(same, design)).toMatchObject([{ customer: '7' }]);
		const dates = [new Date(0), '1970-01-01'].map((customer) => line(1, 'a', { customer }));
		expect(sent(dates, design)).toHaveLength(1);
	});

	it('grouped items may differ in fields that only the table uses', () => {
		expect(sent([line(1, 'a', { note: 'x' }), line(1, 'b', { note: 'y' })], design)).toHaveLength(
			1,
		);
	});

	it.each([[undefined], [null], ['  ']])(
		'grouped items are refused where the field of Group By is %j',
		(invoice) => {
			const { headline, itemIndexes } = refusal(
				[line(1, 'a'), { ...line(1, 'b'), invoice }],
				design,
			);
			expect(itemIndexes).toEqual([1]);
			expect(headline).toContain("field 'invoice' named in 'Group By' is missing or empty");
		},
	);

	it('grouped items are refused where the field of Group By holds an object', () => {
		expect(refusal([line({ a: 1 }, 'a')], design).headline).toContain('where only text fits');
	});

	it('the field of Group By is found by a similar name or its path', () => {
		const rows = [{ 'Invoice ': 1, item: 'a', qty: 1 }];
		expect(sent(rows, design)).toMatchObject([{ invoice: '1' }]);
		const nested = [{ order: { invoice: 1 }, customer: 'a', item: 'x', qty: 1 }];
		expect(
			build([...nested, ...nested], { ...design, groupBy: 'order.invoice' }).rows,
		).toHaveLength(1);
	});

	it('grouped items and their lines are taken from a nested object', () => {
		const items = ['a', 'b'].map((item) => ({ id: item, fields: line(1, item) }));
		expect(sent(items, design)).toMatchObject([
			{
				customer: 'Customer 1',
				lines: [
					['Item', 'Qty'],
					['a', '1'],
					['b', '1'],
				],
			},
		]);
	});

	it('the table of grouped items has the columns of the option', () => {
		const tableColumns = [{ variable: 'lines', columns: parseColumns('item=What') }];
		expect(sent([line(1, 'a')], { ...design, tableColumns })).toMatchObject([
			{ lines: [['What'], ['a']] },
		]);
	});

	it('the table of grouped items has all fields as columns where nothing names them', () => {
		const variables = { invoice: 'text', lines: 'table' } as const;
		expect(sent([{ invoice: 1, item: 'a' }], { ...design, variables })).toMatchObject([
			{
				lines: [
					['invoice', 'item'],
					['1', 'a'],
				],
			},
		]);
	});

	it('a group lists a field as not sent only where it is no column of the table either', () => {
		const items = [line(1, 'a', { note: 'x' }), line(1, 'b')];
		const { rows, hint } = build(items, design);
		expect(rows).toMatchObject([{ leftOut: ['note'] }]);
		expect(hint?.text).toBe("Fields that match no variable and were not sent: 'note'.");
	});

	it('a group lists no field as not sent where the table takes all of them', () => {
		const variables = { invoice: 'text', lines: 'table' } as const;
		const { rows, hint } = build([line(1, 'a')], { ...design, variables });
		expect(rows).toMatchObject([{ leftOut: [] }]);
		expect(hint?.text).toContain("prints the columns 'invoice', 'customer', 'item' and 'qty'");
	});

	it('grouped items are refused in a design without a table, or with several of which none is named', () => {
		const none = { ...design, variables: { invoice: 'text' } } as const;
		expect(refusal([line(1, 'a')], none).headline).toContain('has no table variable');
		const two = { ...design, variables: { invoice: 'text', a: 'table', b: 'table' } } as const;
		expect(refusal([line(1, 'a')], two).headline).toContain('has 2 table variables');
		const tableColumns = [{ variable: 'b', columns: parseColumns('item') }];
		expect(sent([line(1, 'a')], { ...two, tableColumns })).toEqual([
			{ invoice: '1', a: [['']], b: [['item'], ['a']] },
		]);
	});

	it('grouped items are refused beyond 500 table rows with the header, naming the group', () => {
		const items = Array.from({ length: 500 }, (_, index) => line('R-1', `i${index}`));
		const { headline } = refusal(items, design);
		expect(headline).toContain('501 rows');
		expect(headline).toContain("group 'R-1'");
		expect(sent(items.slice(1), design)).toHaveLength(1);
	});

	it('grouped items are refused where a group names two designs', () => {
		const [first, second, third] = inputsOf([line(1, 'a'), line(2, 'b'), line(1, 'c')]);
		if (!first || !second || !third) throw new Error('There are three inputs');
		const refused = caught(() =>
			buildRows([first, second, { ...third, designId: 'other' }], {
				missingVariables: 'blank',
				groupBy: 'invoice',
				variablesOf: () => known(design.variables),
			}),
		);
		expect(refused.itemIndexes).toEqual([0, 2]);
		expect(refused.headline).toContain("'design_invoice' and 'other'");
	});

	it('grouped items take their picture from the first item that has one', () => {
		const variables = known({ ...design.variables, logo: 'image' });
		const { rows } = buildRows(
			inputsOf([line(1, 'a'), line(1, 'b')]).map((input) => ({
				...input,
				binaryFields: input.itemIndex === 1 ? ['photo'] : [],
			})),
			{
				missingVariables: 'blank',
				groupBy: 'invoice',
				images: [{ variable: 'logo', binaryField: 'photo' }],
				variablesOf: () => variables,
			},
		);
		expect(rows).toMatchObject([{ pictures: [{ variable: 'logo', itemIndex: 1 }] }]);
	});
});
