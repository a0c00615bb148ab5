import type { Ledger } from './ledger';
import {
	CUT_OFF,
	entriesOf,
	itemsIn,
	type EarlierJob,
	type FoundRows,
	type LedgerEntry,
	type LedgerRow,
} from './ledgerEntry';
import { alreadyPaid, jobIdsIn } from './paidMessages';
import { planJobs } from './plan';
import type { RowIdentity } from './rowIdentity';
import type { PreparedRow } from '../rows/types';
import { itemsText, plural } from '../text';

/*
 * Before anything is paid for, the rows of this try are compared with what earlier tries have paid for. An
 * automatic try of the same execution has the same items, but expressions may give others values, rows in
 * another order, or fewer. A retry by hand may bring other parameters: there the content must be the same.
 */

/**
 * Finds out which rows earlier tries have paid for, and reserves them for this run.
 * @throws Failure where rows would be paid for while earlier tries have paid for rows that are not among
 * these: with another credential, design, operation or other values
 */
export function findPaidRows(
	ledger: Ledger,
	rows: readonly PreparedRow[],
	unknownSubmit: 'stop' | 'submitAgain',
): FoundRows {
	const { found, unclaimed } = lookUp(ledger, rows);
	const paid = new Map<LedgerEntry, EarlierJob>();
	const unknown = new Map<LedgerEntry, EarlierJob>();
	const fresh: PreparedRow[] = [];
	const repeated: PreparedRow[] = [];
	const resubmitted: PreparedRow[] = [];
	for (const row of rows) {
		const earlier = found.get(row);
		if (!earlier) {
			fresh.push(row);
			continue;
		}
		ledger.reserve(row, earlier);
		const { entry } = earlier;
		if (ledger.isForgotten(entry)) repeated.push(row);
		else if (entry.state === 'accepted') add(paid, entry, row);
		else if (unknownSubmit === 'submitAgain' && !entry.resubmitted) resubmitted.push(row);
		else add(unknown, entry, row);
	}
	const toSubmit = [fresh, repeated, resubmitted];
	refuseOtherForm(ledger, toSubmit.flat(), unclaimed);
	const jobs = [...paid.values(), ...unknown.values()];
	const others = new Set(unclaimed.filter(({ entry }) => entry.where === ledger.scope.where));
	for (const job of others.size === 0 ? [] : jobs)
		job.otherItems = itemsIn(job.entry.rows.filter((row) => others.has(row)));
	const notes = [...unclaimedNotes([...others]), ...otherValuesNotes(ledger, found)];
	return { paid: [...paid.values()], unknown: [...unknown.values()], toSubmit, notes };
}

/**
 * Where n8n was ended while this run was paying, its memory may not have been saved: then of rows that the
 * ledger does not know, nobody knows whether they were charged.
 */
export function recordCutOff(
	ledger: Ledger,
	rows: readonly PreparedRow[],
	rowsPerJob: number,
): void {
	const { found } = lookUp(ledger, rows);
	const fresh = rows.filter((row) => !found.has(row));
	for (const job of planJobs(fresh, rowsPerJob))
		ledger.unknown(ledger.sending(job.designId, job.rows), CUT_OFF);
}

interface LookedUp {
	/** Which row of an earlier try each row is. */
	found: Map<PreparedRow, LedgerRow>;
	/** Rows of earlier tries that no row of this try is, and that are not handed on. */
	unclaimed: LedgerRow[];
}

/**
 * What has failed without files is looked at last, and only for whether the one repetition that Submit
 * Again allows is used up.
 */
function lookUp(ledger: Ledger, rows: readonly PreparedRow[]): LookedUp {
	const earlier = ledger.earlier();
	const left = earlier.filter(({ entry }) => !ledger.isForgotten(entry));
	const own = left.filter(({ entry }) => !isForeign(ledger, entry));
	const found = match(
		ledger,
		rows,
		own.sort((a, b) => rankOf(b) - rankOf(a)),
	);
	const claimed = new Set(found.values());
	const unclaimed = left.filter((row) => !claimed.has(row));
	const failed = earlier.filter(({ entry }) => ledger.isForgotten(entry) && entry.resubmitted);
	const fresh = rows.filter((row) => !found.has(row));
	for (const [row, one] of match(ledger, fresh, failed)) found.set(row, one);
	return { found, unclaimed };
}

/** Of several that a row may be, what is paid for is found first, then what may not be repeated once more. */
function rankOf({ entry: { state, failedIn, resubmitted } }: LedgerRow): number {
	if (state === 'accepted') return failedIn === undefined ? 3 : 0;
	return resubmitted ? 2 : 1;
}

interface Pass {
	among: (entry: LedgerEntry) => boolean;
	keysOf: (row: RowIdentity) => readonly string[];
}

/**
 * In what order rows are looked for, all of them in each pass. Content comes before place, since rows may
 * be reordered; in the same execution only within the row's own items, since where an expression shifts
 * values from item to item, what another item was paid for would be taken from it. A tool's calls have
 * items of their own, so there the content decides at last, in whatever call.
 */
