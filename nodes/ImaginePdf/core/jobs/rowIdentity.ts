import { hash } from 'node:crypto';

import type { PdfProfile } from '../api/client';
import { isSame } from '../objects';
import type { MissingVariables, PreparedRow } from '../rows/types';

/** What identifies a row in the ledger. It is saved with the execution for every row, so it is short. */
export interface RowIdentity {
	/** Where it stands in the input: "12" for the only or the first row of item 12, "12.3" for its fourth. */
	place: string;
	/** Digest of what its PDF shows; see `digestOf`. */
	digest: string;
	/** The items it was made of: one, or a group's. */
	itemIndexes: readonly number[];
}

/** What changes a PDF beside its design and values. */
export interface RenderOptions {
	profile: PdfProfile;
	missingVariables: MissingVariables;
}

export function identityOf(row: PreparedRow, options: RenderOptions): RowIdentity {
	const { itemIndex, rowIndex, itemIndexes } = row;
	const place = rowIndex ? `${itemIndex}.${rowIndex}` : String(itemIndex);
	return { place, digest: digestOf(row, options), itemIndexes };
}

/** Characters of a digest in base64url: 66 bits, so that two of a million rows meet by chance once in 10^8 runs. */
export const DIGEST_LENGTH = 11;

/** The part of a row that its PDF depends on. */
type ShownRow = Pick<PreparedRow, 'designId' | 'values' | 'blanked' | 'pictures' | 'blankPictures'>;

/**
 * A digest of what a row's PDF shows. Nothing of the row can be read from it. Fields count in any order.
 * Blanks count only where sample content shows without them: a variable that was added to the design
 * meanwhile changes nothing else. A picture counts by where it comes from, since every try uploads it
 * anew, under another reference; a retry by hand brings the same items with the same files.
 */
export function digestOf(
	{ designId, values, blanked, pictures, blankPictures }: ShownRow,
	{ profile, missingVariables }: RenderOptions,
): string {
	const showsSample = missingVariables === 'sample';
	const apart = pictures.map(({ variable }) => variable);
	if (!showsSample) apart.push(...blanked, ...blankPictures);
	const names = Object.keys(values).filter(
		(name) => (values[name] !== '' || showsSample) && !apart.includes(name),
	);
	if (!isSame(names, last.unsorted)) last = inOrder(names);
	// Joined from few pieces, since a digest of many takes twice as long.
	let shown = `${part(designId)}${profile}${showsSample}${last.text}`;
	for (const picture of pictures) shown += JSON.stringify(picture);
	for (const name of last.sorted) {
		const value = values[name];
		shown += typeof value === 'string' ? part(value) : JSON.stringify(value);
	}
	return hash('sha256', shown, 'base64url').slice(0, DIGEST_LENGTH);
}

/** Rows that follow each other mostly have the same names, and sorting takes longer than the digest. */
let last = inOrder([]);

function inOrder(unsorted: readonly string[]) {
	const sorted = [...unsorted].sort();
	return { unsorted, sorted, text: JSON.stringify(sorted) };
}

/** With its length before it, a text cannot be taken for a part of its neighbours. */
function part(text: string): string {
	return `${text.length}:${text}`;
}
