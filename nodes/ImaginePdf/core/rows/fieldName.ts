/** Between a variable and a token inside its text (API page, "Values"). */
const SEPARATOR = '::';

/** A key of a row, taken apart. */
export interface FieldName {
	/** The variable it belongs to. */
	readonly variable: string;
	/** The token inside the variable's text, for a `variable::token` key. */
	readonly token?: string;
}

/** Takes `variable::token` apart; any other key is a variable's name as it stands. */
export function parseFieldName(key: string): FieldName {
	const at = key.indexOf(SEPARATOR);
	if (at <= 0) return { variable: key };
	return { variable: key.slice(0, at), token: key.slice(at + SEPARATOR.length) };
}

/** The documented key of a token. */
export function tokenKey(variable: string, token: string): string {
	return variable + SEPARATOR + token;
}
