/** What an element takes, as far as the design shows it (docs/imaginepdf-api.md, "Designs"). */
export type VariableKind = 'text' | 'table' | 'image' | 'qr' | 'barcode' | 'unknown';

/** The format that a design gives for a variable's values. Design: Get shows it, nothing else uses it. */
export interface VariableFormat {
	readonly dataType?: string;
	readonly format?: string;
}

/** A variable of a design. */
export interface Variable {
	/** The name to show. */
	readonly name: string;
	/** Every name the service may know it by, `name` first. */
	readonly names: readonly string[];
	readonly kind: VariableKind;
	/** The tokens inside its text or cells; `undefined` where the design does not show them. */
	readonly tokens?: readonly string[];
	/** The header labels of a table, where the design shows them. */
	readonly header?: readonly string[];
	/** The design shows that its table has no header row. */
	readonly isHeaderless?: boolean;
	readonly format?: VariableFormat;
}

/** The variables of a design, or why they are not known. */
export type Variables =
	| { readonly known: true; readonly list: readonly Variable[] }
	| { readonly known: false; readonly reason: string };

/** Between a variable and a token inside its text (docs/imaginepdf-api.md, "Values"). */
const SEPARATOR = '::';

/** A key of a row, taken apart: `variable::token`, or a variable's name as it stands. */
export function parseKey(key: string): { variable: string; token?: string } {
	const at = key.indexOf(SEPARATOR);
	if (at <= 0) return { variable: key };
	return { variable: key.slice(0, at), token: key.slice(at + SEPARATOR.length) };
}

/** The documented key of a token. */
export function tokenKey(variable: string, token: string): string {
	return variable + SEPARATOR + token;
}

/**
 * Where variables are not known, each field is one, and `variable::token` a token of one.
 * @param declared what the user says of some, which the fields need not hold
 */
export function unknownVariables(
	keys: readonly string[],
	declared: ReadonlyMap<string, VariableKind>,
): Variable[] {
	const names = new Set([...keys.map((key) => parseKey(key).variable), ...declared.keys()]);
	return [...names].map((name) => ({ name, names: [name], kind: declared.get(name) ?? 'unknown' }));
}
