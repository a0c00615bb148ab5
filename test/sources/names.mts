import { mapped, rowsFrom, table, text, type SourceCase } from './support/case.mts';

/** One column and the variable that it fills. */
const fits = (column: string, variable: string): SourceCase => ({
	source: `A column '${column}' for the variable '${variable}'`,
	items: [{ [column]: 'Ada', other: 1 }],
	design: [variable],
	sends: [{ [variable]: 'Ada' }],
});

/** Columns beside each other, and what each variable gets of them. */
const apart = (
	source: string,
	item: Record<string, unknown>,
	row: Record<string, string>,
): SourceCase => ({ source, items: [item], design: Object.keys(row), sends: [row] });

export const NAMES: SourceCase[] = [
	fits('STRASSE', 'straße'),
	fits('İSİM', 'isim'),
	fits('Größe', 'groesse'),
	fits('PLZ/Ort', 'plz_ort'),
	fits('Customer Name *', 'customer_name'),
	fits('Email:', 'email'),
	fits('Who?', 'who'),
	fits('Total (€)', 'total'),
	fits('property_customer_name', 'customer_name'),
	fits('customerName', 'customer-name'),
	fits('Ｎａｍｅ', 'name'),
	fits('na\u200bme\u00ad', 'name'),
	fits('Zoe\u0308', 'zoë'),
	apart(
		'C, C++ and C#, each a variable',
		{ c: '1', 'C++': '2', 'C#': '3' },
		{ C: '1', 'C++': '2', 'C#': '3' },
	),
	apart('C++ for a variable C', { 'C++': '2', name: 'Ada' }, { C: '', name: 'Ada' }),
	apart('Name and Name 2', { 'Name 2': 'Bob', Name: 'Ada' }, { name: 'Ada' }),
	apart(
		'Name and Name 2, each a variable',
		{ Name: 'Ada', 'Name 2': 'Bob' },
		{ name: 'Ada', name_2: 'Bob' },
	),
	apart(
		'a total and the total of an order',
		{ total: 5, order: { total: 7 } },
		{ total: '5', 'order.total': '7' },
	),
	apart(
		'a field named like the path of another',
		{ order_total: 1, order: { total: 2 } },
		{ order_total: '1' },
	),
	apart('a plural', { items: 'Nut', name: 'Ada' }, { item: '', name: 'Ada' }),
	apart(
		'a field that is the exact name of one variable',
		{ Total: '1', name: 'Ada' },
		{ Total: '1', total: '', name: 'Ada' },
	),
	apart(
		'two variables that differ by the note in brackets',
		{ 'Total (€)': '1', 'total ($)': '2' },
		{ 'Total (€)': '1', 'Total ($)': '2' },
	),
	apart('the exact name beside another', { name: 'Ada', NAME: 'Bob' }, { name: 'Ada' }),
	{
		source: 'Two columns that differ by the note in brackets, for one variable',
		items: [{ 'Total (€)': '1', 'Total ($)': '2' }],
		design: ['total'],
		refused: /'Total \(€\)'.*'Total \(\$\)'/s,
		choose: { total: '€' },
		sends: [{ total: '1' }],
	},
	{
		source: 'Two columns for one variable, one of which is empty',
		items: [{ name: 'Ada', 'E-Mail': 'ada@example.com', Email: '' }],
		design: ['name', 'email'],
		refused: /'E-Mail'.*'Email'/s,
		choose: { email: 'E-Mail' },
		sends: [{ name: 'Ada', email: 'ada@example.com' }],
	},
];

/** Text that is odd and none the less right. */
const ODD = [
	'007',
	'12345678901234567890',
	'1.234,56',
	'19%',
	'שלום, 12',
	'👩‍👩‍👧 family',
	'one\ntwo\r\nthree\ttabbed',
	'Null',
	'true',
	'N/A',
	'#N/A-7',
	'Nancy',
	'undefined behaviour',
	'Error: none',
	'{{ name }} and {{name}}',
	'[1, 2]',
	'{ not JSON }',
	'=SUM(A1)',
	'<b>bold</b> &amp; "quoted" \\ back',
	' blanks around ',
	'2026-03-31',
	'31/03/2026',
	'https://example.com/?a=1&b=2',
	'C:\\temp\\new.txt',
];

/** Text that shows that its source is broken. */
const BROKEN = [
	['#N/A', '#REF!', '#DIV/0!', '#NAME?', '#VALUE!', '#NUM!'],
	['#NULL!', '#ERROR!', '#SPILL!', '#CALC!', 'Loading...', 'undefined', 'NaN'],
	['Due Invalid DateTime', '€ NaN', 'Total: [object Object]', 'Dear {{ $json.name }},'],
	['{"name":"Ada"}', '[{"name":"Ada"}]', ' #N/A '],
];

const allItems = (count: number) =>
	new RegExp(
		Array.from({ length: count }, (_, index) => `(?=.*\\[item ${index}\\])`).join(''),
		's',
	);

export const TEXTS: SourceCase[] = [
	{
		source: 'Text that is odd, unchanged',
		items: ODD.map((value) => ({ value })),
		design: ['value'],
		sends: ODD.map((value) => ({ value })),
	},
	{
		source: 'Text that is odd, unchanged in cells',
		items: [{ number: '1', lines: ODD.map((value) => ({ value })) }],
		design: ['number', table('lines', 'Value')],
		sends: [{ number: '1', lines: [['Value'], ...ODD.map((value) => [value])] }],
	},
	{
		source: 'Text that is odd, unchanged in a QR code: JSON, an error of a sheet',
		items: [{ code: '{"id":7}' }],
		design: [{ name: 'code', kind: 'qr', sample: 'SAMPLE' }],
		sends: [{ code: '{"id":7}' }],
	},
	...BROKEN.map((texts): SourceCase => ({
		source: `Broken text: ${texts.join(' ')}`,
		items: texts.map((value) => ({ number: '1', value })),
		design: ['number', 'value'],
		refused: allItems(texts.length),
	})),
	{
		source: 'Broken text in a cell',
		items: [{ number: '1', lines: [{ value: '2' }, { value: '#REF!' }] }],
		design: ['number', table('lines', 'Value')],
		refused: /#REF!.*row 2|row 2.*#REF!/s,
	},
	{
		source: 'Broken text in a token',
		items: [{ first: 'Ada', last: 'NaN' }],
		design: [text('greeting', 'Dear {{first}} {{last}},')],
		refused: /NaN/,
	},
	{
		source: 'Numbers without noise',
		items: [{ a: 0.1 + 0.2, b: 1e21, c: 1e-7, d: -0, e: 12, f: true, g: false }],
		design: ['a', 'b', 'c', 'd', 'e', 'f', 'g'],
		sends: [
			{
				a: '0.3',
				b: '1000000000000000000000',
				c: '0.0000001',
				d: '0',
				e: '12',
				f: 'true',
				g: 'false',
			},
		],
	},
	...[
		{ in: 'Variables', parameters: mapped({ name: '={{ $json.name.trim }}' }) },
		{ in: 'Rows', parameters: rowsFrom('$json.name.trim') },
		{ in: 'Date Format', parameters: { options: { dateFormat: '={{ $json.name.trim }}' } } },
	].map(({ in: field, parameters }) => ({
		source: `An expression in '${field}' that gives a function`,
		items: [{ name: 'Ada' }],
		design: ['name'],
		parameters,
		refused: new RegExp(`^'${field}' is given an expression without a value: (?!.*report)`, 'is'),
	})),
];
