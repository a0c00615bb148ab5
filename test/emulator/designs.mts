import type { Design, DesignVariable, Sample } from './model.mts';

/** A picture that every workspace has from the start. */
export const SAMPLE_PHOTO = 'assets:sample-photo';

const CREATED = '2026-01-05T09:00:00.000Z';
const MODIFIED = '2026-05-20T15:30:00.000Z';
const TYPICAL_FILE_SIZE = 48_213;

export type NewDesign = Pick<Design, 'designId' | 'name'> &
	Partial<Omit<Design, 'variables'>> & {
		/** A name alone is a text. */
		variables: ReadonlyArray<string | DesignVariable>;
	};

/** Rows of a table, with a bar between cells. */
export const grid = (...rows: string[]) =>
	rows.map((row) => row.split('|').map((cell) => cell.trim()));

/** A design with sensible metadata. */
export function designOf({ variables, ...design }: NewDesign): Design {
	return {
		description: '',
		variables: variables.map((variable) =>
			typeof variable === 'string'
				? { name: variable, kind: 'text', sample: `Sample ${variable}` }
				: variable,
		),
		texts: [],
		unbound: [],
		pages: 1,
		treeShape: 'byName',
		fileSize: TYPICAL_FILE_SIZE,
		createdAt: CREATED,
		modifiedAt: MODIFIED,
		...design,
	};
}

type More = Partial<DesignVariable>;

const of =
	(kind: DesignVariable['kind']) =>
	(name: string, label: string, sample: Sample, more: More = {}): DesignVariable => ({
		...{ name, kind, label, sample },
		...more,
	});
const [text, table, image] = [of('text'), of('table'), of('image')];
const [qr, barcode] = [of('qr'), of('barcode')];

const GREETING = text('greeting', 'Greeting', 'Dear {{first_name}} {{last_name}},', {
	tokens: { first_name: 'Jane', last_name: 'Sample' },
});

export const DEFAULT_DESIGNS: readonly Design[] = [
	designOf({
		...{ designId: 'design_invoice', name: 'Invoice', description: 'Invoice on one page' },
		variables: [
			text('customer_name', 'Customer', 'Jane Sample'),
			text('customer_address', 'Address', '1 Sample Street, Sampletown'),
			text('invoice_number', 'Invoice number', 'INV-0000'),
			text('invoice_date', 'Invoice date', '2026-01-01'),
			text('due_date', 'Due date', '2026-01-31'),
			text('amount', 'Amount due', '$1,000.00'),
			text('notes', 'Notes', 'Thank you for your business.'),
		],
	}),
	designOf({
		...{
			designId: 'design_order',
			name: 'Order confirmation',
			description: 'Order with a table of its items',
		},
		variables: [
			text('customer_name', 'Customer', 'Jane Sample'),
			text('order_number', 'Order number', 'ORD-0000'),
			table('items', 'Items', grid('Item | Quantity | Price', 'Sample item | 1 | $1,000.00')),
		],
	}),
	designOf({
		...{
			designId: 'design_letter',
			name: 'Letter',
			description: 'A letter whose greeting holds tokens',
		},
		treeShape: 'byId',
		variables: [
			text('recipient', 'Recipient', 'Jane Sample'),
			GREETING,
			text('body', 'Body', 'This is sample text.'),
			text('signature', 'Signature', 'The sample team'),
		],
	}),
	designOf({
		...{
			designId: 'design_badge',
			name: 'Event badge',
			description: 'Badge with a photo and a QR code',
		},
		treeShape: 'array',
		variables: [
			text('name', 'Name', 'Jane Sample'),
			text('company', 'Company', 'Sample Inc.'),
			image('photo', 'Photo', SAMPLE_PHOTO),
			qr('ticket_code', 'Ticket code', 'SAMPLE-1234'),
		],
	}),
	designOf({
		...{
			designId: 'design_certificate',
			name: 'Certificate',
			description: 'Certificate of completion',
		},
		treeShape: 'odd',
		variables: [
			text('participant', 'Participant', 'Jane Sample'),
			text('course', 'Course', 'Sample course'),
			text('completed_on', 'Completed on', '2026-01-01'),
		],
	}),
	designOf({
		...{ designId: 'design_receipt', name: 'Receipt', description: 'Receipt on one page' },
		variables: [
			text('customer_name', 'Customer', 'Jane Sample'),
			text('total', 'Total', '$10.00'),
			text('paid_on', 'Paid on', '2026-01-01'),
		],
	}),
	designOf({
		designId: 'design_label',
		name: 'Shipping label (no variables)',
		treeShape: 'absent',
		variables: [],
	}),
];

/** One variable of each kind, tokens in a text and in a table, a text without variable, two pages. */
export const KINDS_DESIGN: Design = designOf({
	designId: 'design_kinds',
	name: 'Every kind',
	description: 'One variable of each kind',
	pages: 2,
	texts: ['Prepared for {{reader}}, page {{page}} of {{pages}}'],
	variables: [
		text('customer_name', 'Customer', 'Jane Sample'),
		GREETING,
		table(
			'line_items',
			'Items',
			grid('Description | Qty | Rate | Amount', 'Sample work | 1 | $1,000.00 | $1,000.00'),
		),
		table('totals', 'Totals', grid('Net | {{net}}', 'Total | {{total}}'), {
			headerRow: false,
			tokens: { net: '$1,000.00', total: '$1,190.00' },
		}),
		image('logo', 'Logo', SAMPLE_PHOTO),
		qr('link', 'Link', 'https://sample.example'),
		barcode('article', 'Article', '4006381333931'),
	],
});
