import type { Ledger } from './ledger';
import { handedOnPlaces, rowsLeft, type Claim, type Claims, type KnownEntry } from './ledgerEntry';
import { alreadyPaid } from './jobMessages';
import { placeOf, type Place } from './rowIdentity';
import type { PreparedRow } from '../rows/types';

/*
 * Before anything is paid for, the rows of this try are compared with what earlier tries have paid for.
 * An automatic try of the same execution brings the same rows in the same places, and what is in a place
 * is its own whatever the values are now, since expressions may give others every time. A retry by
 * hand may bring other parameters: there the content must be the same, too. As a tool of an AI agent
 * there are no places, since every call has its own input: there the content decides, and within one
 * execution the same input of the call.
 */

/**
 * Finds out which rows earlier tries have paid for. Everything found is held for this run.
 * @throws Failure where rows would be paid for while earlier tries have paid for rows that are not among
 * these: with another credential, design, operation or other values
 */
export function claimRows(
	ledger: Ledger,
	rows: readonly PreparedRow[],
	unknownSubmit: 'stop' | 'submitAgain',
	canRetry: boolean,
): Claims {
	const earlier = new EarlierRows(ledger);
	const paid = new Map<object, Claim>();
	const unknown = new Map<object, Claim>();
	const again: PreparedRow[] = [];
	const fresh: PreparedRow[] = [];
	for (const row of rows) {
		const found = earlier.claim(row);
		if (!found) {
			fresh.push(row);
			continue;
		}
		const { known, place } = found;
		if (known.entry.state === 'accepted' && !isLost(known, ledger)) {
			addTo(paid, known, row, place);
		} else if (known.entry.state === 'accepted') {
			// The service failed the job, and a user who has read that retries for another one.
			ledger.supersede(row, known, place);
			fresh.push(row);
		} else if (unknownSubmit === 'submitAgain' && !known.entry.again) {
			ledger.supersede(row, known, place);
			again.push(row);
		} else {
			addTo(unknown, known, row, place);
		}
	}
	if (fresh.length + again.length > 0) {
		const unclaimed = earlier.unclaimed();
		if (unclaimed.length > 0) throw alreadyPaid(unclaimed, canRetry);
	}
	for (const { known } of [...paid.values(), ...unknown.values()]) ledger.hold(known);
	return { paid: [...paid.values()], unknown: [...unknown.values()], again, fresh };
}

function addTo(
	claims: Map<object, Claim>,
	known: KnownEntry,
	row: PreparedRow,
	place: Place,
): void {
	const claim = claims.get(known.entry);
	if (!claim) return void claims.set(known.entry, { known, rows: [row], places: [place] });
	claim.rows.push(row);
	claim.places.push(place);
}

/** A row of an earlier try. */
interface EarlierRow {
	known: KnownEntry;
	place: Place;
	digest: string;
	claimed: boolean;
	/** As a tool: whether an earlier execution has handed its result on to the agent. */
	handedOn: boolean;
}

/** The rows of earlier tries, by place and by content; made once for a run. */
class EarlierRows {
	private readonly all: EarlierRow[] = [];
	private readonly byPlace = new Map<Place, EarlierRow[]>();
	private readonly byContent = new Map<string, EarlierRow[]>();
	/** Contents that were looked for and found with another credential or operation only. */
	private readonly asked = new Set<string>();

	constructor(private readonly ledger: Ledger) {
		for (const known of ledger.earlier()) {
			const done = handedOnPlaces(known.entry);
			for (const { place, digest } of rowsLeft(known.entry, ledger.scope.execution)) {
				const row = { known, place, digest, claimed: false, handedOn: done.has(place) };
				this.all.push(row);
				if (this.sharesPlaces(known)) add(this.byPlace, place, row);
				if (this.isTool) add(this.byContent, digest, row);
			}
		}
		for (const map of [this.byPlace, this.byContent])
			for (const list of map.values())
				if (list.length > 1) list.sort((a, b) => this.rank(a) - this.rank(b));
	}

	/** The earlier row that this row is, if there is one that this try may take. */
	claim(row: PreparedRow): EarlierRow | undefined {
		const digest = this.ledger.digest(row);
		const found = last(this.byPlace.get(placeOf(row))) ?? last(this.byContent.get(digest));
		if (!found) return undefined;
		if (this.isForeign(found.known)) {
			this.asked.add(digest);
			return undefined;
		}
		const mayDiffer = this.isOfThisExecution(found.known) || isLost(found.known, this.ledger);
		if (!mayDiffer && found.digest !== digest) return undefined;
		if (this.isTool) found.claimed = true;
		// More than one entry for one place is what is left of a repetition that was cut off.
		else for (const same of this.byPlace.get(found.place) ?? []) same.claimed = true;
		return found;
	}

	/** Rows that are paid for, or may be, and that no row of this try has claimed. */
	unclaimed(): KnownEntry[] {
		const left = this.all.filter(({ known, claimed, digest, handedOn }) => {
			if (claimed || isLost(known, this.ledger)) return false;
			const isOfOtherForm = this.isForeign(known) || !this.isOfThisExecution(known);
			if (!this.isTool) return isOfOtherForm;
			if (this.isForeign(known) && this.asked.has(digest)) return true;
			// The same call of the agent, from which the node makes something else now.
			const isSameCall = known.group.toolInput === this.ledger.scope.toolInput;
			return isOfOtherForm && isSameCall && !handedOn;
		});
		return [...new Map(left.map(({ known }) => [known.entry, known])).values()];
	}

	/** What is paid for comes last and is found first, then what may not be repeated once more. */
	private rank({ known }: EarlierRow): number {
		const { state, lostIn, again } = known.entry;
		if (this.isForeign(known)) return 0;
		if (state === 'accepted') return lostIn === undefined ? 4 : 1;
		return again ? 3 : 2;
	}

	private get isTool(): boolean {
		return this.ledger.scope.toolInput !== undefined;
	}

	/** Whether a place in the entry means the same row as a place in this run. */
	private sharesPlaces({ group }: KnownEntry): boolean {
		if (!this.isTool) return true;
		const { execution, toolInput } = this.ledger.scope;
		return group.execution === execution && group.toolInput === toolInput;
	}

	private isOfThisExecution({ group }: KnownEntry): boolean {
		return group.execution === this.ledger.scope.execution;
	}

	/** Paid for with another credential, or in another form, so that it cannot be fetched here. */
	private isForeign({ group }: KnownEntry): boolean {
		const { account, kind } = this.ledger.scope;
		return group.account !== account || group.kind !== kind;
	}
}

/** A job that the service failed, which an earlier execution has reported. */
function isLost({ entry }: KnownEntry, { scope }: Ledger): boolean {
	return entry.lostIn !== undefined && entry.lostIn !== scope.execution;
}

/** The last that is not claimed yet; claimed ones are dropped from the list. */
function last(rows: EarlierRow[] | undefined): EarlierRow | undefined {
	while (rows?.at(-1)?.claimed) rows.pop();
	return rows?.at(-1);
}

function add<K>(map: Map<K, EarlierRow[]>, key: K, row: EarlierRow): void {
	const list = map.get(key);
	if (list) list.push(row);
	else map.set(key, [row]);
}
