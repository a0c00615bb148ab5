/** Where users can report what the code does not handle. */
export const ISSUES_URL = 'https://github.com/imaginepdf/n8n-nodes-imaginepdf/issues';

/** "1 row", "2 rows". */
export function plural(count: number, noun: string): string {
	return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Jobs, items, names or failures that a message lists before it counts. */
export const NAMED = 10;

/** Runs of items that a message names before it counts. */
const NAMED_RUNS = 5;

/** "item 3", "items 0 to 99 and 101": counted from 0, as n8n shows them. */
export function itemsText(indexes: readonly number[], noun = 'item'): string {
	const runs: Array<[first: number, last: number]> = [];
	for (const index of indexes) {
		const run = runs.at(-1);
		if (run && run[1] === index - 1) run[1] = index;
		else runs.push([index, index]);
	}
	const named = runs.slice(0, NAMED_RUNS);
	const texts = named.map(([first, last]) => (first === last ? `${first}` : `${first} to ${last}`));
	const covered = named.reduce((sum, [first, last]) => sum + last - first + 1, 0);
	return `${noun}${indexes.length === 1 ? '' : 's'} ${firstFew(texts, texts.length + indexes.length - covered)}`;
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

/** For the beginning of a sentence. */
export function upperFirst(text: string): string {
	return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** Longest field name that is shown in full. */
const LONGEST_NAME = 60;

/** Names of a list that a message shows before it counts. */
const NAMED_FIELDS = 5;

/** Characters that nobody sees: controls, formats such as the byte order mark, blanks but the usual one. */
const SPELLED_OUT = /([\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|(?! )\p{Zs})/u;

/** A field's name for a message: of bounded length, and with what is invisible in it spelled out. */
export function showName(name: string): string {
	const characters = [...name.slice(0, 2 * LONGEST_NAME)];
	const isLong = characters.length > LONGEST_NAME || name.length > 2 * LONGEST_NAME;
	const shown = isLong ? `${characters.slice(0, LONGEST_NAME).join('')}…` : name;
	const parts = shown.split(SPELLED_OUT).filter((part) => part !== '');
	if (parts.length === 0) return "''";
	return parts.map((part) => (SPELLED_OUT.test(part) ? codePoint(part) : `'${part}'`)).join(' + ');
}

/** The first few names of a list and a count of the others. */
export function showNames(names: readonly string[], shown = NAMED_FIELDS): string {
	return firstFew(names.slice(0, shown).map(showName), names.length);
}

function codePoint(character: string): string {
	const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
	return `U+${hex.padStart(4, '0')}`;
}
