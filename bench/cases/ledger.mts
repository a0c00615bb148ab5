import { claimRows } from '../../nodes/ImaginePdf/core/jobs/claims.ts';
import { Ledger, type LedgerScope } from '../../nodes/ImaginePdf/core/jobs/ledger.ts';
import { placeOf } from '../../nodes/ImaginePdf/core/jobs/rowIdentity.ts';
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
const SCOPE: LedgerScope = {
	run: 0,
	execution: '4711',
	account: 'q0Yd8n0nZ8dB2b9tJj7f3k5n1r0u6w4e2a8s9d7f6g5',
	kind: 'batch',
	look: { profile: 'standard', missingVariables: 'blank' },
};

/** Rows of a small and of a large run, each paid for with a job of its own. */
const SMALL = 1000;
const LARGE = 10_000;
/** Processor time that a thousand rows may take of the event loop in one try. */
const AIM_MS = 5;
/** How much more time a row may take among many, noise included. */
const LINEAR_WITHIN = 1.5;
const AIM_BYTES = 150;

export const ledger: BenchCase = {
	name: 'ledger',
	title: 'What is kept of paid rows: the look-ups of a retry, and the bytes',
	async run({ quick }) {
		const rounds = quick ? 15 : 51;
		const small = measure(SMALL, rounds);
		const large = measure(LARGE, Math.ceil(rounds / 3));
		const perThousand = ({ ms }: Measured) => (ms / LARGE) * SMALL;
		return [
			{
				name: `the look-ups of a retry of ${SMALL} jobs of one row`,
				value: small.ms,
				unit: 'ms',
				aim: { atMost: AIM_MS },
				note: `processor time of reading the saved memory, finding each row in it and letting it go: digests ${small.digestMs.toFixed(2)} ms of it (medians of ${rounds})`,
			},
			{
				name: `a row among ${LARGE}, against one among ${SMALL}`,
				value: perThousand(large) / small.ms,
				unit: '×',
				aim: { atMost: LINEAR_WITHIN },
				note: `${large.ms.toFixed(1)} ms for ${LARGE} rows; 1 would be exactly linear`,
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

interface Measured {
	ms: number;
	/** Of which digests. */
	digestMs: number;
	/** Of the memory, by rows. */
	bytes: number;
}

function measure(size: number, rounds: number): Measured {
	const rows = preparedRows(size);
	const saved = paidFor(rows);
	const times: number[] = [];
	const digests: number[] = [];
	for (let round = 0; round < rounds; round++) {
		// A retry reads what was saved.
		const groups = JSON.parse(saved) as unknown[];
		digests.push(cpu(() => openLedger([]).digestAll(rows)));
		times.push(cpu(() => lookUp(groups, rows)));
	}
	return { ms: median(times), digestMs: median(digests), bytes: saved.length / size };
}

/** The memory of a run whose jobs were all paid for and not handed on. */
function paidFor(rows: readonly PreparedRow[]): string {
	const groups: unknown[] = [];
	const { ledger: paying } = openLedger(groups);
	for (const [index, row] of rows.entries()) {
		const known = paying.sending(DESIGN_ID, [row], false);
		paying.accepted(known, { jobId: `job_${String(index).padStart(12, '0')}` });
	}
	paying.close();
	return JSON.stringify(groups);
}

/** What the ledger does in a retry by hand in which everything is found and handed on. */
function lookUp(groups: unknown[], rows: readonly PreparedRow[]): void {
	const { ledger: retry } = openLedger(groups, '4712');
	const { paid } = claimRows(retry, rows, 'stop', true);
	if (paid.length !== rows.length) throw new Error(`${paid.length} of ${rows.length} were found`);
	for (const { known, rows: found } of paid) retry.handedOn(known, found.map(placeOf));
	retry.close();
	if (groups.length > 0) throw new Error('Something is left');
}

function openLedger(groups: unknown[], execution = SCOPE.execution) {
	const opened = new Ledger(groups, { ...SCOPE, execution }, Date.now);
	const digestAll = (rows: readonly PreparedRow[]) => {
		for (const row of rows) opened.digest(row);
	};
	return { ledger: opened, digestAll };
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
