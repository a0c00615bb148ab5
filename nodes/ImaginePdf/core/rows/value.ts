import { showName } from './labels';
import { numberText } from './number';
import { isPlainObject, setOwn } from './own';
import { Refusal } from './refusal';
import type { ApiValue, Table, TokenValues } from './types';
import { OPTION } from './wording';

/** API page, "Values": a table holds at most 500 rows × 50 columns. */
const MAX_TABLE_ROWS = 500;
const MAX_TABLE_COLUMNS = 50;

/** RFC 2397: `data:[mediatype][;parameters],data`. Ordinary text such as `Data: 5, 6` passes. */
const DATA_URI = /^\s*data:(?:[\w.+-]+\/[\w.+-]+)?(?:;[^;,\s]+)*,/i;

/** The characters that text can begin with to be matched by `DATA_URI`: `d`, `D`, white space. */
function mayBeDataUri(text: string): boolean {
	const first = text.charCodeAt(0);
	return first === 0x64 || first === 0x44 || first <= 0x20 || first >= 0xa0;
}

/** API page, "Values": how an image that lies with the service is named. */
const IMAGE_REFERENCE = /^(?:uploads|assets):\S/;

const MAKE_IT_TEXT = 'Turn it into text first, or leave the field out.';

/**
 * Converts one value to what the API documents. `undefined` means that the value is missing
 * (null, undefined, an object without tokens); tokens that are null are left out.
 */
export function toApiValue(raw: unknown): ApiValue | Refusal | undefined {
	if (typeof raw !== 'object' || raw === null) return scalarText(raw);
	if (Array.isArray(raw)) return toTable(raw);
	if (isPlainObject(raw)) return toTokens(raw);
	return objectText(raw);
}

/** Whether a value is a reference to an image that lies with the service. */
export function isImageReference(value: ApiValue): boolean {
	if (typeof value !== 'string') return false;
	const first = value.charCodeAt(0);
	// `u` or `a`: spares most values the regular expression.
	return (first === 0x75 || first === 0x61) && IMAGE_REFERENCE.test(value);
}

/** Text for anything that is not an array or a plain object; `undefined` if it is missing. */
function scalarText(raw: unknown): string | Refusal | undefined {
	switch (typeof raw) {
		case 'string':
			return mayBeDataUri(raw) && DATA_URI.test(raw) ? dataUriRefusal() : raw;
		case 'undefined':
			return undefined;
		case 'number':
			return Number.isFinite(raw) ? numberText(raw) : unsupported(`the number ${raw}`);
		case 'boolean':
		case 'bigint':
			return String(raw);
		case 'object':
			return raw === null ? undefined : objectText(raw);
		default:
			return unsupported(`a ${typeof raw}`);
	}
}

/** Dates, and other objects that say themselves how they are written as text. */
function objectText(raw: object): string | Refusal {
	if (ArrayBuffer.isView(raw)) return unsupported('binary data');
	try {
		return dateText(raw) ?? ownText(raw) ?? unsupported(`an object (${className(raw)})`);
	} catch {
		// Its own conversion refused, e.g. a Date only by name.
		return unsupported('an object without a text form');
	}
}

/** ISO 8601 for a JS `Date` (in UTC) or a Luxon `DateTime` (with its own offset). */
function dateText(raw: object): string | Refusal | undefined {
	if (Object.prototype.toString.call(raw) === '[object Date]') {
		const time = Date.prototype.getTime.call(raw);
		return Number.isNaN(time) ? invalidDate() : new Date(time).toISOString();
	}
	// By its own mark, not `instanceof`: n8n brings its own copy of Luxon.
	if (!('isLuxonDateTime' in raw) || raw.isLuxonDateTime !== true) return undefined;
	if (!('toISO' in raw) || typeof raw.toISO !== 'function') return undefined;
	const iso: unknown = raw.toISO();
	return typeof iso === 'string' ? iso : invalidDate();
}

/** The text a class gives for JSON, e.g. a URL or a database's object id. */
function ownText(raw: object): string | Refusal | undefined {
	if (!('toJSON' in raw) || typeof raw.toJSON !== 'function') return undefined;
	const text: unknown = raw.toJSON();
	return typeof text === 'string' ? scalarText(text) : undefined;
}

function className(raw: object): string {
	const name: unknown = 'constructor' in raw ? Reflect.get(raw.constructor ?? {}, 'name') : '';
	return typeof name === 'string' && name !== '' ? name : 'unknown';
}

