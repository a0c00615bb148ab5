import {
	Ledger,
	whereOf,
	type LedgerScope,
	type Texts,
} from '../../../nodes/ImaginePdf/core/jobs/ledger.ts';
import { findPaidRows } from '../../../nodes/ImaginePdf/core/jobs/paidRows.ts';
import { jobIdsIn, withPaid } from '../../../nodes/ImaginePdf/core/jobs/paidMessages.ts';
import { Failure } from '../../../nodes/ImaginePdf/core/failure.ts';
import type { PreparedRow } from '../../../nodes/ImaginePdf/core/rows/types.ts';
import { invoiceRows, SCOPE } from '../support/setup.mts';

const NOW = Date.UTC(2026, 0, 1);

/** A memory as n8n keeps it, and the ledgers of the tries that work on it. */
function openMemory() {
	let texts: Texts = {};
	return {
		get texts() {
			return texts;
		},
		set texts(saved: Texts) {
			texts = saved;
		},
		open: (more: Partial<LedgerScope> = {}) =>
			new Ledger(texts, { ...SCOPE, call: {}, ...more }, () => NOW),
		/** As n8n does when the execution is retried by hand. */
		reload() {
			texts = JSON.parse(JSON.stringify(texts));
		},
	};
}
type Memory = ReturnType<typeof openMemory>;

/** Pays for rows in jobs of so many, as `job_1` and on; what comes of it is not handed on. */
function pay(ledger: Ledger, rows: readonly PreparedRow[], size = rows.length): void {
	for (let start = 0; start < rows.length; start += size) {
		const part = rows.slice(start, start + size);
		const entry = ledger.sending(part[0]?.designId ?? '', part);
		ledger.accepted(entry, { jobId: `job_${start / size + 1}` });
	}
	ledger.close();
}

/** Sends rows of which nobody knows whether they were charged. */
function lose(ledger: Ledger, rows: readonly PreparedRow[]): void {
	ledger.unknown(ledger.sending('design_invoice', rows), 'the connection was lost');
	ledger.close();
}

const find = (
	ledger: Ledger,
	rows: readonly PreparedRow[],
	choice: 'stop' | 'submitAgain' = 'stop',
) => findPaidRows(ledger, rows, choice);

const paidIn = ({ earlier }: ReturnType<typeof find>) =>
	earlier.filter(({ entry }) => entry.state === 'accepted');
const jobsOf = (found: ReturnType<typeof find>) =>
	paidIn(found).map(({ entry, rows }) => [entry.jobId, rows.length]);

const refusal = (work: () => unknown): Failure => {
	try {
		work();
	} catch (error) {
		if (error instanceof Failure) return error;
	}
	throw new Error('Nothing was refused');
};

const HAND = { execution: 'e2' };
const changed = (row: PreparedRow): PreparedRow => ({ ...row, values: { customer_name: 'Other' } });

