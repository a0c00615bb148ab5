import { grid, mapped, rowsFrom, type SourceCases } from './support/case.mts';

const STATUS = { id: 3, value: 'Sold', color: 'red' };
const OTHER = { id: 4, value: 'Open', color: 'blue' };
const BOTH = [
	{ name: 'Cap', status: 'Sold' },
	{ name: 'Bag', status: 'Open' },
];

/** Advice wherever rows may come from, and for rows that are not alike. Shapes as of Baserow. */
export const ADVICE: SourceCases = {
	'JSON: an object at an expression': {
		items: { body: { name: 'Cap', status: STATUS } },
		parameters: rowsFrom('$json.body'),
		refused: /\$json\.body\.status\.value/,
		sends: { name: 'Cap', status: 'Sold' },
	},
	'JSON: a list of objects': {
		items: {
			rows: [STATUS, OTHER].map((status, row) => ({ ...BOTH[row], status })),
		},
		parameters: rowsFrom('$json.rows'),
		refused: /row 1 of \[item 0\].*status\.value/s,
		sends: BOTH,
		only: 'submit',
	},
	'JSON: text that a model wrote': {
		items: { output: '[{"name":"Cap"},{"name":"Bag"}]' },
		parameters: rowsFrom('$json.output'),
		sends: [{ name: 'Cap' }, { name: 'Bag' }],
		only: 'submit',
	},
	'Map Each Variable: an object in one of the fields': {
		items: { Name: 'Cap', Status: STATUS },
		parameters: mapped({ name: '={{ $json.Name }}', status: '={{ $json.Status }}' }),
		refused: /\{\{ \$json\.Status\.value \}\}/,
		sends: { name: 'Cap', status: 'Sold' },
	},
	'Group By: an object in the lines': {
		items: [
			{ invoice: 7, customer: STATUS, item: 'Nut' },
			{ invoice: 7, customer: STATUS, item: 'Bolt' },
			{ invoice: 8, customer: OTHER, item: 'Cap' },
		],
		parameters: { options: { groupBy: 'invoice' } },
		refused: /'Edit Fields'.*\$json\.customer\.value/s,
		sends: [
			{ invoice: '7', customer: 'Sold', lines: grid('Item', 'Nut', 'Bolt') },
			{ invoice: '8', customer: 'Open', lines: grid('Item', 'Cap') },
		],
	},
	'Generate: a list of rows in one item': {
		items: { data: [{ name: 'Cap' }, { name: 'Bag' }] },
		refused: /'Split Out'.*'data'/s,
		sends: [{ name: 'Cap' }, { name: 'Bag' }],
		only: 'generate',
	},
	'Rows that are not alike: an object, null and nothing': {
		items: [
			{ name: 'Cap', owner: { id: 1, email: 'ada@example.com' } },
			{ name: 'Bag', owner: null },
			{ name: 'Hat' },
		],
		refused: /'email'.*owner/s,
		sends: [
			{ name: 'Cap', email: 'ada@example.com' },
			{ name: 'Bag', email: '' },
			{ name: 'Hat', email: '' },
		],
	},
	'Rows that are not alike: an object here and text there': {
		items: [
			{ name: 'Cap', status: STATUS },
			{ name: 'Bag', status: 'Open' },
		],
		refused: /status\?\.value/,
		sends: BOTH,
	},
	'Rows that are not alike: some have a field of their own': {
		items: [
			{ name: 'Cap', city: '', address: { city: 'Rome' } },
			{ name: 'Bag', city: 'Oslo', address: { city: 'Rome' } },
		],
		sends: [
			{ name: 'Cap', city: '' },
			{ name: 'Bag', city: 'Oslo' },
		],
		hint: /'city' is empty in 1 of 2 rows/,
	},
	'Names that are no identifiers, in the item and in the design': {
		items: { name: 'Cap', 'Customer Info': { 'e-mail': 'ada@example.com', '2nd': 'x' } },
		refused: /\["Customer Info"\]/,
		sends: { name: 'Cap', 'e-mail': 'ada@example.com' },
	},
	'Several objects, each with one of the values': {
		items: {
			number: 7,
			customer: { id: 1, email: 'ada@example.com' },
			address: { id: 2, city: 'Rome' },
			payment: { id: 3, method: { id: 4, brand: 'visa' } },
		},
		refused: /\{\{ \{ \.\.\.\$json, .*payment\.method\.brand \} \}\}/,
		sends: { number: '7', email: 'ada@example.com', city: 'Rome', brand: 'visa' },
	},
	'Several objects, each with an id as the item has': {
		items: { id: 7, customer: { id: 1, email: 'ada@example.com' }, address: { city: 'Rome' } },
		refused: /'id': \{\{ \$json\.id \}\} or \{\{ \$json\.customer\.id \}\}/,
		sends: { id: '7', email: 'ada@example.com', city: 'Rome' },
	},
	'A value inside another field that is left blank on purpose': {
		items: { number: 7, total: 5, customer: { email: 'ada@example.com' } },
		refused: /'Only Fields'/,
		by: 'Only Fields',
		sends: { number: '7', email: '', total: '5' },
	},
	'A list whose entries lack what stands beside it, as one PDF per entry': {
		items: { shop: 'Acme', data: [{ customer: 'Ada' }, { customer: 'Bob' }] },
		refused: /first entry of 'data'/,
		by: 'instead',
		sends: [
			{ shop: 'Acme', customer: 'Ada' },
			{ shop: 'Acme', customer: 'Bob' },
		],
		only: 'submit',
	},
};
