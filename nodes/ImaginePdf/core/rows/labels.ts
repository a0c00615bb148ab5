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