function passesOf({ scope: { where, execution }, isTool }: Ledger): Pass[] {
	// A failed job may be retried with other values.
	const isNow = ({ execution: own, failedIn }: LedgerEntry) =>
		own === execution || failedIn !== undefined;
	const isHere = (entry: LedgerEntry) => entry.where === where;
	const isHereAndNow = (entry: LedgerEntry) => isHere(entry) && isNow(entry);
	const content = ({ digest }: RowIdentity) => [digest];
	const contentOfItem = ({ items, digest }: RowIdentity) =>
		items.map((item) => `${item} ${digest}`);
	return [
		{ among: isHere, keysOf: ({ place, digest }) => [`${place} ${digest}`] },
		{ among: (entry) => !isNow(entry), keysOf: content },
		{ among: isHereAndNow, keysOf: contentOfItem },
		{ among: isHereAndNow, keysOf: ({ place }) => [place] },
		isTool
			? { among: isNow, keysOf: content }
			: { among: isHereAndNow, keysOf: ({ items }) => items.map(String) },
	];
}

/** @param earlier the best first */
function match(
	ledger: Ledger,
	rows: readonly PreparedRow[],
	earlier: readonly LedgerRow[],
): Map<PreparedRow, LedgerRow> {
	const found = new Map<PreparedRow, LedgerRow>();
	const claimed = new Set<LedgerRow>();
	let open = rows;
	for (const { among, keysOf } of passesOf(ledger)) {
		const left = earlier.filter((row) => !claimed.has(row) && among(row.entry));
		if (open.length === 0 || left.length === 0) continue;
		const byKey = new Map<string, LedgerRow[]>();
		// From the back, so that the best is the last of its list.
		for (const row of left.reverse()) {
			for (const key of keysOf(row)) {
				const same = byKey.get(key);
				if (same) same.push(row);
				else byKey.set(key, [row]);
			}
		}
		const take = (key: string): LedgerRow | undefined => {
			const one = byKey.get(key)?.pop();
			return one && claimed.has(one) ? take(key) : one;
		};
		open = open.filter((row) => {
			for (const key of keysOf(ledger.identify(row))) {
				const one = take(key);
				if (!one) continue;
				claimed.add(one);
				found.set(row, one);
				return false;
			}
			return true;
		});
	}
	return found;
}

/** @throws Failure where rows would be paid for that earlier tries have paid for in another form */
function refuseOtherForm(
	ledger: Ledger,
	toSubmit: readonly PreparedRow[],
	unclaimed: readonly LedgerRow[],
): void {
	if (toSubmit.length === 0) return;
	const { where, execution } = ledger.scope;
	const wanted = new Set(toSubmit.map((row) => ledger.identify(row).digest));
	const inOtherForm = unclaimed.filter(({ entry, digest, handedOnIn }) => {
		const isOther = isForeign(ledger, entry);
		if (ledger.isTool && isOther && wanted.has(digest)) return true;
		// The same run, or the same call of an agent from which the node makes something else now.
		const isHere = entry.where === where && handedOnIn === undefined;
		return isHere && (isOther || entry.execution !== execution);
	});
	if (inOtherForm.length > 0) throw alreadyPaid(entriesOf(inOtherForm));
}

/** Paid for with another credential, or in another form, so that it cannot be fetched here. */
function isForeign({ scope }: Ledger, { account, kind }: LedgerEntry): boolean {
	return account !== scope.account || kind !== scope.kind;
}

function add(jobs: Map<LedgerEntry, EarlierJob>, entry: LedgerEntry, row: PreparedRow): void {
	const job = jobs.get(entry);
	if (job) job.rows.push(row);
	else jobs.set(entry, { entry, rows: [row], otherItems: [] });
}

function unclaimedNotes(rows: readonly LedgerRow[]): string[] {
	const left = rows.filter(({ handedOnIn }) => handedOnIn === undefined);
	const paid = left.filter(({ entry }) => entry.state === 'accepted');
	const unknown = left.filter(({ entry }) => entry.state !== 'accepted');
	const jobIds = jobIdsIn(entriesOf(paid));
	const remedy =
		jobIds.length > 0
			? `fetch ${jobIds.join(', ')} with the operation 'Download'`
			: 'look for the PDFs in ImaginePDF';
	const notes = [
		`An earlier try has paid for ${rowsText(paid)} that are not sent any more: ${remedy}.`,
		`It is not known whether ImaginePDF accepted ${rowsText(unknown)} that an earlier try has sent and this one does not: look for them in ImaginePDF.`,
	];
	return notes.filter((_, index) => [paid, unknown][index]?.length);
}

/** A PDF shows the values that it was paid for. */
function otherValuesNotes(ledger: Ledger, found: ReadonlyMap<PreparedRow, LedgerRow>): string[] {
	const changed: LedgerRow[] = [];
	for (const [row, earlier] of found) {
		const { entry, digest } = earlier;
		const isPaid = entry.state === 'accepted' && !ledger.isForgotten(entry);
		if (isPaid && digest !== ledger.identify(row).digest) changed.push(earlier);
	}
	if (changed.length === 0) return [];
	return [
		`The values of ${rowsText(changed)} were others in the try that paid for them, and the PDFs show those.`,
	];
}

function rowsText(rows: readonly LedgerRow[]): string {
	return `${plural(rows.length, 'row')} of ${itemsText(itemsIn(rows))}`;
}
