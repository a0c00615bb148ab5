import type { DesignVariable } from '../emulator/model.mts';
import type { SourceCase } from './case.mts';

const greeting: DesignVariable = {
	name: 'greeting',
	kind: 'text',
	sample: 'Dear {{first_name}} {{last_name}},',
	tokens: { first_name: 'Jane', last_name: 'Sample' },
};

export const FORMS_AND_CRMS: SourceCase[] = [
	{
		source: 'HubSpot: contact with properties',
		items: [
			{
				id: '1',
				properties: { firstname: 'Ada', lastname: 'Lovelace', hs_object_id: '1' },
				createdAt: '2026-01-01',
				archived: false,
			},
		],
		variables: ['first_name', 'last_name'],
		prints: [['first_name: Ada', 'last_name: Lovelace']],
	},
	{
		source: 'Salesforce: contact',
		items: [
			{
				attributes: { type: 'Contact', url: '/services/data/1' },
				Id: '003',
				FirstName: 'Ada',
				MailingCity: 'Rome',
				CreatedDate: '2026-01-02T03:04:05.000+0000',
			},
		],
		variables: ['first_name', 'mailing_city', 'created_date'],
		parameters: { options: { dateFormat: 'yyyy/MM/dd' } },
		timezone: 'UTC',
		prints: [['first_name: Ada', 'mailing_city: Rome', 'created_date: 2026/01/02']],
	},
	{
		source: 'Pipedrive: deal',
		items: [
			{
				id: 3,
				title: 'Big deal',
				value: 1200,
				person_id: { name: 'Ada', email: [{ value: 'a@example.com', primary: true }] },
				stage_order_nr: 2,
			},
		],
		variables: ['title', 'value', 'person_id_name'],
		prints: [['title: Big deal', 'value: 1200', 'person_id_name: Ada']],
	},
	{
		source: 'monday.com: item',
		items: [
			{ id: '9', name: 'Ada', group: { title: 'Open' }, column_values: [{ id: 's', text: 'x' }] },
		],
		variables: ['name', 'group_title'],
		prints: [['name: Ada', 'group_title: Open']],
	},
	{
		source: 'Jira: issue',
		items: [
			{
				id: '10001',
				key: 'P-1',
				fields: { summary: 'Fix it', labels: ['a', 'b'], status: { name: 'Done' } },
			},
		],
		variables: ['key', 'fields.summary', 'fields_labels', 'fields_status_name'],
		prints: [
			['key: P-1', 'fields.summary: Fix it', 'fields_labels: a, b', 'fields_status_name: Done'],
		],
	},
	{
		source: 'Webhook: headers stay behind',
		items: [
			{
				headers: { host: 'n8n.example.com', authorization: 'Bearer s3cret', cookie: 'sid=1' },
				params: {},
				query: {},
				body: { customer_name: 'Ada', amount: 5 },
				webhookUrl: 'https://n8n.example.com/webhook/1',
				executionMode: 'production',
			},
		],
		variables: ['customer_name', 'amount'],
		prints: [['customer_name: Ada', 'amount: 5']],
	},
	{
		source: 'n8n Form Trigger',
		items: [
			{
				'Your Name': 'Ada',
				'Your Birthday': '2001-02-03',
				submittedAt: '2026-01-02T03:04:05.000+01:00',
				formMode: 'production',
			},
		],
		variables: ['your_name', 'your_birthday'],
		parameters: { options: { dateFormat: 'd.M.yyyy' } },
		prints: [['your_name: Ada', 'your_birthday: 3.2.2001']],
	},
	{
		source: 'Google Forms: answers in a sheet',
		items: [{ row_number: 2, Timestamp: '3/30/2026 10:00:00', 'Full Name ': 'Ada', Course: 'n8n' }],
		variables: ['full_name', 'course'],
		prints: [['full_name: Ada', 'course: n8n']],
	},
	{
		source: 'Typeform: questions, mapped by hand',
		items: [{ 'What is your name?': 'Ada', 'Which size?': ['M', 'L'] }],
		variables: ['name', 'size'],
		parameters: {
			rowSource: 'mapped',
			variables: {
				mappingMode: 'defineBelow',
				value: {
					name: '={{ $json["What is your name?"] }}',
					size: '={{ $json["Which size?"] }}',
				},
			},
		},
		prints: [['name: Ada', 'size: M, L']],
	},
	{
		source: 'Tally: a list of answers, as JSON',
		items: [
			{
				body: {
					eventType: 'FORM_RESPONSE',
					data: {
						fields: [
							{ key: 'q1', label: 'Full name', value: 'Ada' },
							{ key: 'q2', label: 'City', value: 'Rome' },
						],
					},
				},
			},
		],
		variables: ['full_name', 'city'],
		parameters: {
			rowSource: 'json',
			rowsJson:
				'={{ Object.fromEntries($json.body.data.fields.map((field) => [field.label, field.value])) }}',
		},
		prints: [['full_name: Ada', 'city: Rome']],
	},
	{
		source: 'AI Agent: structured output',
		items: [{ output: { customer_name: 'Ada', summary: 'Line one\nLine two' } }],
		variables: ['customer_name', 'summary'],
		prints: [['customer_name: Ada', 'summary: Line one', 'Line two']],
	},
	{
		source: 'Edit Fields: an object of tokens',
		items: [{ greeting: { first_name: 'Ada', last_name: 'L' } }, { greeting: { last_name: 'H' } }],
		variables: [greeting],
		prints: [['greeting: Dear Ada L,'], ['greeting: Dear H,']],
	},
	{
		source: 'Code: a badge with a reference and a QR code',
		items: [{ Name: 'Ada', photo: ' assets:sample-photo', ticket: 'T-1' }],
		variables: [
			'name',
			{ name: 'photo', kind: 'image', sample: 'assets:sample-photo' },
			{ name: 'ticket', kind: 'qr', sample: 'SAMPLE' },
		],
		prints: [['name: Ada', 'photo: assets:sample-photo sha256:', 'ticket: T-1']],
	},
];
