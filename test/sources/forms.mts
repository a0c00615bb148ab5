import { rowsFrom, type SourceCases } from './support/case.mts';

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

export const FORMS: SourceCases = {
	'n8n Form: answers under their labels': {
		items: {
			'Your Name': 'Ada',
			'Your Birthday': '2001-02-03',
			submittedAt: '2026-01-02T03:04:05.000+01:00',
			formMode: 'production',
		},
		parameters: { options: { dateFormat: 'd.M.yyyy' } },
		sends: { your_name: 'Ada', your_birthday: '3.2.2001' },
	},
	'n8n Form: labels that end in signs, and answers to several choices': {
		items: {
			'Customer Name *': 'Ada',
			'Email:': 'ada@example.com',
			'Which size?': ['M', 'L'],
			submittedAt: '2026-01-02T03:04:05.000+01:00',
			formMode: 'test',
		},
		sends: { customer_name: 'Ada', email: 'ada@example.com', which_size: 'M, L' },
	},
	'Google Forms: dates of a sheet in a form of their own': {
		items: [
			{ row_number: 2, Name: 'Ada', 'Due Date': '31/03/2026' },
			{ row_number: 3, Name: 'Bob', 'Due Date': '2026-04-01' },
		],
		parameters: { options: { dateFormat: 'dd.MM.yyyy' } },
		sends: [
			{ name: 'Ada', due_date: '31/03/2026' },
			{ name: 'Bob', due_date: '01.04.2026' },
		],
		hint: /31\/03\/2026/,
	},
	'Tally: a list of answers, as JSON': {
		items: TALLY,
		parameters: rowsFrom(
			'Object.fromEntries($json.body.data.fields.map((field) => [field.label, field.value]))',
		),
		sends: { full_name: 'Ada', city: 'Rome' },
	},
	'Tally: a list of answers, none of which is a field': {
		items: TALLY,
		design: ['full_name', 'city'],
		refused: /no field belongs/,
	},
	// JotForm Trigger, only answers: a full name is { first, last }.
	'JotForm: a name of two parts': {
		items: { Name: { first: 'Ada', last: 'Lovelace' }, Email: 'ada@example.com' },
		refused: /'Name'/,
		sends: { name: 'Ada Lovelace', email: 'ada@example.com' },
	},
};
