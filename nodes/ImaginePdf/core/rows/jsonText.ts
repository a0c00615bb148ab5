/** JSON text that was read, or the first place where it is not JSON (both counted from 1). */
export type JsonReading =
	| { readonly ok: true; readonly value: unknown }
	| { readonly ok: false; readonly line: number; readonly column: number; readonly found: string };

/** A JSON string up to its closing quote, as far as it is well formed (RFC 8259, section 7). */
const STRING_START =
	/"[\u0020\u0021\u0023-\u005b\u005d-\u{10ffff}]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[\u0020\u0021\u0023-\u005b\u005d-\u{10ffff}]*)*/uy;
/** Every other token (RFC 8259, sections 2, 3 and 6). */
const TOKEN = /[{}[\]:,]|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const SPACE = /[ \t\n\r]*/y;

/** Reads JSON text. A byte order mark at the start, as some editors write it, is skipped. */
export function readJson(text: string): JsonReading {
	const json = text.startsWith('\uFEFF') ? text.slice(1) : text;
	try {
		return { ok: true, value: JSON.parse(json) as unknown };
	} catch {
		return { ok: false, ...placeOf(json, firstBadOffset(json)) };
	}
}

function placeOf(json: string, offset: number): { line: number; column: number; found: string } {
	const before = json.slice(0, offset);
	const line = before.split('\n').length;
	const column = offset - before.lastIndexOf('\n');
	return { line, column, found: characterAt(json, offset) };
}

function characterAt(json: string, offset: number): string {
	const code = json.codePointAt(offset);
	if (code === undefined) return 'the end of the text';
	if (code === 0x0a || code === 0x0d) return 'a line break';
	if (code === 0x09) return 'a tab';
	return code < 0x20 ? 'a control character' : `'${String.fromCodePoint(code)}'`;
}

/** What may stand at a place. */
type Expected = 'value' | 'value or ]' | 'name' | 'name or }' | ':' | ', or end';

/**
 * Where JSON text stops being JSON. Needed because V8's own message names the place only at times,
 * and in other words in each Node.js version.
 */
function firstBadOffset(json: string): number {
	const open: string[] = [];
	let expected: Expected = 'value';
	let offset = skipSpace(json, 0);
	while (offset < json.length) {
		const token = tokenAt(json, offset);
		const next: Expected | undefined = token && after(token.first, expected, open);
		if (token === undefined || next === undefined) return offset;
		if (!token.whole) return token.end;
		expected = next;
		offset = skipSpace(json, token.end);
	}
	return json.length;
}

function skipSpace(json: string, offset: number): number {
	SPACE.lastIndex = offset;
	return offset + (SPACE.exec(json)?.[0].length ?? 0);
}

/** The token at an offset: its first character, its end, and whether it is complete. */
function tokenAt(
	json: string,
	offset: number,
): { first: string; end: number; whole: boolean } | undefined {
	const pattern = json[offset] === '"' ? STRING_START : TOKEN;
	pattern.lastIndex = offset;
	const text = pattern.exec(json)?.[0];
	if (text === undefined) return undefined;
	const end = offset + text.length;
	if (pattern === TOKEN) return { first: text.slice(0, 1), end, whole: true };
	return json[end] === '"'
		? { first: '"', end: end + 1, whole: true }
		: { first: '"', end, whole: false };
}

/** What may follow a token, or `undefined` if it may not stand here. Keeps `open` up to date. */
function after(first: string, expected: Expected, open: string[]): Expected | undefined {
	switch (expected) {
		case 'name':
		case 'name or }':
			if (first === '"') return ':';
			return first === '}' && expected === 'name or }' ? closing('}', open) : undefined;
		case ':':
			return first === ':' ? 'value' : undefined;
		case ', or end':
			return first === ',' ? afterComma(open) : closing(first, open);
		default:
			return afterValueStart(first, expected, open);
	}
}

function afterComma(open: readonly string[]): Expected | undefined {
	if (open.length === 0) return undefined;
	return open.at(-1) === '}' ? 'name' : 'value';
}

function afterValueStart(first: string, expected: Expected, open: string[]): Expected | undefined {
	switch (first) {
		case '{':
			open.push('}');
			return 'name or }';
		case '[':
			open.push(']');
			return 'value or ]';
		case ']':
			return expected === 'value or ]' ? closing(']', open) : undefined;
		case '}':
		case ':':
		case ',':
			return undefined;
		default:
			return ', or end';
	}
}

function closing(bracket: string, open: string[]): Expected | undefined {
	return open.pop() === bracket ? ', or end' : undefined;
}
