/** Token names: letters, digits, `_` (docs/imaginepdf-api.md, "Values"). */
const TOKEN = /\{\{\s*([\p{L}\p{N}_]+)\s*\}\}/gu;

/** `{{page}}` and `{{pages}}` are the renderer's own. */
const OWN = ['page', 'pages'];

/** The tokens inside a text that a row can fill, in order, each once. */
export function tokensIn(text: string): string[] {
	const names = Array.from(text.matchAll(TOKEN), ([, name = '']) => name);
	return [...new Set(names)].filter((name) => !OWN.includes(name));
}

/** The text with its tokens filled; one that is not filled prints empty. */
export function fillTokens(
	text: string,
	values: ReadonlyMap<string, string>,
	pages: number,
): string {
	return text.replace(TOKEN, (_whole, name: string) => {
		if (name === 'page') return '1';
		if (name === 'pages') return String(pages);
		return values.get(name) ?? '';
	});
}
