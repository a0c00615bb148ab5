import { columns, grid, table, type SourceCases } from './support/case.mts';

const SHOPIFY_LINES = [
	{ id: 1, title: 'Nut', quantity: 2, price: '1.00', properties: [], tax_lines: [] },
	{ id: 2, title: 'Bolt', quantity: 6, price: '2.00', properties: [], tax_lines: [] },
];
const SHOPIFY_TABLE = grid('Title | Quantity | Price', 'Nut | 2 | 1.00', 'Bolt | 6 | 2.00');
const ADDRESS = { first_name: 'Ada', city: 'Rome', latitude: null };

export const SHOPS: SourceCases = {
	// Shopify, order: getAll (n8n's __schema__ v1.0.0).
	'Shopify: an order, variables named after paths': {
		items: {
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
		sends: {
			name: '#1001',
			total_price: '14.00',
			billing_address_first_name: 'Ada',
			'shipping_address.city': 'Oslo',
			customer_email: 'ada@example.com',
			line_items: SHOPIFY_TABLE,
		},
	},
	'Shopify: an order with two addresses': {
		items: {
			id: 4501,
			order_number: 1001,
			total_price: '14.00',
			line_items: SHOPIFY_LINES,
			billing_address: ADDRESS,
			shipping_address: { first_name: 'Bob', city: 'Oslo', latitude: null },
		},
		refused: /'first_name'.*billing_address.*shipping_address/s,
		choose: { first_name: 'shipping_address', city: 'shipping_address' },
		sends: {
			order_number: '1001',
			total_price: '14.00',
			first_name: 'Bob',
			city: 'Oslo',
			line_items: SHOPIFY_TABLE,
		},
	},
	// WooCommerce, order: get.
	'WooCommerce: an order, whose customer stands under billing': {
		items: {
			id: 727,
			number: '727',
			total: '29.35',
			billing: { first_name: 'Ada', last_name: 'Lovelace', email: 'ada@example.com' },
			shipping: { first_name: 'Ada', last_name: 'Lovelace' },
			line_items: [{ name: 'Cap', quantity: 1, total: '29.35', meta_data: [] }],
		},
		refused: /'first_name'.*billing/s,
		sends: {
			number: '727',
			first_name: 'Ada',
			email: 'ada@example.com',
			total: '29.35',
			line_items: grid('Name | Total', 'Cap | 29.35'),
		},
	},
	'WooCommerce: an order, whose labels fit no key of the lines': {
		items: {
			number: '727',
			line_items: [
				{ id: 1, name: 'Cap', quantity: 1, total: '9.35', purchase_cost: '2.00' },
				{ id: 2, name: 'Bag', quantity: 2, total: '20.00', purchase_cost: '5.00' },
			],
		},
		refused: /'Product'.*purchase_cost/s,
		sends: {
			number: '727',
			line_items: grid('Product | Quantity | Total', ' | 1 | 9.35', ' | 2 | 20.00'),
		},
	},
	// Stripe Trigger: Stripe's events wrap the object.
	'Stripe Trigger: an invoice whose lines are wrapped': {
		items: {
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
		refused: /lines\.data/,
		sends: {
			number: 'A-7',
			customer_name: 'Ada',
			lines: grid('Description | Quantity | Amount', 'Nut | 2 | 250', 'Bolt | 1 | 1000'),
		},
	},
	// Stripe, customer: get (v1.0.0).
	'Stripe: a customer with an address': {
		items: {
			id: 'cus_1',
			object: 'customer',
			name: 'Ada',
			email: 'ada@example.com',
			address: { city: 'Rome', country: 'IT', line1: 'Via 1', line2: null },
			shipping: null,
			metadata: {},
		},
		refused: /'city'.*address/s,
		sends: { name: 'Ada', email: 'ada@example.com', line1: 'Via 1', city: 'Rome' },
	},
	// PayPal Orders v2, "Show order details".
	'PayPal: a payer and an amount, without a field on the top level': {
		items: {
			payer: { name: { given_name: 'Ada' }, email_address: 'a@example.com' },
			amount: { currency_code: 'USD', value: '12.50' },
		},
		sends: { payer_name_given_name: 'Ada', email_address: 'a@example.com', amount_value: '12.50' },
	},
	'PayPal: an order, whose payer is two levels deep': {
		items: {
			id: '5O190127TN364715T',
			status: 'COMPLETED',
			payer: { name: { given_name: 'Ada', surname: 'Lovelace' }, email_address: 'a@example.com' },
			purchase_units: [{ reference_id: 'd9', amount: { currency_code: 'USD', value: '12.50' } }],
		},
		refused: /'given_name'.*payer/s,
		sends: {
			status: 'COMPLETED',
			given_name: 'Ada',
			surname: 'Lovelace',
			email_address: 'a@example.com',
		},
	},
	// QuickBooks Online, invoice: get (n8n's __schema__ v1.0.0).
	'QuickBooks: an invoice': {
		items: {
			Id: '130',
			DocNumber: '1037',
			TxnDate: '2026-03-30',
			TotalAmt: 362.07,
			CustomerRef: { value: '24', name: 'Ada Ltd' },
			Line: [
				{ Description: 'Rock', Amount: 275, SalesItemLineDetail: { Qty: 1, UnitPrice: 275 } },
				{ Description: 'Pump', Amount: 87.07, SalesItemLineDetail: { Qty: 2, UnitPrice: 43.535 } },
			],
		},
		design: ['doc_number', 'txn_date', 'total_amt', 'customer_ref_name', table('line', 'What')],
		parameters: {
			options: {
				dateFormat: 'd MMMM yyyy',
				...columns('line', 'Description, SalesItemLineDetail.Qty=Qty, Amount'),
			},
		},
		sends: {
			doc_number: '1037',
			txn_date: '30 March 2026',
			total_amt: '362.07',
			customer_ref_name: 'Ada Ltd',
			line: grid('Description | Qty | Amount', 'Rock | 1 | 275', 'Pump | 2 | 87.07'),
		},
	},
	'QuickBooks: an invoice, whose customer is a reference': {
		items: {
			Id: '130',
			DocNumber: '1037',
			CustomerRef: { value: '24', name: 'Ada Ltd' },
			TotalAmt: 362,
		},
		refused: /'CustomerRef'/,
		sends: { doc_number: '1037', customer_ref: 'Ada Ltd', total_amt: '362' },
	},
	'QuickBooks: an invoice, one of whose labels is a key inside the lines': {
		items: {
			Id: '130',
			DocNumber: '1037',
			Line: [
				{ Description: 'Rock', Amount: 275, SalesItemLineDetail: { Qty: 1, UnitPrice: 275 } },
				{ Description: 'Pump', Amount: 87, SalesItemLineDetail: { Qty: 2, UnitPrice: 43.5 } },
			],
		},
		refused: /SalesItemLineDetail\.Qty=Qty/,
		sends: {
			doc_number: '1037',
			line: grid('Description | Qty | Amount', 'Rock | 1 | 275', 'Pump | 2 | 87'),
		},
	},
	// Lemon Squeezy webhooks: JSON:API.
	'XML node: an order as JSON': {
		items: {
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
		sends: { customer_name: 'Ada', items_item: grid('Title | Qty', 'Nut | 2', 'Bolt | 6') },
	},
};
