import type { Ledger } from './ledger';
import {
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
	const repeated = spentRepetitions(ledger, rows, found);
	const paid = new Map<LedgerEntry, EarlierJob>();
	const unknown = new Map<LedgerEntry, EarlierJob>();
	const fresh: PreparedRow[] = [];
	const resubmitted: PreparedRow[] = [];
	for (const row of rows) {
		const known = found.get(row);
		if (!known) {
			if (!repeated.has(row)) fresh.push(row);
			continue;
		}
		ledger.reserve(row, known);
		const { entry } = known;
		if (entry.state === 'accepted') add(paid, entry, row);
		else if (unknownSubmit === 'submitAgain' && !entry.resubmitted) resubmitted.push(row);
		else add(unknown, entry, row);
	}
	const toSubmit = [fresh, [...repeated], resubmitted];
	if (toSubmit.flat().length > 0) stopAt(ledger, unclaimed, toSubmit.flat());
	const jobs = [...paid.values(), ...unknown.values()];
	const claimed = new Set(found.values());
	for (const job of jobs) {
		const others = job.entry.rows.filter((row) => !claimed.has(row));
		if (job.entry.where === ledger.scope.where) job.otherItems = itemsIn(others);
	}
	return {
		paid: [...paid.values()],
		unknown: [...unknown.values()],
		toSubmit,
		notes: [...leftNotes(ledger, unclaimed), ...changedNotes(ledger, found)],
	};
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
	for (const job of planJobs(fresh, rowsPerJob)) {
		ledger.unknown(ledger.sending(job.designId, job.rows), 'n8n was ended while it was paying');
	}
}

interface LookedUp {
	/** Which row of an earlier try each row is. */
	found: Map<PreparedRow, LedgerRow>;
	/** Rows of earlier tries that no row of this try is. */
	unclaimed: LedgerRow[];
}

function lookUp(ledger: Ledger, rows: readonly PreparedRow[]): LookedUp {
	const earlier = ledger.earlier().filter(({ entry }) => !isFailedElsewhere(ledger, entry));
	const own = earlier.filter(({ entry }) => !isForeign(ledger, entry));
	const found = match(
		ledger,
		rows,
		own.sort((a, b) => rankOf(b) - rankOf(a)),
	);
	const claimed = new Set(found.values());
	return { found, unclaimed: earlier.filter((row) => !claimed.has(row)) };
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
	const isHere = (entry: LedgerEntry) => entry.where === where;
	// A failed job may be retried with other values.
	const isNow = ({ execution: own, failedIn }: LedgerEntry) =>
		own === execution || failedIn !== undefined;
	const isHereAndNow = (entry: LedgerEntry) => isHere(entry) && isNow(entry);
	return [
		{ among: isHere, keysOf: ({ place, digest }) => [`${place} ${digest}`] },
		{ among: (entry) => !isNow(entry), keysOf: ({ digest }) => [digest] },
		{
			among: isHereAndNow,
			keysOf: ({ items, digest }) => items.map((item) => `${item} ${digest}`),
		},
		{ among: isHereAndNow, keysOf: ({ place }) => [place] },
		isTool
			? { among: isNow, keysOf: ({ digest }) => [digest] }
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

/** New rows for which 'Submit Again' has repeated a job that then failed: that was their second charge. */
function spentRepetitions(
	ledger: Ledger,
	rows: readonly PreparedRow[],
	found: ReadonlyMap<PreparedRow, LedgerRow>,
): ReadonlySet<PreparedRow> {
	const failed = ledger
		.earlier()
		.filter(({ entry }) => isFailedElsewhere(ledger, entry) && entry.resubmitted);
	const fresh = rows.filter((row) => !found.has(row));
	const spent = new Set(match(ledger, fresh, failed).keys());
	for (const row of spent) ledger.allowNoRepetition(row);
	return spent;
}

/** @throws Failure where earlier tries have paid for rows in another form */
function stopAt(
	ledger: Ledger,
	unclaimed: readonly LedgerRow[],
	toSubmit: readonly PreparedRow[],
): void {
	const { where, execution } = ledger.scope;
	const wanted = new Set(toSubmit.map((row) => ledger.identify(row).digest));
	const inOtherForm = unclaimed.filter(({ entry, digest, handedOnIn }) => {
		const isOther = isForeign(ledger, entry);
		if (ledger.isTool && isOther && wanted.has(digest)) return true;
		// The same call of an agent, from which the node makes something else now; or the same run.
		const isHere = entry.where === where && handedOnIn === undefined;
		return isHere && (isOther || entry.execution !== execution);
	});
	if (inOtherForm.length === 0) return;
	throw alreadyPaid(entriesOf(inOtherForm));
}

/** What is paid for, or may be, and that no row of this try is. */
function leftNotes({ scope }: Ledger, unclaimed: readonly LedgerRow[]): string[] {
	const left = unclaimed.filter(
		({ entry, handedOnIn }) => entry.where === scope.where && handedOnIn === undefined,
	);
	const paid = left.filter(({ entry }) => entry.state === 'accepted');
	const doubtful = left.filter(({ entry }) => entry.state !== 'accepted');
	const rowsText = (rows: readonly LedgerRow[]) =>
		`${plural(rows.length, 'row')} of ${itemsText(itemsIn(rows))}`;
	const jobIds = jobIdsIn(entriesOf(paid));
	const where =
		jobIds.length > 0
			? `fetch ${jobIds.join(', ')} with the operation 'Download'`
			: 'look for the PDFs in ImaginePDF';
	return [
		...(paid.length > 0
			? [`An earlier try has paid for ${rowsText(paid)} that are not sent any more: ${where}.`]
			: []),
		...(doubtful.length > 0
			? [
					`It is not known whether ImaginePDF accepted ${rowsText(doubtful)}, which an earlier try has sent and this one does not: look for them in ImaginePDF.`,
				]
			: []),
	];
}

/** What shows the values that it was paid for, while its row has others now. */
function changedNotes(ledger: Ledger, found: ReadonlyMap<PreparedRow, LedgerRow>): string[] {
	const changed = [...found].flatMap(([row, { entry, digest }]) =>
		entry.state === 'accepted' && digest !== ledger.identify(row).digest
			? [ledger.identify(row)]
			: [],
	);
	if (changed.length === 0) return [];
	return [
		`${plural(changed.length, 'row')} of ${itemsText(itemsIn(changed))} had other values in the try that paid for them, and the PDFs show those.`,
	];
}

/** Paid for with another credential, or in another form, so that it cannot be fetched here. */
function isForeign({ scope }: Ledger, { account, kind }: LedgerEntry): boolean {
	return account !== scope.account || kind !== scope.kind;
}

/** A user who has read that the service failed the job retries for another one. */
function isFailedElsewhere({ scope }: Ledger, { failedIn }: LedgerEntry): boolean {
	return failedIn !== undefined && failedIn !== scope.execution;
}

function add(jobs: Map<LedgerEntry, EarlierJob>, entry: LedgerEntry, row: PreparedRow): void {
	const job = jobs.get(entry);
	if (job) job.rows.push(row);
	else jobs.set(entry, { entry, rows: [row], otherItems: [] });
}
