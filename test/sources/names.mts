import { mapped, rowsFrom, table, text, type SourceCases } from './support/case.mts';

/** A column each, and the variable that it fills. */
const FITTING = {
	STRASSE: 'straße',
	İSİM: 'isim',
	Größe: 'groesse',
	'PLZ/Ort': 'plz_ort',
	'Customer Name *': 'customer_name',
	'Email:': 'email',
	'Who?': 'who',
	'Total (€)': 'total',
	property_customer_name: 'customer_name',
	customerName: 'customer-name',
	Ｎａｍｅ: 'name',
	'na\u200bme\u00ad': 'name',
	'Zoe\u0308': 'zoë',
};

export const NAMES: SourceCases = {
	...Object.fromEntries(
		Object.entries(FITTING).map(([column, variable]) => [
			`A column '${column}' for the variable '${variable}'`,
			{ items: { [column]: 'Ada', other: 1 }, sends: { [variable]: 'Ada' } },
		]),
	),
	'C, C++ and C#, each a variable': {
		items: { c: '1', 'C++': '2', 'C#': '3' },
		sends: { C: '1', 'C++': '2', 'C#': '3' },
	},
	'C++ for a variable C': { items: { 'C++': '2', name: 'Ada' }, sends: { C: '', name: 'Ada' } },
	'Name and Name 2': { items: { 'Name 2': 'Bob', Name: 'Ada' }, sends: { name: 'Ada' } },
	'Name and Name 2, each a variable': {
		items: { Name: 'Ada', 'Name 2': 'Bob' },
		sends: { name: 'Ada', name_2: 'Bob' },
	},
	'a total and the total of an order': {
		items: { total: 5, order: { total: 7 } },
		sends: { total: '5', 'order.total': '7' },
	},
	'a field named like the path of another': {
		items: { order_total: 1, order: { total: 2 } },
		sends: { order_total: '1' },
	},
	'a plural': { items: { items: 'Nut', name: 'Ada' }, sends: { item: '', name: 'Ada' } },
	'a field that is the exact name of one variable': {
		items: { Total: '1', name: 'Ada' },
		sends: { Total: '1', total: '', name: 'Ada' },
	},
	'two variables that differ by the note in brackets': {
		items: { 'Total (€)': '1', 'total ($)': '2' },
		sends: { 'Total (€)': '1', 'Total ($)': '2' },
	},
	'the exact name beside another': { items: { name: 'Ada', NAME: 'Bob' }, sends: { name: 'Ada' } },
	'Two columns that differ by the note in brackets, for one variable': {
		items: { 'Total (€)': '1', 'Total ($)': '2' },
		refused: /'Total \(€\)'.*'Total \(\$\)'/s,
		choose: { total: '€' },
		sends: { total: '1' },
	},
	'Two columns for one variable, one of which is empty': {
		items: { name: 'Ada', 'E-Mail': 'ada@example.com', Email: '' },
		refused: /'E-Mail'.*'Email'/s,
		choose: { email: 'E-Mail' },
		sends: { name: 'Ada', email: 'ada@example.com' },
	},
};

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

export const TEXTS: SourceCases = {
	'Text that is odd, unchanged': {
		items: ODD.map((value) => ({ value })),
		sends: ODD.map((value) => ({ value })),
	},
	'Text that is odd, unchanged in cells': {
		items: { number: '1', lines: ODD.map((value) => ({ value })) },
		sends: { number: '1', lines: [['Value'], ...ODD.map((value) => [value])] },
	},
	'Text that is odd, unchanged in a QR code: JSON, an error of a sheet': {
		items: { code: '{"id":7}' },
		design: [{ name: 'code', kind: 'qr', sample: 'SAMPLE' }],
		sends: { code: '{"id":7}' },
	},
	...Object.fromEntries(
		BROKEN.map((texts) => [
			`Broken text: ${texts.join(' ')}`,
			{
				items: texts.map((value) => ({ number: '1', value })),
				design: ['number', 'value'],
				refused: allItems(texts.length),
			},
		]),
	),
	'Broken text in a cell': {
		items: { number: '1', lines: [{ value: '2' }, { value: '#REF!' }] },
		design: ['number', table('lines', 'Value')],
		refused: /#REF!.*row 2|row 2.*#REF!/s,
	},
	'Broken text in a token': {
		items: { first: 'Ada', last: 'NaN' },
		design: [text('greeting', 'Dear {{first}} {{last}},')],
		refused: /NaN/,
	},
	'Numbers without noise': {
		items: { a: 0.1 + 0.2, b: 1e21, c: 1e-7, d: -0, e: 12, f: true, g: false },
		sends: {
			a: '0.3',
			b: '1000000000000000000000',
			c: '0.0000001',
			d: '0',
			e: '12',
			f: 'true',
			g: 'false',
		},
	},
	...Object.fromEntries(
		Object.entries({
			Variables: mapped({ name: '={{ $json.name.trim }}' }),
			Rows: rowsFrom('$json.name.trim'),
			'Date Format': { options: { dateFormat: '={{ $json.name.trim }}' } },
		}).map(([field, parameters]) => [
			`An expression in '${field}' that gives a function`,
			{
				items: { name: 'Ada' },
				design: ['name'],
				parameters,
				refused: new RegExp(
					`^'${field}' is given an expression without a value: (?!.*report)`,
					'is',
				),
			},
		]),
	),
};
