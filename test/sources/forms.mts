import { mapped, rowsFrom, type SourceCase } from './support/case.mts';

const TALLY = {
	body: {
		eventType: 'FORM_RESPONSE',
		data: {
			fields: [
				{ key: 'q1', label: 'Full name', value: 'Ada' },
				{ key: 'q2', label: 'City', value: 'Rome' },
			],
		},
	},
};

export const FORMS: SourceCase[] = [
	{
		source: 'n8n Form: answers under their labels',
		items: [
			{
				'Your Name': 'Ada',
				'Your Birthday': '2001-02-03',
				submittedAt: '2026-01-02T03:04:05.000+01:00',
				formMode: 'production',
			},
		],
		design: ['your_name', 'your_birthday'],
		parameters: { options: { dateFormat: 'd.M.yyyy' } },
		sends: [{ your_name: 'Ada', your_birthday: '3.2.2001' }],
	},
	{
		source: 'n8n Form: labels that end in signs, and answers to several choices',
		items: [
			{
				'Customer Name *': 'Ada',
				'Email:': 'ada@example.com',
				'Which size?': ['M', 'L'],
				submittedAt: '2026-01-02T03:04:05.000+01:00',
				formMode: 'test',
			},
		],
		design: ['customer_name', 'email', 'which_size'],
		sends: [{ customer_name: 'Ada', email: 'ada@example.com', which_size: 'M, L' }],
	},
	{
		source: 'Google Forms: answers in a sheet',
		items: [{ row_number: 2, Timestamp: '3/30/2026 10:00:00', 'Full Name ': 'Ada', Course: 'n8n' }],
		design: ['full_name', 'course'],
		sends: [{ full_name: 'Ada', course: 'n8n' }],
	},
	{
		source: 'Google Forms: dates of a sheet in a form of their own',
		items: [
			{ row_number: 2, Name: 'Ada', 'Due Date': '31/03/2026' },
			{ row_number: 3, Name: 'Bob', 'Due Date': '2026-04-01' },
		],
		design: ['name', 'due_date'],
		parameters: { options: { dateFormat: 'dd.MM.yyyy' } },
		sends: [
			{ name: 'Ada', due_date: '31/03/2026' },
			{ name: 'Bob', due_date: '01.04.2026' },
		],
		hint: /31\/03\/2026/,
	},
	{
		source: 'Typeform: questions, mapped by hand',
		items: [{ 'What is your name?': 'Ada', 'Which size?': ['M', 'L'] }],
		design: ['name', 'size'],
		parameters: mapped({
			name: '={{ $json["What is your name?"] }}',
			size: '={{ $json["Which size?"] }}',
		}),
		sends: [{ name: 'Ada', size: 'M, L' }],
	},
	{
		source: 'Tally: a list of answers, as JSON',
		items: [TALLY],
		design: ['full_name', 'city'],
		parameters: rowsFrom(
			'Object.fromEntries($json.body.data.fields.map((field) => [field.label, field.value]))',
		),
		sends: [{ full_name: 'Ada', city: 'Rome' }],
	},
	{
		source: 'Tally: a list of answers, none of which is a field',
		items: [TALLY],
		design: ['full_name', 'city'],
		refused: /no field belongs/,
	},
	// JotForm Trigger, only answers: a full name is { first, last }.
	{
		source: 'JotForm: a name of two parts',
		items: [{ Name: { first: 'Ada', last: 'Lovelace' }, Email: 'ada@example.com' }],
		design: ['name', 'email'],
		refused: /'Name'/,
		sends: [{ name: 'Ada Lovelace', email: 'ada@example.com' }],
	},
	// Wufoo and Formstack give addresses as objects too.
	{
		source: 'Formstack: an address of several parts, by its path',
		items: [
			{ FormID: '1', Name: 'Ada', Address: { address: 'Via 1', city: 'Rome', zip: '00100' } },
		],
		design: ['name', 'address_city'],
		sends: [{ name: 'Ada', address_city: 'Rome' }],
	},
];