function toTable(raw: readonly unknown[]): Table | Refusal {
	const sizeRefusal = tooLarge(raw);
	if (sizeRefusal !== undefined) return sizeRefusal;
	if (isTextTable(raw)) return raw;
	const table: Table = [];
	for (let index = 0; index < raw.length; index++) {
		const row: unknown = raw[index];
		if (!Array.isArray(row)) return notATable(raw, index);
		const cells = toCells(row);
		if (cells instanceof Refusal) return cells.in(`row ${index + 1}`);
		table.push(cells);
	}
	return table;
}

/** Whether a table can be sent as it is. Most can, and copying them is what would cost. */
function isTextTable(raw: readonly unknown[]): raw is Table {
	for (let index = 0; index < raw.length; index++) {
		const row: unknown = raw[index];
		if (!Array.isArray(row)) return false;
		for (let column = 0; column < row.length; column++) {
			const cell: unknown = row[column];
			if (typeof cell !== 'string' || mayBeDataUri(cell)) return false;
		}
	}
	return true;
}

/** A row of a table. A null cell is an empty one (API page); an absent one reads the same. */
function toCells(row: readonly unknown[]): string[] | Refusal {
	const cells: string[] = [];
	for (let column = 0; column < row.length; column++) {
		const cell = cellText(row[column]);
		if (cell instanceof Refusal) return cell.in(`column ${column + 1}`);
		cells.push(cell ?? '');
	}
	return cells;
}

function tooLarge(raw: readonly unknown[]): Refusal | undefined {
	if (!Array.isArray(raw[0])) return undefined;
	let columns = 0;
	for (const row of raw) if (Array.isArray(row)) columns = Math.max(columns, row.length);
	if (raw.length <= MAX_TABLE_ROWS && columns <= MAX_TABLE_COLUMNS) return undefined;
	return new Refusal(
		'table_too_large',
		`holds a table of ${raw.length} rows × ${columns} columns, and ImaginePDF takes at most ${MAX_TABLE_ROWS} × ${MAX_TABLE_COLUMNS}`,
		'Shorten the table, or spread it over several rows of the batch.',
	);
}

/** Why an array whose entry at `index` is not a list of cells is no table. */
function notATable(raw: readonly unknown[], index: number): Refusal {
	const isMixed = raw.some((row) => Array.isArray(row));
	return isMixed
		? new Refusal(
				'unsupported_value',
				`holds a table whose row ${index + 1} is not a list of cells`,
				'Make every row of the table a list of cells; an empty list will do.',
			)
		: listRefusal(raw);
}

function toTokens(raw: Record<string, unknown>): TokenValues | Refusal | undefined {
	const names = Object.keys(raw);
	if (names.length === 0) return undefined;
	const tokens: TokenValues = {};
	for (const name of names) {
		const text = cellText(raw[name]);
		if (text instanceof Refusal) return text.in(`token ${showName(name)}`);
		if (text !== undefined) setOwn(tokens, name, text);
	}
	return tokens;
}

/** Text of a table's cell or a token: nothing may be nested in it. */
function cellText(raw: unknown): string | Refusal | undefined {
	if (typeof raw !== 'object') return scalarText(raw);
	if (Array.isArray(raw)) {
		return new Refusal('unsupported_value', 'holds a list where only text fits', MAKE_IT_TEXT);
	}
	if (isPlainObject(raw)) {
		return new Refusal('unsupported_value', 'holds an object where only text fits', MAKE_IT_TEXT);
	}
	return scalarText(raw);
}

function dataUriRefusal(): Refusal {
	return new Refusal(
		'data_uri',
		'holds an inline image (a data: URI), which ImaginePDF drops',
		'Upload the file to ImaginePDF and use its reference, such as uploads:ID.',
	);
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

function listRefusal(raw: readonly unknown[]): Refusal {
	const ofObjects = raw.some((entry) => isPlainObject(entry));
	return new Refusal(
		'unsupported_value',
		ofObjects
			? 'holds a list of objects, and a variable takes text or a table'
			: 'holds a list, and a variable takes text or a table',
		ofObjects
			? `Make it a table (a list of rows, each a list of cells). If these are rows of their own, choose '${OPTION.json}' as their source and give it this list alone.`
			: `Join it into one text, or make it a table (a list of rows, each a list of cells), or leave the field out.`,
	);
}
