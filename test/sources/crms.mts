import { grid, type SourceCases } from './support/case.mts';

export const CRMS: SourceCases = {
	// HubSpot, contact: get (n8n's __schema__ v2.2.0): each property has versions.
	'HubSpot: a contact, whose properties have versions': {
		items: {
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
		sends: { first_name: 'Ada', last_name: 'Lovelace', email: 'ada@example.com' },
		hint: /properties/,
	},
	// HubSpot, deal: search (v2.2.0).
	'HubSpot: a deal, for a design that shows its id': {
		items: {
			id: '901',
			properties: { dealname: 'Big deal', amount: '1200', hs_object_id: '901' },
			createdAt: '2026-01-01T00:00:00.000Z',
			archived: false,
		},
		refused: /'dealname'.*properties/s,
		sends: { id: '901', dealname: 'Big deal', amount: '1200' },
	},
	// Salesforce, search: query (REST API, "Execute a SOQL Query"): attributes in each record.
	'Salesforce: an opportunity with its account': {
		items: {
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
		sends: { name: 'Big deal', amount: '1200.5', close_date: '2026-03-31', account: 'Acme' },
		hint: /Account/,
	},
	// Zoho CRM, deal: getAll (v1.0.0): lookups as { name, id }.
	'Zoho CRM: a deal with a lookup': {
		items: {
			$currency_symbol: '€',
			$review: null,
			$layout_id: { name: 'Standard', id: '5545' },
			Deal_Name: 'Big deal',
			Amount: 1200,
			Account_Name: { name: 'Acme', id: '5546' },
			id: '5547',
			Locked__s: false,
		},
		sends: { deal_name: 'Big deal', account_name: 'Acme', amount: '1200' },
		hint: /Account_Name/,
	},
	// Pipedrive, deal: get (v1.0.0).
	'Pipedrive: a deal, where several people and firms have a name': {
		items: {
			id: 3,
			creator_user_id: { id: 1, name: 'Sally', email: 's@firm.example', active_flag: true },
			user_id: { id: 2, name: 'Sam', email: 'sam@firm.example', active_flag: true },
			person_id: { name: 'Ada', email: [{ value: 'a@example.com', primary: true }], value: 11 },
			org_id: { name: 'Acme', people_count: 2, address: null, value: 12 },
			title: 'Big deal',
			currency: 'EUR',
			formatted_value: '€1,200',
		},
		refused: /'name'.*person_id/s,
		choose: { name: 'person_id' },
		sends: { title: 'Big deal', name: 'Ada', formatted_value: '€1,200' },
	},
	// Pipedrive Trigger, webhooks v1: current and previous; previous is null when a deal is added.
	'Pipedrive Trigger: a deal that was changed, as it is and as it was': {
		items: {
			v: 1,
			event: 'updated.deal',
			current: { id: 3, title: 'Bigger deal', value: 1500, person_name: 'Ada' },
			previous: { id: 3, title: 'Big deal', value: 1200, person_name: 'Ada' },
			meta: { action: 'updated', object: 'deal', id: 3 },
		},
		refused: /current/,
		choose: { title: 'current', value: 'current', person_name: 'current' },
		sends: { title: 'Bigger deal', value: '1500', person_name: 'Ada' },
	},
	// Pipedrive Trigger, webhooks v2: previous holds only what was changed.
	'Pipedrive Trigger: a deal that was changed, in the second version': {
		items: {
			data: { id: 3, title: 'Bigger deal', value: 1500, person_name: 'Ada' },
			previous: { title: 'Big deal', value: 1200 },
			meta: { action: 'change', entity: 'deal', version: '2.0' },
		},
		sends: { title: 'Bigger deal', value: '1500', person_name: 'Ada' },
	},
	// Xero Accounting API, "Invoices".
	'Xero: an invoice with its contact and lines': {
		items: {
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
		parameters: { options: { dateFormat: 'dd.MM.yyyy' } },
		refused: /'Contact'/,
		sends: {
			invoice_number: 'ORC1041',
			contact: 'Acme',
			date: '31.03.2026',
			total: '5',
			line_items: grid('Description | Quantity | Line Amount', 'Nut | 2 | 3', 'Bolt | 1 | 2'),
		},
	},
};
