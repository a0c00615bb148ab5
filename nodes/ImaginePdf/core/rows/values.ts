import { dateText, looksLikeDate, reformatted, type TextFormat, type Written } from './dates';
import { LABEL, Refusal } from './issues';
import { fold } from './names';
import { isEmpty, isNested, PARSED, parsed, picksOf } from './paths';
import type { Target } from './targets';
import type { Column } from './types';
import { isPlainObject, type Fields } from '../objects';
import { showName, showNames } from '../text';

/* Values as text: numbers, dates and lists, and text that shows that its source is broken. */

/** What is worth a note although the value can be sent. */
export type NoteKind =
	'formatted' | 'unformatted' | 'odd date' | 'day' | 'encoding' | 'read' | 'columns';

/** How the values of a target are read, and what was met on the way. */
export interface Reading extends Target {
	readonly format: TextFormat;
	/** The columns that lists of objects get: those of the user, else the design's labels. */
	readonly columns?: readonly Column[] | undefined;
	readonly isChosen?: boolean;
	/** Notes for the hint, each with the first example. */
	readonly notes: Map<NoteKind, string>;
	/** The same of its parts: the columns of a table, or tokens, from 0. */
	readonly notesOfParts: Map<number, Reading['notes']>;
	/** What the lines of its tables have: all fields, the columns that some line has, the fields of those columns. */
	readonly lines: {
		readonly fields: Set<string>;
		readonly met: Set<Column>;
		readonly used: Set<string>;
		sample?: Fields | undefined;
	};
}

export function readingOf(target: Target, format: TextFormat): Reading {
	const lines = { fields: new Set<string>(), met: new Set<Column>(), used: new Set<string>() };
	return { ...target, format, notes: new Map(), notesOfParts: new Map(), lines };
}

/** How a part is read. */
export function partOf(reading: Reading, part: number): Reading {
	const notes = reading.notesOfParts.get(part) ?? new Map();
	reading.notesOfParts.set(part, notes);
	return { ...reading, notes };
}

export function note({ notes }: Reading, kind: NoteKind, example: string): void {
	if (!notes.has(kind)) notes.set(kind, example);
}

export type TextOutcome = string | Refusal | undefined;

const OBJECT_IN_TEXT = '[object Object]';