describe('The ledger', () => {
	let memory: Memory;
	beforeEach(() => {
		memory = openMemory();
	});

	it('the ledger gives an automatic try what is paid for in its places, whatever the values are now', () => {
		const rows = invoiceRows(5);
		pay(memory.open(), rows, 3);
		const found = find(memory.open(), rows.map(changed));
		expect(jobsOf(found)).toEqual([
			['job_1', 3],
			['job_2', 2],
		]);
		expect(found.toSubmit.flat()).toEqual([]);
	});

	it('the ledger gives a retry by hand what has the same place and content', () => {
		const rows = invoiceRows(5);
		pay(memory.open(), rows.slice(0, 3));
		memory.reload();
		const found = find(memory.open(HAND), rows);
		expect(jobsOf(found)).toEqual([['job_1', 3]]);
		expect(found.toSubmit.flat()).toEqual(rows.slice(3));
	});

	it('the ledger takes fields in another order for the same content', () => {
		const [row] = invoiceRows(1);
		pay(memory.open(), [row!]);
		const values = Object.fromEntries(Object.entries(row!.values).reverse());
		expect(jobsOf(find(memory.open(HAND), [{ ...row!, values }]))).toEqual([['job_1', 1]]);
	});

	it('the ledger takes a blank that was added to the design meanwhile for the same content', () => {
		const [row] = invoiceRows(1);
		pay(memory.open(), [row!]);
		const values = { ...row!.values, po_number: '' };
		const now = { ...row!, values, blanked: ['po_number'] };
		expect(jobsOf(find(memory.open(HAND), [now]))).toEqual([['job_1', 1]]);
	});

	it.each<[string, Partial<LedgerScope>, (row: PreparedRow) => PreparedRow]>([
		['edited values', {}, changed],
		['another design', {}, (row) => ({ ...row, designId: 'design_other' })],
		['another credential', { account: 'other' }, (row) => row],
		['another operation', { kind: 'pdf' }, (row) => row],
		['another profile', { look: { ...SCOPE.look, profile: 'pdf-a' } }, (row) => row],
		[
			'sample content instead of blanks',
			{ look: { ...SCOPE.look, missingVariables: 'sample' } },
			(row) => row,
		],
	])('the ledger stops a retry by hand before it pays: %s', (_, scope, change) => {
		const rows = invoiceRows(3);
		pay(memory.open(), rows, 2);
		memory.reload();
		const { details } = refusal(() => find(memory.open({ ...HAND, ...scope }), rows.map(change)));
		expect(details.code).toBe('ALREADY_SUBMITTED');
		expect(details.jobIds).toEqual(['job_1', 'job_2']);
		expect(details.description).toContain("fetch it with the operation 'Download'");
		expect(details.description).toContain('start a new execution');
	});

	it('the ledger stops a retry by hand of which one row of many was edited', () => {
		const rows = invoiceRows(3);
		pay(memory.open(), rows);
		const edited = rows.map((row, index) => (index === 1 ? changed(row) : row));
		expect(refusal(() => find(memory.open(HAND), edited)).details.jobIds).toEqual(['job_1']);
	});

	it('the ledger does not stop a retry by hand that has nothing more to pay for', () => {
		const rows = invoiceRows(3);
		pay(memory.open(), rows);
		expect(jobsOf(find(memory.open(HAND), rows.slice(0, 2)))).toEqual([['job_1', 2]]);
	});

	it('the ledger names a submit of unknown outcome first where a retry by hand sends something else', () => {
		const rows = invoiceRows(2);
		lose(memory.open(), rows);
		const other = memory.open({ ...HAND, account: 'other' });
		const { details } = refusal(() => find(other, rows));
		expect(details.code).toBe('SUBMIT_OUTCOME_UNKNOWN');
		expect(details.message).toContain('items 0 to 1 in another form');
		expect(details.description).toContain('2026-01-01T00:00:00.000Z');
	});

	it('the ledger keeps the passes of a loop apart', () => {
		const rows = invoiceRows(2);
		lose(memory.open(), rows);
		const found = find(memory.open({ where: '1' }), rows);
		expect(found.earlier).toEqual([]);
		expect(found.toSubmit.flat()).toEqual(rows);
	});

	it('the ledger takes what was being sent when the process ended for an unknown outcome', () => {
		const rows = invoiceRows(2);
		memory.open().sending('design_invoice', rows);
		memory.reload();
		const { earlier } = find(memory.open(HAND), rows);
		expect(earlier.map(({ entry }) => entry.state)).toEqual(['unknown']);
	});

	it.each([
		[undefined, []],
		[[1], ['job_1']],
		[[3], ['job_2']],
		[[7], []],
	])(
		'an item of its own names only jobs with rows of the items %j, and a node that stops all of them',
		(items, expected) => {
			pay(memory.open(), invoiceRows(4), 2);
			const all = ['job_1', 'job_2'];
			const entries = items ? memory.open().leftOf(items) : memory.open().left();
			expect(jobIdsIn(entries)).toEqual(items ? expected : all);
			const failure = new Failure({
				message: 'The row cannot be sent',
				description: 'Correct it.',
				code: 'INVALID_ROWS',
				fromService: false,
				...(items && { itemIndexes: items }),
			});
			const namedBy = (canRetry: boolean) =>
				withPaid(
					failure,
					canRetry || !items ? memory.open().left() : memory.open().leftOf(items),
					canRetry,
				).details.jobIds ?? [];
			expect(namedBy(false)).toEqual(items ? expected : all);
			// Where the node stops, a new execution would pay for all of them again.
			expect(namedBy(true)).toEqual(all);
		},
	);

	it('the ledger keeps a job until all of its rows are handed on', () => {
		const rows = invoiceRows(3);
		pay(memory.open(), rows);
		const next = memory.open(HAND);
		find(next, rows.slice(0, 2));
		next.handedOn(rows.slice(0, 2));
		const last = memory.open(HAND);
		expect(jobsOf(find(last, rows.slice(2)))).toEqual([['job_1', 1]]);
		last.handedOn(rows.slice(2));
		last.close();
		expect(memory.texts).toEqual({});
	});

	it.each([[null], ['text'], [{ run: 0 }], [' '.repeat(15)]])(
		'the ledger is empty where what was saved is %j',
		(group) => {
			memory.texts = { 1: group };
			expect(memory.open().earlier()).toEqual([]);
		},
	);
});

