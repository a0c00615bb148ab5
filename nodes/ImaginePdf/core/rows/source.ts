import { Refusal, type IssueLog, type RowPlace } from './issues';
import { LABEL } from './labels';
import type { BuildOptions, RowInput } from './types';
import type { Fields } from '../objects';

const GIVE_ROWS = 'Give an object (one row) or a list of objects (many rows).';

/** One row with its values as they came. */
export interface RawRow extends RowPlace {
	/** The items it is made of, ascending: one, or a group's. All name one design. */
	readonly inputs: readonly [RowInput, ...RowInput[]];
	/** The fields of each item. */
	readonly records: readonly [Fields, ...Fields[]];
	/** The value that items were grouped by. */
	readonly group?: string | undefined;
}

/**
 * The rows of one item: one, or as many as its JSON array holds. What cannot be a row goes to
 * `issues` and is left out.
 */
export function rawRowsOf(
	input: RowInput,
	{ oneRowPerItem }: Pick<BuildOptions, 'oneRowPerItem'>,
	issues: IssueLog,
): RawRow[] {
	const { itemIndex, source, values, designId, without } = input;
	const itemIndexes = [itemIndex];
	const rowOf = (given: unknown, what: string, rowIndex?: number): RawRow[] => {
		const fields = given instanceof Refusal || isRow(given) ? given : notARow(what);
		if (!(fields instanceof Refusal))
			return [{ inputs: [input], itemIndexes, rowIndex, records: [fields] }];
		issues.add({ itemIndexes, rowIndex }, fields);
		return [];
	};
	if (designId.trim() === '') return rowOf(NO_DESIGN, '');
	if (source === 'items') return rowOf(values, 'the item holds');
	// Nothing is mapped: a row without fields, which is judged as such.
	if (source === 'mapped') return rowOf(isRow(values) ? values : {}, '');
	const json = jsonValue(values);
	if (!Array.isArray(json)) return rowOf(json, `'${LABEL.rows}' holds`);
	if (oneRowPerItem && json.length > 1) return rowOf(SEVERAL_ROWS, '');
	return json.flatMap((fields: unknown, rowIndex) =>
		without?.has(rowIndex) ? [] : rowOf(fields, 'the row is', rowIndex),
	);
}

function notARow(what: string): Refusal {
	const reason = `${what} no object, and a row is an object with one entry per variable`;
	return new Refusal(reason, GIVE_ROWS);
}

const NO_DESIGN = new Refusal(
	'no design is chosen',
	'Choose a design, or check the expression that names it: it gave no text for this item.',
);

const SEVERAL_ROWS = new Refusal(
	'an item can become one PDF only, and it brings several rows',
	"Split the rows into items first, e.g. with the node 'Split Out', or use the resource 'Batch'.",
);

/** The parameter's value, read if it is text. */
function jsonValue(values: unknown): unknown {
	const name = `'${LABEL.rows}'`;
	const isBlank = typeof values === 'string' ? values.trim() === '' : (values ?? null) === null;
	if (isBlank) return new Refusal(`${name} is empty, so there is no row`, GIVE_ROWS);
	const json = typeof values === 'string' ? readJson(values) : { ok: true as const, value: values };
	if (!json.ok) {
		const hasObject = String(values).includes('[object Object]');
		return new Refusal(
			`${name} is not valid JSON: ${json.reason}`,
			hasObject
				? 'An object was put inside text. Make all of it one expression, such as {{ $json.rows }}.'
				: 'Correct it there. Where expressions fill in values, make all of it one expression that gives an object or a list.',
		);
	}
	if (!Array.isArray(json.value) || json.value.length > 0) return json.value;
	return new Refusal(
		`${name} holds an empty list, so there is no row`,
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
