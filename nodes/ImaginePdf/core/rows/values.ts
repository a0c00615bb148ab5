import { dateText, looksLikeDate, reformatted, type TextFormat } from './dates';
import { isEmpty, PARSED, parsed } from './paths';
import { isNested, picksOf } from './expressions';
import { LABEL, Refusal } from './issues';
import { fold } from './names';
import type { VariableKind } from '../designs/variable';
import { isPlainObject, type Fields } from '../objects';
import { showName, showNames } from '../text';

/* Values as text: what is printed of a number, a date, a list, and what shows that its source is broken. */

/** What is worth telling of a value that can be sent. */
export type NoteKind =
	'formatted' | 'unformatted' | 'odd date' | 'day' | 'encoding' | 'read' | 'columns';

/** What a value is turned into text with. */
export interface Writing {
	readonly format: TextFormat;
	readonly kind: VariableKind;
	/** What the value is for, for advice and notes. */
	readonly variable: string;
	/** The tokens that an object may hold instead. */
	readonly tokens?: Iterable<string>;
	readonly note: (kind: NoteKind, text: string) => void;
}

export type TextOutcome = string | Refusal | undefined;

const OBJECT_IN_TEXT = '[object Object]';

/** What a sheet shows where a formula has no value, and what JavaScript makes of no value. */
const BROKEN_WHOLE =
	/^\s*(?:#(?:N\/A|REF!|DIV\/0!|NAME\?|VALUE!|NUM!|NULL!|ERROR!|SPILL!|CALC!)|Loading\.\.\.|undefined|NaN)\s*$/;

const BROKEN_PART = /\[object Object\]|Invalid Date(?:Time)?|\bNaN\b|\{\{\s*\$/;

/** The characters that any broken text has one of; it spares most texts the closer look. */
const SUSPICIOUS = /[#[{\uFFFD]|N[aN]|Inv|Load|undefined/;

/** RFC 2397: `data:[mediatype][;parameters],data`. Ordinary text such as `Data: 5, 6` passes. */
const DATA_URI = /^\s*data:(?:[\w.+-]+\/[\w.+-]+)?(?:;[^;,\s]+)*,/i;

/** How a picture that lies with the service is named (docs/imaginepdf-api.md, "Images"). */
const REFERENCE = /^(?:uploads|assets):[^\s,]+$/;

/** Decimal digits that a double is sure to keep (IEEE 754, DBL_DIG). The rest is noise. */
const SURE_DIGITS = 15;

/** From here on fifteen digits would leave fewer than two decimals, and cents matter more. */
const KEEP_ALL_DIGITS_FROM = 1e13;

const ALL_DIGITS = { useGrouping: false, maximumSignificantDigits: 21 } as const;

const MAKE_IT_TEXT = 'Turn it into text first, or leave the field out.';

const PICTURE_ADVICE = `Use the option '${LABEL.images}' to take the picture from a file of the item, or upload it with the resource '${LABEL.image}' and use its reference.`;

/** Text for a text, a QR code, a barcode or a token; `undefined` where there is no value. */
export function textValue(raw: unknown, writing: Writing): TextOutcome {
	if (typeof raw === 'string') return stringText(raw, writing);
	if (typeof raw === 'number') return scalarText(raw, writing);
	const value = readThrough(raw, writing);
	if (isFilledObject(value)) {
		const advice = 'Name the field to print in an expression, or leave the field out.';
		const tokens = [...(writing.tokens ?? [])];
		const takes = tokens.length === 0 ? 'text' : `text, or its tokens ${showNames(tokens)}`;
		return new Refusal(
			`holds an object with ${showNames(Object.keys(value))}, and it takes ${takes}`,
			advice,
			picksOf(value, writing.variable),
		);
	}
	return Array.isArray(value) ? listText(value, writing) : scalarText(value, writing);
}

/** Text for a table's cell or a token: nothing may be nested in it. */
export function cellText(raw: unknown, writing: Writing): TextOutcome {
	const value = typeof raw === 'object' ? readThrough(raw, writing) : raw;
	if (!Array.isArray(value) && !isFilledObject(value)) return scalarText(value, writing);
	const what = Array.isArray(value) ? 'a list' : `an object with ${showNames(Object.keys(value))}`;
	return new Refusal(`holds ${what} where only text fits`, MAKE_IT_TEXT);
}

/** A reference to a picture that lies with the service; what is empty is no value. */
export function imageValue(raw: unknown): TextOutcome {
	if (isEmpty(raw)) return undefined;
	if (typeof raw !== 'string') return noReference('no text');
	if (isReference(raw)) return raw.trim();
	if (DATA_URI.test(raw)) return noReference('an inline image (a data: URI)');
	if (!/^\s*https?:/i.test(raw)) return noReference('text that is no reference');
	const fetched =
		"The node 'HTTP Request' with 'Response Format' set to 'File' turns a URL into a file.";
	return noReference('a URL', `${PICTURE_ADVICE} ${fetched}`);
}

function noReference(what: string, advice = PICTURE_ADVICE): Refusal {
	return new Refusal(`holds ${what}, and it takes an image reference, such as uploads:ID`, advice);
}

/** Whether text can only be meant as the reference to a picture. */
export function isReference(value: string): boolean {
	return REFERENCE.test(value.trim());
}

/** The names under which a CRM's lookup has the text that it shows. */
const LOOKUP_NAMES = new Set(['name', 'displayname', 'label', 'title']);

/** What stands beside it: an id or a link. */
const ID_OR_LINK = /^(?:id|gid|uuid|guid|self|url|uri|href|link|weburl|attributes)$/;

/**
 * HubSpot's `{ value, versions }` as its value, and a CRM's lookup, an id or a link beside one text, as
 * that text; anything else as it is.
 */
function readThrough(raw: unknown, { note }: Writing): unknown {
	if (!isPlainObject(raw)) return raw;
	if (Object.hasOwn(raw, 'value') && Array.isArray(raw.versions) && !isNested(raw.value)) {
		note('read', 'value');
		return raw.value;
	}
	const keys = Object.keys(raw);
	const texts = keys.filter((key) => !ID_OR_LINK.test(fold(key)));
	const [name, other] = texts;
	if (name === undefined || other !== undefined || keys.length < 2) return raw;
	if (!LOOKUP_NAMES.has(fold(name)) || typeof raw[name] !== 'string') return raw;
	note('read', name);
	return raw[name];
}

/** Text as it is, a date in it in the form that is wanted, or why it shows that its source is broken. */
function stringText(text: string, writing: Writing): string | Refusal {
	if (SUSPICIOUS.test(text)) {
		const broken = brokenText(text, writing);
		if (broken) return broken;
	}
	if (isDataUri(text) && (writing.kind === 'unknown' || /^\s*data:image\//i.test(text))) {
		// Where the kind is not known it may be an image; and an inline picture is nowhere meant as text.
		return new Refusal(
			'holds an inline image (a data: URI), which ImaginePDF drops',
			PICTURE_ADVICE,
		);
	}
	return writing.format.dateFormat === '' ? text : inDateFormat(text, writing);
}

/** Looks at the first character, which spares most texts the regular expression. */
function isDataUri(text: string): boolean {
	const first = text.charCodeAt(0);
	const isCandidate = first === 0x64 || first === 0x44 || first <= 0x20 || first >= 0xa0;
	return isCandidate && DATA_URI.test(text);
}

function brokenText(text: string, { kind, variable, note }: Writing): Refusal | undefined {
	if (text.includes('\uFFFD')) note('encoding', text);
	if (text.includes(OBJECT_IN_TEXT)) {
		return new Refusal(
			`holds the text ${OBJECT_IN_TEXT}, which is what becomes of an object inside text`,
			'In the expression that makes the text, name the field of the object to print.',
		);
	}
	const [part] = BROKEN_WHOLE.exec(text) ?? BROKEN_PART.exec(text) ?? [];
	if (part !== undefined) {
		return new Refusal(
			part.startsWith('{{')
				? 'holds an expression that was not evaluated'
				: `holds ${showName(part.trim())}, which shows that its source has no value`,
			part.startsWith('{{')
				? "Switch that field from 'Fixed' to 'Expression' in the node that sets it."
				: 'Mend it where it comes from, e.g. the formula of the sheet or the expression before, or give it empty text.',
		);
	}
	const json = kind === 'text' ? parsed(text) : undefined;
	const isObjects = Array.isArray(json) ? json.some(isPlainObject) : json !== undefined;
	if (!isObjects || isEmpty(json)) return undefined;
	return new Refusal(
		'holds JSON text of an object or of a list of objects, and it takes text',
		'Name the field to print in an expression.',
		picksOf(json, variable).map((steps) => [PARSED, ...steps]),
	);
}

function inDateFormat(text: string, { format, variable, note }: Writing): string {
	const date = reformatted(text, format);
	if (date) {
		note('formatted', text);
		if (date.isDayKept) note('day', text);
		return date.text;
	}
	if (text.trim() !== '') note(looksLikeDate(text, variable) ? 'odd date' : 'unformatted', text);
	return text;
}

/** Text for anything that is neither a list nor an object with fields; `undefined` if it is missing. */
function scalarText(raw: unknown, writing: Writing): TextOutcome {
	switch (typeof raw) {
		case 'string':
			return stringText(raw, writing);
		case 'undefined':
			return undefined;
		case 'number': {
			if (!Number.isFinite(raw)) return unprintable(`the number ${raw}`);
			const text = numberText(raw);
			return writing.format.dateFormat === '' ? text : inDateFormat(text, writing);
		}
		case 'boolean':
		case 'bigint':
			return String(raw);
		case 'object':
			return raw === null || isPlainObject(raw) ? undefined : classText(raw, writing);
		default:
			return unprintable(`a ${typeof raw}`);
	}
}

/** A list of texts on one line. An entry without a value is left out. */
function listText(raw: readonly unknown[], writing: Writing): TextOutcome {
	const texts: string[] = [];
	for (const given of raw) {
		const entry = readThrough(given, writing);
		if (Array.isArray(entry) || isFilledObject(entry)) {
			return new Refusal(
				`holds a list of ${Array.isArray(entry) ? 'lists' : 'objects'}, and it takes text`,
				'Name what to print of it in an expression, or leave the field out.',
				picksOf(raw, writing.variable),
			);
		}
		const text = scalarText(entry, writing);
		if (text instanceof Refusal) return text;
		if (text !== undefined && text.trim() !== '') texts.push(text);
	}
	return texts.length === 0 ? undefined : texts.join(', ');
}

export function isFilledObject(raw: unknown): raw is Fields {
	return isPlainObject(raw) && Object.keys(raw).length > 0;
}

/** Dates, and other objects that say themselves how they are written as text. */
function classText(raw: object, writing: Writing): string | Refusal {
	if (ArrayBuffer.isView(raw)) return unprintable('binary data');
	const date = dateText(raw, writing.format);
	if (date === null) {
		const remedy = 'Check how the date is read, or send it as text.';
		return new Refusal('holds a date that does not exist', remedy);
	}
	if (!date) return ownText(raw) ?? unprintable('an object without a text form');
	writing.note('formatted', date.text);
	if (date.isDayKept) writing.note('day', date.text);
	return date.text;
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

function unprintable(what: string): Refusal {
	return new Refusal(`holds ${what}, which cannot be printed`, MAKE_IT_TEXT);
}
