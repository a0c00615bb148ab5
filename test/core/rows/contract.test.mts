import { buildRows } from '../../../nodes/ImaginePdf/core/rows/build.ts';
import { fold } from '../../../nodes/ImaginePdf/core/rows/names.ts';
import { parseColumns } from '../../../nodes/ImaginePdf/core/rows/table.ts';
import type { Variable } from '../../../nodes/ImaginePdf/core/designs/variable.ts';
import type { RowInput } from '../../../nodes/ImaginePdf/core/rows/types.ts';
import { build, refusal, sent, valueOf, type Setting } from './support.mts';

const badge: Variable[] = [
	{ name: 'name', names: ['name'], kind: 'text' },
	{ name: 'photo', names: ['photo'], kind: 'image' },
];
const input = (values: object, binaryFields: string[] = []): RowInput => ({
	itemIndex: 0,
	source: 'items',
	values,
	designId: 'design_badge',
	binaryFields,
});
const IMAGES = [{ variable: 'photo', binaryField: 'data' }];

describe('What a row is made of, sentence by sentence', () => {
	it.each([
		[
			{ id: 5, customer: { name: 'Ada', email: 'a@example.com' } },
			{ customer_name: 'Ada', email: 'a@example.com' },
		],
		[{ order: { id: 7, total: 5 } }, { order_id: '7', total: '5' }],
		[
			{
				payer: { name: { given_name: 'Ada' }, email_address: 'a@example.com' },
				amount: { value: '12.50' },
			},
			{ payer_name_given_name: 'Ada', email_address: 'a@example.com', amount_value: '12.50' },
		],
	])(
		'a variable found by its path from the top keeps its value where rows are taken from a nested object (%#)',
		(item, values) => {
			const variables: Setting['variables'] = Object.fromEntries(
				Object.keys(values).map((name) => [name, 'text']),
			);
			expect(sent([item], { variables })).toEqual([values]);
		},
	);

	it('two fields that fit one variable, or a field and a path, are refused and both named', () => {
		const { headline, description } = refusal(
			[{ 'Customer Name': 'A', customer: { name: 'C' }, amount: 1 }],
			{ variables: { customer_name: 'text', amount: 'text' } },
		);
		expect(headline).toContain(
			"'customer_name' could be meant by 'Customer Name' and 'customer.name'",
		);
		expect(description).toContain(
			"choose what each variable is to say:\n'customer_name': {{ $json[\"Customer Name\"] }} or {{ $json.customer.name }}\n'amount': {{ $json.amount }}",
		);
	});

	it('an item without its picture uses the value of the row, also where no item has one', () => {
		const [row] = buildRows([input({ name: 'Ada', photo: 'uploads:1' })], {
			missingVariables: 'blank',
			images: IMAGES,
			variablesOf: () => ({ known: true, list: badge }),
		}).rows;
		expect(row?.values['photo']).toBe('uploads:1');
	});

	it('an item without its picture and without a value gets a transparent one, also where no item has one', () => {
		const [row] = buildRows([input({ name: 'Ada' })], {
			missingVariables: 'blank',
			images: IMAGES,
			variablesOf: () => ({ known: true, list: badge }),
		}).rows;
		expect(row?.blankPictures).toEqual(['photo']);
	});

	it('a picture of the item is taken where the variables of the design are not known', () => {
		const [row] = buildRows([input({ name: 'Ada' }, ['data'])], {
			missingVariables: 'blank',
			images: IMAGES,
			variablesOf: () => ({ known: false, reason: 'ImaginePDF does not tell them' }),
		}).rows;
		expect(row?.pictures).toEqual([{ variable: 'photo', itemIndex: 0, binaryField: 'data' }]);
	});

	const LINES = [
		{ invoice: 7, amount: 10, item: 'Nut' },
		{ invoice: 7, amount: 20, item: 'Bolt' },
	];

	it('items are grouped into the table that Table Columns names where the variables are not known', () => {
		const [row] = sent(
			LINES.map(({ invoice, item }) => ({ invoice, item })),
			{
				groupBy: 'invoice',
				tableColumns: [{ variable: 'lines', columns: parseColumns('item=Item') }],
			},
		);
		expect(row?.['lines']).toEqual([['Item'], ['Nut'], ['Bolt']]);
	});

	it('items are grouped where the design has the table alone', () => {
		const variables: Setting['variables'] = { lines: { kind: 'table', header: ['Item'] } };
		expect(sent(LINES, { groupBy: 'invoice', variables })).toEqual([
			{ lines: [['Item'], ['Nut'], ['Bolt']] },
		]);
	});

	it.each([[[{}]], [[{}, {}]], [[null]], [{}], [[[null]]]])(
		'the value %j is no value of a table: its header labels stand alone',
		(raw) => {
			expect(valueOf(raw, { kind: 'table', header: ['Item', 'Qty'] })).toEqual([['Item', 'Qty']]);
		},
	);

	it.each([[[]], [{}], [['']], [[null]]])('the value %j is no value of an image', (raw) => {
		const [row] = build([{ logo: raw, name: 'Ada' }], {
			variables: { logo: 'image', name: 'text' },
		}).rows;
		expect(row?.blankPictures).toEqual(['logo']);
	});

	it('the advice for an object that is mapped does not name a field that the item does not have', () => {
		const { description } = refusal([{ customer_name: { first: 'Ada' } }], {
			source: 'mapped',
			variables: { customer_name: 'text' },
		});
		expect(description).not.toContain('$json.customer_name');
	});

	it.each(['json', 'mapped'] as const)(
		'the advice for rows from %s does not name Only Fields, which has no say there',
		(source) => {
			expect(refusal([{ meta: { x: 1 } }], { source }).description).not.toContain('Only Fields');
		},
	);

	it('a row without the nested object is not told to check Only Fields, which is empty', () => {
		expect(
			refusal([{ body: { name: 'Ada' } }, { body: null }], { variables: { name: 'text' } })
				.description,
		).not.toContain('Only Fields');
	});

	it.each(['a\ufe0fb', 'a\u034fb', 'a\u3164b', 'a\u115fb'])(
		'an invisible character in %j does not matter',
		(name) => {
			expect(fold(name)).toBe('ab');
		},
	);

	it('a day whose midnight is skipped by summer time is printed as a day', () => {
		const date = new Date('2026-09-06T04:00:00Z');
		expect(valueOf(date, 'text', { timeZone: 'America/Santiago' })).toBe('2026-09-06');
	});

	it('a row of nothing but invisible characters is refused', () => {
		expect(refusal([{ name: '\u200b' }], { variables: { name: 'text' } }).headline).toContain(
			'no value',
		);
	});

	it('fields beside the nested object that rows are taken from are told in the hint', () => {
		const { hint } = build([{ headers: { host: 'x' }, body: { name: 'Ada' } }], {
			variables: { name: 'text' },
		});
		expect(hint?.text).toContain("'headers'");
	});
});
