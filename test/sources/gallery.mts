import { GALLERY } from '../emulator/index.mts';
import { grid, type SourceCase, type SourceCases } from './support/case.mts';

function gallery(name: string): SourceCase['design'] {
	const found = GALLERY.find(({ designId }) => designId === `gallery_${name}`);
	if (!found) throw new Error(`The gallery has no ${name}`);
	return found;
}

const LINE_ITEMS = [
	{ id: 1, Description: 'Audit', qty: 1, rate: '900.00', amount: '900.00', cost: '400.00' },
	{ id: 2, Description: 'Travel', qty: 2, rate: '50.00', amount: '100.00', cost: '90.00' },
];

const CARD = {
	holder_name: 'Ada',
	role: 'Engineer',
	id_no: '0471',
	department: 'R&D',
	id_barcode: '0471',
};

export const GALLERY_CASES: SourceCases = {
	"The vendor's gallery: an invoice from a sheet, of whose elements few are bound": {
		items: {
			row_number: 2,
			'Invoice Number': 'R-1',
			'Bill To Name': 'Ada Ltd',
			'Bill To Address': 'Via 1\n00100 Rome',
			'Invoice Date': '2026-03-31',
			'Due Date': '2026-04-14',
			'Total Due': '1,000.00',
			Company: 'not asked for',
			line_items: LINE_ITEMS,
		},
		design: gallery('invoice'),
		parameters: { options: { dateFormat: 'd LLL yyyy' } },
		sends: {
			invoice_number: 'R-1',
			bill_to_name: 'Ada Ltd',
			bill_to_address: 'Via 1\n00100 Rome',
			invoice_date: '31 Mar 2026',
			due_date: '14 Apr 2026',
			total_due: '1,000.00',
			line_items: grid(
				'Description | Qty | Rate | Amount',
				'Audit | 1 | 900.00 | 900.00',
				'Travel | 2 | 50.00 | 100.00',
			),
		},
		hint: /'Company'/,
	},
	"The vendor's gallery: a receipt without lines, whose table says nothing of a header": {
		items: { receipt_meta: '# 7', total: 12.5 },
		design: gallery('receipt'),
		sends: { receipt_meta: '# 7', total: '12.5', line_items: [['Item', 'Qty', 'Price']] },
	},
	"The vendor's gallery: certificates, whose variable has a dash and whose text has tokens": {
		items: [
			{ 'Recipient Name': 'Ada', course: 'n8n', Grade: 'A', date: '2026-03-31' },
			{ 'Recipient Name': 'Zoë', course: 'PDF', Grade: 'B', date: '2026-03-31' },
		],
		design: gallery('certificate'),
		sends: [
			{
				'recipient-name': 'Ada',
				'achievement::course': 'n8n',
				'achievement::grade': 'A',
				date: '2026-03-31',
			},
			{
				'recipient-name': 'Zoë',
				'achievement::course': 'PDF',
				'achievement::grade': 'B',
				date: '2026-03-31',
			},
		],
	},
	"The vendor's gallery: a letter, whose body is a list of texts with tokens": {
		items: {
			letter_date: '31 March 2026',
			recipient_block: 'Ada Ltd\nRome',
			salutation: 'Ada',
			order_number: '0042',
			sign_name: 'Sam',
		},
		design: gallery('letter'),
		sends: {
			letter_date: '31 March 2026',
			recipient_block: 'Ada Ltd\nRome',
			'body::salutation': 'Ada',
			'body::order_number': '0042',
			'sign-name': 'Sam',
		},
	},
	"The vendor's gallery: a report, whose variables have dashes and whose cells are objects": {
		items: {
			report_title: 'Q1',
			'Stat Revenue': '1,2 Mio.',
			stat_growth: '+18%',
			'stat.customers': 342,
			regions_table: [
				{ region: 'Nord', revenue: '700', growth: '+22%' },
				{ region: 'Süd', revenue: '500', growth: '+14%' },
			],
		},
		design: gallery('report'),
		sends: {
			'report-title': 'Q1',
			'stat-revenue': '1,2 Mio.',
			'stat-growth': '+18%',
			'stat-customers': '342',
			regions_table: grid('Region | Revenue | Growth', 'Nord | 700 | +22%', 'Süd | 500 | +14%'),
		},
	},
	"The vendor's gallery: an ID card, two of whose elements are hidden": {
		items: CARD,
		design: gallery('id_card'),
		parameters: { options: { missingVariables: 'error' } },
		sends: CARD,
	},
};
