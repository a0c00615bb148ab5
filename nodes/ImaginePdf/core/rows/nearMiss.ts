/** Names this far apart can still be one name mistyped. */
const MAX_DISTANCE = 2;

/** Fields beyond this are compared by spelling only, to keep the comparison linear. */
const MAX_COMPARED_FIELDS = 50;
const MAX_COMPARED_NAMES = 1000;

/** A name without what people vary: case, spaces, underscores, hyphens, dots, width. */
export function foldName(name: string): string {
	return name
		.normalize('NFKC')
		.toLowerCase()
		.replace(/[\s_.-]+/g, '');
}

/** For each field the candidate it was probably meant to be, where there is one. */
export function nearMisses(
	fields: readonly string[],
	candidates: readonly string[],
): Map<string, string> {
	const byFolded = new Map<string, string>();
	for (const name of candidates) {
		const folded = foldName(name);
		if (folded !== '' && !byFolded.has(folded)) byFolded.set(folded, name);
	}
	const compared = [...byFolded].slice(0, MAX_COMPARED_NAMES);
	const found = new Map<string, string>();
	for (const [index, field] of fields.entries()) {
		const folded = foldName(field);
		const same = byFolded.get(folded);
		const near = same ?? (index < MAX_COMPARED_FIELDS ? nearest(folded, compared) : undefined);
		if (near !== undefined) found.set(field, near);
	}
	return found;
}

function nearest(folded: string, compared: ReadonlyArray<[string, string]>): string | undefined {
	let best: string | undefined;
	// Short names are all alike: `tax` is no misspelling of `fax`.
	let limit = Math.min(MAX_DISTANCE, Math.floor(folded.length / 3));
	for (const [candidate, name] of compared) {
		if (limit === 0) break;
		if (Math.abs(candidate.length - folded.length) > limit) continue;
		const distance = editDistance(folded, candidate);
		if (distance > limit) continue;
		best = name;
		limit = distance - 1;
	}
	return best;
}

/**
 * Insertions, deletions, replacements and swaps of neighbours between two names (the restricted
 * Damerau-Levenshtein distance).
 */
export function editDistance(a: string, b: string): number {
	let beforeLast: number[] = [];
	let last = Array.from({ length: b.length + 1 }, (_, column) => column);
	for (let row = 1; row <= a.length; row++) {
		const current = [row];
		for (let column = 1; column <= b.length; column++) {
			const replaced = at(last, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1);
			const oneSided = Math.min(at(last, column), at(current, column - 1)) + 1;
			const swapped =
				a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
					? at(beforeLast, column - 2) + 1
					: Infinity;
			current.push(Math.min(replaced, oneSided, swapped));
		}
		beforeLast = last;
		last = current;
	}
	return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
	return row[column] ?? Infinity;
}
