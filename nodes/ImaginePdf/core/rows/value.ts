import { dateText, reformatted, type TextFormat } from './dates';
import { isEmpty, type Path } from './fields';
import { Refusal } from './issues';
import { expressionFor, LABEL } from './labels';
import type { Target } from './targets';
import { isPlainObject } from '../objects';
import { showName, showNames } from '../text';

/** Text of an object that somebody put inside text. */
const OBJECT_IN_TEXT = '[object Object]';

/** RFC 2397: `data:[mediatype][;parameters],data`. Ordinary text such as `Data: 5, 6` passes. */
const DATA_URI = /^\s*data:(?:[\w.+-]+\/[\w.+-]+)?(?:;[^;,\s]+)*,/i;

/** Looks at the first character, which spares most texts the regular expression. */
function isDataUri(text: string): boolean {
	const first = text.charCodeAt(0);
	const isCandidate = first === 0x64 || first === 0x44 || first <= 0x20 || first >= 0xa0;
	return isCandidate && DATA_URI.test(text);
}

/** How a picture that lies with the service is named (docs/imaginepdf-api.md, "Images"). */
const REFERENCE = /^(?:uploads|assets):[^\s,]+$/;

/** Decimal digits that a double is sure to keep (IEEE 754, DBL_DIG). The rest is noise. */
const SURE_DIGITS = 15;

/** From here on fifteen digits would leave fewer than two decimals, and cents matter more. */
const KEEP_ALL_DIGITS_FROM = 1e13;

const ALL_DIGITS = { useGrouping: false, maximumSignificantDigits: 21 } as const;

const MAKE_IT_TEXT = 'Turn it into text first, or leave the field out.';

const PICTURE_ADVICE = `Use the option '${LABEL.images}' to take the picture from a file of the item, or upload it with the resource '${LABEL.image}' and use its reference.`;

type TextOutcome = string | Refusal | undefined;

/**
 * Text for a text, a QR code, a barcode or a token; `undefined` where there is no value.
 * @param path of the field where it is one of the item's own, for the expression in the advice
 */
