import { Ledger, type LedgerScope } from '../../../nodes/ImaginePdf/core/jobs/ledger.ts';
import { claimRows } from '../../../nodes/ImaginePdf/core/jobs/claims.ts';
import { jobIdsOf, withEarlier } from '../../../nodes/ImaginePdf/core/jobs/report.ts';
import { Failure } from '../../../nodes/ImaginePdf/core/failure.ts';
import type { PreparedRow } from '../../../nodes/ImaginePdf/core/rows/types.ts';
import { invoiceRows, SCOPE } from '../support/setup.mts';

const NOW = Date.UTC(2026, 0, 1);

/** A memory as n8n keeps it, and the ledgers of the tries that work on it. */
function openMemory() {
	const live = new WeakSet<object>();
	let groups: unknown[] = [];
	return {
		get groups() {
			return groups;
		},
		set groups(saved: unknown[]) {
			groups = saved;
		},
		open: (more: Partial<LedgerScope> = {}) =>
			new Ledger(groups, { ...SCOPE, ...more }, () => NOW, live),
		/** As n8n does when the execution is retried by hand. */
		reload() {
			groups = JSON.parse(JSON.stringify(groups));
		},
	};
}
type Memory = ReturnType<typeof openMemory>;

/** Pays for rows in jobs of so many, as `job_1` and on; what comes of it is not handed on. */
function pay(ledger: Ledger, rows: readonly PreparedRow[], size = rows.length): void {
	for (let start = 0; start < rows.length; start += size) {
		const part = rows.slice(start, start + size);
		const known = ledger.sending(part[0]?.designId ?? '', part, false);
		ledger.accepted(known, { jobId: `job_${start / size + 1}` });
	}
	ledger.close();
}

const claim = (
	ledger: Ledger,
	rows: readonly PreparedRow[],
	choice: 'stop' | 'submitAgain' = 'stop',
) => claimRows(ledger, rows, choice, true);

