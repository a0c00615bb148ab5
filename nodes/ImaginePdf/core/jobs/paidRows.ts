import type { Ledger, OwnRow } from './ledger';
import { CUT_OFF, entriesOf, type LedgerEntry, type LedgerRow } from './ledgerEntry';
import { otherForm, otherValuesNote, unmatchedNotes } from './paidMessages';
import { planJobs, type PlannedJob } from './plan';
import type { RowIdentity } from './rowIdentity';
import { addTo, groupedBy, itemsIn } from '../objects';
import type { PreparedRow } from '../rows/types';

/*
 * Before anything is paid for, the rows of this try are compared with what earlier tries have paid for. An
 * automatic try of the same execution has the same items, but expressions may give others values, rows in
 * another order, or fewer. A retry by hand may bring other parameters: there the content must be the same.
 */

/**
 * Finds out which rows earlier tries have paid for, reserves them for this run, and splits the others into
 * jobs.
 * @param refused items of which no row is sent: what is paid for of them is said with their error items
 * @returns jobs, each row being in one of them, and what there is to say of what earlier tries have paid for
 * @throws Failure where rows would be paid for while earlier tries have paid for rows that are not among
 * these: with another credential, design, operation or other values
 */
export function planTry(
	ledger: Ledger,
	rows: readonly PreparedRow[],
	rowsPerBatch: number,
	unknownSubmit: 'stop' | 'submitAgain',
	refused: ReadonlySet<number> = new Set(),
): { jobs: PlannedJob[]; notes: string[] } {
	const unmatched = lookUp(ledger, rows);
	// Rows to pay for go to jobs of three kinds, since not all of them may be repeated alike.
	const jobs = planJobs(rows, rowsPerBatch, (row) => {
		const entry = ledger.identify(row).known?.entry;
		if (!entry) return 'new';
		if (ledger.isForgotten(entry)) return 'failed before';
		const isRepeated = unknownSubmit === 'submitAgain' && !entry.resubmitted;
		return entry.state === 'unknown' && isRepeated ? 'in doubt' : entry;
	});
	const left = unmatched.filter(({ entry }) => entry.where === ledger.scope.where);
	const leftOf = groupedBy(left, ({ entry }) => entry);
	const changed: RowIdentity[] = [];
	const toSubmit = new Set<string>();
	for (const job of jobs) {
		const { earlier } = job;
		const others = earlier && leftOf.get(earlier);
		if (others) job.itemIndexes = itemsIn([...job.rows, ...others]);
		for (const row of job.rows) {
			const own = ledger.identify(row);
			if (!earlier) toSubmit.add(own.digest);
			else if (own.known?.digest !== own.digest) changed.push(own);
		}
	}
	const isSent = ({ itemIndexes }: LedgerRow) => !itemIndexes.every((item) => refused.has(item));
	refuseOtherForm(ledger, toSubmit, unmatched.filter(isSent));
	const notHandedOn = left.filter(({ handedOnIn }) => handedOnIn === undefined);
	const notes = [...unmatchedNotes(notHandedOn), ...otherValuesNote(changed)];
	return { jobs, notes };
}

/**
 * Where n8n was ended while this run was paying, its memory may not have been saved: then of rows that the
 * ledger does not know, nobody knows whether they were charged.
 * @param isProven whether a run that knew as much as this one was ended: it may have used up the repetitions
 * that Submit Again allows
 * @returns whether there are such rows; they are reported before Submit Again may repeat them
 */
export function recordCutOff(
	ledger: Ledger,
	rows: readonly PreparedRow[],
	rowsPerJob: number,
	isProven: boolean,
): boolean {
	lookUp(ledger, rows);
	const lost = rows.filter((row) => {
		const entry = ledger.identify(row).known?.entry;
		if (!entry || ledger.isForgotten(entry)) return true;
		if (isProven && entry.state === 'unknown') ledger.usedUp(entry);
		return false;
	});
	for (const job of planJobs(lost, rowsPerJob))
		ledger.unknown(ledger.sending(job.designId, job.rows), CUT_OFF);
	return lost.length > 0;
}

/**
 * Finds each row among the rows of earlier tries and reserves it. Rows whose job failed without files come
 * last, since the one repetition that Submit Again allows may be used up.
 * @returns rows of earlier tries that no row of this try is
 */
