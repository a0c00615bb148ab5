import { DIGEST_LENGTH, type Place, type RowIdentity } from './rowIdentity';
import type { PreparedRow } from '../rows/types';

/*
 * What the ledger keeps: entries with their rows, each entry saved as one short text. It holds ids, places
 * and digests only: no values, no key, no readable link.
 */

/** What was asked for: a batch job, or one PDF. */
export type Kind = 'batch' | 'pdf';

/** What is kept of a job or a PDF. */
export interface LedgerEntry {
	/**
	 * `sending`: a request is on its way; where its run has ended, its outcome is not known. `unknown`:
	 * sent, and it is not known whether it was accepted. `accepted`: paid for.
	 */
	state: 'sending' | 'unknown' | 'accepted';
	kind: Kind;
	/** The run of the node in its execution, or the input of a tool's call; see `whereOf`. */
	where: string;
	/** An automatic try has the same, a retry by hand another. */
	execution: string;
	/** Digest of base URL and credential. */
	account: string;
	design: string;
	/** When it was sent or accepted, in milliseconds since the epoch. */
	at: number;
	/** Whether the one repetition that 'Submit Again' allows is used up. */
	resubmitted: boolean;
	/** Empty for a single PDF without an id. */
	jobId?: string | undefined;
	/** The execution that saw the job fail without a single PDF. */
	failedIn?: string | undefined;
	/** The link of a single PDF, encrypted. */
	link?: string | undefined;
	/** The name that the service gave a single PDF. */
	fileName?: string | undefined;
	/** Why an outcome is not known: this one's, or that of the submit which it repeats. */
	reason?: string | undefined;
	/** What is still to be remembered. */
	rows: LedgerRow[];
}

/** A row that is paid for, or may be. */
export interface LedgerRow extends RowIdentity {
	entry: LedgerEntry;
	/** As a tool: the execution that has handed its result on to the agent. */
	handedOnIn?: string | undefined;
	/** The call of the node that works on it at the moment; not saved. */
	reservedBy?: object | undefined;
}

/** An entry of an earlier try, and the rows of this try that it holds. */
export interface EarlierJob {
	entry: LedgerEntry;
	rows: PreparedRow[];
	/** The items of its other rows: which of its PDFs is whose is not known. */
	otherItems: number[];
}

/** What there is to do for the rows of a try. Each row is in one of these lists. */
export interface FoundRows {
	/** Paid for by an earlier try: to be fetched. */
	paid: EarlierJob[];
	/** Perhaps paid for: not to be sent again. */
	unknown: EarlierJob[];
	/** To be paid for. Each list becomes jobs of its own: they differ in whether they may be repeated. */
	toSubmit: PreparedRow[][];
	/** What there is to say of what earlier tries have paid for, in whole sentences. */
	notes: string[];
}

/** Why an outcome is not known of which nothing was recorded. */
export const INTERRUPTED = 'it was interrupted';

/** The reason where all that is known comes from a mark that an earlier try left: not even when it paid. */
export const CUT_OFF = 'n8n was ended while it was paying';

/** The items of these rows, ascending, without repeats. */
export function itemsIn(rows: ReadonlyArray<Pick<LedgerRow, 'items'>>): number[] {
	return [...new Set(rows.flatMap(({ items }) => items))].sort((a, b) => a - b);
}

/** The entries of these rows. */
export function entriesOf(rows: readonly LedgerRow[]): LedgerEntry[] {
	return [...new Set(rows.map(({ entry }) => entry))];
}

const STATES = ['sending', 'unknown', 'accepted'] as const;
const KINDS = ['batch', 'pdf'] as const;

/** An entry as it is saved: its fields with a blank between them. */
export function writeEntry(entry: LedgerEntry): string {
	const { state, kind, where, execution, account, design, at, resubmitted, rows } = entry;
	const { jobId, failedIn, link, fileName, reason } = entry;
	const names = [where, execution, account, design, jobId, failedIn, link, fileName, reason];
	const isHandedOn = rows.some(({ handedOnIn }) => handedOnIn !== undefined);
	const fields = [
		...[state, kind, at.toString(36), resubmitted ? 'again' : ''],
		...names.map((name = '') => name.replace(/[ %]/g, encodeURIComponent)),
		writePlaces(rows.map(placeAndItems)),
		rows.map(({ digest }) => digest).join(''),
		isHandedOn ? rows.map(({ handedOnIn = '' }) => handedOnIn).join(',') : '',
	];
	return fields.join(' ');
}

/** What `writeEntry` was given; `undefined` where it is nothing of the kind. */
export function readEntry(text: unknown): LedgerEntry | undefined {
	if (typeof text !== 'string') return undefined;
	const [states, kinds, at = '', resubmitted, ...fields] = text.split(' ');
	const names = text.includes('%') ? fields.map(decodeURIComponent) : fields;
	const [where = '', execution = '', account = '', design = '', jobId, ...more] = names;
	const [failedIn, link, fileName, reason, places = '', digests = '', handedOn] = more;
	const state = STATES.find((known) => known === states);
	const kind = KINDS.find((known) => known === kinds);
	if (!state || !kind || handedOn === undefined) return undefined;
	const entry: LedgerEntry = {
		state,
		kind,
		where,
		execution,
		account,
		design,
		at: Number.parseInt(at, 36),
		resubmitted: resubmitted !== '',
		jobId,
		failedIn: failedIn || undefined,
		link: link || undefined,
		fileName: fileName || undefined,
		reason: reason || undefined,
		rows: [],
	};
	const executions = handedOn.split(',');
	entry.rows = readPlaces(places).map((written, index): LedgerRow => {
		const [place = '', ...others] = written.includes('+') ? written.split('+') : [written];
		const items = [Number.parseInt(place, 10)];
		for (const range of others) items.push(...readPlaces(range).map(Number));
		const digest = digests.slice(index * DIGEST_LENGTH, (index + 1) * DIGEST_LENGTH);
		return { entry, place, digest, items, handedOnIn: executions[index] || undefined };
	});
	return digests.length === entry.rows.length * DIGEST_LENGTH ? entry : undefined;
}

/** A group's row names its other items, too: "0+3-5+9". */
function placeAndItems({ place, items }: LedgerRow): string {
	if (items.length < 2) return place;
	return `${place}+${writePlaces(items.slice(1).map(String)).replaceAll(',', '+')}`;
}

/** Places as text, neighbours drawn together: "0-99,104,7,7.1-3". */
export function writePlaces(places: readonly Place[]): string {
	const ranges: Array<{ prefix: string; first: string; last: number }> = [];
	for (const place of places) {
		const dot = place.indexOf('.') + 1;
		const prefix = place.slice(0, dot);
		const first = place.slice(dot);
		const range = ranges.at(-1);
		if (range && range.prefix === prefix && range.last + 1 === Number(first)) range.last++;
		else ranges.push({ prefix, first, last: Number(first) });
	}
	return ranges
		.map(({ prefix, first, last }) => `${prefix}${first}${last > Number(first) ? `-${last}` : ''}`)
		.join(',');
}

/** The places that `writePlaces` was given. */
export function readPlaces(text: string): Place[] {
	if (!/[,-]/.test(text)) return [text];
	return text.split(',').flatMap((range) => {
		if (!range.includes('-') || range.includes('+')) return range;
		const dot = range.indexOf('.') + 1;
		const prefix = range.slice(0, dot);
		const [first = 0, last = first] = range.slice(dot).split('-').map(Number);
		return Array.from({ length: last - first + 1 }, (_, step) => `${prefix}${first + step}`);
	});
}
