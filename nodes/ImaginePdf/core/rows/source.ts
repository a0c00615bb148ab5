import { FILTER, LABEL, Refusal, type RowIssue, type RowOrigin } from './issues';
import { comparable, fold, NameIndex } from './names';
import { allPaths, inside, isEmpty, readJson, textOf, valueOf, type Path } from './paths';
import type { BuildOptions, RowInput } from './types';
import { cellText, readingOf } from './values';
import type { TextFormat } from './dates';
import { parseKey } from '../designs/variable';
import { groupedBy, isPlainObject, setOwn, type Fields } from '../objects';
import { showName, showNames } from '../text';

/* From items to rows, each with the fields that may be used; and why an item cannot be a row. */

/** One row with its values as they came. */
export interface RawRow extends RowOrigin {
	/** The items it is made of, ascending: one, or a group's. All name one design. */
	readonly inputs: readonly [RowInput, ...RowInput[]];
	/** The fields of each item that may be used. */
	readonly records: readonly [Fields, ...Fields[]];
	/** The value that items were grouped by. */
	readonly group?: string | undefined;
	/** Paths whose last names count, since the user has named them. */
	readonly listed: readonly Path[];
}

const GIVE_ROWS = 'Give an object (one row) or a list of objects (many rows).';

/**
 * The rows of all items: one for each item, one for a group of items, or as many as an item's JSON holds.
 * @returns with what was refused on the way, and the names in Only Fields that no row has (`unmet`)
 */
export function rawRowsOf(inputs: readonly RowInput[], options: BuildOptions, format: TextFormat) {
	const { groupBy = '', onlyFields = [] } = options;
	const given = inputs.map((input) => ({ input, value: valuesOf(input, options) }));
	const repeated = repeatedLists(given);
	const rows: RawRow[] = [];
	const issues: RowIssue[] = [];
	for (const { input, value } of given) {
		const itemIndexes = [input.itemIndex];
		const add = (fields: unknown, rowIndex?: number) => {
			const origin = { itemIndexes, rowIndex };
			if (isRow(fields)) rows.push({ ...origin, inputs: [input], records: [fields], listed: [] });
			else issues.push((fields instanceof Refusal ? fields : notARow('the row is')).at(origin));
		};
		if (repeated.has(input)) add(SAME_LIST);
		else if (!Array.isArray(value)) add(value);
		else for (const [at, fields] of value.entries()) if (!input.without?.has(at)) add(fields, at);
	}
	const grouped = groupBy === '' ? rows : groupRows(rows, groupBy, format, issues);
	const unmet = new Set(inputs[0]?.source === 'items' ? onlyFields : []);
	const isPruned = unmet.size > 0;
	const pruned = isPruned ? grouped.map((row) => prune(row, onlyFields, unmet)) : grouped;
	return { rows: pruned, issues, unmet: [...unmet] };
}

