import { table, type SourceCase } from './support/case.mts';

export const CRMS: SourceCase[] = [
	// HubSpot, contact: get (n8n's __schema__ v2.2.0): each property has versions.
	{
		source: 'HubSpot: a contact, whose properties have versions',
		items: [
			{
				vid: 204,
				'is-contact': true,
				properties: {
					firstname: { value: 'Ada', versions: [{ value: 'Ada', 'source-type': 'API' }] },
					lastname: { value: 'Lovelace', versions: [{ value: 'Byron' }, { value: 'Lovelace' }] },
					email: { value: 'ada@example.com', versions: [] },
				},
				'form-submissions': [],
				'identity-profiles': [{ vid: 204, identities: [{ type: 'EMAIL', value: 'a@b.example' }] }],
			},
		],
		design: ['first_name', 'last_name', 'email'],
		sends: [{ first_name: 'Ada', last_name: 'Lovelace', email: 'ada@example.com' }],
		hint: /properties/,
	},
	// HubSpot, deal: search (v2.2.0).
	{
		source: 'HubSpot: a deal',
		items: [
			{
				id: '901',
				properties: { dealname: 'Big deal', amount: '1200', dealstage: 'won', hs_object_id: '901' },
				createdAt: '2026-01-01T00:00:00.000Z',
				archived: false,
				url: 'https://app.hubspot.com/1',
			},
		],
		design: ['dealname', 'amount'],
		sends: [{ dealname: 'Big deal', amount: '1200' }],
	},
	{
		source: 'HubSpot: a deal, for a design that shows its id',
		items: [
			{
				id: '901',
				properties: { dealname: 'Big deal', amount: '1200', hs_object_id: '901' },
				createdAt: '2026-01-01T00:00:00.000Z',
				archived: false,
			},
		],
		design: ['id', 'dealname', 'amount'],
		refused: /'dealname'.*properties/s,
		sends: [{ id: '901', dealname: 'Big deal', amount: '1200' }],
	},
	// Salesforce, search: query (REST API, "Execute a SOQL Query"): attributes in each record.
	{
		source: 'Salesforce: an opportunity with its account',
		items: [
			{
				attributes: { type: 'Opportunity', url: '/services/data/v59.0/sobjects/Opportunity/006' },
				Id: '006',
				Name: 'Big deal',
				Amount: 1200.5,
				CloseDate: '2026-03-31',
				Account: {
					attributes: { type: 'Account', url: '/services/data/v59.0/sobjects/Account/001' },
					Name: 'Acme',
				},
			},
		],
		design: ['name', 'amount', 'close_date', 'account'],
		sends: [{ name: 'Big deal', amount: '1200.5', close_date: '2026-03-31', account: 'Acme' }],
		hint: /Account/,
	},
	{
		source: 'Salesforce: a contact, variables named after paths',
		items: [
			{
				attributes: { type: 'Contact', url: '/services/data/1' },
				Id: '003',
				FirstName: 'Ada',
				MailingAddress: { city: 'Rome', postalCode: '00100', street: null },
				Account: { attributes: { type: 'Account', url: '/1' }, Name: 'Acme' },
				CreatedDate: '2026-01-02T03:04:05.000+0000',
			},
		],
		design: ['first_name', 'mailing_address_city', 'account.name', 'created_date'],
		parameters: { options: { dateFormat: 'yyyy/MM/dd' } },
		sends: [
			{
				first_name: 'Ada',
				mailing_address_city: 'Rome',
				'account.name': 'Acme',
				created_date: '2026/01/02',
			},
		],
	},
	// Zoho CRM, deal: getAll (v1.0.0): lookups as { name, id }.
	{
		source: 'Zoho CRM: a deal with a lookup',
		items: [
			{
				$currency_symbol: '€',
				$review: null,
				$layout_id: { name: 'Standard', id: '5545' },
				Deal_Name: 'Big deal',
				Amount: 1200,
				Account_Name: { name: 'Acme', id: '5546' },
				id: '5547',
				Locked__s: false,
			},
		],
		design: ['deal_name', 'account_name', 'amount'],
		sends: [{ deal_name: 'Big deal', account_name: 'Acme', amount: '1200' }],
		hint: /Account_Name/,
	},
	// Pipedrive, deal: get (v1.0.0).
	{
		source: 'Pipedrive: a deal, variables named after paths',
		items: [
			{
				id: 3,
				title: 'Big deal',
				value: 1200,
				person_id: { name: 'Ada', email: [{ value: 'a@example.com', primary: true }], value: 11 },
				stage_order_nr: 2,
			},
		],
		design: ['title', 'value', 'person_id_name'],
		sends: [{ title: 'Big deal', value: '1200', person_id_name: 'Ada' }],
	},
	{
		source: 'Pipedrive: a deal, where several people and firms have a name',
		items: [
			{
				id: 3,
				creator_user_id: { id: 1, name: 'Sally', email: 's@firm.example', active_flag: true },
				user_id: { id: 2, name: 'Sam', email: 'sam@firm.example', active_flag: true },
				person_id: { name: 'Ada', email: [{ value: 'a@example.com', primary: true }], value: 11 },
				org_id: { name: 'Acme', people_count: 2, address: null, value: 12 },
				title: 'Big deal',
				currency: 'EUR',
				formatted_value: '€1,200',
			},
		],
		design: ['title', 'name', 'formatted_value'],
		refused: /'name'.*person_id/s,
		choose: { name: 'person_id' },
		sends: [{ title: 'Big deal', name: 'Ada', formatted_value: '€1,200' }],
	},
	// Pipedrive Trigger, webhooks v1: current and previous; previous is null when a deal is added.
	{
		source: 'Pipedrive Trigger: a deal that was added',
		items: [
			{
				v: 1,
				event: 'added.deal',
				current: { id: 3, title: 'Big deal', value: 1200, person_name: 'Ada' },
				previous: null,
				meta: { action: 'added', object: 'deal', id: 3 },
			},
		],
		design: ['title', 'value', 'person_name'],
		sends: [{ title: 'Big deal', value: '1200', person_name: 'Ada' }],
	},
	{
		source: 'Pipedrive Trigger: a deal that was changed, as it is and as it was',
		items: [
			{
				v: 1,
				event: 'updated.deal',
				current: { id: 3, title: 'Bigger deal', value: 1500, person_name: 'Ada' },
				previous: { id: 3, title: 'Big deal', value: 1200, person_name: 'Ada' },
				meta: { action: 'updated', object: 'deal', id: 3 },
			},
		],
		design: ['title', 'value', 'person_name'],
		refused: /current/,
		choose: { title: 'current', value: 'current', person_name: 'current' },
		sends: [{ title: 'Bigger deal', value: '1500', person_name: 'Ada' }],
	},
	// Pipedrive Trigger, webhooks v2: previous holds only what was changed.
	{
		source: 'Pipedrive Trigger: a deal that was changed, in the second version',
		items: [
			{
				data: { id: 3, title: 'Bigger deal', value: 1500, person_name: 'Ada' },
				previous: { title: 'Big deal', value: 1200 },
				meta: { action: 'change', entity: 'deal', version: '2.0' },
			},
		],
		design: ['title', 'value', 'person_name'],
		sends: [{ title: 'Bigger deal', value: '1500', person_name: 'Ada' }],
	},
	// ActiveCampaign webhooks: form fields as contact[email], which n8n reads as an object.
	{
		source: 'ActiveCampaign: a webhook with a contact',
		items: [
			{
				headers: { host: 'n8n.example.com' },
				params: {},
				query: {},
				body: {
					type: 'subscribe',
					date_time: '2026-03-31T10:00:00-05:00',
					contact: { id: '5', email: 'ada@example.com', first_name: 'Ada', last_name: 'Lovelace' },
				},
			},
		],
		design: ['first_name', 'last_name', 'email'],
		sends: [{ first_name: 'Ada', last_name: 'Lovelace', email: 'ada@example.com' }],
	},
	// Mailchimp Marketing API, "Get member info".
	{
		source: 'Mailchimp: a member with merge fields',
		items: [
			{
				id: 'a1',
				email_address: 'ada@example.com',
				status: 'subscribed',
				merge_fields: { FNAME: 'Ada', LNAME: 'Lovelace', PHONE: '' },
				stats: { avg_open_rate: 1 },
				_links: [{ rel: 'self', href: 'https://example.com' }],
			},
		],
		design: ['email_address', 'fname', 'lname'],
		refused: /'fname'/,
		sends: [{ email_address: 'ada@example.com', fname: 'Ada', lname: 'Lovelace' }],
	},
	// Intercom API, "Get a contact".
	{
		source: 'Intercom: a contact with a location',
		items: [
			{
				type: 'contact',
				id: '63a',
				name: 'Ada',
				email: 'ada@example.com',
				location: { type: 'location', country: 'Italy', region: null, city: 'Rome' },
				companies: { type: 'list', data: [], total_count: 0 },
			},
		],
		design: ['name', 'email', 'city'],
		refused: /'city'.*location/s,
		sends: [{ name: 'Ada', email: 'ada@example.com', city: 'Rome' }],
	},
	// Zendesk API, "Show Ticket".
	{
		source: 'Zendesk: a ticket and where it came from',
		items: [
			{
				id: 35436,
				subject: 'Help',
				status: 'open',
				via: { channel: 'web', source: { from: {}, to: {}, rel: null } },
				custom_fields: [{ id: 27642, value: '745' }],
			},
		],
		design: ['id', 'subject', 'channel'],
		refused: /'channel'.*via/s,
		sends: [{ id: '35436', subject: 'Help', channel: 'web' }],
	},
	// Xero Accounting API, "Invoices".
	{
		source: 'Xero: an invoice with its contact and lines',
		items: [
			{
				Type: 'ACCREC',
				InvoiceID: '243216c5',
				InvoiceNumber: 'ORC1041',
				Contact: {
					ContactID: '025867f1',
					ContactStatus: 'ACTIVE',
					Name: 'Acme',
					EmailAddress: 'acme@example.com',
					Addresses: [],
				},
				Date: '/Date(1774915200000+0000)/',
				LineItems: [
					{ Description: 'Nut', Quantity: 2, UnitAmount: 1.5, LineAmount: 3, TaxType: 'OUTPUT' },
					{ Description: 'Bolt', Quantity: 1, UnitAmount: 2, LineAmount: 2, TaxType: 'OUTPUT' },
				],
				Total: 5,
			},
		],
		design: [
			'invoice_number',
			'contact',
			'date',
			'total',
			table('line_items', 'Description', 'Quantity', 'Line Amount'),
		],
		parameters: { options: { dateFormat: 'dd.MM.yyyy' } },
		refused: /'Contact'/,
		sends: [
			{
				invoice_number: 'ORC1041',
				contact: 'Acme',
				date: '31.03.2026',
				total: '5',
				line_items: [
					['Description', 'Quantity', 'Line Amount'],
					['Nut', '2', '3'],
					['Bolt', '1', '2'],
				],
			},
		],
	},
];
