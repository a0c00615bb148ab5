import { designOf, grid, SAMPLE_PHOTO } from './designs.mts';
import type { Design, DesignVariable, UnboundElement } from './model.mts';

/*
 * Designs built like those of the vendor's gallery (github.com/imaginepdf/claude-imaginepdf,
 * skills/design/reference/gallery, and the reference beside it): few of many elements are bound, a
 * variable's name is its element's, tables have templates and empty rows, a card has two pages.
 * The names, texts and figures are our own.
 */

const text = (name: string, sample: string, further?: Record<string, unknown>): DesignVariable => ({
	name,
	kind: 'text',
	sample,
	...(further && { further }),
});

/** A text made of paragraphs. */
const paragraphs = (name: string, ...list: string[]): DesignVariable => ({
	name,
	kind: 'text',
	sample: list.join('\n\n'),
	list,
});

const shapes = (...names: string[]): UnboundElement[] =>
	names.map((name) => ({ name, type: 'shape' }));
const labels = (contents: Record<string, string>): UnboundElement[] =>
	Object.entries(contents).map(([name, content]) => ({ name, type: 'text', content }));

const DATE = { dataType: 'date', format: 'D MMM YYYY' };
const MONEY = { dataType: 'currency', format: '$0,0.00' };

const INVOICE = designOf({
	designId: 'gallery_invoice',
	name: 'Invoice',
	treeShape: 'byId',
	variables: [
		text('invoice_number', '# R-2026-0042'),
		text('bill_to_name', 'Example Traders'),
		text('bill_to_address', '7 Harbour Road\nExampleton 12345'),
		text('invoice_date', '30 Apr 2026', DATE),
		text('due_date', '14 May 2026', DATE),
		text('total_due', '$2,400.00', MONEY),
		{
			name: 'line_items',
			kind: 'table',
			template: 'headerRow',
			sample: grid(
				'Description | Qty | Rate | Amount',
				'Workshop, two days | 2 | $1,200.00 | $2,400.00',
				' |  |  | ',
				' |  |  | ',
			),
		},
	],
	unbound: [
		...shapes('band', 'totals_box'),
		...labels({ company: 'Example Studio', doc_type: 'INVOICE', due_label: 'DUE' }),
		...labels({ total_label: 'TOTAL DUE', footer: 'Thank you' }),
	],
});

const RECEIPT = designOf({
	designId: 'gallery_receipt',
	name: 'Receipt',
	treeShape: 'array',
	variables: [
		text('receipt_meta', '# Q-77 · 3 May 2026'),
		// A template without a word on a header row.
		{
			name: 'line_items',
			kind: 'table',
			template: 'minimal',
			headerRow: null,
			sample: grid('Item | Qty | Price', 'Tea | 2 | $3.00', 'Scone | 1 | $2.50'),
		},
		text('total', '$8.50', MONEY),
	],
	unbound: [...shapes('band', 'paid_chip'), ...labels({ store: 'Example Tea', paid_text: 'PAID' })],
});

const CERTIFICATE = designOf({
	designId: 'gallery_certificate',
	name: 'Certificate',
	treeShape: 'byNode',
	variables: [
		text('recipient-name', 'Jo Sample'),
		{
			name: 'achievement',
			kind: 'text',
			sample: 'has completed {{course}} with the grade {{grade}}',
			tokens: { course: 'First Steps', grade: 'good' },
		},
		text('date', '3 May 2026', DATE),
	],
	unbound: [
		...shapes('frame', 'sig_line'),
		...labels({ eyebrow: 'CERTIFICATE', signature: 'A. Sample', date_label: 'DATE' }),
	],
});

const LETTER = designOf({
	designId: 'gallery_letter',
	name: 'Letter',
	treeShape: 'byId',
	variables: [
		text('letter_date', '3 May 2026', DATE),
		text('recipient_block', 'Mx. Jo Sample\nExample Traders'),
		{
			...paragraphs(
				'body',
				'Dear {{salutation}},',
				'Thank you for your order {{order_number}}.',
				'We look forward to the next one.',
			),
			tokens: { salutation: 'Jo', order_number: '1001' },
		},
		text('sign-name', 'Sam Example'),
	],
	unbound: [...shapes('head_rule'), ...labels({ sender: 'Example Studio', signoff: 'Sincerely,' })],
});

const REPORT = designOf({
	designId: 'gallery_report',
	name: 'Report',
	treeShape: 'array',
	variables: [
		text('report-title', 'Sales in spring'),
		text('stat-revenue', '$10K', MONEY),
		text('stat-growth', '+3%'),
		text('stat-customers', '42'),
		{
			name: 'regions_table',
			kind: 'table',
			template: 'headerRow',
			tableCells: 'data.content',
			sample: grid('Region | Revenue | Growth', 'North | $7K | +4%', 'South | $3K | +1%'),
		},
	],
	unbound: [...shapes('card_1', 'card_2'), ...labels({ card_1_label: 'REVENUE' })],
});

const ID_CARD = designOf({
	designId: 'gallery_id_card',
	name: 'ID card',
	pages: 2,
	treeShape: 'byNode',
	variables: [
		text('holder_name', 'Jo Sample'),
		text('role', 'Engineer'),
		text('id_no', 'EX-0001'),
		text('department', 'R&D'),
		{ name: 'id_barcode', kind: 'barcode', sample: 'EX-0001', further: { format: 'CODE128' } },
		// Prepared, but switched off.
		{ name: 'photo', kind: 'image', sample: SAMPLE_PHOTO, isHidden: true },
		{ ...text('valid_thru', '12/2027'), isHidden: true },
	],
	unbound: [...shapes('band', 'photo_frame'), ...labels({ org: 'EXAMPLE LABS', terms: 'Return' })],
});

export const GALLERY: readonly Design[] = [INVOICE, RECEIPT, CERTIFICATE, LETTER, REPORT, ID_CARD];
