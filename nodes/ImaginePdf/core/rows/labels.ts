import { firstFew } from '../text';

/** How the editor names what the messages of this folder point to. */
export const LABEL = {
	onlyFields: 'Only Fields',
	missingVariables: 'Missing Variables',
	blank: 'Leave Blank',
	sample: 'Print Sample Content',
	rows: 'Rows',
	rowSource: 'Row Source',
	json: 'JSON',
	mapped: 'Map Each Variable',
	tableColumns: 'Table Columns',
	groupBy: 'Group By',
	images: 'Images',
	image: 'Image',
	batch: 'Batch',
} as const;

/** Longest field name that is shown in full. */
const LONGEST_NAME = 60;

/** Names of a list that a message shows before it counts. */
const NAMED = 5;

/** Characters that nobody sees: controls, formats such as the byte order mark, blanks but the usual one. */
const INVISIBLE = /([\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|(?! )\p{Zs})/u;

/** A field's name for a message: of bounded length, and with what is invisible in it spelled out. */
export function showName(name: string): string {
	const characters = [...name.slice(0, 2 * LONGEST_NAME)];
	const isLong = characters.length > LONGEST_NAME || name.length > 2 * LONGEST_NAME;
	const shown = isLong ? `${characters.slice(0, LONGEST_NAME).join('')}…` : name;
	const parts = shown.split(INVISIBLE).filter((part) => part !== '');
	if (parts.length === 0) return "''";
	return parts.map((part) => (INVISIBLE.test(part) ? codePoint(part) : `'${part}'`)).join(' + ');
}

/** The first few names of a list and a count of the others. */
export function showNames(names: readonly string[], shown = NAMED): string {
	return firstFew(names.slice(0, shown).map(showName), names.length);
}

/** The n8n expression that reads a path of an item, e.g. `{{ $json.body }}`. */
export function expressionFor(path: readonly string[]): string {
	const steps = path.map((name) =>
		/^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`,
	);
	return `{{ $json${steps.join('')} }}`;
}

function codePoint(character: string): string {
	const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
	return `U+${hex.padStart(4, '0')}`;
}
