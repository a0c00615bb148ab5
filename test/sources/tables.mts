import { UPLOADED, columns, grid, table, type SourceCases } from './support/case.mts';

export const TABLES: SourceCases = {
	// Google Sheets, sheet: read: row_number beside the columns; an empty cell is "".
	'Google Sheets: rows, one with an empty cell': {
		items: [
			{ row_number: 2, 'Customer Name': 'Ada', 'Invoice No.': 7, Amount: 1250.5 },
			{ row_number: 3, 'Customer Name': 'Zoë', 'Invoice No.': 8, Amount: '' },
		],
		sends: [
			{ customer_name: 'Ada', invoice_no: '7', amount: '1250.5' },
			{ customer_name: 'Zoë', invoice_no: '8', amount: '' },
		],
		hint: /'amount' is empty in 1 of 2 rows/,
	},
	'Google Sheets: an empty cell, where nothing may be missing': {
		items: { row_number: 2, customer: 'Ada', amount: '' },
		parameters: { options: { missingVariables: 'error' } },
		refused: /no value for 'amount'/,
		sends: { customer: 'Ada', amount: '' },
	},
	'Google Sheets: an empty line with a checkbox, and a constant that is mapped': {
		items: [
			{ row_number: 2, customer: 'Ada', paid: true },
			{ row_number: 3, customer: '', paid: false },
		],
		parameters: {
			rowSource: 'mapped',
			variables: {
				mappingMode: 'defineBelow',
				value: { customer: '={{ $json.customer }}', city: 'Rome' },
			},
		},
		refused: /item 1.*filter/s,
		mended: { row_number: 2, customer: 'Ada', paid: true },
		sends: { customer: 'Ada', city: 'Rome' },
	},
	'Google Sheets: one line per position': {
		items: [
			{ row_number: 2, Invoice: 7, Customer: 'Ada', Item: 'Nut', Qty: 2 },
			{ row_number: 3, Invoice: 8, Customer: 'Bob', Item: 'Cap', Qty: 1 },
			{ row_number: 4, Invoice: '7 ', Customer: '', Item: 'Bolt', Qty: 6 },
		],
		parameters: { options: { groupBy: 'Invoice' } },
		sends: [
			{ invoice: '7', customer: 'Ada', items: grid('Item | Qty', 'Nut | 2', 'Bolt | 6') },
			{ invoice: '8', customer: 'Bob', items: grid('Item | Qty', 'Cap | 1') },
		],
	},
	'Google Sheets: lines of one group in full width, with a soft hyphen and a zero-width space': {
		items: [
			{ invoice: 'R-7', item: 'Nut' },
			{ invoice: 'Ｒ－７', item: 'Bolt' },
			{ invoice: 'R\u00ad-7\u200b', item: 'Cap' },
		],
		parameters: { options: { groupBy: 'invoice' } },
		sends: { invoice: 'R-7', lines: grid('Item', 'Nut', 'Bolt', 'Cap') },
	},
	'Google Sheets: lines of a design that has a table alone': {
		items: ['Nut', 'Bolt'].map((item, index) => ({ row_number: index + 2, invoice: 7, item })),
		parameters: { options: { groupBy: 'invoice' } },
		sends: { lines: grid('Item', 'Nut', 'Bolt') },
	},
	// Microsoft Excel 365, worksheet: getRows; columns keep line breaks and hard blanks.
	'Microsoft Excel: headers with line breaks and hard blanks': {
		items: { 'Customer Name\n': 'Ada', 'Net\u00a0Amount': 0.1 + 0.2, '  VAT %': 19 },
		sends: { customer_name: 'Ada', net_amount: '0.3' },
	},
	'Extract from File: an XLSX whose dates are serial numbers': {
		items: [
			{ customer: 'Ada', due_date: 46112 },
			{ customer: 'Bob', due_date: 46113 },
		],
		parameters: { options: { dateFormat: 'dd.MM.yyyy' } },
		sends: [
			{ customer: 'Ada', due_date: '46112' },
			{ customer: 'Bob', due_date: '46113' },
		],
		hint: /due_date.*46112/,
	},
	'Extract from File: a CSV with a byte order mark': {
		items: { '\ufeffcustomer_name': 'Ada', amount: '1.00' },
		sends: { customer_name: 'Ada', amount: '1.00' },
	},
	'Extract from File: a CSV whose delimiter was not told': {
		items: [{ 'customer;amount': 'Ada;1,00' }, { 'customer;amount': 'Bob;2,00' }],
		refused: /delimiter.*Extract From File|Extract From File.*delimiter/is,
		mended: [
			{ customer: 'Ada', amount: '1,00' },
			{ customer: 'Bob', amount: '2,00' },
		],
		sends: [
			{ customer: 'Ada', amount: '1,00' },
			{ customer: 'Bob', amount: '2,00' },
		],
	},
	'Extract from File: a CSV in another encoding': {
		items: { customer: 'Zo\ufffd', city: 'Rome' },
		sends: { customer: 'Zo\ufffd', city: 'Rome' },
		hint: /encoding/i,
	},
	'Extract from File: a CSV with two columns for one variable': {
		items: { 'Customer Name': 'A', customername: 'B', amount: '1.00' },
		refused: /'Customer Name'.*'customername'/s,
		choose: { customer_name: 'Customer Name' },
		sends: { customer_name: 'A', amount: '1.00' },
	},
	'Extract from File: a CSV with two columns of the same value for one variable': {
		items: { 'Customer Name': 'A', customername: 'A', amount: '1.00' },
		sends: { customer_name: 'A', amount: '1.00' },
	},
	// Airtable, record: search (v2.1.0) and the first version of the node, which keeps `fields`.
	'Airtable: records with fields': {
		items: {
			id: 'rec1',
			createdTime: '2026-01-02T03:04:05.000Z',
			fields: { 'Customer Name': 'Ada', Tags: ['Sewing', 'Math'], Paid: true },
		},
		sends: { customer_name: 'Ada', tags: 'Sewing, Math', paid: 'true' },
	},
	'Airtable: records with fields, for a design that shows the id': {
		items: [
			{ id: 'rec1', createdTime: '2026-01-02', fields: { 'Customer Name': 'Ada', Paid: true } },
			{ id: 'rec2', createdTime: '2026-01-02', fields: { 'Customer Name': 'Bob' } },
		],
		refused: /'customer_name'.*fields/s,
		sends: [
			{ id: 'rec1', customer_name: 'Ada', paid: 'true' },
			{ id: 'rec2', customer_name: 'Bob', paid: '' },
		],
	},
	// Airtable Web API, "Field types": barcode { text }, lookups as lists.
	'Airtable: a bar code and a lookup': {
		items: {
			id: 'rec1',
			Name: 'Cap',
			Barcode: { text: '4006381333931' },
			'Price (from Item)': [12.5],
		},
		design: ['name', { name: 'barcode', kind: 'barcode', sample: '4006381333931' }, 'price'],
		refused: /'Barcode'/,
		sends: { name: 'Cap', barcode: '4006381333931', price: '12.5' },
	},
	'Airtable: an attachment for a picture': {
		items: {
			id: 'rec1',
			Name: 'Ada',
			Photo: [{ id: 'att1', url: 'https://dl.airtable.com/1.png', filename: '1.png' }],
		},
		design: ['name', { name: 'photo', kind: 'image', sample: 'assets:sample-photo' }],
		refused: /'Images'/,
	},
	// Notion, databasePage: getAll (v3.0.0), simplified and not.
	'Notion: a simplified page, variables named like its columns': {
		items: {
			id: '1-2',
			name: 'Invoice 7',
			url: 'https://example.com/1',
			property_customer_name: 'Ada',
			property_amount: 12,
			property_tags: ['a', 'b'],
		},
		sends: { name: 'Invoice 7', 'Customer Name': 'Ada', amount: '12', tags: 'a, b' },
	},
	'Notion: a simplified page with a date': {
		items: {
			id: '1-2',
			name: 'Invoice 7',
			url: 'https://example.com/1',
			property_due: { start: '2026-03-30', end: null, time_zone: null },
		},
		refused: /'property_due'/,
		sends: { name: 'Invoice 7', due: '2026-03-30' },
	},
	'Notion: a page that is not simplified': {
		items: {
			object: 'page',
			id: '59833787',
			created_time: '2026-03-01T19:05:00.000Z',
			parent: { type: 'database_id', database_id: 'd9824' },
			archived: false,
			properties: {
				Customer: {
					id: 'title',
					type: 'title',
					title: [{ type: 'text', text: { content: 'Ada', link: null }, plain_text: 'Ada' }],
				},
				Amount: { id: 'x', type: 'number', number: 12 },
				Status: { id: 'y', type: 'select', select: { id: 'z', name: 'Done', color: 'green' } },
			},
			url: 'https://www.notion.so/1',
		},
		refused: /'properties\.Customer'|'Customer'/,
		sends: { customer: 'Ada', amount: '12', status: 'Done' },
	},
	// Databases: rows as the drivers give them.
	'Postgres: a date column, a BIGINT and a NUMERIC as text': {
		items: {
			id: '9007199254740993',
			customer_name: 'Ada',
			due_on: new Date('2026-03-30T22:00:00Z'),
			total: '99.00',
		},
		timezone: 'Europe/Berlin',
		sends: { id: '9007199254740993', customer_name: 'Ada', due_on: '2026-03-31', total: '99.00' },
	},
	'Postgres: json_agg of a LEFT JOIN without lines': {
		items: { customer_name: 'Ada', lines: [null] },
		sends: { customer_name: 'Ada', lines: [['Item', 'Qty']] },
	},
	'MySQL: upper case, a time stamp, a flag': {
		items: { ID: 1, CUSTOMER_NAME: 'Ada', PAID: 1, UPDATED: new Date('2026-07-01T10:05:00Z') },
		timezone: 'America/New_York',
		sends: { customer_name: 'Ada', paid: '1', updated: '2026-07-01 06:05' },
	},
	'MongoDB: nested documents, variables named like the last name': {
		items: {
			_id: '65f1c0ffee',
			customer: { name: 'Ada', address: { city: 'Rome', zip: '00100' } },
			total: 12.1,
		},
		refused: /'city'.*customer\.address/s,
		sends: { name: 'Ada', city: 'Rome', total: '12.1' },
	},
	'Supabase: a table as JSON text': {
		items: { created_at: '2026-01-01', customer: 'Ada', lines: '[["Item","Qty"],["Nut",2]]' },
		sends: { customer: 'Ada', lines: grid('Item | Qty', 'Nut | 2') },
	},
	// PostgREST, "Resource embedding": a joined table is an object or a list.
	'Postgres: lines whose keys differ in case': {
		items: {
			number: 'R-1',
			lines: [
				{ Item: 'Nut', qty: 2, margin: 0.4 },
				{ item: 'Bolt', Qty: 6, margin: 0.2 },
			],
		},
		sends: { number: 'R-1', lines: grid('Item | Qty', 'Nut | 2', 'Bolt | 6') },
	},
	'Postgres: lines of a table whose labels are not known': {
		items: { number: 'R-1', lines: [{ item: 'Nut', qty: 2 }] },
		design: ['number', { name: 'lines', kind: 'table', sample: [['', '']] }],
		sends: { number: 'R-1', lines: grid('item | qty', 'Nut | 2') },
		hint: /'Table Columns'/,
	},
	'Postgres: lines with a discount that none of these has': {
		items: { number: 'R-1', lines: [{ item: 'Nut', qty: 2 }] },
		design: ['number', table('lines', 'Item', 'Qty', 'Discount')],
		parameters: { options: columns('lines', 'item=Item, qty=Qty, discount?=Discount, =Note') },
		sends: { number: 'R-1', lines: grid('Item | Qty | Discount | Note', 'Nut | 2 |  | ') },
	},
	'Snowflake: a badge without a photo': {
		items: { NAME: 'Ada', PHOTO: null },
		design: ['name', { name: 'photo', kind: 'image', sample: 'assets:sample-photo' }],
		sends: { name: 'Ada', photo: UPLOADED },
	},
};
