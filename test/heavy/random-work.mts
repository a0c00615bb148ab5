import { faultsAt, type Step } from './faults.mts';
import type { FaultAction, JobTiming } from '../emulator/index.mts';
import { seededRandom } from '../emulator/random.mts';
import type { Rerun } from '../engine/harness/index.mts';
import { byId, GENERATE, invoices, type NodeUnderTest } from '../engine/support/setup.mts';

/** Faults that leave a request open come seldom, so that runs get to later steps within their Timeout. */
const SLOW = /never answered|stalled/;
const BATCH_STEPS: Step[] = ['design', 'submit', 'status', 'download', 'zip'];
const PDF_STEPS: Step[] = ['design', 'generate', 'pdf'];
const ROW_COUNTS = [0, 1, 1, 2, 3, 5, 8, 13, 101, 250];
const SHAPES = ['list', 'loop', 'tool'] as const;
export const OTHER_DESIGN = 'design_letter';

/** What somebody changes before retrying by hand, "with currently saved workflow". */
export const CHANGES = [
	'nothing',
	'nothing',
	'batch size',
	'row source',
	'design',
	'credential',
	'values',
	'operation',
	'missing variables',
] as const;
export type Change = (typeof CHANGES)[number];

export interface PlannedFault {
	name: string;
	route: Step;
	call: number;
	times: number;
	action: FaultAction;
}

/** One random run: what comes in, how the node is set, what goes wrong and what people do about it. */
export interface Work {
	items: Array<Record<string, string>>;
	node: NodeUnderTest;
	/**
	 * How the node stands in its workflow: in one go, in a loop, or as the tool of an agent. A list comes as
	 * one item, from an expression that gives another list after the first submit.
	 */
	shape: 'plain' | 'list' | 'loop' | 'tool';
	/** What the expression of a list gives then. */
	later: 'in another order' | 'shorter';
	/** Whether two calls of an agent at the same time share a row. */
	shares: boolean;
	/** Items of a pass of the loop, or of a call of the tool. */
	portion: number;
	/** Whether single PDFs are made, instead of batches. */
	single: boolean;
	rowsPerBatch: number;
	/** Seconds that a job may take. */
	timeout: number;
	/** How often n8n may run the node. */
	maxTries: number;
	atOnce: number;
	unknownSubmit: 'stop' | 'submitAgain';
	timing: Partial<JobTiming>;
	/** Which rows the service cannot render. */
	fails: ((row: Record<string, unknown>) => boolean) | undefined;
	faults: PlannedFault[];
	/** The step at whose request Stop is pressed. */
	stopAt: Step | undefined;
	/** How many files n8n's store takes before it refuses some. */
	stored: number;
	/** How it runs again after n8n was killed. */
	killed: Rerun | undefined;
	/** Retries by hand, as long as n8n offers them. */
	hands: Change[];
}

/** The same seed gives the same work. */
export function randomWork(seed: number): Work {
	const random = seededRandom(seed);
	const pick = <T,>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
	const chance = (share: number) => random() < share;
	const single = chance(0.25);
	const shape = chance(0.65) ? 'plain' : pick(single ? SHAPES.slice(1) : SHAPES);
	const counts = shape === 'plain' ? ROW_COUNTS : [1, 2, 3, 5];
	const rows = single ? pick([0, 1, 2, 5]) : pick(counts);
	const rowsPerBatch = pick(rows > 20 ? [50, 100, 250] : [1, 2, 3, 100]);
	const atOnce = pick([1, 3, 8]);
	const timeout = chance(0.1) ? 30 : 1800;
	const maxTries = chance(0.6) ? 2 + Math.floor(random() * 4) : 1;
	const unknownSubmit = chance(0.3) ? 'submitAgain' : 'stop';
	const onError = chance(0.3)
		? pick(['continueRegularOutput', 'continueErrorOutput'] as const)
		: undefined;
	const items = itemsOf(rows, { seed, equal: chance(0.15), designs: chance(0.2) });
	const failing = chance(0.15) ? pick([/3$/, /./]) : undefined;
	const steps = single ? PDF_STEPS : BATCH_STEPS;
	return {
		items,
		shape,
		portion: pick([1, 2]),
		later: pick(['in another order', 'shorter'] as const),
		shares: chance(0.5),
		stored: chance(0.1) ? pick([0, 1, 2]) : Infinity,
		killed: chance(0.12) ? pick(['again', 'retried', 'retried unsaved'] as const) : undefined,
		single,
		rowsPerBatch,
		timeout,
		maxTries,
		atOnce,
		unknownSubmit,
		timing: { rowMs: pick([0, 100, 300]), shape: pick(['steady', 'bursty', 'stalled', 'hidden']) },
		fails: failing && ((row) => failing.test(String(row['invoice_number']))),
		faults: faultsOf(steps, random, pick),
		stopAt: chance(0.1) ? pick(steps) : undefined,
		hands: Array.from({ length: Math.floor(random() * 3) }, () => pick(CHANGES)),
		node: {
			...(maxTries > 1 && { retryOnFail: true, maxTries, waitBetweenTries: 1 }),
			...(onError && { onError }),
			parameters: {
				designId: byId(shape === 'list' ? 'design_invoice' : '={{ $json.design }}'),
				...(shape === 'list' && { rowSource: 'json', rowsJson: '={{ $vars.rows }}' }),
				...(single && GENERATE),
				...(!single && { output: pick(['zip', 'zip', 'pdfs', 'none']) }),
				options: {
					maxConcurrentJobs: atOnce,
					unknownSubmit,
					...(!single && { rowsPerBatch, timeout }),
					...(!single && chance(0.3) && { partialFailure: 'error' }),
				},
			},
		},
	};
}