/** What a sheet shows where a formula has no value, and what JavaScript makes of no value. */
const BROKEN =
	/^\s*(?:#(?:N\/A|REF!|DIV\/0!|NAME\?|VALUE!|NUM!|NULL!|ERROR!|SPILL!|CALC!)|Loading\.\.\.|undefined|NaN)\s*$|\[object Object\]|Invalid Date(?:Time)?|\bNaN\b|\{\{\s*\$/;

/** RFC 2397: `data:[mediatype][;parameters],data`. Ordinary text such as `Data: 5, 6` passes. */
const DATA_URI = /^\s*data:(?:[\w.+-]+\/[\w.+-]+)?(?:;[^;,\s]+)*,/i;

/** The reference of a picture that was uploaded (docs/imaginepdf-api.md, "Images"). */
const REFERENCE = /^\s*(?:uploads|assets):[^\s,]+\s*$/;

/** Decimal digits that a double is sure to keep (IEEE 754, DBL_DIG). The rest is noise. */
const SURE_DIGITS = 15;

/** From here on fifteen digits would leave fewer than two decimals, and cents matter more. */
const KEEP_ALL_DIGITS_FROM = 1e13;

const ALL_DIGITS = { useGrouping: false, maximumSignificantDigits: 21 } as const;

const PICTURE_ADVICE = `Use the option '${LABEL.images}' to take the picture from a file of the item, or upload it with the resource '${LABEL.image}' and use its reference.`;

/** Text for a text, a QR code, a barcode or a token; `undefined` where there is no value. */
export function textValue(raw: unknown, reading: Reading): TextOutcome {
	const value = readThrough(raw, reading);
	return Array.isArray(value) ? listText(value, reading) : scalarText(value, reading);
}

/** Text for a table's cell or a token: nothing may be nested in it. */
export function cellText(raw: unknown, reading: Reading): TextOutcome {
	const value = readThrough(raw, reading);
	return Array.isArray(value) ? notText(value, reading) : scalarText(value, reading);
}

/** Why a list or an object cannot be printed, and what of it can. */
function notText(value: Fields | readonly unknown[], { tokens, variable }: Reading): Refusal {
	const isList = Array.isArray(value);
	const entry = isList && value.find(isNested);
	const entries = entry ? ` of ${Array.isArray(entry) ? 'lists' : 'objects'}` : '';
	const what = isList ? `a list${entries}` : `an object with ${showNames(Object.keys(value))}`;
	const takes = tokens.size === 0 ? 'text' : `text, or its tokens ${showNames([...tokens.keys()])}`;
	return new Refusal(
		`holds ${what}, and it takes ${takes}`,
		'Name what to print of it in an expression, or leave the field out.',
		{ picks: picksOf(value, variable.name) },
	);
}

/** A reference to a picture that lies with the service; what is empty is no value. */
export function imageValue(raw: unknown): TextOutcome {
	if (isEmpty(raw)) return undefined;
	if (typeof raw === 'string' && isReference(raw)) return raw.trim();
	const isUrl = typeof raw === 'string' && /^\s*https?:/i.test(raw);
	const fetched =
		" The node 'HTTP Request' with 'Response Format' set to 'File' turns a URL into a file.";
	return new Refusal(
		`holds ${isUrl ? 'a URL' : 'something else'}, and it takes an image reference, such as uploads:ID`,
		`${PICTURE_ADVICE}${isUrl ? fetched : ''}`,
	);
}

/** Whether text can only be meant as the reference to a picture. */
export function isReference(value: unknown): boolean {
	return typeof value === 'string' && REFERENCE.test(value);
}

/** The names under which a CRM's lookup has the text that it shows. */
const LOOKUP_NAMES = /^(?:name|displayname|label|title)$/;

/** What stands beside it: an id or a link. */
const ID_OR_LINK = /^(?:id|gid|uuid|guid|self|url|uri|href|link|weburl|attributes)$/;

/**
 * Reads HubSpot's `{ value, versions }` as its value, and a CRM's lookup (an id or a link beside one text) as
 * that text. Anything else stays as it is.
 */
function readThrough(raw: unknown, reading: Reading): unknown {
	if (!isPlainObject(raw)) return raw;
	const names = Object.keys(raw);
	const [name = '', other] = names.filter((one) => !ID_OR_LINK.test(fold(one)));
	const isLookup = other === undefined && names.length > 1 && LOOKUP_NAMES.test(fold(name));
	const isVersioned = Array.isArray(raw.versions) && Object.hasOwn(raw, 'value');
	const part = isVersioned ? 'value' : name;
	if (isVersioned ? isNested(raw.value) : !isLookup || typeof raw[name] !== 'string') return raw;
	note(reading, 'read', part);
	return raw[part];
}

/** Text for anything but a list; `undefined` if it is missing. */
function scalarText(raw: unknown, reading: Reading): TextOutcome {
	if (typeof raw === 'string') return stringText(raw, reading);
	if (typeof raw === 'boolean' || typeof raw === 'bigint') return String(raw);
	if (typeof raw === 'number') {
		if (!Number.isFinite(raw)) return unprintable(`the number ${raw}`);
		return inDateFormat(numberText(raw), reading);
	}
	if (raw === undefined || raw === null) return undefined;
	if (typeof raw !== 'object') return unprintable(`a ${typeof raw}`);
	if (!isPlainObject(raw)) return classText(raw, reading);
	return Object.keys(raw).length > 0 ? notText(raw, reading) : undefined;
}

/** Text as it is, a date in the wanted format, or the refusal of text that shows that its source is broken. */
function stringText(text: string, reading: Reading): string | Refusal {
	const { kind, variable } = reading;
	const [part] = BROKEN.exec(text) ?? [];
	if (part !== undefined) return brokenText(part);
	if (text.includes('\uFFFD')) note(reading, 'encoding', text);
	const json = kind === 'text' ? parsed(text) : undefined;
	if (json !== undefined && (!Array.isArray(json) || json.some(isPlainObject))) {
		return new Refusal(
			'holds JSON text of an object or of a list of objects, and it takes text',
			isEmpty(json) ? 'Give it empty text.' : 'Name the field to print in an expression.',
			{ picks: picksOf(json, variable.name).map((steps) => [PARSED, ...steps]) },
		);
	}
	// Where the kind is not known it may be an image; and an inline picture is nowhere meant as text.
	if (DATA_URI.test(text) && (kind === 'unknown' || /^\s*data:image\//i.test(text))) {
		return new Refusal(
			'holds an inline image (a data: URI), which ImaginePDF drops',
			PICTURE_ADVICE,
		);
	}
	return inDateFormat(text, reading);
}

function brokenText(part: string): Refusal {
	if (part === OBJECT_IN_TEXT) {
		return new Refusal(
			`holds the text ${OBJECT_IN_TEXT}, which is what becomes of an object inside text`,
			'In the expression that makes the text, name the field of the object to print.',
		);
	}
	if (part.startsWith('{{')) {
		return new Refusal(
			'holds an expression that was not evaluated',
			"Switch that field from 'Fixed' to 'Expression' in the node that sets it.",
		);
	}
	return new Refusal(
		`holds ${showName(part.trim())}, which shows that its source has no value`,
		'Mend it where it comes from, e.g. the formula of the sheet or the expression before, or give it empty text.',
	);
}

function inDateFormat(text: string, reading: Reading): string {
	const { format, variable } = reading;
	if (format.dateFormat === '' || text.trim() === '') return text;
	const date = reformatted(text, format);
	if (date) return notedDate(date, text, reading);
	note(reading, looksLikeDate(text, variable.name) ? 'odd date' : 'unformatted', text);
	return text;
}

function notedDate({ text, isDayKept }: Written, example: string, reading: Reading): string {
	note(reading, 'formatted', example);
	if (isDayKept) note(reading, 'day', example);
	return text;
}

/** A list of texts on one line. An entry without a value is left out. */
function listText(raw: readonly unknown[], reading: Reading): TextOutcome {
	const texts: string[] = [];
	for (const [index, entry] of raw.entries()) {
		const text = cellText(entry, reading);
		if (text instanceof Refusal) {
			return isNested(entry) ? notText(raw, reading) : text.in(`entry ${index + 1}`);
		}
		if (text !== undefined && text.trim() !== '') texts.push(text);
	}
	return texts.length === 0 ? undefined : texts.join(', ');
}

/** Dates, and other objects that say themselves how they are written as text. */
function classText(raw: object, reading: Reading): string | Refusal {
	if (ArrayBuffer.isView(raw)) return unprintable('binary data');
	const date = dateText(raw, reading.format);
	if (date === null) {
		const remedy = 'Check how the date is read, or send it as text.';
		return new Refusal('holds a date that does not exist', remedy);
	}
	if (date) return notedDate(date, date.text, reading);
	return ownText(raw) ?? unprintable('an object without a text form');
}

/** The text or number a class gives for JSON, e.g. a URL or a database's object id. */
function ownText(raw: object): string | undefined {
	const toJSON: unknown = Reflect.get(raw, 'toJSON');
	const json: unknown = typeof toJSON === 'function' ? toJSON.call(raw) : undefined;
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
	const remedy = 'Turn it into text first, or leave the field out.';
	return new Refusal(`holds ${what}, which cannot be printed`, remedy);
}
