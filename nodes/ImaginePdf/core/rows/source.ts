import { Refusal, type IssueLog, type RowPlace, type RowRefusal } from './issues';
import { LABEL } from './labels';
import { looseName } from './match';
import { isPlainObject, setOwn, type Fields } from '../objects';
import { isEmpty } from './rowFields';
import type { RowInput } from './types';
import { parseKey } from '../designs/variable';

const GIVE_ROWS = 'Give an object (one row) or a list of objects (many rows).';

/** What is no row, in words. */
const NAMES = new Map([
	['string', 'text'],
	['number', 'a number'],
	['bigint', 'a number'],
	['boolean', 'true or false'],
]);

/** One row with its values as they came. */
export interface RawRow extends RowPlace {
	/** The items it is made of, ascending: one, or a group's. All name one design. */
	readonly inputs: readonly [RowInput, ...RowInput[]];
	/** The fields of each item. */
	readonly records: readonly [Fields, ...Fields[]];
	/** The value that items were grouped by. */
	readonly group?: string;
}

/**
 * The rows of one item: one, or as many as its JSON array holds. What cannot be a row goes to
 * `issues` and is left out.
 */
export function rawRowsOf(input: RowInput, issues: IssueLog): RawRow[] {
	const itemIndexes = [input.itemIndex];
	const refuse = (refusal: RowRefusal, rowIndex?: number): RawRow[] => {
		issues.add({ itemIndexes, rowIndex }, refusal);
		return [];
	};
	const rowOf = (fields: unknown, what: string, rowIndex?: number): RawRow[] =>
		isRow(fields)
			? [{ inputs: [input], itemIndexes, rowIndex, records: [fields] }]
			: refuse(notARow(what, fields), rowIndex);
	if (input.designId.trim() === '') {
		return refuse({
			code: 'no_design',
			reason: 'no design is chosen',
			remedy:
				'Choose a design, or check the expression that names it: it gave no text for this item.',
		});
	}
	if (input.source === 'items') return rowOf(input.values, 'the item holds');
	// Nothing is mapped: a row without fields, which is judged as such.
	if (input.source === 'mapped') return rowOf(isRow(input.values) ? input.values : {}, '');
	const value = jsonValue(input.values);
	if (value instanceof Refusal) return refuse(value);
	if (!Array.isArray(value)) return rowOf(value, `'${LABEL.rows}' holds`);
	return Array.from(value, (fields, rowIndex) => rowOf(fields, 'the row is', rowIndex)).flat();
}

/** The parameter's value, read if it is text. */
function jsonValue(values: unknown): unknown {
	if (isEmpty(values)) {
		return new Refusal('no_rows', `'${LABEL.rows}' is empty, so there is no row`, GIVE_ROWS);
	}
	const json = typeof values === 'string' ? readJson(values) : { ok: true as const, value: values };
	if (!json.ok) {
		return new Refusal(
			'invalid_json',
			`'${LABEL.rows}' is not valid JSON: ${json.reason}`,
			String(values).includes('[object Object]')
				? 'An object was put inside text. Make all of it one expression, such as {{ $json.rows }}.'
				: 'Correct it there. Where expressions fill in values, make all of it one expression that gives an object or a list.',
		);
	}
	if (!Array.isArray(json.value) || json.value.length > 0) return json.value;
	return new Refusal(
		'no_rows',
		`'${LABEL.rows}' holds an empty list, so there is no row`,
		'Give it at least one row, or filter such items out before this node.',
	);
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

function notARow(subject: string, value: unknown): RowRefusal {
	const reason = `${subject} ${nameOf(value)}, and a row is an object with one entry per variable`;
	return { code: 'not_an_object', reason, remedy: GIVE_ROWS };
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
	return NAMES.get(typeof value) ?? 'no plain object';
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
			const loose = looseName(name);
			const found = keys.filter((key) => looseName(key) === loose);
			if (found.length > 0) this.met.add(name);
			for (const key of found) similar.add(key);
		}
		return similar;
	}
}
