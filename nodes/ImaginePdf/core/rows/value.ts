import { dateText, reformatted, type TextFormat } from './dates';
import { Refusal } from './issues';
import { expressionFor, LABEL, showName, showNames } from './labels';
import { isPlainObject } from './own';
import type { Target } from './targets';

/** Text of an object that somebody put inside text. */
const OBJECT_IN_TEXT = '[object Object]';

/** RFC 2397: `data:[mediatype][;parameters],data`. Ordinary text such as `Data: 5, 6` passes. */
const DATA_URI = /^\s*data:(?:[\w.+-]+\/[\w.+-]+)?(?:;[^;,\s]+)*,/i;

/** How a picture that lies with the service is named (docs/imaginepdf-api.md, "Images"). */
const REFERENCE = /^(?:uploads|assets):[^\s,]+$/;

/** Decimal digits that a double is sure to keep (IEEE 754, DBL_DIG). The rest is noise. */
const SURE_DIGITS = 15;

/** From here on fifteen digits would leave fewer than two decimals, and cents matter more. */
const KEEP_ALL_DIGITS_FROM = 1e13;

const MAKE_IT_TEXT = 'Turn it into text first, or leave the field out.';

/**
 * Text for a text, a QR code, a barcode or a token; `undefined` where there is no value.
 */
export function textValue(
	raw: unknown,
	target: Target,
	format: TextFormat,
): string | Refusal | ObjectFound | undefined {
	if (typeof raw === 'string' && isPlainText(raw, format)) return raw;
	const text = Array.isArray(raw) ? listText(raw, format) : scalarText(raw, format);
	if (typeof text === 'string' && mayBeDataUri(text) && isUnprintable(text, target)) {
		return new Refusal(
			'data_uri',
			'holds an inline image (a data: URI), which ImaginePDF drops',
			pictureAdvice(),
		);
	}
	return text;
}

/** Text that is printed as it is, which most is. */
export function isPlainText(text: string, { dateFormat }: TextFormat): boolean {
	return dateFormat === '' && !mayBeDataUri(text) && !text.includes(OBJECT_IN_TEXT);
}

/** A reference to a picture that lies with the service; what is empty is no value. */
export function imageValue(raw: unknown): string | Refusal | undefined {
	if (raw === undefined || raw === null) return undefined;
	const text = typeof raw === 'string' ? raw.trim() : undefined;
	if (text === '') return undefined;
	if (text !== undefined && REFERENCE.test(text)) return text;
	const what =
		text === undefined
			? 'no text'
			: DATA_URI.test(text)
				? 'an inline image (a data: URI)'
				: /^https?:/i.test(text)
					? 'a URL'
					: 'text that is no reference';
	return new Refusal(
		'not_a_reference',
		`holds ${what}, and it takes an image reference, such as uploads:ID`,
		pictureAdvice(),
	);
}

/** Whether text can only be meant as the reference to a picture. */
export function isReference(value: unknown): boolean {
	return typeof value === 'string' && REFERENCE.test(value.trim());
}

/** The tokens that an object fills, or `undefined` where it is no object of tokens of this variable. */
export function tokenValues(
	raw: Record<string, unknown>,
	{ token, variable: { tokens } }: Target,
	format: TextFormat,
): Map<string, string | undefined> | Refusal | undefined {
	const names = Object.keys(raw);
	const isTokens = names.length > 0 && names.every((name) => tokens?.includes(name));
	if (token !== undefined || !isTokens) return undefined;
	const values = new Map<string, string | undefined>();
	for (const name of names) {
		const text = cellText(raw[name], format);
		if (text instanceof Refusal) return text.in(`token ${showName(name)}`);
		values.set(name, text);
	}
	return values;
}

/** Text for a table's cell or a token: nothing may be nested in it. */
export function cellText(raw: unknown, format: TextFormat): string | Refusal | undefined {
	if (Array.isArray(raw)) {
		return new Refusal('unsupported_value', 'holds a list where only text fits', MAKE_IT_TEXT);
	}
	const text = scalarText(raw, format);
	if (!(text instanceof ObjectFound)) return text;
	return new Refusal('unsupported_value', 'holds an object where only text fits', MAKE_IT_TEXT);
}

/** An object where text is wanted. */
export class ObjectFound {
	constructor(readonly value: Record<string, unknown>) {}
}

/** Text for anything that is not a list; `undefined` if it is missing. */
function scalarText(raw: unknown, format: TextFormat): string | Refusal | ObjectFound | undefined {
	switch (typeof raw) {
		case 'string':
			if (raw.includes(OBJECT_IN_TEXT)) return objectInText();
			return format.dateFormat === '' ? raw : reformatted(raw, format);
		case 'undefined':
			return undefined;
		case 'number':
			return Number.isFinite(raw) ? numberText(raw) : unsupported(`the number ${raw}`);
		case 'boolean':
		case 'bigint':
			return String(raw);
		case 'object':
			if (raw === null) return undefined;
			if (!isPlainObject(raw)) return classText(raw, format);
			return Object.keys(raw).length === 0 ? undefined : new ObjectFound(raw);
		default:
			return unsupported(`a ${typeof raw}`);
	}
}

