import { type SourceCases } from './support/case.mts';

export const TASKS: SourceCases = {
	// Jira, issue: getAll (n8n's __schema__ v1.0.0).
	'Jira: an issue, whose key stands beside the fields': {
		items: {
			expand: 'renderedFields,names',
			id: '10001',
			self: 'https://firm.atlassian.net/rest/api/2/issue/10001',
			key: 'P-1',
			fields: {
				summary: 'Fix it',
				status: {
					self: 'https://firm.atlassian.net/rest/api/2/status/3',
					description: '',
					iconUrl: 'https://firm.atlassian.net/s.png',
					name: 'In Progress',
					id: '3',
					statusCategory: { self: 'https://firm.atlassian.net/4', id: 4, name: 'Doing' },
				},
				assignee: {
					self: 'https://firm.atlassian.net/rest/api/2/user?accountId=5',
					accountId: '5b',
					emailAddress: 'ada@example.com',
					displayName: 'Ada',
					active: true,
				},
				customfield_10016: 5,
				duedate: '2026-03-31',
			},
		},
		refused: /'summary'.*fields/s,
		sends: {
			key: 'P-1',
			summary: 'Fix it',
			status: 'In Progress',
			assignee: 'Ada',
			duedate: '2026-03-31',
		},
	},
	// monday.com, boardItem: get, with the columns' texts beside their ids.
	'monday.com: an item whose columns have ids for names': {
		items: {
			id: '9',
			name: 'Fix it',
			state: 'active',
			column_values: [{ id: 'status', type: 'status', text: 'Done', value: '{"index":1}' }],
		},
		sends: { name: 'Fix it', status: '' },
		hint: /'status'/,
	},
	// ClickUp, task: get (v1.0.0): a status is { status, color, … }.
	'ClickUp: a task with objects named like their texts': {
		items: {
			id: '8x',
			name: 'Fix it',
			status: { id: 'p1', status: 'in progress', color: '#fff', orderindex: 1, type: 'custom' },
			priority: { color: '#f00', id: '2', orderindex: '2', priority: 'high' },
			date_created: '1774951200000',
			creator: { id: 1, username: 'Sally', email: 's@firm.example' },
			assignees: [{ id: 2, username: 'Ada', initials: 'A', email: 'ada@example.com' }],
			tags: [],
		},
		refused: /'status'/,
		sends: { name: 'Fix it', status: 'in progress', priority: 'high' },
	},
	// Trello, card: get.
	'Trello: a card with labels': {
		items: {
			id: '5a',
			name: 'Fix it',
			desc: 'Soon',
			idList: '5b',
			badges: { votes: 0, comments: 1, due: null },
			labels: [{ id: '5c', idBoard: '5d', name: 'Red', color: 'red' }],
		},
		refused: /'labels'/,
		sends: { name: 'Fix it', desc: 'Soon', labels: 'Red' },
	},
	// GitHub Trigger: the webhook "issues".
	'GitHub Trigger: an issue and its repository': {
		items: {
			body: {
				action: 'opened',
				issue: { id: 1, number: 7, title: 'Broken', user: { login: 'ada', id: 5 }, labels: [] },
				repository: { id: 2, name: 'tools', full_name: 'firm/tools', owner: { login: 'firm' } },
				sender: { login: 'ada', id: 5 },
			},
			headers: { host: 'n8n.example.com', 'x-github-event': 'issues' },
			query: {},
		},
		refused: /full_name/,
		sends: { number: '7', title: 'Broken', full_name: 'firm/tools' },
	},
	// Google Calendar, event: get.
	'Google Calendar: an event, whose start is an object': {
		items: {
			kind: 'calendar#event',
			id: 'e1',
			status: 'confirmed',
			summary: 'Meeting',
			location: 'Room 1',
			creator: { email: 'ada@example.com', self: true },
			start: { dateTime: '2026-03-31T10:00:00+02:00', timeZone: 'Europe/Rome' },
			end: { dateTime: '2026-03-31T11:00:00+02:00', timeZone: 'Europe/Rome' },
		},
		parameters: { options: { dateFormat: 'd.M.yyyy HH:mm' } },
		timezone: 'Europe/Rome',
		sends: { summary: 'Meeting', location: 'Room 1', start_date_time: '31.3.2026 10:00' },
	},
	// Cal.com webhooks, BOOKING_CREATED; organizer and attendees are people.
	'Cal Trigger: a booking, where two people have a name': {
		items: {
			triggerEvent: 'BOOKING_CREATED',
			createdAt: '2026-03-30T10:00:00.000Z',
			title: '30 min between Sam and Ada',
			startTime: '2026-03-31T10:00:00Z',
			organizer: { id: 5, name: 'Sam', email: 'sam@firm.example', timeZone: 'Europe/Rome' },
			attendees: [{ email: 'ada@example.com', name: 'Ada', timeZone: 'Europe/Rome' }],
			location: 'integrations:daily',
		},
		refused: /'name'.*organizer.*attendees/s,
		choose: { name: 'attendees' },
		sends: { title: '30 min between Sam and Ada', start_time: '2026-03-31T10:00:00Z', name: 'Ada' },
	},
	// Calendly webhooks, invitee.created.
	'Calendly Trigger: an invitee and the time, where the meeting has a name too': {
		items: {
			created_at: '2026-03-30T10:00:00.000000Z',
			event: 'invitee.created',
			payload: {
				name: 'Ada Lovelace',
				email: 'ada@example.com',
				questions_and_answers: [],
				scheduled_event: {
					name: '30 minutes',
					start_time: '2026-03-31T10:00:00.000000Z',
					location: { type: 'zoom' },
				},
			},
		},
		refused: /'name'.*payload\.name.*scheduled_event\.name/s,
		sends: {
			event: 'invitee.created',
			name: 'Ada Lovelace',
			start_time: '2026-03-31T10:00:00.000000Z',
		},
	},
};
