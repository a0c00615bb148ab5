import { table, type SourceCase } from './case.mts';

export const TABLES_AND_DATABASES: SourceCase[] = [
	{
		source: 'Google Sheets: rows',
		items: [
			{ row_number: 2, 'Customer Name': 'Ada', 'Invoice No.': 7, Amount: 1250.5 },
			{ row_number: 3, 'Customer Name': 'Zoë', 'Invoice No.': 8, Amount: '' },
		],
		variables: ['customer_name', 'invoice_no', 'amount'],
		prints: [
			['customer_name: Ada', 'invoice_no: 7', 'amount: 1250.5'],
			['customer_name: Zoë', 'invoice_no: 8', 'amount:'],
		],
	},
	{
		source: 'Google Sheets: one line per position',
		items: [
			{ row_number: 2, Invoice: 7, Customer: 'Ada', Item: 'Nut', Qty: 2 },
			{ row_number: 3, Invoice: 8, Customer: 'Bob', Item: 'Cap', Qty: 1 },
			{ row_number: 4, Invoice: '7 ', Customer: '', Item: 'Bolt', Qty: 6 },
		],
		variables: ['invoice', 'customer', table('items', 'Item', 'Qty')],
		parameters: { options: { groupBy: 'Invoice' } },
		prints: [
			['invoice: 7', 'customer: Ada', 'items:', 'Item Qty', 'Nut 2', 'Bolt 6'],
			['invoice: 8', 'customer: Bob', 'items:', 'Item Qty', 'Cap 1'],
		],
	},
	{
		source: 'Airtable: records with fields',
		items: [
			{
				id: 'rec1',
				createdTime: '2026-01-02T03:04:05.000Z',
				fields: { 'Customer Name': 'Ada', Tags: ['Sewing', 'Math'], Paid: true },
			},
		],
		variables: ['customer_name', 'tags', 'paid'],
		prints: [['customer_name: Ada', 'tags: Sewing, Math', 'paid: true']],
	},
	{
		source: 'Airtable: simplified records',
		items: [{ id: 'rec1', createdTime: '2026-01-02', Name: 'Ada', 'Due Date': '2026-03-30' }],
		variables: ['name', 'due_date'],
		parameters: { options: { dateFormat: 'dd.MM.yyyy' } },
		prints: [['name: Ada', 'due_date: 30.03.2026']],
	},
	{
		source: 'Microsoft Excel: headers with line breaks and hard blanks',
		items: [{ 'Customer Name\n': 'Ada', 'Net\u00a0Amount': 0.1 + 0.2, '  VAT %': 19 }],
		variables: ['customer_name', 'net_amount'],
		prints: [['customer_name: Ada', 'net_amount: 0.3']],
	},
	{
		source: 'Extract from File: CSV with a byte order mark',
		items: [{ '\ufeffcustomer_name': 'Ada', amount: '1.00' }],
		variables: ['customer_name', 'amount'],
		prints: [['customer_name: Ada', 'amount: 1.00']],
	},
	{
		source: 'Postgres: a date column',
		items: [
			{ id: 1, customer_name: 'Ada', due_on: new Date('2026-03-30T22:00:00Z'), total: '99.00' },
		],
		variables: ['customer_name', 'due_on', 'total'],
		timezone: 'Europe/Berlin',
		prints: [['customer_name: Ada', 'due_on: 2026-03-31', 'total: 99.00']],
	},
	{
		source: 'MySQL: upper case, a time stamp, a flag',
		items: [{ ID: 1, CUSTOMER_NAME: 'Ada', PAID: 1, UPDATED: new Date('2026-07-01T10:05:00Z') }],
		variables: ['customer_name', 'paid', 'updated'],
		timezone: 'America/New_York',
		prints: [['customer_name: Ada', 'paid: 1', 'updated: 2026-07-01 06:05']],
	},
	{
		source: 'MongoDB: nested documents',
		items: [
			{
				_id: '65f1c0ffee',
				customer: { name: 'Ada', address: { city: 'Rome', zip: '00100' } },
				total: 12.1,
			},
		],
		variables: ['customer_name', 'customer.address.city', 'total'],
		prints: [['customer_name: Ada', 'customer.address.city: Rome', 'total: 12.1']],
	},
	{
		source: 'Notion: simplified page',
		items: [
			{
				id: '1-2',
				name: 'Ada',
				url: 'https://example.com/1',
				property_amount: 12,
				property_due: { start: '2026-03-30', end: null, time_zone: null },
				property_tags: ['a', 'b'],
			},
		],
		variables: ['name', 'property_amount', 'property_due_start', 'property_tags'],
		prints: [
			['name: Ada', 'property_amount: 12', 'property_due_start: 2026-03-30', 'property_tags: a, b'],
		],
	},
	{
		source: 'Supabase: a table as JSON text',
		items: [{ created_at: '2026-01-01', customer: 'Ada', lines: '[["Item","Qty"],["Nut",2]]' }],
		variables: ['customer', table('lines', 'Item', 'Qty')],
		prints: [['customer: Ada', 'lines:', 'Item Qty', 'Nut 2']],
	},
	{
		source: 'PostgreSQL: json_agg of a LEFT JOIN without lines',
		items: [{ customer_name: 'Ada', lines: [null] }],
		variables: ['customer_name', table('lines', 'Item', 'Qty')],
		prints: [['customer_name: Ada', 'lines:', 'Item Qty']],
	},
	{
		source: 'Google Sheets: lines of a design that has a table alone',
		items: ['Nut', 'Bolt'].map((item, index) => ({ row_number: index + 2, invoice: 7, item })),
		variables: [table('lines', 'Item')],
		parameters: { options: { groupBy: 'invoice' } },
		prints: [['lines:', 'Item', 'Nut', 'Bolt']],
	},
	{
		source: 'CSV: two columns for one variable, and a path besides',
		items: [{ 'Customer Name': 'A', customername: 'B', customer: { name: 'C' }, amount: '1.00' }],
		variables: ['customer_name', 'amount'],
		prints: [['customer_name:', 'amount: 1.00']],
	},
];