/** A list of texts on one line. An entry without a value is left out. */
function listText(
	raw: readonly unknown[],
	format: TextFormat,
): string | Refusal | ObjectFound | undefined {
	const texts: string[] = [];
	for (const entry of raw) {
		if (Array.isArray(entry)) return nestedList('lists');
		const text = scalarText(entry, format);
		if (text instanceof ObjectFound) return nestedList('objects');
		if (text instanceof Refusal) return text;
		if (text !== undefined) texts.push(text);
	}
	return texts.length === 0 ? undefined : texts.join(', ');
}

/** Dates, and other objects that say themselves how they are written as text. */
function classText(raw: object, format: TextFormat): string | Refusal {
	if (ArrayBuffer.isView(raw)) return unsupported('binary data');
	try {
		const date = dateText(raw, format);
		return date === null ? invalidDate() : (date ?? ownText(raw) ?? unsupported(className(raw)));
	} catch {
		// Its own conversion refused, e.g. a Date only by name.
		return unsupported('an object without a text form');
	}
}

/** The text or number a class gives for JSON, e.g. a URL or a database's object id. */
function ownText(raw: object): string | undefined {
	if (!('toJSON' in raw) || typeof raw.toJSON !== 'function') return undefined;
	const json: unknown = raw.toJSON();
	if (typeof json === 'number' && Number.isFinite(json)) return numberText(json);
	return typeof json === 'string' && !json.includes(OBJECT_IN_TEXT) ? json : undefined;
}

function className(raw: object): string {
	const name: unknown = 'constructor' in raw ? Reflect.get(raw.constructor ?? {}, 'name') : '';
	return `an object (${typeof name === 'string' && name !== '' ? name : 'unknown'})`;
}

/**
 * A finite number as people write it: no exponent, no float noise (0.1 + 0.2 is `0.3`), no
 * negative zero. Integers keep every digit of their shortest form.
 */
export function numberText(value: number): string {
	const shortest = String(value);
	// Most numbers: too short for noise, and without exponent.
	if (shortest.length <= SURE_DIGITS && !shortest.includes('e')) return shortest;
	const isExact = Number.isInteger(value) || Math.abs(value) >= KEEP_ALL_DIGITS_FROM;
	return withoutExponent(isExact ? shortest : withoutNoise(value.toPrecision(SURE_DIGITS)));
}

/** Without the zeros that a number of fixed precision ends in. */
function withoutNoise(precise: string): string {
	if (precise.includes('e')) return String(Number(precise));
	let end = precise.length;
	while (precise.charCodeAt(end - 1) === 0x30) end--;
	return precise.slice(0, precise.charAt(end - 1) === '.' ? end - 1 : end);
}

/** Writes out `1e+21` and `1e-7`, the forms ECMAScript's Number::toString falls back to. */
function withoutExponent(text: string): string {
	const parts = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
	if (parts === null) return text;
	const [, sign = '', whole = '', fraction = '', power = '0'] = parts;
	const digits = whole + fraction;
	const point = whole.length + Number(power);
	if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
	if (point >= digits.length) return sign + digits.padEnd(point, '0');
	return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** The characters that a data: URI can begin with: `d`, `D`, white space. Spares most texts the rest. */
function mayBeDataUri(text: string): boolean {
	const first = text.charCodeAt(0);
	return first === 0x64 || first === 0x44 || first <= 0x20 || first >= 0xa0;
}

/** Where the kind is not known it may be an image; and an inline picture is nowhere meant as text. */
function isUnprintable(text: string, { kind }: Target): boolean {
	return DATA_URI.test(text) && (kind === 'unknown' || /^\s*data:image\//i.test(text));
}

/**
 * What is said of an object where text is wanted.
 * @param path of the field, for the expression in the advice
 */
export function objectRefusal(
	value: Record<string, unknown>,
	{ variable: { tokens = [] } }: Target,
	path: readonly string[],
): Refusal {
	const names = Object.keys(value);
	const takes = tokens.length === 0 ? 'text' : `text, or its tokens ${showNames(tokens)}`;
	return new Refusal(
		'unsupported_value',
		`holds an object with ${showNames(names)}, and it takes ${takes}`,
		`Pick one of them: choose '${LABEL.mapped}' as the '${LABEL.rowSource}' and enter an expression such as ${expressionFor([...path, names[0] ?? ''])}.`,
	);
}

function nestedList(of: 'lists' | 'objects'): Refusal {
	return new Refusal(
		'unsupported_value',
		`holds a list of ${of}, and it takes text`,
		`Pick what to print: choose '${LABEL.mapped}' as the '${LABEL.rowSource}' and enter an expression. If these are rows of their own, choose '${LABEL.json}' and give it this list alone.`,
	);
}

function objectInText(): Refusal {
	return new Refusal(
		'unsupported_value',
		`holds the text ${OBJECT_IN_TEXT}, which is what becomes of an object inside text`,
		'In the expression that makes the text, name the field of the object to print.',
	);
}

function pictureAdvice(): string {
	return `Use the option '${LABEL.images}' to take the picture from a file of the item, or upload it with the resource '${LABEL.image}' and use its reference.`;
}

function invalidDate(): Refusal {
	return new Refusal(
		'unsupported_value',
		'holds a date that does not exist',
		'Check how the date is read, or send it as text.',
	);
}

function unsupported(what: string): Refusal {
	return new Refusal('unsupported_value', `holds ${what}, which cannot be printed`, MAKE_IT_TEXT);
}
