/** Where users can report what the code does not handle. */
export const ISSUES_URL = 'https://github.com/imaginepdf/n8n-nodes-imaginepdf/issues';

/** "1 row", "2 rows". */
export function plural(count: number, noun: string): string {
	return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Runs of items that a message names before it counts. */
const NAMED_RUNS = 5;

/** "item 3", "items 0 to 99 and 101": counted from 0, as n8n shows them. */
export function itemsText(indexes: readonly number[]): string {
	const runs: Array<[first: number, last: number]> = [];
	for (const index of indexes) {
		const run = runs.at(-1);
		if (run && run[1] === index - 1) run[1] = index;
		else runs.push([index, index]);
	}
	const named = runs.slice(0, NAMED_RUNS);
	const texts = named.map(([first, last]) => (first === last ? `${first}` : `${first} to ${last}`));
	const covered = named.reduce((sum, [first, last]) => sum + last - first + 1, 0);
	return `${indexes.length === 1 ? 'item' : 'items'} ${firstFew(texts, texts.length + indexes.length - covered)}`;
}

/** The first few of a list and a count of the others: `a, b and 3 more`. */
export function firstFew(shown: readonly string[], total: number): string {
	const more = total - shown.length;
	if (more > 0) return `${shown.join(', ')} and ${more} more`;
	if (shown.length < 2) return shown.join('');
	return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

/** For the middle of a sentence; names keep their capitals. */
export function lowerFirst(text: string): string {
	return /^(ImaginePDF|HTTP|ZIP|PDF)/.test(text)
		? text
		: `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}
