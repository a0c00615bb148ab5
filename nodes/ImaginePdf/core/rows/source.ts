import { parseFieldName } from './fieldName';
import type { IssueLog } from './issues';
import { setOwn } from './own';
import { readJson } from './jsonText';
import type { RowInput, RowIssueCode } from './types';
import { OPTION } from './wording';

/** One row with its values as they came. */
export interface RawRow {
	readonly itemIndex: number;
	readonly rowIndex?: number;
	readonly designId: string;
	readonly fields: Record<string, unknown>;
}

/**
 * The rows of one item: one, or as many as its JSON array holds. What cannot be a row goes to
 * `issues` and is left out.
 */
export function rawRowsOf(input: RowInput, issues: IssueLog): RawRow[] {
	const { itemIndex, designId, source, values } = input;
	if (designId.trim() === '') {
		issues.add({
			itemIndex,
			code: 'no_design',
			reason: 'no design is chosen',
			remedy:
				'Choose a design, or check the expression that names it: it gave no text for this item.',
		});
		return [];
	}
	if (source === 'json') return jsonRows(input, issues);
	if (isRow(values)) return [{ itemIndex, designId, fields: values }];
	// Nothing is mapped: a row without fields, which is judged as such.
	if (source === 'mapped') return [{ itemIndex, designId, fields: {} }];
	issues.add({ itemIndex, ...notARow('the item holds', values) });
	return [];
}

/** The field names of the option, or `undefined` where it restricts nothing. */
export function parseOnlyFields(text: string | undefined): ReadonlySet<string> | undefined {
	const names = (text ?? '').split(',').map((name) => name.trim());
	const set = new Set(names.filter((name) => name !== ''));
	return set.size === 0 ? undefined : set;
}

/** The fields that are listed; a listed variable brings its `variable::token` keys along. */
export function pickFields(
	fields: Record<string, unknown>,
	only: ReadonlySet<string>,
): Record<string, unknown> {
	const picked: Record<string, unknown> = {};
	for (const key of Object.keys(fields)) {
		if (only.has(key) || only.has(parseFieldName(key).variable)) setOwn(picked, key, fields[key]);
	}
	return picked;
}

function jsonRows(input: RowInput, issues: IssueLog): RawRow[] {
	const { itemIndex, designId } = input;
	const value = jsonValue(input, issues);
	if (value === undefined) return [];
	if (!Array.isArray(value)) {
		if (isRow(value)) return [{ itemIndex, designId, fields: value }];
		issues.add({ itemIndex, ...notARow(`'${OPTION.rows}' holds`, value) });
		return [];
	}
	if (value.length === 0) {
		issues.add({
			itemIndex,
			code: 'no_rows',
			reason: `'${OPTION.rows}' holds an empty list, so there is no row`,
			remedy: 'Give it at least one row, or filter such items out before this node.',
		});
	}
	const rows: RawRow[] = [];
	for (const [rowIndex, fields] of value.entries()) {
		if (isRow(fields)) rows.push({ itemIndex, rowIndex, designId, fields });
		else issues.add({ itemIndex, rowIndex, ...notARow('the row is', fields) });
	}
	return rows;
}

/** The parameter's value, read if it is text; `undefined` after a report. */
function jsonValue({ itemIndex, values }: RowInput, issues: IssueLog): unknown {
	if (typeof values === 'string' && values.trim() !== '') {
		const reading = readJson(values);
		if (reading.ok) return reading.value;
		issues.add({
			itemIndex,
			code: 'invalid_json',
			reason: `'${OPTION.rows}' is not valid JSON: it cannot go on with ${reading.found} at line ${reading.line}, column ${reading.column}`,
			remedy: jsonRemedy(values),
		});
		return undefined;
	}
	if (values === undefined || values === null || values === '' || typeof values === 'string') {
		issues.add({
			itemIndex,
			code: 'no_rows',
			reason: `'${OPTION.rows}' is empty, so there is no row`,
			remedy: 'Give it an object (one row) or a list of objects (many rows).',
		});
		return undefined;
	}
	return values;
}

function jsonRemedy(text: string): string {
	return text.includes('[object Object]')
		? 'An object was put inside text. Make all of it one expression, such as {{ $json.rows }}.'
		: 'Correct it there. Where expressions fill in values, make all of it one expression that gives an object or a list.';
}

function notARow(
	subject: string,
	value: unknown,
): { code: RowIssueCode; reason: string; remedy: string } {
	return {
		code: 'not_an_object',
		reason: `${subject} ${nameOf(value)}, and a row is an object with one entry per variable`,
		remedy: 'Give an object (one row) or a list of objects (many rows).',
	};
}

/**
 * Whether a value can be a row. Objects of a class are taken too, since some database drivers make
 * their rows so; a Luxon `DateTime` is an object only technically.
 */
function isRow(value: unknown): value is Record<string, unknown> {
	return (
		Object.prototype.toString.call(value) === '[object Object]' &&
		Reflect.get(Object(value), 'isLuxonDateTime') !== true
	);
}

function nameOf(value: unknown): string {
	if (value === null || value === undefined) return 'empty';
	if (Array.isArray(value)) return 'a list';
	switch (typeof value) {
		case 'string':
			return 'text';
		case 'number':
		case 'bigint':
			return 'a number';
		case 'boolean':
			return 'true or false';
		default:
			return 'no plain object';
	}
}
