import { columns, table, type SourceCase } from './support/case.mts';

const SHOPIFY_LINES = [
	{ id: 1, title: 'Nut', quantity: 2, price: '1.00', properties: [], tax_lines: [] },
	{ id: 2, title: 'Bolt', quantity: 6, price: '2.00', properties: [], tax_lines: [] },
];
const SHOPIFY_TABLE = [
	['Title', 'Quantity', 'Price'],
	['Nut', '2', '1.00'],
	['Bolt', '6', '2.00'],
];
const ADDRESS = { first_name: 'Ada', city: 'Rome', latitude: null };

export const SHOPS: SourceCase[] = [
	// Shopify, order: getAll (n8n's __schema__ v1.0.0).
	{
		source: 'Shopify: an order, variables named after paths',
		items: [
			{
				id: 4501,
				name: '#1001',
				total_price: '14.00',
				tags: '',
				payment_gateway_names: ['bogus'],
				discount_codes: [],
				line_items: SHOPIFY_LINES,
				billing_address: ADDRESS,
				shipping_address: { first_name: 'Bob', city: 'Oslo', latitude: null },
				customer: { id: 9, email: 'ada@example.com', default_address: { city: 'Rome' } },
			},
		],
		design: [
			'name',
			'total_price',
			'billing_address_first_name',
			'shipping_address.city',
			'customer_email',
			table('line_items', 'Title', 'Quantity', 'Price'),
		],
		sends: [
			{
				name: '#1001',
				total_price: '14.00',
				billing_address_first_name: 'Ada',
				'shipping_address.city': 'Oslo',
				customer_email: 'ada@example.com',
				line_items: SHOPIFY_TABLE,
			},
		],
	},
	{
		source: 'Shopify: an order with two addresses',
		items: [
			{
				id: 4501,
				order_number: 1001,
				total_price: '14.00',
				line_items: SHOPIFY_LINES,
				billing_address: ADDRESS,
				shipping_address: { first_name: 'Bob', city: 'Oslo', latitude: null },
			},
		],
		design: [
			'order_number',
			'total_price',
			'first_name',
			'city',
			table('line_items', 'Title', 'Quantity', 'Price'),
		],
		refused: /'first_name'.*billing_address.*shipping_address/s,
		choose: { first_name: 'shipping_address', city: 'shipping_address' },
		sends: [
			{
				order_number: '1001',
				total_price: '14.00',
				first_name: 'Bob',
				city: 'Oslo',
				line_items: SHOPIFY_TABLE,
			},
		],
	},
	{
		source: 'Shopify: an order whose two addresses are the same',
		items: [
			{
				id: 4501,
				order_number: 1001,
				total_price: '14.00',
				line_items: SHOPIFY_LINES,
				billing_address: ADDRESS,
				shipping_address: ADDRESS,
			},
		],
		design: ['order_number', 'first_name', table('line_items', 'Title', 'Quantity', 'Price')],
		refused: /'first_name'.*billing_address/s,
		sends: [{ order_number: '1001', first_name: 'Ada', line_items: SHOPIFY_TABLE }],
	},
	// WooCommerce, order: get.
	{
		source: 'WooCommerce: an order with columns by hand',
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
		design: ['number', 'total', 'billing_first_name', table('line_items', 'Artikel', 'Menge')],
		parameters: { options: columns('line_items', 'name=Artikel, quantity=Menge, total=Summe') },
		sends: [
			{
				number: '727',
				total: '29.35',
				billing_first_name: 'Ada',
				line_items: [
					['Artikel', 'Menge', 'Summe'],
					['Cap', '1', '9.35'],
					['Bag', '2', '20.00'],
				],
			},
		],
	},
	{
		source: 'WooCommerce: an order, whose customer stands under billing',
		items: [
			{
				id: 727,
				number: '727',
				total: '29.35',
				billing: { first_name: 'Ada', last_name: 'Lovelace', email: 'ada@example.com' },
				shipping: { first_name: 'Ada', last_name: 'Lovelace' },
				line_items: [{ name: 'Cap', quantity: 1, total: '29.35', meta_data: [] }],
			},
		],
		design: ['number', 'first_name', 'email', 'total', table('line_items', 'Name', 'Total')],
		refused: /'first_name'.*billing/s,
		sends: [
			{
				number: '727',
				first_name: 'Ada',
				email: 'ada@example.com',
				total: '29.35',
				line_items: [
					['Name', 'Total'],
					['Cap', '29.35'],
				],
			},
		],
	},
	{
		source: 'WooCommerce: an order, whose labels fit no key of the lines',
		items: [
			{
				number: '727',
				line_items: [
					{ id: 1, name: 'Cap', quantity: 1, total: '9.35', purchase_cost: '2.00' },
					{ id: 2, name: 'Bag', quantity: 2, total: '20.00', purchase_cost: '5.00' },
				],
			},
		],
		design: ['number', table('line_items', 'Product', 'Quantity', 'Total')],
		refused: /'Product'.*purchase_cost/s,
		sends: [
			{
				number: '727',
				line_items: [
					['Product', 'Quantity', 'Total'],
					['', '1', '9.35'],
					['', '2', '20.00'],
				],
			},
		],
	},
	// Stripe Trigger: Stripe's events wrap the object.
	{
		source: 'Stripe Trigger: an invoice that was paid',
		items: [
			{
				id: 'evt_1',
				object: 'event',
				api_version: '2025-01-01',
				type: 'invoice.paid',
				data: { object: { number: 'A-7', customer_name: 'Ada', amount_due: 1250, lines: {} } },
			},
		],
		design: ['number', 'customer_name', 'amount_due'],
		sends: [{ number: 'A-7', customer_name: 'Ada', amount_due: '1250' }],
	},
	{
		source: 'Stripe Trigger: an invoice whose lines are wrapped',
		items: [
			{
				id: 'evt_1',
				object: 'event',
				type: 'invoice.paid',
				data: {
					object: {
						id: 'in_1',
						object: 'invoice',
						number: 'A-7',
						customer_name: 'Ada',
						lines: {
							object: 'list',
							data: [
								{ id: 'il_1', description: 'Nut', quantity: 2, amount: 250, metadata: {} },
								{ id: 'il_2', description: 'Bolt', quantity: 1, amount: 1000, metadata: {} },
							],
							has_more: false,
							url: '/v1/invoices/in_1/lines',
						},
					},
				},
			},
		],
		design: ['number', 'customer_name', table('lines', 'Description', 'Quantity', 'Amount')],
		refused: /lines\.data/,
		sends: [
			{
				number: 'A-7',
				customer_name: 'Ada',
				lines: [
					['Description', 'Quantity', 'Amount'],
					['Nut', '2', '250'],
					['Bolt', '1', '1000'],
				],
			},
		],
	},
	// Stripe, customer: get (v1.0.0).
	{
		source: 'Stripe: a customer with an address',
		items: [
			{
				id: 'cus_1',
				object: 'customer',
				name: 'Ada',
				email: 'ada@example.com',
				address: { city: 'Rome', country: 'IT', line1: 'Via 1', line2: null },
				shipping: null,
				metadata: {},
			},
		],
		design: ['name', 'email', 'line1', 'city'],
		refused: /'city'.*address/s,
		sends: [{ name: 'Ada', email: 'ada@example.com', line1: 'Via 1', city: 'Rome' }],
	},
	// Stripe, charge: get (v1.0.0).
	{
		source: 'Stripe: a charge, whose customer stands under billing details',
		items: [
			{
				id: 'ch_1',
				object: 'charge',
				amount: 1250,
				currency: 'eur',
				billing_details: { address: { city: 'Rome' }, email: 'ada@example.com', name: 'Ada' },
				payment_method_details: { card: { brand: 'visa', last4: '4242' }, type: 'card' },
				receipt_url: 'https://pay.stripe.com/1',
			},
		],
		design: ['amount', 'currency', 'name', 'email'],
		refused: /'name'.*billing_details/s,
		sends: [{ amount: '1250', currency: 'eur', name: 'Ada', email: 'ada@example.com' }],
	},
	// PayPal Orders v2, "Show order details".
	{
		source: 'PayPal: an order, variables named after paths',
		items: [
			{
				id: '5O190127TN364715T',
				status: 'COMPLETED',
				payer: { name: { given_name: 'Ada', surname: 'Lovelace' }, email_address: 'a@example.com' },
				amount: { currency_code: 'USD', value: '12.50' },
				links: [{ href: 'https://example.com', rel: 'self' }],
			},
		],
		design: ['status', 'payer_name_given_name', 'amount_value', 'amount_currency_code'],
		sends: [
			{
				status: 'COMPLETED',
				payer_name_given_name: 'Ada',
				amount_value: '12.50',
				amount_currency_code: 'USD',
			},
		],
	},
	{
		source: 'PayPal: a payer and an amount, without a field on the top level',
		items: [
			{
				payer: { name: { given_name: 'Ada' }, email_address: 'a@example.com' },
				amount: { currency_code: 'USD', value: '12.50' },
			},
		],
		design: ['payer_name_given_name', 'email_address', 'amount_value'],
		sends: [
			{ payer_name_given_name: 'Ada', email_address: 'a@example.com', amount_value: '12.50' },
		],
	},
	{
		source: 'PayPal: an order, whose payer is two levels deep',
		items: [
			{
				id: '5O190127TN364715T',
				status: 'COMPLETED',
				payer: { name: { given_name: 'Ada', surname: 'Lovelace' }, email_address: 'a@example.com' },
				purchase_units: [{ reference_id: 'd9', amount: { currency_code: 'USD', value: '12.50' } }],
			},
		],
		design: ['status', 'given_name', 'surname', 'email_address'],
		refused: /'given_name'.*payer/s,
		sends: [
			{
				status: 'COMPLETED',
				given_name: 'Ada',
				surname: 'Lovelace',
				email_address: 'a@example.com',
			},
		],
	},
	// Square Payments API, "Get payment".
	{
		source: 'Square: a payment, whose amount is an object of its own',
		items: [
			{
				payment: {
					id: 'bP9m',
					status: 'COMPLETED',
					receipt_number: 'bP9m',
					amount_money: { amount: 1250, currency: 'USD' },
					card_details: { status: 'CAPTURED', card: { last_4: '1111' } },
				},
			},
		],
		design: ['receipt_number', 'amount', 'currency'],
		refused: /'amount'|receipt_number/,
		sends: [{ receipt_number: 'bP9m', amount: '1250', currency: 'USD' }],
	},
	// QuickBooks Online, invoice: get (n8n's __schema__ v1.0.0).
	{
		source: 'QuickBooks: an invoice',
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
		design: ['doc_number', 'txn_date', 'total_amt', 'customer_ref_name', table('line', 'What')],
		parameters: {
			options: {
				dateFormat: 'd MMMM yyyy',
				...columns('line', 'Description, SalesItemLineDetail.Qty=Qty, Amount'),
			},
		},
		sends: [
			{
				doc_number: '1037',
				txn_date: '30 March 2026',
				total_amt: '362.07',
				customer_ref_name: 'Ada Ltd',
				line: [
					['Description', 'Qty', 'Amount'],
					['Rock', '1', '275'],
					['Pump', '2', '87.07'],
				],
			},
		],
	},
	{
		source: 'QuickBooks: an invoice, whose customer is a reference',
		items: [
			{
				Id: '130',
				DocNumber: '1037',
				CustomerRef: { value: '24', name: 'Ada Ltd' },
				TotalAmt: 362,
			},
		],
		design: ['doc_number', 'customer_ref', 'total_amt'],
		refused: /'CustomerRef'/,
		sends: [{ doc_number: '1037', customer_ref: 'Ada Ltd', total_amt: '362' }],
	},
	{
		source: 'QuickBooks: an invoice, one of whose labels is a key inside the lines',
		items: [
			{
				Id: '130',
				DocNumber: '1037',
				Line: [
					{ Description: 'Rock', Amount: 275, SalesItemLineDetail: { Qty: 1, UnitPrice: 275 } },
					{ Description: 'Pump', Amount: 87, SalesItemLineDetail: { Qty: 2, UnitPrice: 43.5 } },
				],
			},
		],
		design: ['doc_number', table('line', 'Description', 'Qty', 'Amount')],
		refused: /SalesItemLineDetail\.Qty=Qty/,
		sends: [
			{
				doc_number: '1037',
				line: [
					['Description', 'Qty', 'Amount'],
					['Rock', '1', '275'],
					['Pump', '2', '87'],
				],
			},
		],
	},
	// Lemon Squeezy webhooks: JSON:API.
	{
		source: 'Lemon Squeezy: an order as JSON:API',
		items: [
			{
				meta: { event_name: 'order_created' },
				data: {
					type: 'orders',
					id: '1',
					attributes: { order_number: 7, user_name: 'Ada', total_formatted: '$12.50' },
					relationships: { store: { links: { self: 'https://example.com' } } },
				},
			},
		],
		design: ['order_number', 'user_name', 'total_formatted'],
		sends: [{ order_number: '7', user_name: 'Ada', total_formatted: '$12.50' }],
	},
	{
		source: 'XML node: an order as JSON',
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
		design: ['customer_name', table('items_item', 'Title', 'Qty')],
		sends: [
			{
				customer_name: 'Ada',
				items_item: [
					['Title', 'Qty'],
					['Nut', '2'],
					['Bolt', '6'],
				],
			},
		],
	},
];
