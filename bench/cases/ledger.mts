import { Ledger, type LedgerScope, type Texts } from '../../nodes/ImaginePdf/core/jobs/ledger.ts';
import { planTry } from '../../nodes/ImaginePdf/core/jobs/paidRows.ts';
import { buildRows } from '../../nodes/ImaginePdf/core/rows/build.ts';
import type { PreparedRow, RowInput } from '../../nodes/ImaginePdf/core/rows/types.ts';
import { readVariables } from '../../nodes/ImaginePdf/core/designs/readVariables.ts';
import { median, type BenchCase, type Figure } from '../figure.mts';

const DESIGN_ID = 'design_invoice';
const NAMES = [
	'customer_name',
	'customer_address',
	'invoice_number',
	'invoice_date',
	'amount',
	'notes',
];
const SCOPE: Omit<LedgerScope, 'call'> = {
	where: '0',
	execution: '4711',
	account: 'q0Yd8n0nZ8dB2b9tJj7f3k5n1r0u6w4e2a8s9d7f6g5',
	kind: 'batch',
	renderOptions: { profile: 'standard', missingVariables: 'blank' },
};

/** Rows of a small and of a large run, each paid for with a job of its own. */
const SMALL = 1000;
const LARGE = 10_000;
/** Look-ups of the small run for each of the large one, in turns, so that a busy machine slows both. */
const SMALL_PER_LARGE = 3;
/** Against `JSON.stringify` of the same rows, measured in turns: milliseconds say nothing on a busy machine. */
const AIM_RATIO = 4;
/** How much more time a row may take among many: noise, and the garbage collector in a larger heap. */
const LINEAR_WITHIN = 2;
const AIM_BYTES = 150;

export const ledger: BenchCase = {
	name: 'ledger',
	title: 'What is kept of paid rows: the look-ups of a retry, and the bytes',
	async run({ quick }) {
		const small = new Retries(SMALL);
		const large = new Retries(LARGE);
		for (let round = 0; round < (quick ? 7 : 21); round++) {
			for (let turn = 0; turn < SMALL_PER_LARGE; turn++) small.measure();
			large.measure();
		}
		const perThousand = (median(large.times) / LARGE) * SMALL;
		return [
			{
				name: `the look-ups of a retry of ${SMALL} jobs of one row, against JSON.stringify of the rows`,
				value: median(small.times) / median(small.stringifyTimes),
				unit: '×',
				aim: { atMost: AIM_RATIO },
				note: `reading the saved memory, finding each row in it and letting it go: ${median(small.times).toFixed(1)} ms of processor time (median of ${small.times.length}), of which ${median(small.digestTimes).toFixed(1)} ms are digests`,
			},
			{
				name: `a row among ${LARGE}, against one among ${SMALL}`,
				value: perThousand / median(small.times),
				unit: '×',
				aim: { atMost: LINEAR_WITHIN },
				note: `${median(large.times).toFixed(0)} ms for ${LARGE} rows (median of ${large.times.length}); 1 would be exactly linear`,
			},
			{
				name: 'a row in the saved execution',
				value: small.bytes,
				unit: 'bytes',
				aim: { atMost: AIM_BYTES },
				note: 'JSON of the memory of jobs with one row each; with more rows it is less',
			},
		] satisfies Figure[];
	},
};

/** Retries of a run in which everything was paid for and nothing handed on. */
class Retries {
	readonly times: number[] = [];
	readonly digestTimes: number[] = [];
	readonly stringifyTimes: number[] = [];
	/** Of the memory, by rows. */
	readonly bytes: number;
	private readonly rows: readonly PreparedRow[];
	private readonly saved: string;

	constructor(size: number) {
		this.rows = preparedRows(size);
		this.saved = paidFor(this.rows);
		this.bytes = this.saved.length / size;
	}

	measure(): void {
		const groups = JSON.parse(this.saved) as Texts;
		const fresh = openLedger({});
		this.digestTimes.push(cpu(() => this.rows.forEach((row) => fresh.identify(row))));
		this.stringifyTimes.push(cpu(() => JSON.stringify(this.rows)));
		this.times.push(cpu(() => lookUp(groups, this.rows)));
	}
}

/** The memory of a run whose jobs were all paid for and not handed on. */
function paidFor(rows: readonly PreparedRow[]): string {
	const groups: Texts = {};
	const paying = openLedger(groups);
	for (const [index, row] of rows.entries()) {
		const known = paying.sending(DESIGN_ID, [row]);
		paying.accepted(known, { jobId: `job_${String(index).padStart(12, '0')}` });
	}
	paying.close();
	return JSON.stringify(groups);
}

/** What the ledger does in a retry by hand in which everything is found and handed on. */
function lookUp(groups: Texts, rows: readonly PreparedRow[]): void {
	const retry = openLedger(groups, '4712');
	const { jobs } = planTry(retry, rows, 1, 'stop');
	if (jobs.some(({ earlier }) => !earlier)) throw new Error('Not all of them were found');
	retry.handedOn(rows);
	retry.close();
	if (Object.keys(groups).length > 0) throw new Error('Something is left');
}

function openLedger(groups: Texts, execution = SCOPE.execution): Ledger {
	return new Ledger(groups, { ...SCOPE, call: {}, execution }, Date.now);
}

function preparedRows(size: number): readonly PreparedRow[] {
	const inputs = Array.from({ length: size }, (_, itemIndex): RowInput => {
		const values = Object.fromEntries(NAMES.map((name) => [name, `${name} of row ${itemIndex}`]));
		return { itemIndex, source: 'items', values, designId: DESIGN_ID };
	});
	const variables = readVariables({
		store: Object.fromEntries(NAMES.map((name) => [name, {}])),
		nodes: NAMES.map((name) => ({ type: 'text', name, data: {} })),
	});
	return buildRows(inputs, { missingVariables: 'blank', variablesOf: () => variables }).rows;
}

/** Processor time in milliseconds. */
function cpu(work: () => void): number {
	const before = process.cpuUsage();
	work();
	const { user, system } = process.cpuUsage(before);
	return (user + system) / 1000;
}
