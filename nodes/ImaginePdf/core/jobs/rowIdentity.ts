import { hash } from 'node:crypto';

import type { PdfProfile } from '../api/client';
import type { MissingVariables, PreparedRow } from '../rows/types';

/*
 * By what a row is found again in the ledger: its place in the input, and a digest of what its PDF shows.
 * Both are short, since they are saved with the execution for every row.
 */

/** Where a row stands in the input: "12" for the only or the first row of item 12, "12.3" for its fourth. */
export type Place = string;

/** What tells one row from another, in this try and in the ledger. */
export interface RowIdentity {
	place: Place;
	digest: string;
	/** The items it was made of: one, or a group's. */
	items: readonly number[];
}

/** What decides how PDFs look, beside their design and values. */
export interface Look {
	profile: PdfProfile;
	missingVariables: MissingVariables;
}

/** Characters of a digest in base64url: 66 bits, so that two of a million rows meet by chance once in 10^8 runs. */
export const DIGEST_LENGTH = 11;

export function placeOf({
	itemIndex,
	rowIndex,
}: Pick<PreparedRow, 'itemIndex' | 'rowIndex'>): Place {
	return rowIndex ? `${itemIndex}.${rowIndex}` : String(itemIndex);
}

/** As much of a row as its PDF depends on. */
type ShownRow = Pick<PreparedRow, 'designId' | 'values' | 'blanked' | 'pictures' | 'blankPictures'>;

/**
 * A digest of what a row's PDF shows. Nothing of the row can be read from it. Fields count in any order.
 * Blanks count only where sample content shows without them: a variable that was added to the design
 * meanwhile changes nothing else. A picture counts by where it comes from, since every try uploads it
 * anew, under another reference; a retry by hand brings the same items with the same files.
 */
export function digestOf(
	{ designId, values, blanked, pictures, blankPictures }: ShownRow,
	{ profile, missingVariables }: Look,
): string {
	const showsSample = missingVariables === 'sample';
	const apart = pictures.map(({ variable }) => variable);
	if (!showsSample) apart.push(...blanked, ...blankPictures);
	let shown = `${part(designId)}${part(profile)}${showsSample}${pictures.length}`;
	for (const picture of pictures) shown += part(JSON.stringify(picture));
	for (const { name, head } of inOrder(Object.keys(values))) {
		const value = values[name];
		if (value === '' && !showsSample) continue;
		if (apart.length > 0 && apart.includes(name)) continue;
		// One text for each field: digests of texts in many pieces take twice the time.
		if (typeof value === 'string') shown += `${head}${value.length}:${value}`;
		else shown += `${head}#${JSON.stringify(value)}`;
	}
	return hash('sha256', shown, 'base64url').slice(0, DIGEST_LENGTH);
}

/** Names in their order, each as it goes into a digest. Rows that follow each other mostly share them. */
function inOrder(names: readonly string[]): typeof lastOrder {
	const { length } = lastNames;
	if (names.length !== length || names.some((name, index) => name !== lastNames[index])) {
		lastNames = names;
		lastOrder = [...names].sort().map((name) => ({ name, head: part(name) }));
	}
	return lastOrder;
}

let lastNames: readonly string[] = [];
let lastOrder: ReadonlyArray<{ name: string; head: string }> = [];

/** With its length before it, a text cannot be taken for a part of its neighbours. */
function part(text: string): string {
	return `${text.length}:${text}`;
}