function lookUp(ledger: Ledger, rows: readonly PreparedRow[]): LedgerRow[] {
	ledger.close();
	const all = ledger.earlier();
	const left = all.filter(({ entry }) => !ledger.isForgotten(entry));
	const own = left.filter(({ entry }) => !isForeign(ledger, entry));
	// Where several match a row, one that is paid for is found first.
	const isPaid = ({ entry }: LedgerRow) => entry.state === 'accepted';
	const known = [...own.filter(isPaid), ...own.filter((row) => !isPaid(row))];
	const forgotten = all.filter(({ entry }) => ledger.isForgotten(entry));
	let open = rows.map((row) => ledger.identify(row));
	for (const earlier of [known, forgotten]) open = match(ledger, open, earlier.reverse());
	return left.filter((row) => !ledger.isReserved(row));
}

interface Pass {
	among: (entry: LedgerEntry) => boolean;
	keysOf: (row: RowIdentity) => readonly string[];
}

/**
 * The passes in which rows are looked up, each over all rows. Content comes before place, since rows may be
 * reordered. In the same execution content counts only within a row's own items: where an expression shifts
 * values from item to item, a row would take what was paid for another item. The calls of a tool have items of
 * their own, so there the last pass goes by content, in whichever call it was.
 */
function passesOf({ scope: { where, execution }, isTool }: Ledger): Pass[] {
	// A failed job may be retried with other values.
	const isNow = (entry: LedgerEntry) => entry.execution === execution;
	const isHere = (entry: LedgerEntry) => entry.where === where;
	const isHereAndNow = (entry: LedgerEntry) => isHere(entry) && isNow(entry);
	const content = ({ digest }: RowIdentity) => [digest];
	const contentOfItem = ({ itemIndexes, digest }: RowIdentity) =>
		itemIndexes.map((item) => `${item} ${digest}`);
	return [
		{ among: isHere, keysOf: ({ place, digest }) => [`${place} ${digest}`] },
		{ among: (entry) => !isNow(entry), keysOf: content },
		{ among: isHereAndNow, keysOf: contentOfItem },
		{ among: isHereAndNow, keysOf: ({ place }) => [place] },
		isTool
			? { among: isNow, keysOf: content }
			: { among: isHereAndNow, keysOf: ({ itemIndexes }) => itemIndexes.map(String) },
	];
}

/**
 * @param earlier the best last
 * @returns rows that are none of them
 */
function match(ledger: Ledger, rows: OwnRow[], earlier: readonly LedgerRow[]): OwnRow[] {
	let open = rows;
	for (const { among, keysOf } of passesOf(ledger)) {
		if (open.length === 0) break;
		const byKey = new Map<string, [LedgerRow, ...LedgerRow[]]>();
		for (const one of earlier) {
			if (ledger.isReserved(one) || !among(one.entry)) continue;
			for (const key of keysOf(one)) addTo(byKey, key, one);
		}
		open = open.filter((row) => {
			for (const key of keysOf(row)) {
				const list: LedgerRow[] = byKey.get(key) ?? [];
				let one = list.pop();
				while (one && ledger.isReserved(one)) one = list.pop();
				if (!one) continue;
				ledger.reserve(row, one);
				return false;
			}
			return true;
		});
	}
	return open;
}

/**
 * @param toSubmit digests of rows
 * @throws Failure where rows would be paid for that earlier tries have paid for in another form
 */
function refuseOtherForm(
	ledger: Ledger,
	toSubmit: ReadonlySet<string>,
	unmatched: readonly LedgerRow[],
): void {
	if (toSubmit.size === 0) return;
	const { where, execution } = ledger.scope;
	const inOtherForm = unmatched.filter(({ entry, digest, handedOnIn }) => {
		const isOther = isForeign(ledger, entry);
		if (ledger.isTool && isOther && toSubmit.has(digest)) return true;
		// The same run, or the same call of an agent from which the node makes something else now.
		const isHere = entry.where === where && handedOnIn === undefined;
		return isHere && (isOther || entry.execution !== execution);
	});
	if (inOtherForm.length > 0) throw otherForm(entriesOf(inOtherForm));
}

/** Paid for with another credential, or in another form, so that it cannot be fetched here. */
function isForeign({ scope }: Ledger, { account, kind }: LedgerEntry): boolean {
	return account !== scope.account || kind !== scope.kind;
}
