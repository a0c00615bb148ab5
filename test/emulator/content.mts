import type { Design, DesignVariable, Plan, Workspace } from './model.mts';

/** Keys of the workspaces that are there from the start. */
export const KEYS = {
	/** Everything works, plenty of credits. */
	demo: 'pc_live_demo',
	expired: 'pc_live_expired',
	/** Plan without `batchGenerate`. */
	noBatch: 'pc_live_nobatch',
	/** Plan without `useApiKeys`. */
	noApi: 'pc_live_noapi',
	noCredits: 'pc_live_nocredits',
} as const;

export const PLANS = {
	free: { useApiKeys: false, batchGenerate: false, maxRowsPerBatch: 0 },
	starter: { useApiKeys: true, batchGenerate: false, maxRowsPerBatch: 0 },
	pro: { useApiKeys: true, batchGenerate: true, maxRowsPerBatch: 100 },
	business: { useApiKeys: true, batchGenerate: true, maxRowsPerBatch: 500 },
} satisfies Record<string, Plan>;

export type PlanName = keyof typeof PLANS;

const CREATED = '2026-01-05T09:00:00.000Z';
const MODIFIED = '2026-05-20T15:30:00.000Z';
const TYPICAL_FILE_SIZE = 48_213;

/** A design with sensible metadata. */
export function designOf(
	design: Pick<Design, 'designId' | 'name' | 'variables'> & Partial<Design>,
): Design {
	return {
		description: '',
		treeShape: 'byName',
		fileSize: TYPICAL_FILE_SIZE,
		createdAt: CREATED,
		modifiedAt: MODIFIED,
		...design,
	};
}

const text = (name: string, label: string, sample: string): DesignVariable => ({
	name,
	kind: 'text',
	label,
	sample,
});

export const DEFAULT_DESIGNS: readonly Design[] = [
	designOf({
		designId: 'design_invoice',
		name: 'Invoice',
		description: 'Invoice on one page',
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
		designId: 'design_order',
		name: 'Order confirmation',
		description: 'Order with a table of its items',
		variables: [
			text('customer_name', 'Customer', 'Jane Sample'),
			text('order_number', 'Order number', 'ORD-0000'),
			{
				name: 'items',
				kind: 'table',
				label: 'Items',
				sample: [
					['Item', 'Quantity', 'Price'],
					['Sample item', '1', '$1,000.00'],
				],
			},
		],
	}),
	designOf({
		designId: 'design_letter',
		name: 'Letter',
		description: 'A letter whose greeting holds tokens',
		treeShape: 'byId',
		variables: [
			text('recipient', 'Recipient', 'Jane Sample'),
			{
				name: 'greeting',
				kind: 'text',
				label: 'Greeting',
				sample: 'Dear {{first_name}} {{last_name}},',
				tokens: { first_name: 'Jane', last_name: 'Sample' },
			},
			text('body', 'Body', 'This is sample text.'),
			text('signature', 'Signature', 'The sample team'),
		],
	}),
	designOf({
		designId: 'design_badge',
		name: 'Event badge',
		description: 'Badge with a photo and a QR code',
		treeShape: 'array',
		variables: [
			text('name', 'Name', 'Jane Sample'),
			text('company', 'Company', 'Sample Inc.'),
			{ name: 'photo', kind: 'image', label: 'Photo', sample: 'assets:sample-photo' },
			text('ticket_code', 'Ticket code', 'SAMPLE-1234'),
		],
	}),
	designOf({
		designId: 'design_certificate',
		name: 'Certificate',
		description: 'Certificate of completion',
		treeShape: 'odd',
		variables: [
			text('participant', 'Participant', 'Jane Sample'),
			text('course', 'Course', 'Sample course'),
			text('completed_on', 'Completed on', '2026-01-01'),
		],
	}),
	designOf({
		designId: 'design_receipt',
		name: 'Receipt',
		description: 'Receipt on one page',
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

export interface NewWorkspace {
	key: string;
	name?: string;
	credits?: number;
	/** Default: `business`. */
	plan?: PlanName | Plan;
	keyExpired?: boolean;
	/** Default: the emulator's own designs. */
	designs?: readonly Design[];
}

/** @param workspaceId must be new */
export function workspaceOf(given: NewWorkspace, workspaceId: string): Workspace {
	const { key, name = 'Workspace', credits = 1000, plan = 'business', keyExpired = false } = given;
	const designs = given.designs ?? DEFAULT_DESIGNS;
	return {
		workspaceId,
		key,
		name,
		credits,
		keyExpired,
		userEmail: 'owner@example.com',
		plan: typeof plan === 'string' ? PLANS[plan] : plan,
		designs: new Map(designs.map((design) => [design.designId, design])),
	};
}

export const DEFAULT_WORKSPACES: readonly NewWorkspace[] = [
	{ key: KEYS.demo, name: 'Demo', credits: 10_000 },
	{ key: KEYS.expired, name: 'Expired key', keyExpired: true },
	{ key: KEYS.noBatch, name: 'Plan without batches', plan: 'starter' },
	{ key: KEYS.noApi, name: 'Plan without API access', plan: 'free' },
	{ key: KEYS.noCredits, name: 'No credits', credits: 0 },
];
