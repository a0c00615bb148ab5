/* Names of fields, of variables and of columns, compared as people take them. */

/** What nobody sees: controls, formats such as the byte order mark, and what fonts are to ignore. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]+/gu;

/**
 * A name without what people vary: case, spaces, `_`, `-`, `.`, invisible characters and width. NFKC
 * makes usual blanks of the no-break ones, and folds full-width letters.
 */
export function looseName(name: string): string {
	return name
		.normalize('NFKC')
		.toLowerCase()
		.replace(/[\s_.-]+/g, '')
		.replace(INVISIBLE, '');
}

/** Those of some names that are the same as this one but for what people vary. */
export function similarTo(name: string, names: readonly string[]): string[] {
	const loose = looseName(name);
	return loose === '' ? [] : names.filter((other) => looseName(other) === loose);
}

/** The very name, or the only one that is nearly the same. */
export function nameAmong(names: readonly string[], name: string): string | undefined {
	if (names.includes(name)) return name;
	const [only, other] = similarTo(name, names);
	return other === undefined ? only : undefined;
}

/** Whether text shows anything. */
export function isVisible(text: string): boolean {
	return text.replace(INVISIBLE, '').trim() !== '';
}
