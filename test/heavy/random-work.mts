import { faultsAt, type Step } from './faults.mts';
import type { FaultAction, JobTiming } from '../emulator/index.mts';
import { seededRandom } from '../emulator/random.mts';
import { invoices, type NodeUnderTest } from '../engine/support/bench.mts';

/** Faults that leave a request open cost real time even on a fast clock, so they come seldom. */
const SLOW = /never answered|stalled/;
const BATCH_STEPS: Step[] = ['design', 'submit', 'status', 'download', 'zip'];
const PDF_STEPS: Step[] = ['design', 'generate', 'pdf'];
const ROW_COUNTS = [0, 1, 1, 2, 3, 5, 8, 13, 101, 250];
export const OTHER_DESIGN = 'design_letter';

export interface PlannedFault {
	name: string;
	route: Step;
	call: number;
	times: number;
	action: FaultAction;
}

/** One random run: what comes in, how the node is set, and what goes wrong. */
export interface Work {
	items: Array<Record<string, string>>;
	node: NodeUnderTest;
	/** Whether single PDFs are made, instead of batches. */
	single: boolean;
	rowsPerBatch: number;
	/** Seconds that a job may take. */
	timeout: number;
	/** How often n8n may run the node. */
	maxTries: number;
	atOnce: number;
	timing: Partial<JobTiming>;
	/** Which rows the service cannot render. */
	fails: (row: Record<string, unknown>) => boolean;
	faults: PlannedFault[];
}

/** The same seed gives the same work. */
export function randomWork(seed: number): Work {
	const random = seededRandom(seed);
	const pick = <T,>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
	const chance = (share: number) => random() < share;
	const single = chance(0.25);
	const rows = single ? pick([0, 1, 2, 5]) : pick(ROW_COUNTS);
	const rowsPerBatch = pick(rows > 20 ? [50, 100, 250] : [1, 2, 3, 100]);
	const atOnce = pick([1, 3, 8]);
	const timeout = chance(0.1) ? 30 : 1800;
	const maxTries = chance(0.6) ? 2 + Math.floor(random() * 4) : 1;
	const onError = chance(0.4)
		? pick(['continueRegularOutput', 'continueErrorOutput'] as const)
		: undefined;
	const items = itemsOf(rows, { twins: chance(0.15), designs: chance(0.2) });
	const failing = chance(0.15) ? pick([/3$/, /./]) : undefined;
	return {
		items,
		single,
		rowsPerBatch,
		timeout,
		maxTries,
		atOnce,
		timing: { rowMs: pick([0, 100, 300]), shape: pick(['steady', 'bursty', 'stalled', 'hidden']) },
		fails: (row) => failing?.test(String(row['invoice_number'])) ?? false,
		faults: faultsOf(single, random, pick),
		node: {
			...(maxTries > 1 && { retryOnFail: true, maxTries, waitBetweenTries: 1 }),
			...(onError && { onError }),
			parameters: {
				designId: { __rl: true, mode: 'id', value: '={{ $json.design }}' },
				...(single && { resource: 'pdf', operation: 'generate' }),
				...(!single && { output: pick(['zip', 'zip', 'pdfs', 'none']) }),
				options: {
					maxConcurrentJobs: atOnce,
					...(!single && { rowsPerBatch, timeout }),
					...(!single && chance(0.3) && { partialFailure: 'error' }),
				},
			},
		},
	};
}

function itemsOf(
	count: number,
	{ twins, designs }: { twins: boolean; designs: boolean },
): Work['items'] {
	return invoices(count).map((item, index, all) => ({
		...(twins ? all[0] : item),
		design: designs && index % 3 === 0 ? OTHER_DESIGN : 'design_invoice',
	}));
}

function faultsOf(
	single: boolean,
	random: () => number,
	pick: <T>(from: readonly T[]) => T,
): PlannedFault[] {
	const faults: PlannedFault[] = [];
	for (let left = Math.floor(random() * 4); left > 0; left--) {
		const route = pick(single ? PDF_STEPS : BATCH_STEPS);
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
