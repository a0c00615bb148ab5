/** "1 row", "2 rows". */
export function plural(count: number, noun: string): string {
	return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** For the middle of a sentence; names keep their capitals. */
export function lowerFirst(text: string): string {
	return /^(ImaginePDF|HTTP|ZIP|PDF)/.test(text)
		? text
		: `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}