/** The row or rows of an item, or why there are none. */
function valuesOf(
	input: RowInput,
	{ oneRowPerItem, images = [], nodeBefore }: BuildOptions,
): unknown {
	const { source, values, designId, binaryFields = [], written, item = values } = input;
	if (designId.trim() === '') return NO_DESIGN;
	const namesNode = /\$\(|\$node\b|\$items\(/.test(JSON.stringify(written) ?? '');
	if (!namesNode && isRow(item)) {
		const failed = errorItem(item, nodeBefore);
		if (failed) return failed;
		const isPictured = images.some(({ binaryField }) => binaryFields.includes(binaryField));
		if (source !== 'json' && !isPictured && isEmptyLine(item)) return EMPTY_LINE;
	}
	if (source !== 'json') return isRow(values) ? values : notARow('the item holds');
	const json = jsonValue(values);
	if (oneRowPerItem && Array.isArray(json) && json.length > 1) return SEVERAL_ROWS;
	return Array.isArray(json) || isRow(json) || json instanceof Refusal
		? json
		: notARow(`'${LABEL.rows}' holds`);
}

/** The fields that n8n and its nodes give an error item, with On Error: Continue. */
const ERROR_FIELDS =
	/^(?:error|message|description|code|httpCode|jobIds?|designId|details|context)$/;

function errorItem(item: Fields, nodeBefore: string | undefined): Refusal | undefined {
	const { error } = item;
	const isError = Object.keys(item).every((key) => ERROR_FIELDS.test(key));
	if (isEmpty(error) || !isError) return undefined;
	const said = isPlainObject(error) ? error.message : error;
	const node = nodeBefore === undefined ? 'the node before' : `the node ${showName(nodeBefore)}`;
	const words = typeof said === 'string' ? `: ${said.slice(0, 200)}` : '';
	return new Refusal(
		`${node} failed for this item${words}`,
		'Mend it there, or filter such items out before this node.',
	);
}

/** A line of a sheet in which nothing is entered. */
function isEmptyLine(item: Fields): boolean {
	const keys = Object.keys(item);
	const saysNothing = (key: string) =>
		isEmpty(item[key]) || item[key] === false || fold(key) === 'rownumber';
	return keys.length > 0 && keys.every(saysNothing);
}

const EMPTY_LINE = new Refusal(
	'all fields of the item are empty, so its PDF would be blank',
	`Give it values, or ${FILTER}`,
);

const SAME_LIST = new Refusal(
	'several items bring the same list of rows, so each row would be paid for several times',
	"Turn on 'Execute Once' in the settings of this node, or give each item its own rows.",
);

/** The inputs whose list of rows is also brought by another item, for the same design. */
function repeatedLists(
	given: ReadonlyArray<{ input: RowInput; value: unknown }>,
): ReadonlySet<RowInput> {
	const lists = given.filter(({ value }) => Array.isArray(value) && value.length > 1);
	if (lists.length < 2) return new Set();
	const alike = groupedBy(lists, ({ input, value }) => JSON.stringify([input.designId, value]));
	const repeated = [...alike.values()].filter(({ length }) => length > 1).flat();
	return new Set(repeated.map(({ input }) => input));
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
	const given = typeof values === 'string' ? values.trim() : (values ?? '');
	if (given === '' || (Array.isArray(given) && given.length === 0)) {
		return new Refusal(`'${LABEL.rows}' is empty, so there is no row`, GIVE_ROWS);
	}
	if (typeof given !== 'string') return given;
	const json = readJson(given);
	if (json.ok) return Array.isArray(json.value) ? jsonValue(json.value) : json.value;
	return new Refusal(
		`'${LABEL.rows}' is not valid JSON: ${json.reason}`,
		given.includes('[object Object]')
			? 'An object was put inside text. Make all of it one expression, such as {{ $json.rows }}.'
			: 'Correct it there. Where expressions fill in values, make all of it one expression that gives an object or a list.',
	);
}

/**
 * Whether a value can be a row. Instances of classes can, since some database drivers return them as rows. A
 * Luxon `DateTime` cannot.
 */
function isRow(value: unknown): value is Fields {
	return (
		Object.prototype.toString.call(value) === '[object Object]' &&
		!(value instanceof Refusal) &&
		Reflect.get(Object(value), 'isLuxonDateTime') !== true
	);
}

/** Makes one row of all rows with the same value in a field, in the order of their first items. */
function groupRows(
	rows: readonly RawRow[],
	field: string,
	format: TextFormat,
	issues: RowIssue[],
): RawRow[] {
	const variable = { name: field, names: [field], kind: 'unknown' } as const;
	const target = { ...variable, key: field, keys: [field], variable, tokens: new Map() };
	const reading = readingOf(target, format);
	const groupOf = ({ records: [fields] }: RawRow): Refusal | string => {
		const [only, other] = fieldsNamed(fields)(field);
		const text = only && !other ? cellText(valueOf(fields, only), reading) : undefined;
		return text instanceof Refusal ? text : comparable(text ?? '') || NO_GROUP;
	};
	return [...groupedBy(rows, groupOf)].flatMap(([group, some]) => {
		const [first, ...more] = some;
		const itemIndexes = some.flatMap((row) => row.itemIndexes);
		const designs = [...new Set(some.map(({ inputs: [input] }) => input.designId))];
		if (group instanceof Refusal) {
			issues.push(...some.map((row) => group.of(target, [field]).at(row)));
			return [];
		}
		if (designs.length > 1) {
			const several = new Refusal(
				`the group ${showName(group)} names ${designs.length} designs, ${showNames(designs)}`,
				'Let all items of a group name the same design.',
			);
			issues.push(several.at({ itemIndexes }));
			return [];
		}
		const inputs = [...first.inputs, ...more.flatMap((row) => row.inputs)] as const;
		const records = [...first.records, ...more.flatMap((row) => row.records)] as const;
		return { itemIndexes, inputs, records, group, listed: [] };
	});
}

const NO_GROUP = new Refusal(
	`named in '${LABEL.groupBy}' is missing or empty`,
	`Check the name in '${LABEL.groupBy}', give the field a value in every item, or filter such items out before this node.`,
);

/**
 * Which fields a name means: those with that name or path, exactly or folded, and the tokens of a variable of
 * that name. If there are none, the nested fields whose last name it is.
 */
function fieldsNamed(fields: Fields): (name: string) => readonly Path[] {
	const paths = allPaths([fields]);
	const named = paths.flatMap((path): Array<[string, Path]> => {
		const { variable, token } = parseKey(path[0] ?? '');
		const isToken = path.length === 1 && token !== undefined;
		return [[textOf(path), path], ...(isToken ? [[variable, path] as [string, Path]] : [])];
	});
	const byPath = new NameIndex(named);
	const byLast = new NameIndex(paths.map((path) => [path.at(-1) ?? '', path]));
	return (name) => {
		const { all } = byPath.find(name);
		return all.length > 0 ? all : byLast.find(name).all;
	};
}

/** A row with only the fields that Only Fields lists, and what is nested in them. */
function prune(row: RawRow, names: readonly string[], unmet: Set<string>): RawRow {
	const listed: Path[] = [];
	const [first = {}, ...others] = row.records.map((fields) => {
		const find = fieldsNamed(fields);
		const kept = names.flatMap((name) => {
			const own = find(name);
			if (own.length > 0) unmet.delete(name);
			if (name.includes('.')) listed.push(...own.filter((path) => path.length > 1));
			return own;
		});
		return onlyPaths(fields, kept);
	});
	return { ...row, records: [first, ...others], listed };
}

function onlyPaths(fields: Fields, paths: readonly Path[]): Fields {
	const into: Record<string, unknown> = {};
	for (const path of paths) {
		if (paths.some((other) => inside(path, other))) continue;
		let at = into;
		for (const name of path.slice(0, -1)) {
			if (!Object.hasOwn(at, name)) setOwn(at, name, {});
			at = at[name] as Record<string, unknown>;
		}
		setOwn(at, path.at(-1) ?? '', valueOf(fields, path));
	}
	return into;
}