/** What the node is set to for a retry by hand. */
export function editedBy(
	change: Change,
	work: Pick<Work, 'single' | 'rowsPerBatch' | 'shape'> & {
		node: Pick<NodeUnderTest, 'parameters'>;
	},
): Record<string, unknown> {
	const { parameters = {} } = work.node;
	// An agent makes its rows itself, and a list is no item's.
	if (work.shape === 'tool' && change !== 'batch size') return {};
	if (work.shape === 'list' && ['row source', 'values', 'operation'].includes(change)) return {};
	const options = parameters['options'] as Record<string, unknown>;
	switch (change) {
		case 'batch size':
			return { options: { ...options, rowsPerBatch: 1 + (work.rowsPerBatch % 4) } };
		case 'row source':
			return { rowSource: 'json', rowsJson: '={{ $json }}' };
		case 'design':
			return { designId: byId(OTHER_DESIGN) };
		case 'values':
			return { rowSource: 'json', rowsJson: '={{ { ...$json, amount: "1,000,000.00" } }}' };
		case 'operation':
			return work.single ? { resource: 'batch', operation: 'submit' } : GENERATE;
		case 'missing variables':
			return { options: { ...options, missingVariables: 'sample' } };
		default:
			return {};
	}
}

/** Two calls at the same time, and so on until all rows are through; the second may have a row of the first. */
export function roundsOf({ items, portion, single, shares }: Work) {
	const size = single ? 1 : portion;
	const calls = items.flatMap((_, at) =>
		at % size === 0 ? [{ rows: items.slice(at, at + size) }] : [],
	);
	return calls.flatMap((call, at) => {
		if (at % 2 === 1) return [];
		const next = calls[at + 1];
		const [shared] = shares && !single ? call.rows : [];
		const rows = [...(shared ? [shared] : []), ...(next?.rows ?? [])];
		return [[call, ...(rows.length > 0 ? [{ rows }] : [])]];
	});
}

/** What tells the rows of a run from those of others: some are still on their way when it is stopped. */
function dueDateOf(seed: number): string {
	return `by ${seed}`;
}

function itemsOf(
	count: number,
	{ seed, equal, designs }: { seed: number; equal: boolean; designs: boolean },
): Work['items'] {
	return invoices(count).map((item, index, all) => ({
		...(equal ? all[0] : item),
		due_date: dueDateOf(seed),
		design: designs && index % 3 === 0 ? OTHER_DESIGN : 'design_invoice',
	}));
}

function faultsOf(
	steps: readonly Step[],
	random: () => number,
	pick: <T>(from: readonly T[]) => T,
): PlannedFault[] {
	const faults: PlannedFault[] = [];
	for (let left = Math.floor(random() * 4); left > 0; left--) {
		const route = pick(steps);
		const known = faultsAt(route);
		const names = Object.keys(known).filter((fault) => !SLOW.test(fault) || random() < 0.1);
		const name = pick(names);
		const action = known[name]?.();
		if (!action) continue;
		const call = 1 + Math.floor(random() * 3);
		faults.push({ name, route, call, times: 1 + Math.floor(random() * 3), action });
	}
	return faults;
}