describe('The ledger of a tool', () => {
	let memory: Memory;
	beforeEach(() => {
		memory = openMemory();
	});
	const call = (run: number, toolInput: string) => memory.open({ where: whereOf(run, toolInput) });

	it('the ledger of a tool finds by its input what an earlier try of the same call has paid for', () => {
		const rows = invoiceRows(2);
		pay(call(0, 'a'), rows);
		expect(jobsOf(find(call(1, 'a'), rows.map(changed)))).toEqual([['job_1', 2]]);
	});

	it('the ledger of a tool finds by its content what an earlier call has paid for', () => {
		const rows = invoiceRows(2);
		pay(call(0, 'a'), rows);
		const moved = [...rows].reverse().map((row, itemIndex) => ({ ...row, itemIndex }));
		expect(jobsOf(find(call(1, 'b'), moved))).toEqual([['job_1', 2]]);
	});

	it('the ledger of a tool leaves alone what a call that is still running works on', () => {
		const rows = invoiceRows(2);
		const running = call(0, 'a');
		running.accepted(running.sending('design_invoice', rows), { jobId: 'job_1' });
		expect(find(call(1, 'a'), rows).toSubmit.flat()).toHaveLength(2);
		running.close();
		expect(jobsOf(find(call(2, 'a'), rows))).toEqual([['job_1', 2]]);
	});

	it('the ledger of a tool gives one paid job to one call only', () => {
		const rows = invoiceRows(1);
		pay(call(0, 'a'), rows);
		expect(jobsOf(find(call(1, 'a'), rows))).toEqual([['job_1', 1]]);
		expect(find(call(2, 'a'), rows).toSubmit.flat()).toHaveLength(1);
	});

	it('the ledger of a tool keeps what it has handed on for a retry by hand, which makes every call anew', () => {
		const [row] = invoiceRows(1);
		const first = call(0, 'a');
		for (const jobId of ['job_1', 'job_2']) {
			const known = first.sending('design_invoice', [row!]);
			first.accepted(known, { jobId });
			first.handedOn([row!]);
		}
		first.close();
		expect(find(call(1, 'a'), [row!]).toSubmit.flat()).toHaveLength(1);
		memory.reload();
		const byHand = [0, 1, 2].map((run) => {
			const ledger = memory.open({ ...HAND, where: whereOf(run, 'a') });
			const found = find(ledger, [row!]);
			ledger.handedOn(found.earlier.flatMap(({ rows }) => rows));
			ledger.close();
			return jobsOf(found);
		});
		expect(byHand.flat().sort()).toEqual([
			['job_1', 1],
			['job_2', 1],
		]);
		expect(byHand[2]).toEqual([]);
	});

	it('the ledger of a tool does not stop a call because of what other calls have left', () => {
		const [first, second] = invoiceRows(2);
		lose(call(0, 'a'), [first!]);
		const found = find(call(1, 'b'), [{ ...second!, itemIndex: 0 }]);
		expect(found.earlier).toEqual([]);
		expect(found.toSubmit.flat()).toHaveLength(1);
	});

	it('the ledger of a tool stops a call whose rows were paid for with another credential', () => {
		const rows = invoiceRows(2);
		pay(call(0, 'a'), rows);
		memory.reload();
		const other = memory.open({ ...HAND, account: 'other', where: whereOf(1, 'a') });
		expect(refusal(() => find(other, rows)).details.jobIds).toEqual(['job_1']);
	});
});

describe('The size of the ledger', () => {
	const ROWS = 1000;

	it('the ledger takes at most 150 bytes for a job of one row', () => {
		const memory = openMemory();
		const ledger = memory.open({ execution: '123456', account: 'a'.repeat(43) });
		for (const row of invoiceRows(ROWS)) {
			const known = ledger.sending(row.designId, [row]);
			ledger.accepted(known, { jobId: 'job_0123456789abcdef' });
		}
		expect(JSON.stringify(memory.texts).length / ROWS).toBeLessThanOrEqual(150);
	});

	it('the ledger takes a few bytes for a row of a large job', () => {
		const memory = openMemory();
		pay(memory.open(), invoiceRows(ROWS), 100);
		expect(JSON.stringify(memory.texts).length / ROWS).toBeLessThan(15);
	});
});
