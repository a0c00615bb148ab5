import fc from 'fast-check';

import {
	Ledger,
	whereOf,
	type LedgerScope,
	type Texts,
} from '../../../nodes/ImaginePdf/core/jobs/ledger.ts';
import {
	readEntry,
	writeEntry,
	type LedgerEntry,
} from '../../../nodes/ImaginePdf/core/jobs/ledgerEntry.ts';
import { planTry, recordCutOff } from '../../../nodes/ImaginePdf/core/jobs/paidRows.ts';
import { jobIdsIn } from '../../../nodes/ImaginePdf/core/jobs/paidMessages.ts';
import type { PreparedRow } from '../../../nodes/ImaginePdf/core/rows/types.ts';
import { invoiceRows, SCOPE } from '../support/setup.mts';

let now = Date.UTC(2026, 0, 1);
const HAND = { execution: 'e2' };
const changed = (row: PreparedRow): PreparedRow => ({ ...row, values: { customer_name: 'Other' } });

let texts: Texts;
beforeEach(() => {
	texts = {};
});
const open = (more: Partial<LedgerScope> = {}) =>
	new Ledger(texts, { ...SCOPE, call: {}, ...more }, () => now);
/** A call of the node as an agent's tool; n8n counts its tries as runs. */
const call = (run: number, toolInput: string, more: Partial<LedgerScope> = {}) =>
	open({ where: whereOf(run, toolInput), ...more });
/** As n8n does when the execution is retried by hand. */
const reload = () => {
	texts = JSON.parse(JSON.stringify(texts));
};

/** Pays for rows in jobs of so many, as `job_1` and on; what comes of it is not handed on. */
function pay(ledger: Ledger, rows: readonly PreparedRow[], size = rows.length): LedgerEntry[] {
	const entries: LedgerEntry[] = [];
	for (let start = 0; start < rows.length; start += size) {
		const part = rows.slice(start, start + size);
		const entry = ledger.sending(part[0]?.designId ?? '', part);
		ledger.accepted(entry, { jobId: `job_${start / size + 1}` });
		entries.push(entry);
	}
	ledger.close();
	return entries;
}

/** Sends rows of which nobody knows whether they were charged. */
function lose(ledger: Ledger, rows: readonly PreparedRow[]): void {
	ledger.unknown(ledger.sending('design_invoice', rows), 'the connection was lost');
	ledger.close();
}

/** What is fetched or told of earlier jobs ("job_1 accepted 3"), and how many rows are paid for ("new 2"). */
function find(
	ledger: Ledger,
	rows: readonly PreparedRow[],
	choice: 'stop' | 'submitAgain' = 'stop',
): string[] {
	return planTry(ledger, rows, 100, choice).jobs.map(({ earlier, rows: own }) =>
		earlier ? `${earlier.jobId} ${earlier.state} ${own.length}` : `new ${own.length}`,
	);
}

describe('The ledger', () => {
	it('the ledger takes what is paid for before what is not known, and names a job that is left', () => {
		const [row] = invoiceRows(1);
		const at = (itemIndex: number) => ({ ...row!, itemIndex, itemIndexes: [itemIndex] });
		lose(open(), [at(0)]);
		pay(open(), [at(1)]);
		pay(open(), [at(2), at(3)]);
		const { jobs, notes } = planTry(open(HAND), [at(7), at(8)], 1, 'stop');
		expect(jobs.map(({ earlier, itemIndexes }) => [earlier?.state, itemIndexes])).toEqual([
			['accepted', [7]],
			['accepted', [3, 8]],
		]);
		expect(notes.join()).toMatch(
			/2 rows of items 0 and 3.*paid for.*job_1.*not known of 1 row .*item 0/,
		);
	});

	it('the ledger gives a row of a group to one row only', () => {
		const [row] = invoiceRows(1);
		pay(open(), [{ ...row!, itemIndexes: [0, 1] }]);
		const now = [
			{ ...row!, rowIndex: 1 },
			{ ...row!, itemIndex: 1, itemIndexes: [1] },
		];
		expect(find(open(), now)).toEqual(['job_1 accepted 1', 'new 1']);
	});

	it('the ledger takes what was being sent when the process ended for an unknown outcome', () => {
		open().sending('design_invoice', invoiceRows(2));
		reload();
		expect(find(open(HAND), invoiceRows(2))).toEqual([' unknown 2']);
	});

	it.each([
		[[1], ['job_1']],
		[[3], ['job_2']],
		[
			[1, 3],
			['job_1', 'job_2'],
		],
		[[7], []],
	])('the ledger has of the items %j only jobs with their rows', (items, expected) => {
		pay(open(), invoiceRows(4), 2);
		expect(jobIdsIn(open().leftOf(items))).toEqual(expected);
		expect(jobIdsIn(open().left())).toEqual(['job_1', 'job_2']);
		expect(open({ where: '1' }).left()).toEqual([]);
	});

	it('the ledger keeps a job until all of its rows are handed on', () => {
		const rows = invoiceRows(3);
		pay(open(), rows);
		for (const part of [rows.slice(0, 2), rows.slice(2)]) {
			const ledger = open(HAND);
			expect(find(ledger, part)).toEqual([`job_1 accepted ${part.length}`]);
			ledger.handedOn(part);
			ledger.close();
		}
		expect(texts).toEqual({});
	});

	it.each([[null], ['text'], [{ run: 0 }], [' '.repeat(15)], ['accepted\nbatch\n0']])(
		'the ledger is empty where what was saved is %j',
		(saved) => {
			texts = { 1: saved };
			expect(open().earlier()).toEqual([]);
		},
	);

	it('the ledger does not write over what was saved, readable or not', () => {
		pay(open(), invoiceRows(1));
		texts = { ...texts, 7: 'text' };
		pay(open({ where: '1' }), invoiceRows(1));
		expect(Object.keys(texts)).toEqual(['1', '7', '8']);
	});
});

