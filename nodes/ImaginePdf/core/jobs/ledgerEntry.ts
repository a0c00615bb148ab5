import { DIGEST_LENGTH, type Place, type RowIdentity } from './rowIdentity';
import { groupedBy } from '../objects';
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
	/** Those whose results are still to be remembered. */
	rows: LedgerRow[];
}

/** A row that is paid for, or may be. */
export interface LedgerRow extends RowIdentity {
	entry: LedgerEntry;
	/** As a tool: the execution that has handed its result on to the agent. */
	handedOnIn?: string;
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
	/** To be paid for. Each list becomes jobs of its own, since they differ in whether they may be repeated. */
	toSubmit: PreparedRow[][];
	/** What there is to say of what earlier tries have paid for, in whole sentences. */
	notes: string[];
}

/** Why an outcome is not known of which nothing was recorded. */
export const INTERRUPTED = 'it was interrupted';

/** The items of these rows, ascending, without repeats. */
export function itemsIn(rows: ReadonlyArray<Pick<LedgerRow, 'items'>>): number[] {
	return [...new Set(rows.flatMap(({ items }) => items))].sort((a, b) => a - b);
}

/** The entries of these rows. */
export function entriesOf(rows: readonly LedgerRow[]): LedgerEntry[] {
	return [...new Set(rows.map(({ entry }) => entry))];
}

const STATES: readonly string[] = ['sending', 'unknown', 'accepted'] satisfies Array<
	LedgerEntry['state']
>;

/** An entry as it is saved: its fields with a blank between them. */
export function writeEntry(entry: LedgerEntry): string {
	const { state, kind, where, execution, account, design, at, resubmitted, rows } = entry;
	const { jobId = '', failedIn = '', link = '', fileName = '', reason = '' } = entry;
	const scope = [state, kind, where, execution, account, design, at.toString(36)];
	const more = [resubmitted ? '2' : '', jobId, failedIn, link, fileName, reason];
	const identities = [placesOf(rows), rows.map(({ digest }) => digest).join(''), handedOnOf(rows)];
	return [...scope, ...more, ...identities]
		.map((field) => (/[ %]/.test(field) ? field.replace(/[ %]/g, encodeURIComponent) : field))
		.join(' ');
}

/** What `writeEntry` was given; `undefined` where it is nothing of the kind. */
export function readEntry(text: unknown): LedgerEntry | undefined {
	if (typeof text !== 'string') return undefined;
	const fields = text.split(' ');
	if (text.includes('%'))
		for (const [index, field] of fields.entries()) fields[index] = decoded(field);
	const [state = '', kind, where = '', execution = '', account = '', design = '', at = ''] = fields;
	const [resubmitted, jobId, failedIn, link, fileName, reason] = fields.slice(7);
	const [places = '', digests = '', handedOn = ''] = fields.slice(13);
	if (fields.length !== 16 || !isState(state) || !isKind(kind) || !PLACES.test(places))
		return undefined;
	const wasCutOff = state === 'sending';
	const entry: LedgerEntry = {
		...{ state: wasCutOff ? 'unknown' : state, kind, where, execution, account, design },
		...{ at: Number.parseInt(at, 36), resubmitted: resubmitted === '2' },
		...{ jobId, failedIn: failedIn || undefined, link: link || undefined },
		fileName: fileName || undefined,
		reason: reason || (wasCutOff ? INTERRUPTED : undefined),
		rows: [],
	};
	entry.rows = readPlaces(places).map((text, index) => {
		const [place = '', ...more] = text.split('+');
		const items = [Number.parseInt(place, 10), ...more.flatMap(readPlaces).map(Number)];
		const digest = digests.slice(index * DIGEST_LENGTH, (index + 1) * DIGEST_LENGTH);
		return { entry, place, digest, items };
	});
	for (const [, execution = '', indexes = ''] of handedOn.matchAll(/([^;]*):([^;]+)/g))
		for (const index of readPlaces(indexes)) {
			const row = entry.rows[Number(index)];
			if (row) row.handedOnIn = execution;
		}
	return digests.length === entry.rows.length * DIGEST_LENGTH ? entry : undefined;
}

function isState(text: string): text is LedgerEntry['state'] {
	return STATES.includes(text);
}

function isKind(text: unknown): text is Kind {
	return text === 'batch' || text === 'pdf';
}

function decoded(field: string): string {
	return field.replace(/%(20|25)/g, (code) => decodeURIComponent(code));
}

const RANGE = String.raw`\d+(\.\d+)?(-\d+)?(\+\d+(-\d+)?)*`;
/** What `writePlaces` makes. */
const PLACES = new RegExp(`^${RANGE}(,${RANGE})*$`);

/** A group's row names its other items, too: "0+3-5+9". */
function placesOf(rows: readonly LedgerRow[]): string {
	return writePlaces(
		rows.map(({ place, items }) =>
			items.length > 1
				? `${place}+${writePlaces(items.slice(1).map(String)).replaceAll(',', '+')}`
				: place,
		),
	);
}

function handedOnOf(rows: readonly LedgerRow[]): string {
	const done = rows.flatMap(({ handedOnIn }, index) =>
		handedOnIn === undefined ? [] : { handedOnIn, index: String(index) },
	);
	return [...groupedBy(done, ({ handedOnIn }) => handedOnIn)]
		.map(([execution, all]) => `${execution}:${writePlaces(all.map(({ index }) => index))}`)
		.join(';');
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
	return text.split(',').flatMap((range) => {
		if (!range.includes('-') || range.includes('+')) return range;
		const dot = range.indexOf('.') + 1;
		const prefix = range.slice(0, dot);
		const [first = 0, last = first] = range.slice(dot).split('-').map(Number);
		return Array.from({ length: last - first + 1 }, (_, step) => `${prefix}${first + step}`);
	});
}
