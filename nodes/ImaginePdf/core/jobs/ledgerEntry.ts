import { DIGEST_LENGTH, type RowIdentity } from './rowIdentity';

/*
 * What the ledger keeps: entries with their rows, each entry saved as one short text. It holds ids, places
 * and digests only: no values, no key, no readable link.
 */

const STATES = ['unknown', 'accepted', 'failed'] as const;
const JOB_KINDS = ['batch', 'pdf'] as const;

/** What was asked for: a batch job, or one PDF. */
export type JobKind = (typeof JOB_KINDS)[number];

/** What is kept of a job or a PDF. A text is empty where there is none. */
export interface LedgerEntry {
	/**
	 * `unknown`: sent, and whether it was accepted is not known, or not yet. `accepted`: paid for. `failed`:
	 * paid for, and `execution` has seen that it ended without a single PDF.
	 */
	state: (typeof STATES)[number];
	kind: JobKind;
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
	/** Whether the service's routes took no PDF profile, and one was wanted. */
	isPlain: boolean;
	jobId: string;
	/** The link of a single PDF, encrypted. */
	link: string;
	/** The service's name for a single PDF, which repeats with the design's. */
	fileName: string;
	/** Why an outcome is not known: this one's, or that of the submit which it repeats. */
	reason: string;
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

/** Why an outcome is not known, where no reason was recorded. */
export const INTERRUPTED = 'it was interrupted';

/** The reason where an earlier try has left nothing but its mark. It is not even known when it paid. */
export const CUT_OFF = 'n8n was ended while it was paying';

/** The entries of these rows. */
export function entriesOf(rows: readonly LedgerRow[]): LedgerEntry[] {
	return [...new Set(rows.map(({ entry }) => entry))];
}

/** An entry as it is saved: one line for each of its fields, without empty ones at the end. */
export function writeEntry(entry: LedgerEntry): string {
	const { state, kind, where, execution, account, design, at, resubmitted, isPlain, rows } = entry;
	const { jobId, link, fileName, reason } = entry;
	const marks = `${resubmitted ? 'again' : ''}${isPlain ? 'plain' : ''}`;
	const fields = [state, kind, at.toString(36), marks, where, execution];
	fields.push(account, design, jobId, writeRows(rows), link, fileName, reason);
	const lines = fields.map((field) => field.replaceAll('\n', ' '));
	return lines.join('\n').trimEnd();
}

/** What `writeEntry` was given; `undefined` where it is nothing of the kind. */
export function readEntry(text: unknown): LedgerEntry | undefined {
	const fields = typeof text === 'string' ? text.split('\n') : [];
	const [states, kinds, at = '', marks = '', where = '', execution = '', ...more] = fields;
	const [account = '', design = '', jobId = '', rows, link = '', fileName = '', reason = ''] = more;
	const state = STATES.find((known) => known === states);
	const kind = JOB_KINDS.find((known) => known === kinds);
	if (!state || !kind || rows === undefined) return undefined;
	// Written out, since spreading the fields takes five times as long.
	const entry: LedgerEntry = {
		state,
		kind,
		where,
		execution,
		account,
		design,
		at: Number.parseInt(at, 36),
		resubmitted: marks.startsWith('again'),
		isPlain: marks.endsWith('plain'),
		jobId,
		link,
		fileName,
		reason,
		rows: [],
	};
	for (const row of rows.split(',')) entry.rows.push(readRow(row, entry));
	return entry;
}

/**
 * A row that follows the place of the row before it is written as its digest only: "…0,…,…,…7.1,…3+8+9,…".
 * A group's row also has its other items, and a row that a tool has handed on has its execution: "…4:71".
 */
function writeRows(rows: readonly LedgerRow[]): string {
	const texts = rows.map(({ place, digest, itemIndexes, handedOnIn }, index) => {
		const others = itemIndexes.slice(1).map((item) => `+${item}`);
		const isNext = others.length === 0 && place === placeAfter(rows[index - 1]);
		const items = isNext ? '' : `${place}${others.join('')}`;
		return `${digest}${items}${handedOnIn === undefined ? '' : `:${handedOnIn}`}`;
	});
	return texts.join(',');
}

const ROW = new RegExp(`^(.{${DIGEST_LENGTH}})([\\d.]*)((?:\\+\\d+)*)(?::(.*))?$`);

/** @param entry as read so far */
function readRow(text: string, entry: LedgerEntry): LedgerRow {
	const [, digest = '', written = '', others = '', handedOnIn] = ROW.exec(text) ?? [];
	const place = written || placeAfter(entry.rows.at(-1));
	const itemIndexes = [Number.parseInt(place, 10)];
	if (others !== '') itemIndexes.push(...others.slice(1).split('+').map(Number));
	return { entry, place, digest, itemIndexes, handedOnIn, reservedBy: undefined };
}

/** The place after that of a row; empty where no row comes before. */
function placeAfter(row: LedgerRow | undefined): string {
	return (row?.place ?? '').replace(/\d+$/, (last) => String(Number(last) + 1));
}