describe('The ledger where n8n was ended while it paid', () => {
	it('a cut-off makes rows unknown that the ledger does not know, in jobs as they would be sent, and leaves the others', () => {
		pay(open(), invoiceRows(2));
		const ledger = open();
		expect(recordCutOff(ledger, invoiceRows(6), 3, true)).toBe(true);
		expect(recordCutOff(ledger, invoiceRows(6), 3, false)).toBe(false);
		expect(find(ledger, invoiceRows(6))).toEqual(['job_1 accepted 2', ' unknown 3', ' unknown 1']);
		expect(ledger.left().map(({ reason }) => reason)).toEqual([
			'',
			...Array<string>(2).fill('n8n was ended while it was paying'),
		]);
	});

	it('rows that were cut off are submitted again once, where that is chosen', () => {
		const rows = invoiceRows(2);
		const first = open();
		recordCutOff(first, rows, 2, true);
		expect(find(first, rows, 'submitAgain')).toEqual(['new 2']);
		expect(first.sending('design_invoice', rows).resubmitted).toBe(true);
		expect(find(open(), rows, 'submitAgain')).toEqual([' unknown 2']);
	});

	it.each([
		[true, [' unknown 2']],
		[false, ['new 2']],
	])('a try that was cut off may have used up a repetition: proven %s', (isProven, expected) => {
		const rows = invoiceRows(2);
		lose(open(), rows);
		expect(recordCutOff(open(), rows, 2, isProven)).toBe(false);
		expect(find(open(), rows, 'submitAgain')).toEqual(expected);
	});

	it('rows whose job has failed are lost, too, where another execution was cut off that paid for them anew', () => {
		const [entry] = pay(open(), invoiceRows(2));
		open().failedWithoutFiles(entry!);
		const ledger = open(HAND);
		recordCutOff(ledger, invoiceRows(2), 2, true);
		expect(find(ledger, invoiceRows(2))).toEqual([' unknown 2']);
	});
});

describe('The ledger and the one repetition that Submit Again allows', () => {
	const rows = invoiceRows(1);

	it('a row whose repetition is used up is sent apart from new ones', () => {
		lose(open(), rows);
		const second = open();
		find(second, rows, 'submitAgain');
		second.failedWithoutFiles(second.sending('design_invoice', rows));
		second.close();
		expect(find(open(HAND), invoiceRows(2))).toEqual(['new 1', 'new 1']);
	});

	it('what was certainly not charged is sent as new', () => {
		const ledger = open();
		ledger.notCharged(ledger.sending('design_invoice', rows));
		const { resubmitted, reason } = ledger.sending('design_invoice', rows);
		expect({ resubmitted, reason }).toEqual({ resubmitted: false, reason: '' });
	});

	it.each([
		['lost its answer', () => lose(open(), rows)],
		['was interrupted', () => open().sending('design_invoice', rows)],
	])(
		'a repetition that was certainly not charged is allowed once more: the first %s',
		(_, first) => {
			first();
			reload();
			const [at] = open()
				.left()
				.map((entry) => entry.at);
			now += 60_000;
			const second = open();
			find(second, rows, 'submitAgain');
			second.notCharged(second.sending('design_invoice', rows));
			second.close();
			expect(
				open()
					.left()
					.map((entry) => entry.at),
			).toEqual([at]);
			expect(find(open(), rows)).toEqual([' unknown 1']);
			expect(find(open(), rows, 'submitAgain')).toEqual(['new 1']);
		},
	);
});