export function textValue(
	raw: unknown,
	target: Target,
	path: Path | undefined,
	format: TextFormat,
): TextOutcome {
	if (typeof raw === 'string' && isPlainText(raw, format)) return raw;
	if (typeof raw === 'number') return scalarText(raw, format);
	if (isFilledObject(raw)) return objectRefusal(raw, target, path);
	const text = Array.isArray(raw) ? listText(raw, path, format) : scalarText(raw, format);
	if (typeof text !== 'string' || !isDataUri(text)) return text;
	// Where the kind is not known it may be an image; and an inline picture is nowhere meant as text.
	if (target.kind !== 'unknown' && !/^\s*data:image\//i.test(text)) return text;
	return new Refusal('holds an inline image (a data: URI), which ImaginePDF drops', PICTURE_ADVICE);
}

/** Text that is printed as it is, which most is. */
export function isPlainText(text: string, { dateFormat }: TextFormat): boolean {
	return dateFormat === '' && !isDataUri(text) && !text.includes(OBJECT_IN_TEXT);
}

/** A reference to a picture that lies with the service; what is empty is no value. */
export function imageValue(raw: unknown): TextOutcome {
	if (isEmpty(raw)) return undefined;
	if (typeof raw === 'string' && isReference(raw)) return raw.trim();
	return new Refusal(
		`holds ${pictureName(raw)}, and it takes an image reference, such as uploads:ID`,
		PICTURE_ADVICE,
	);
}

function pictureName(raw: unknown): string {
	if (typeof raw !== 'string') return 'no text';
	if (isDataUri(raw)) return 'an inline image (a data: URI)';
	return /^\s*https?:/i.test(raw) ? 'a URL' : 'text that is no reference';
}

/** Whether text can only be meant as the reference to a picture. */
export function isReference(value: string): boolean {
	return REFERENCE.test(value.trim());
}

/** The tokens that an object fills, or `undefined` where it is no object of tokens of this variable. */
export function tokenValues(
	raw: Record<string, unknown>,
	{ key, variable: { name: owner, tokens } }: Target,
	format: TextFormat,
): Map<string, string> | Refusal | undefined {
	const names = Object.keys(raw);
	const isTokens = names.length > 0 && names.every((name) => tokens?.includes(name));
	if (key !== owner || !isTokens) return undefined;
	const values = new Map<string, string>();
	for (const name of names) {
		const text = cellText(raw[name], format);
		if (text instanceof Refusal) return text.in(`token ${showName(name)}`);
		if (text !== undefined) values.set(name, text);
	}
	return values;
}

/** Text for a table's cell or a token: nothing may be nested in it. */
export function cellText(raw: unknown, format: TextFormat): TextOutcome {
	const nested = Array.isArray(raw) ? 'a list' : isFilledObject(raw) ? 'an object' : undefined;
	return nested === undefined
		? scalarText(raw, format)
		: unsupported(`holds ${nested} where only text fits`);
}

/** Text for anything that is neither a list nor an object with fields; `undefined` if it is missing. */
function scalarText(raw: unknown, format: TextFormat): TextOutcome {
	switch (typeof raw) {
		case 'string':
			if (raw.includes(OBJECT_IN_TEXT)) {
				return unsupported(
					`holds the text ${OBJECT_IN_TEXT}, which is what becomes of an object inside text`,
					'In the expression that makes the text, name the field of the object to print.',
				);
			}
			return format.dateFormat === '' ? raw : reformatted(raw, format);
		case 'undefined':
			return undefined;
		case 'number':
			return Number.isFinite(raw) ? numberText(raw) : unprintable(`the number ${raw}`);
		case 'boolean':
		case 'bigint':
			return String(raw);
		case 'object':
			return raw === null || isPlainObject(raw) ? undefined : classText(raw, format);
		default:
			return unprintable(`a ${typeof raw}`);
	}
}

/** A list of texts on one line. An entry without a value is left out. */
function listText(
	raw: readonly unknown[],
	path: Path | undefined,
	format: TextFormat,
): TextOutcome {
	const texts: string[] = [];
	for (const entry of raw) {
		if (Array.isArray(entry) || isFilledObject(entry)) {
			return unsupported(
				`holds a list of ${Array.isArray(entry) ? 'lists' : 'objects'}, and it takes text`,
				`${pickOne(path, '')} If these are rows of their own, choose '${LABEL.json}' and give it this list alone.`,
			);
		}
		const text = scalarText(entry, format);
		if (text instanceof Refusal) return text;
		if (text !== undefined && text.trim() !== '') texts.push(text);
	}
	return texts.length === 0 ? undefined : texts.join(', ');
}

function isFilledObject(raw: unknown): raw is Record<string, unknown> {
	return isPlainObject(raw) && Object.keys(raw).length > 0;
}

/** Dates, and other objects that say themselves how they are written as text. */
function classText(raw: object, format: TextFormat): string | Refusal {
	if (ArrayBuffer.isView(raw)) return unprintable('binary data');
	const date = dateText(raw, format);
	if (date === null) {
		const remedy = 'Check how the date is read, or send it as text.';
		return unsupported('holds a date that does not exist', remedy);
	}
	return date ?? ownText(raw) ?? unprintable('an object without a text form');
}

/** The text or number a class gives for JSON, e.g. a URL or a database's object id. */
function ownText(raw: object): string | undefined {
	if (!('toJSON' in raw) || typeof raw.toJSON !== 'function') return undefined;
	const json: unknown = raw.toJSON();
	if (typeof json === 'number' && Number.isFinite(json)) return numberText(json);
	return typeof json === 'string' && !json.includes(OBJECT_IN_TEXT) ? json : undefined;
}

/**
 * A finite number as people write it: no exponent, no float noise (0.1 + 0.2 is `0.3`), no
 * negative zero. Integers keep every digit of their shortest form.
 */
export function numberText(value: number): string {
	const isExact = Number.isInteger(value) || Math.abs(value) >= KEEP_ALL_DIGITS_FROM;
	const text = isExact ? String(value) : value.toPrecision(SURE_DIGITS);
	// ECMAScript falls back to the forms `1e+21` and `1e-7`.
	if (text.includes('e')) return Number(text).toLocaleString('en-US', ALL_DIGITS);
	return isExact ? text : text.replace(/\.?0+$/, '');
}

function objectRefusal(
	value: Record<string, unknown>,
	{ variable: { tokens = [] } }: Target,
	path: Path | undefined,
): Refusal {
	const names = Object.keys(value);
	const takes = tokens.length === 0 ? 'text' : `text, or its tokens ${showNames(tokens)}`;
	return unsupported(
		`holds an object with ${showNames(names)}, and it takes ${takes}`,
		pickOne(path, names[0] ?? ''),
	);
}

/** How to print one part of a value. */
function pickOne(path: Path | undefined, name: string): string {
	const how = path
		? `choose '${LABEL.mapped}' as the '${LABEL.rowSource}' and enter an expression`
		: 'name it in the expression that gives the value';
	const example = path && name !== '' ? ` such as ${expressionFor([...path, name])}` : '';
	return `Pick what to print: ${how}${example}.`;
}

function unprintable(what: string): Refusal {
	return unsupported(`holds ${what}, which cannot be printed`);
}

function unsupported(reason: string, remedy = MAKE_IT_TEXT): Refusal {
	return new Refusal(reason, remedy);
}