const jobsOf = ({ paid }: ReturnType<typeof claim>) =>
	paid.map(({ known, rows }) => [known.entry.jobId, rows.length]);

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
		const claims = claim(memory.open(), rows.map(changed));
		expect(jobsOf(claims)).toEqual([
			['job_1', 3],
			['job_2', 2],
		]);
		expect(claims.fresh).toEqual([]);
	});

	it('the ledger gives a retry by hand what has the same place and content', () => {
		const rows = invoiceRows(5);
		pay(memory.open(), rows.slice(0, 3));
		memory.reload();
		const claims = claim(memory.open(HAND), rows);
		expect(jobsOf(claims)).toEqual([['job_1', 3]]);
		expect(claims.fresh).toEqual(rows.slice(3));
	});

	it('the ledger takes fields in another order for the same content', () => {
		const [row] = invoiceRows(1);
		pay(memory.open(), [row!]);
		const values = Object.fromEntries(Object.entries(row!.values).reverse());
		expect(jobsOf(claim(memory.open(HAND), [{ ...row!, values }]))).toEqual([['job_1', 1]]);
	});

	it('the ledger takes a blank that was added to the design meanwhile for the same content', () => {
		const [row] = invoiceRows(1);
		pay(memory.open(), [row!]);
		const values = { ...row!.values, po_number: '' };
		const now = { ...row!, values, blanked: ['po_number'] };
		expect(jobsOf(claim(memory.open(HAND), [now]))).toEqual([['job_1', 1]]);
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
		['rows in other places', {}, (row) => ({ ...row, itemIndex: row.itemIndex + 1 })],
	])('the ledger stops a retry by hand before it pays: %s', (_, scope, change) => {
		const rows = invoiceRows(3);
		pay(memory.open(), rows, 2);
		memory.reload();
		const { details } = refusal(() => claim(memory.open({ ...HAND, ...scope }), rows.map(change)));
		expect(details.code).toBe('ALREADY_SUBMITTED');
		expect(details.jobIds).toEqual(['job_1', 'job_2']);
		expect(details.description).toContain("fetch it with the operation 'Download'");
		expect(details.description).toContain('start a new execution');
	});

	it('the ledger stops a retry by hand of which one row of many was edited', () => {
		const rows = invoiceRows(3);
		pay(memory.open(), rows);
		const edited = rows.map((row, index) => (index === 1 ? changed(row) : row));
		expect(refusal(() => claim(memory.open(HAND), edited)).details.jobIds).toEqual(['job_1']);
	});

	it('the ledger does not stop a retry by hand that has nothing more to pay for', () => {
		const rows = invoiceRows(3);
		pay(memory.open(), rows);
		expect(jobsOf(claim(memory.open(HAND), rows.slice(0, 2)))).toEqual([['job_1', 2]]);
	});

	it('the ledger names a submit of unknown outcome first where a retry by hand sends something else', () => {
		const rows = invoiceRows(2);
		const first = memory.open();
		first.unknown(first.sending('design_invoice', rows, false), 'the connection was lost');
		const other = memory.open({ ...HAND, account: 'other' });
		const { details } = refusal(() => claim(other, rows));
		expect(details.code).toBe('SUBMIT_OUTCOME_UNKNOWN');
		expect(details.message).toContain('items 0 to 1 in another form');
		expect(details.description).toContain('2026-01-01T00:00:00.000Z');
	});

	it('the ledger keeps the passes of a loop apart', () => {
		const rows = invoiceRows(2);
		const first = memory.open();
		first.unknown(first.sending('design_invoice', rows, false), 'the connection was lost');
		first.close();
		const claims = claim(memory.open({ run: 1 }), rows);
		expect(claims).toMatchObject({ paid: [], unknown: [], again: [] });
		expect(claims.fresh).toEqual(rows);
	});

	it('the ledger takes what was being sent when the process ended for an unknown outcome', () => {
		const rows = invoiceRows(2);
		memory.open().sending('design_invoice', rows, false);
		memory.reload();
		expect(claim(memory.open(HAND), rows).unknown).toHaveLength(1);
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
			expect(jobIdsOf(memory.open(), items)).toEqual(items ? expected : all);
			const failure = new Failure({
				message: 'The row cannot be sent',
				description: 'Correct it.',
				code: 'INVALID_ROWS',
				fromService: false,
				...(items && { itemIndexes: items }),
			});
			const namedBy = (canRetry: boolean) =>
				withEarlier(failure, memory.open(), canRetry).details.jobIds ?? [];
			expect(namedBy(false)).toEqual(items ? expected : all);
			// Where the node stops, a new execution would pay for all of them again.
			expect(namedBy(true)).toEqual(all);
		},
	);

	it('the ledger keeps a job until all of its rows are handed on', () => {
		const rows = invoiceRows(3);
		pay(memory.open(), rows);
		const next = memory.open(HAND);
		const [paid] = claim(next, rows.slice(0, 2)).paid;
		next.handedOn(paid!.known, paid!.places);
		expect(jobsOf(claim(memory.open(HAND), rows.slice(2)))).toEqual([['job_1', 1]]);
		next.handedOn(paid!.known, ['2']);
		next.close();
		expect(memory.groups).toEqual([]);
	});

	it.each([[null], ['text'], [{ run: 0 }], [{ ...SCOPE, design: 'd', entries: [{ state: 'x' }] }]])(
		'the ledger is empty where what was saved is %j',
		(group) => {
			memory.groups = [group];
			expect(memory.open().earlier()).toEqual([]);
		},
	);
});

