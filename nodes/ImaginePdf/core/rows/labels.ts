/** Longest field name that is shown in full. */
const LONGEST_NAME = 60;

/** A field's name for a message: on one line, and of bounded length. */
export function showName(name: string): string {
	const line = name.replace(/\p{Cc}+/gu, ' ');
	const characters = [...line.slice(0, 2 * LONGEST_NAME)];
	const short =
		characters.length > LONGEST_NAME || line.length > 2 * LONGEST_NAME
			? `${characters.slice(0, LONGEST_NAME).join('')}…`
			: line;
	return `'${short}'`;
}

/** The first few of a list and a count of the others: `a, b and 3 more`. */
export function firstFew(shown: readonly string[], total: number): string {
	const more = total - shown.length;
	if (more > 0) return `${shown.join(', ')} and ${more} more`;
	if (shown.length < 2) return shown.join('');
	return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

/** `1 row`, `2 rows`. */
export function count(amount: number, noun: string): string {
	return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}
