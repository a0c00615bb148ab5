import { z } from 'zod';

import { DIGEST_LENGTH, itemOf, PLACES, readPlaces, type Place } from './rowIdentity';
import type { PreparedRow } from '../rows/types';

/*
 * What the ledger keeps. Names and values are saved with executions.
 */

/** What was asked for: a batch job, or one PDF. */
export type Kind = 'batch' | 'pdf';

/** What is kept of a job or a PDF. Of thousands each is checked by `isEntry`, so not by a schema. */
export interface LedgerEntry {
	/**
	 * `sending`: a request is on its way; where its run has ended, its outcome is not known. `unknown`:
	 * sent, and it is not known whether it was accepted. `accepted`: paid for.
	 */
	state: 'sending' | 'unknown' | 'accepted';
	/** Places of its rows in the input; see `writePlaces`. */
	places: string;
	/** One digest for each place, joined. */
	digests: string;
	/** When it was sent or accepted, in milliseconds since the epoch. */
	at: number;
	/** Empty for a single PDF without an id. */
	jobId?: string;
	/** The link of a single PDF, encrypted. */
	link?: string;
	/** The name that the service gave a single PDF. */
	fileName?: string;
	/** Why the outcome is not known. */
	reason?: string;
	/** It was already the one repetition that 'Submit Again' allows. */
	again?: boolean;
	/** The execution that saw the job fail without a single PDF. */
	lostIn?: string;
	/** As a tool: the execution that has handed results on to the agent, and the places of their rows. */
	doneIn?: string;
	donePlaces?: string;
}

const STATES: ReadonlySet<unknown> = new Set(['sending', 'unknown', 'accepted']);
const OPTIONAL_TEXTS = ['jobId', 'link', 'fileName', 'reason', 'lostIn', 'doneIn'] as const;

const groupSchema = z.object({
	run: z.number(),
	execution: z.string(),
	account: z.string(),
	kind: z.enum(['batch', 'pdf']),
	design: z.string(),
	toolInput: z.string().optional(),
	entries: z.array(z.unknown()),
});

/** In `places`: nothing is left to be remembered. */
export const GONE = '';

/** Entries that have the same scope and design, so that these are saved once. */
export type LedgerGroup = z.infer<typeof groupSchema>;

/** An entry with the group it stands in. */
export interface KnownEntry {
	group: LedgerGroup;
	entry: LedgerEntry;
}

/** A row that an entry covers. */
export interface CoveredRow {
	place: Place;
	digest: string;
}

/** An entry of an earlier try, and which of its rows this try has found in it. */
export interface Claim {
	known: KnownEntry;
	rows: PreparedRow[];
	/** Their places in the entry. */
	places: Place[];
}

/** What there is to do for the rows of a try. Each row is in one of these lists. */
export interface Claims {
	/** Paid for by an earlier try: to be fetched. */
	paid: Claim[];
	/** Perhaps paid for: not to be sent again. */
	unknown: Claim[];
	/** Perhaps paid for, and to be sent again all the same: once. */
	again: PreparedRow[];
	/** To be paid for. */
	fresh: PreparedRow[];
}

export function rowCountOf({ digests }: LedgerEntry): number {
	return digests.length / DIGEST_LENGTH;
}

export function coveredRows({ places, digests }: LedgerEntry): CoveredRow[] {
	// As with most of thousands.
	if (digests.length === DIGEST_LENGTH) return [{ place: places, digest: digests }];
	return readPlaces(places).map((place, index) => {
		const start = index * DIGEST_LENGTH;
		return { place, digest: digests.slice(start, start + DIGEST_LENGTH) };
	});
}

/** Rows of an entry whose results were not handed on: in this execution, or in any. */
export function rowsLeft(entry: LedgerEntry, execution = entry.doneIn): CoveredRow[] {
	const rows = coveredRows(entry);
	const done = handedOnPlaces(entry);
	return done.size === 0 || entry.doneIn !== execution
		? rows
		: rows.filter(({ place }) => !done.has(place));
}

/** The places of rows that a tool has handed on to its agent. */
export function handedOnPlaces({ donePlaces }: LedgerEntry): ReadonlySet<Place> {
	return donePlaces === undefined ? NONE : new Set(readPlaces(donePlaces));
}

const NONE: ReadonlySet<Place> = new Set();

/** Entries by the items that their rows came from. */
export function byItem(known: readonly KnownEntry[]): Map<number, KnownEntry[]> {
	const items = new Map<number, KnownEntry[]>();
	for (const one of known) {
		for (const item of new Set(coveredRows(one.entry).map(({ place }) => itemOf(place)))) {
			const list = items.get(item);
			if (list) list.push(one);
			else items.set(item, [one]);
		}
	}
	return items;
}

/** The very object, not a copy: it is written to. */
export function isGroup(value: unknown): value is LedgerGroup {
	return groupSchema.safeParse(value).success;
}

export function isEntry(value: unknown): value is LedgerEntry {
	if (typeof value !== 'object' || value === null) return false;
	const entry: Partial<Record<keyof LedgerEntry, unknown>> = value;
	const { state, places, digests, at, again, donePlaces } = entry;
	return (
		STATES.has(state) &&
		isPlaces(places) &&
		typeof digests === 'string' &&
		typeof at === 'number' &&
		(again === undefined || typeof again === 'boolean') &&
		(donePlaces === undefined || isPlaces(donePlaces)) &&
		OPTIONAL_TEXTS.every((name) => entry[name] === undefined || typeof entry[name] === 'string')
	);
}

function isPlaces(value: unknown): boolean {
	return typeof value === 'string' && PLACES.test(value);
}

export function isGone(value: unknown): boolean {
	return typeof value === 'object' && value !== null && 'places' in value && value.places === GONE;
}