describe('The ledger of a tool', () => {
	const rows = invoiceRows(2);

	it('the ledger of a tool leaves alone what a call that is still running works on', () => {
		const running = call(0, 'a');
		running.accepted(running.sending('design_invoice', rows), { jobId: 'job_1' });
		expect(find(call(1, 'a'), rows)).toEqual(['new 2']);
		running.close();
		expect(find(call(2, 'a'), rows)).toEqual(['job_1 accepted 2']);
	});

	it('the ledger of a tool has left what its own call has paid for and not handed on', () => {
		pay(call(0, 'a'), rows);
		const left = (ledger: Ledger) => jobIdsIn(ledger.left());
		expect([left(call(1, 'a')), left(call(1, 'b'))]).toEqual([['job_1'], []]);
		const second = call(1, 'a');
		expect(find(second, rows)).toEqual(['job_1 accepted 2']);
		second.handedOn(rows);
		second.close();
		expect(left(call(0, 'a', HAND))).toEqual([]);
	});

	it('the ledger of a tool keeps what it has handed on for a retry by hand, which makes every call anew', () => {
		const [row] = invoiceRows(1);
		const first = call(0, 'a');
		for (const jobId of ['job_1', 'job_2']) {
			first.accepted(first.sending('design_invoice', [row!]), { jobId });
			first.handedOn([row!]);
		}
		first.close();
		expect(first.left()).toEqual([]);
		expect(find(call(1, 'a'), [row!])).toEqual(['new 1']);
		reload();
		expect(find(call(0, 'a', HAND), [changed(row!)])).toEqual(['new 1']);
		const byHand = [0, 1, 2].map((run) => {
			const ledger = call(run, 'a', HAND);
			const found = find(ledger, [row!]);
			ledger.handedOn([row!]);
			ledger.close();
			return found.join();
		});
		expect(byHand.sort()).toEqual(['job_1 accepted 1', 'job_2 accepted 1', 'new 1']);
	});
});

describe('What is saved of the ledger', () => {
	const text = fc.string({ unit: 'binary' }).map((any) => any.replaceAll(/\s/g, '_'));
	const row = fc.record({
		item: fc.nat(2000),
		rowIndex: fc.option(fc.nat(2000)),
		others: fc.array(fc.nat(2000), { maxLength: 3 }),
		handedOnIn: fc.option(fc.nat().map(String), { nil: undefined }),
	});

	it('an entry is read as it was written, whatever is in it', () => {
		fc.assert(
			fc.property(
				fc.record({ jobId: text, link: text, fileName: text, reason: text, design: text }),
				fc.constantFrom('unknown', 'accepted', 'failed'),
				fc.array(fc.tuple(row, fc.boolean()), { minLength: 1 }),
				fc.boolean(),
				(texts, state, drawn, isPlain) => {
					const entry: LedgerEntry = {
						...{ kind: 'batch', where: '0', execution: '7', account: 'a', at: now, rows: [] },
						...{ ...texts, state, resubmitted: drawn.length % 2 === 0, isPlain },
					};
					let next = 0;
					for (const [{ item, rowIndex, others, handedOnIn }, follows] of drawn) {
						const first = follows ? next : item;
						next = first + 1;
						const place = rowIndex === null ? `${first}` : `${first}.${rowIndex}`;
						const known = { entry, digest: 'A-_45678901', handedOnIn, reservedBy: undefined };
						entry.rows.push({ ...known, place, itemIndexes: [first, ...others] });
					}
					expect(readEntry(writeEntry(entry))).toEqual(entry);
				},
			),
		);
	});

	it.each([
		['at most 150 bytes for a job of one row', 1, 150],
		['a few bytes for a row of a large job', 100, 15],
	])('the ledger takes %s', (_, size, most) => {
		const ledger = open({ execution: '123456', account: 'a'.repeat(43) });
		const rows = invoiceRows(1000);
		for (const entry of pay(ledger, rows, size))
			ledger.accepted(entry, { jobId: 'job_0123456789abcdef' });
		expect(JSON.stringify(texts).length / rows.length).toBeLessThanOrEqual(most);
	});
});
