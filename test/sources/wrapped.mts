import { grid, rowsFrom, text, type SourceCases } from './support/case.mts';

const WEBHOOK = {
	headers: { host: 'n8n.example.com', authorization: 'Bearer s3cret', cookie: 'sid=1' },
	params: {},
	query: {},
	webhookUrl: 'https://n8n.example.com/webhook/1',
	executionMode: 'production',
};
const ROWS = [
	{ customer: 'Ada', amount: 1 },
	{ customer: 'Bob', amount: 2 },
];
const SENT = [
	{ customer: 'Ada', amount: '1' },
	{ customer: 'Bob', amount: '2' },
];

/** What wraps the values: webhooks, answers of APIs, models, n8n's own nodes. */
export const WRAPPED: SourceCases = {
	// n8n's Webhook node: { headers, params, query, body, webhookUrl, executionMode }.
	'Webhook: headers stay behind': {
		items: { ...WEBHOOK, body: { customer_name: 'Ada', amount: 5 } },
		sends: { customer_name: 'Ada', amount: '5' },
	},
	'Webhook: a variable that only a header has': {
		items: { ...WEBHOOK, body: { customer_name: 'Ada' } },
		sends: { customer_name: 'Ada', host: '' },
		hint: /'host'/,
	},
	'Webhook: a body that has all, beside a query and a customer that have some': {
		items: {
			...WEBHOOK,
			query: { email: 'query@example.com' },
			body: {
				name: 'Order 7',
				email: 'ada@example.com',
				amount: 5,
				customer: { name: 'Ada', email: 'customer@example.com' },
			},
		},
		sends: { name: 'Order 7', email: 'ada@example.com', amount: '5' },
	},
	'Webhook: an event beside what it carries': {
		items: { event: 'paid', payload: { name: 'Ada', email: 'ada@example.com' } },
		refused: /'name'.*payload/s,
		sends: { event: 'paid', name: 'Ada', email: 'ada@example.com' },
	},
	'Webhook: an order beside its customer': {
		items: { data: { order: { number: 7, total: 5, customer: { number: 1, name: 'Ada' } } } },
		sends: { number: '7', total: '5' },
	},
	'Webhook: a body whose list is the rows': {
		items: { ...WEBHOOK, body: { rows: ROWS } },
		refused: /\{\{ \$json\.body\.rows \}\}/,
		sends: SENT,
		only: 'submit',
	},
	'HTTP Request: a page of rows with their total': {
		items: {
			total: 2,
			data: [
				{ customer: 'Ada', total: 1 },
				{ customer: 'Bob', total: 2 },
			],
		},
		refused: /\{\{ \$json\.data \}\}/,
		sends: [
			{ customer: 'Ada', total: '1' },
			{ customer: 'Bob', total: '2' },
		],
		only: 'submit',
	},
	'HTTP Request: one order with a list of lines that have names of the order': {
		items: { number: 7, lines: [{ name: 'Nut', qty: 2 }] },
		sends: { number: '7', lines: grid('Name | Qty', 'Nut | 2') },
	},
	// GraphQL node: { data: { … } }.
	'GraphQL: nodes of a connection': {
		items: { data: { orders: { nodes: ROWS, pageInfo: { hasNextPage: false } } } },
		refused: /\{\{ \$json\.data\.orders\.nodes \}\}/,
		sends: SENT,
		only: 'submit',
	},
	// Contentful, entry: get, raw.
	'Contentful: an entry with fields': {
		items: {
			sys: { id: 'e1', type: 'Entry', space: { sys: { id: 's1' } } },
			fields: { customer: 'Ada', amount: 1 },
			metadata: { tags: [] },
		},
		sends: { customer: 'Ada', amount: '1' },
	},
	// n8n's AI Agent: { output }.
	'AI Agent: structured output': {
		items: { output: { customer_name: 'Ada', summary: 'Line one\nLine two' } },
		sends: { customer_name: 'Ada', summary: 'Line one\nLine two' },
	},
	'AI Agent: rows in its output': {
		items: { output: { rows: ROWS } },
		refused: /\{\{ \$json\.output\.rows \}\}/,
		sends: SENT,
		only: 'submit',
	},
	'AI Agent: JSON as text': {
		items: { output: '{"customer":"Ada","amount":1}' },
		refused: /JSON\.parse/,
		sends: { customer: 'Ada', amount: '1' },
	},
	// n8n's Aggregate (all item data), Split Out, Code, Edit Fields.
	'Aggregate: single fields as lists': {
		items: { customer: ['Ada', 'Bob'], amount: [1, 2] },
		sends: { customer: 'Ada, Bob', amount: '1, 2' },
	},
	'Split Out: each line under the field it came from': {
		items: [{ line: { customer: 'Ada', amount: 1 } }, { line: { customer: 'Bob', amount: 2 } }],
		sends: SENT,
	},
	'Edit Fields: an object of tokens': {
		items: [{ greeting: { first_name: 'Ada', last_name: 'L' } }, { greeting: { last_name: 'H' } }],
		design: [text('greeting', 'Dear {{first_name}} {{last_name}},')],
		sends: [
			{ 'greeting::first_name': 'Ada', 'greeting::last_name': 'L' },
			{ 'greeting::first_name': '', 'greeting::last_name': 'H' },
		],
	},
	'Edit Fields: columns named like tokens': {
		items: { 'First Name': 'Ada', last_name: 'L', amount: 1 },
		design: [text('greeting', 'Dear {{first_name}} {{last_name}},'), 'amount'],
		sends: { 'greeting::first_name': 'Ada', 'greeting::last_name': 'L', amount: '1' },
	},
	'Code: a badge with a reference and a QR code': {
		items: { Name: 'Ada', photo: ' assets:sample-photo', ticket: 'T-1' },
		design: [
			'name',
			{ name: 'photo', kind: 'image', sample: 'assets:sample-photo' },
			{ name: 'ticket', kind: 'qr', sample: 'SAMPLE' },
		],
		sends: { name: 'Ada', photo: 'assets:sample-photo', ticket: 'T-1' },
	},
	'Code: a list that each of the items brings': {
		items: [{ id: 1 }, { id: 2 }],
		design: ['customer', 'amount'],
		parameters: rowsFrom(`[{ customer: 'Ada', amount: 1 }, { customer: 'Bob', amount: 2 }]`),
		refused: /Execute Once/,
		only: 'submit',
	},
	'Code: rows that are all equal, since the first item is named in each': {
		items: [{ customer: 'Ada' }, { customer: 'Bob' }],
		parameters: {
			rowSource: 'mapped',
			variables: {
				mappingMode: 'defineBelow',
				value: { customer: '={{ $("Items").first().json.customer }}' },
			},
		},
		sends: [{ customer: 'Ada' }, { customer: 'Ada' }],
		hint: /equal/,
	},
	// A node before with On Error: Continue.
	'An error item of the node before': {
		items: [{ customer: 'Ada' }, { error: 'The service was not able to process your request' }],
		refused: /item 1.*the node 'Items'/s,
		mended: { customer: 'Ada' },
		sends: { customer: 'Ada' },
	},
	// Gmail Trigger, simplified; Email Trigger (IMAP); RSS Read.
	'RSS Read: an entry': {
		items: {
			title: 'News',
			link: 'https://example.com/1',
			pubDate: 'Tue, 31 Mar 2026 10:00:00 GMT',
			isoDate: '2026-03-31T10:00:00.000Z',
			'content:encoded': '<p>x</p>',
			guid: 'https://example.com/1',
		},
		design: ['title', { name: 'link', kind: 'qr', sample: 'https://example.com' }, 'iso_date'],
		parameters: { options: { dateFormat: 'd.M.yyyy HH:mm' } },
		timezone: 'Europe/Rome',
		sends: { title: 'News', link: 'https://example.com/1', iso_date: '31.3.2026 12:00' },
	},
};
