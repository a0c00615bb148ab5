import { type IssueLog, type RowIssueCode } from './issues';
import { LABEL } from './labels';
import { looseName } from './match';
import { isPlainObject, setOwn } from './own';
import type { RowInput } from './types';
import { parseKey } from './variables';

type Fields = Readonly<Record<string, unknown>>;

/** One row with its values as they came. */
export interface RawRow {
	/** The items it is made of, ascending. */
	readonly itemIndexes: readonly number[];
	readonly rowIndex?: number;
	readonly designId: string;
	/** The fields of its item; of a group, those of each item. */
	readonly records: readonly [Fields, ...Fields[]];
	/** The value that items were grouped by. */
	readonly group?: string;
	/** Its names are those of the mapper, so nothing nested is looked for. */
	readonly isMapped: boolean;
	/** Only Fields restricts it. */
	readonly isRestricted: boolean;
}

/**
 * The rows of one item: one, or as many as its JSON array holds. What cannot be a row goes to
 * `issues` and is left out.
 */
export function rawRowsOf(input: RowInput, issues: IssueLog): RawRow[] {
	const { itemIndex, designId, source, values } = input;
	const itemIndexes = [itemIndex];
	if (designId.trim() === '') {
		issues.add({
			itemIndexes,
			code: 'no_design',
			reason: 'no design is chosen',
			remedy:
				'Choose a design, or check the expression that names it: it gave no text for this item.',
		});
		return [];
	}
	if (source === 'json') {
		return jsonRows(input, issues).map(({ fields, rowIndex }) => ({
			...rowOf(input, fields),
			...(rowIndex !== undefined && { rowIndex }),
		}));
	}
	if (isRow(values)) return [rowOf(input, values)];
	// Nothing is mapped: a row without fields, which is judged as such.
	if (source === 'mapped') return [rowOf(input, {})];
	issues.add({ itemIndexes, ...notARow('the item holds', values) });
	return [];
}

function rowOf({ itemIndex, designId, source }: RowInput, fields: Fields): RawRow {
	const isMapped = source === 'mapped';
	const isRestricted = source === 'items';
	return { itemIndexes: [itemIndex], designId, records: [fields], isMapped, isRestricted };
}

interface JsonRow {
	readonly fields: Fields;
	readonly rowIndex?: number;
}

function jsonRows(input: RowInput, issues: IssueLog): JsonRow[] {
	const itemIndexes = [input.itemIndex];
	const value = jsonValue(input, issues);
	if (value === undefined) return [];
	if (!Array.isArray(value)) {
		if (isRow(value)) return [{ fields: value }];
		issues.add({ itemIndexes, ...notARow(`'${LABEL.rows}' holds`, value) });
		return [];
	}
	if (value.length === 0) {
		issues.add({
			itemIndexes,
			code: 'no_rows',
			reason: `'${LABEL.rows}' holds an empty list, so there is no row`,
			remedy: 'Give it at least one row, or filter such items out before this node.',
		});
	}
	const rows: JsonRow[] = [];
	for (const [rowIndex, fields] of value.entries()) {
		if (isRow(fields)) rows.push({ rowIndex, fields });
		else issues.add({ itemIndexes, rowIndex, ...notARow('the row is', fields) });
	}
	return rows;
}

/** The parameter's value, read if it is text; `undefined` after a report. */
function jsonValue({ itemIndex, values }: RowInput, issues: IssueLog): unknown {
	const itemIndexes = [itemIndex];
	if (values === undefined || values === null || (typeof values === 'string' && !values.trim())) {
		issues.add({
			itemIndexes,
			code: 'no_rows',
			reason: `'${LABEL.rows}' is empty, so there is no row`,
			remedy: 'Give it an object (one row) or a list of objects (many rows).',
		});
		return undefined;
	}
	if (typeof values !== 'string') return values;
	const json = readJson(values);
	if (json.ok) return json.value;
	issues.add({
		itemIndexes,
		code: 'invalid_json',
		reason: `'${LABEL.rows}' is not valid JSON: ${json.reason}`,
		remedy: values.includes('[object Object]')
			? 'An object was put inside text. Make all of it one expression, such as {{ $json.rows }}.'
			: 'Correct it there. Where expressions fill in values, make all of it one expression that gives an object or a list.',
	});
	return undefined;
}

/** Reads JSON text. A byte order mark at the start, as some editors write it, is skipped. */
export function readJson(
	text: string,
): { ok: true; value: unknown } | { ok: false; reason: string } {
	try {
		return { ok: true, value: JSON.parse(text.replace(/^\uFEFF/, '')) as unknown };
	} catch (error) {
		return { ok: false, reason: error instanceof Error ? error.message : String(error) };
	}
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
function isRow(value: unknown): value is Fields {
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

/** The fields that Only Fields lists: by name, or by their path. */
export class FieldList {
	private readonly names: ReadonlySet<string>;
	private readonly met = new Set<string>();

	constructor(names: readonly string[]) {
		this.names = new Set(names);
	}

	/** Listed names that no row had. */
	get unknown(): string[] {
		return [...this.names].filter((name) => !this.met.has(name));
	}

	/**
	 * The listed fields of an object.
	 * @param path where the object stands in the row; a name may leave it out
	 */
	pick(fields: Fields, path: readonly string[] = []): Fields {
		const isAll = path.some((_, index) => this.note(path.slice(0, index + 1).join('.')));
		return isAll ? fields : this.pickEach(fields, path, path.length);
	}

	/** Below the object itself a field counts only by its path. */
	private pickEach(fields: Fields, path: readonly string[], base: number): Fields {
		const picked: Record<string, unknown> = {};
		const isTop = path.length === base;
		const keys = Object.keys(fields);
		const similar = isTop ? this.similarIn(keys) : undefined;
		for (const key of keys) {
			const own = [...path, key];
			const names = [own.join('.'), own.slice(base).join('.')];
			if (isTop) names.push(parseKey(key).variable);
			const value = fields[key];
			if (names.some((name) => this.note(name)) || similar?.has(key)) setOwn(picked, key, value);
			else if (isPlainObject(value)) {
				const inside = this.pickEach(value, own, base);
				if (Object.keys(inside).length > 0) setOwn(picked, key, inside);
			}
		}
		return picked;
	}

	private note(name: string): boolean {
		if (!this.names.has(name)) return false;
		this.met.add(name);
		return true;
	}

	/** Keys that are listed by a name that is nearly the same, where none has the very name. */
	private similarIn(keys: readonly string[]): Set<string> {
		const similar = new Set<string>();
		for (const name of this.names) {
			if (keys.includes(name)) continue;
			const found = keys.filter((key) => looseName(key) === looseName(name));
			if (found.length > 0) this.met.add(name);
			for (const key of found) similar.add(key);
		}
		return similar;
	}
}
