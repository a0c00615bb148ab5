import { table, type SourceCase } from './case.mts';

export const SHOPS_AND_PAYMENTS: SourceCase[] = [
	{
		source: 'Shopify: order',
		items: [
			{
				id: 4501,
				name: '#1001',
				total_price: '14.00',
				tags: '',
				payment_gateway_names: ['bogus'],
				discount_codes: [],
				line_items: [
					{ id: 1, title: 'Nut', quantity: 2, price: '1.00', properties: [], tax_lines: [] },
					{ id: 2, title: 'Bolt', quantity: 6, price: '2.00', properties: [], tax_lines: [] },
				],
				billing_address: { first_name: 'Ada', city: 'Rome', latitude: null },
				shipping_address: { first_name: 'Bob', city: 'Oslo', latitude: null },
				customer: { id: 9, email: 'ada@example.com', default_address: { city: 'Rome' } },
			},
		],
		variables: [
			'name',
			'total_price',
			'billing_address_first_name',
			'shipping_address.city',
			'customer_email',
			table('line_items', 'Title', 'Quantity', 'Price'),
		],
		prints: [
			[
				'name: #1001',
				'total_price: 14.00',
				'billing_address_first_name: Ada',
				'shipping_address.city: Oslo',
				'customer_email: ada@example.com',
				'line_items:',
				'Title Quantity Price',
				'Nut 2 1.00',
				'Bolt 6 2.00',
			],
		],
	},
	{
		source: 'WooCommerce: order',
		items: [
			{
				id: 727,
				number: '727',
				total: '29.35',
				billing: { first_name: 'Ada', last_name: 'Lovelace' },
				meta_data: [{ id: 1, key: 'x', value: 'y' }],
				line_items: [
					{ name: 'Cap', quantity: 1, total: '9.35', meta_data: [], taxes: [] },
					{ name: 'Bag', quantity: 2, total: '20.00', meta_data: [], taxes: [] },
				],
			},
		],
		variables: ['number', 'total', 'billing_first_name', table('line_items', 'Artikel', 'Menge')],
		parameters: {
			options: {
				tableColumns: {
					tables: [
						{ variable: 'line_items', columns: 'name=Artikel, quantity=Menge, total=Summe' },
					],
				},
			},
		},
		prints: [
			[
				'number: 727',
				'total: 29.35',
				'billing_first_name: Ada',
				'line_items:',
				'Artikel Menge Summe',
				'Cap 1 9.35',
				'Bag 2 20.00',
			],
		],
	},
	{
		source: 'Stripe Trigger: invoice.paid',
		items: [
			{
				id: 'evt_1',
				object: 'event',
				api_version: '2025-01-01',
				type: 'invoice.paid',
				data: { object: { number: 'A-7', customer_name: 'Ada', amount_due: 1250, lines: {} } },
			},
		],
		variables: ['number', 'customer_name', 'amount_due'],
		prints: [['number: A-7', 'customer_name: Ada', 'amount_due: 1250']],
	},
	{
		source: 'PayPal: order',
		items: [
			{
				id: '5O190127TN364715T',
				status: 'COMPLETED',
				payer: { name: { given_name: 'Ada', surname: 'Lovelace' }, email_address: 'a@example.com' },
				amount: { currency_code: 'USD', value: '12.50' },
				links: [{ href: 'https://example.com', rel: 'self' }],
			},
		],
		variables: ['status', 'payer_name_given_name', 'amount_value', 'amount_currency_code'],
		prints: [
			[
				'status: COMPLETED',
				'payer_name_given_name: Ada',
				'amount_value: 12.50',
				'amount_currency_code: USD',
			],
		],
	},
	{
		source: 'QuickBooks: invoice',
		items: [
			{
				Id: '130',
				DocNumber: '1037',
				TxnDate: '2026-03-30',
				TotalAmt: 362.07,
				CustomerRef: { value: '24', name: 'Ada Ltd' },
				Line: [
					{ Description: 'Rock', Amount: 275, SalesItemLineDetail: { Qty: 1, UnitPrice: 275 } },
					{
						Description: 'Pump',
						Amount: 87.07,
						SalesItemLineDetail: { Qty: 2, UnitPrice: 43.535 },
					},
				],
			},
		],
		variables: ['doc_number', 'txn_date', 'total_amt', 'customer_ref_name', table('line', 'What')],
		parameters: {
			options: {
				dateFormat: 'd MMMM yyyy',
				tableColumns: {
					tables: [
						{ variable: 'line', columns: 'Description, SalesItemLineDetail.Qty=Qty, Amount' },
					],
				},
			},
		},
		prints: [
			[
				'doc_number: 1037',
				'txn_date: 30 March 2026',
				'total_amt: 362.07',
				'customer_ref_name: Ada Ltd',
				'line:',
				'Description Qty Amount',
				'Rock 1 275',
				'Pump 2 87.07',
			],
		],
	},
	{
		source: 'XML: order as JSON',
		items: [
			{
				order: {
					$: { id: '7' },
					customer: { name: 'Ada' },
					items: {
						item: [
							{ title: 'Nut', qty: '2' },
							{ title: 'Bolt', qty: '6' },
						],
					},
				},
			},
		],
		variables: ['customer_name', table('items_item', 'Title', 'Qty')],
		prints: [['customer_name: Ada', 'items_item:', 'Title Qty', 'Nut 2', 'Bolt 6']],
	},
	{
		source: 'PayPal: payer and amount, without a field on the top level',
		items: [
			{
				payer: { name: { given_name: 'Ada' }, email_address: 'a@example.com' },
				amount: { currency_code: 'USD', value: '12.50' },
			},
		],
		variables: ['payer_name_given_name', 'email_address', 'amount_value'],
		prints: [['payer_name_given_name: Ada', 'email_address: a@example.com', 'amount_value: 12.50']],
	},
];