describe('The ledger of a tool', () => {
	let memory: Memory;
	beforeEach(() => {
		memory = openMemory();
	});
	const call = (run: number, toolInput: string) => memory.open({ run, toolInput });

	it('the ledger of a tool finds by its input what an earlier try of the same call has paid for', () => {
		const rows = invoiceRows(2);
		pay(call(0, 'a'), rows);
		expect(jobsOf(claim(call(1, 'a'), rows.map(changed)))).toEqual([['job_1', 2]]);
	});

	it('the ledger of a tool finds by its content what an earlier call has paid for', () => {
		const rows = invoiceRows(2);
		pay(call(0, 'a'), rows);
		const moved = [...rows].reverse().map((row, itemIndex) => ({ ...row, itemIndex }));
		expect(jobsOf(claim(call(1, 'b'), moved))).toEqual([['job_1', 2]]);
	});

	it('the ledger of a tool leaves alone what a call that is still running works on', () => {
		const rows = invoiceRows(2);
		const running = call(0, 'a');
		running.accepted(running.sending('design_invoice', rows, false), { jobId: 'job_1' });
		expect(claim(call(1, 'a'), rows).fresh).toHaveLength(2);
		running.close();
		expect(jobsOf(claim(call(2, 'a'), rows))).toEqual([['job_1', 2]]);
	});

	it('the ledger of a tool gives one paid job to one call only', () => {
		const rows = invoiceRows(1);
		pay(call(0, 'a'), rows);
		expect(jobsOf(claim(call(1, 'a'), rows))).toEqual([['job_1', 1]]);
		expect(claim(call(2, 'a'), rows).fresh).toHaveLength(1);
	});

	it('the ledger of a tool keeps what it has handed on for a retry by hand, which makes every call anew', () => {
		const [row] = invoiceRows(1);
		const first = call(0, 'a');
		for (const jobId of ['job_1', 'job_2']) {
			const known = first.sending('design_invoice', [row!], false);
			first.accepted(known, { jobId });
			first.handedOn(known, ['0']);
		}
		first.close();
		expect(claim(call(1, 'a'), [row!]).fresh).toHaveLength(1);
		memory.reload();
		const byHand = [0, 1, 2].map((run) => {
			const ledger = memory.open({ ...HAND, run, toolInput: 'a' });
			const claims = claim(ledger, [row!]);
			for (const { known, places } of claims.paid) ledger.handedOn(known, places);
			ledger.close();
			return jobsOf(claims);
		});
		expect(byHand.flat().sort()).toEqual([
			['job_1', 1],
			['job_2', 1],
		]);
		expect(byHand[2]).toEqual([]);
	});

	it('the ledger of a tool does not stop a call because of what other calls have left', () => {
		const [first, second] = invoiceRows(2);
		const left = call(0, 'a');
		left.unknown(left.sending('design_invoice', [first!], false), 'the connection was lost');
		left.close();
		const claims = claim(call(1, 'b'), [{ ...second!, itemIndex: 0 }]);
		expect(claims).toMatchObject({ unknown: [], paid: [] });
		expect(claims.fresh).toHaveLength(1);
	});

	it('the ledger of a tool stops a call whose rows were paid for with another credential', () => {
		const rows = invoiceRows(2);
		pay(call(0, 'a'), rows);
		memory.reload();
		const other = memory.open({ ...HAND, account: 'other', run: 1, toolInput: 'a' });
		expect(refusal(() => claim(other, rows)).details.jobIds).toEqual(['job_1']);
	});
});

describe('The size of the ledger', () => {
	const ROWS = 1000;

	it('the ledger takes at most 150 bytes for a job of one row', () => {
		const memory = openMemory();
		const ledger = memory.open({ execution: '123456', account: 'a'.repeat(43) });
		for (const row of invoiceRows(ROWS)) {
			const known = ledger.sending(row.designId, [row], false);
			ledger.accepted(known, { jobId: 'job_0123456789abcdef' });
		}
		expect(JSON.stringify(memory.groups).length / ROWS).toBeLessThanOrEqual(150);
	});

	it('the ledger takes a few bytes for a row of a large job', () => {
		const memory = openMemory();
		pay(memory.open(), invoiceRows(ROWS), 100);
		expect(JSON.stringify(memory.groups).length / ROWS).toBeLessThan(15);
	});

	it('the ledger is searched once, however many rows and jobs there are', () => {
		const memory = openMemory();
		const [row] = invoiceRows(1);
		const same = Array.from({ length: ROWS }, (_, itemIndex) => ({ ...row!, itemIndex }));
		pay(memory.open({ toolInput: 'a' }), same, 1);
		let reads = 0;
		memory.groups = memory.groups.map((group) => counted(group as object, () => reads++));
		const claims = claim(memory.open({ toolInput: 'b' }), same);
		expect(claims.paid).toHaveLength(ROWS);
		expect(reads).toBeLessThan(ROWS * 100);
	});
});

/** Counts how often anything inside is read. */
function counted<T extends object>(value: T, read: () => void): T {
	return new Proxy(value, {
		get(target, key) {
			read();
			const inner = Reflect.get(target, key) as unknown;
			return typeof inner === 'object' && inner !== null ? counted(inner, read) : inner;
		},
	});
}
