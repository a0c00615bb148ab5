import { issueOf, LABEL, Refusal, type RowIssue, type RowPlace } from './issues';
import { comparable, fold } from './names';
import { fieldsNamed } from './onlyFields';
import { isEmpty, readJson, valueOf, type Path } from './paths';
import type { BuildOptions, RowInput } from './types';
import { cellText, type Writing } from './values';
import { groupedBy, isPlainObject, type Fields } from '../objects';
import { showName, showNames } from '../text';

/* From items to rows with their values as they came, and what cannot be a row. */

/** One row with its values as they came. */
export interface RawRow extends RowPlace {
	/** The items it is made of, ascending: one, or a group's. All name one design. */
	readonly inputs: readonly [RowInput, ...RowInput[]];
	/** The fields of each item. */
	readonly records: readonly [Fields, ...Fields[]];
	/** The value that items were grouped by. */
	readonly group?: string | undefined;
	/** Where it stands, if inside a nested object. */
	readonly groupPath?: Path | undefined;
}

/** The outcome of a step, and what was refused in it. */
export interface RawRows {
	readonly rows: RawRow[];
	readonly issues: RowIssue[];
}

const GIVE_ROWS = 'Give an object (one row) or a list of objects (many rows).';
const FILTER = 'filter such items out before this node, e.g. empty lines of a sheet.';

/** The rows of all items: one of an item, or as many as its JSON holds. */
export function rawRowsOf(inputs: readonly RowInput[], options: BuildOptions): RawRows {
	const rows: RawRow[] = [];
	const issues: RowIssue[] = [];
	const lists: Array<{ input: RowInput; list: readonly unknown[] }> = [];
	for (const input of inputs) {
		const itemIndexes = [input.itemIndex];
		const add = (fields: unknown, rowIndex?: number) => {
			const place = { itemIndexes, rowIndex };
			if (isRow(fields)) rows.push({ ...place, inputs: [input], records: [fields] });
			else issues.push(issueOf(place, fields instanceof Refusal ? fields : notARow('the row is')));
		};
		const given = valuesOf(input, options);
		if (!Array.isArray(given)) add(given);
		else {
			const list: readonly unknown[] = given;
			if (list.length > 1) lists.push({ input, list });
			for (const [index, fields] of list.entries()) {
				if (!input.without?.has(index)) add(fields, index);
			}
		}
	}
	const repeated = repeatedLists(lists);
	if (repeated.size === 0) return { rows, issues };
	for (const { itemIndex } of repeated) {
		issues.push(issueOf({ itemIndexes: [itemIndex] }, SAME_LIST));
	}
	return { rows: rows.filter(({ inputs: [input] }) => !repeated.has(input)), issues };
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
		if (isErrorItem(item)) return errorItem(item, nodeBefore);
		const isPictured = images.some(({ binaryField }) => binaryFields.includes(binaryField));
		if (source !== 'json' && !isPictured && isEmptyLine(item)) return EMPTY_LINE;
	}
	if (source === 'items') return isRow(values) ? values : notARow('the item holds');
	// Nothing is mapped: a row without fields, which is judged as such.
	if (source === 'mapped') return isRow(values) ? values : {};
	const json = jsonValue(values);
	if (oneRowPerItem && Array.isArray(json) && json.length > 1) return SEVERAL_ROWS;
	return Array.isArray(json) || isRow(json) || json instanceof Refusal
		? json
		: notARow(`'${LABEL.rows}' holds`);
}

/** What n8n and its nodes make of an error, with On Error: Continue. */
const ERROR_FIELDS =
	/^(?:error|message|description|code|httpCode|jobIds?|designId|details|context)$/;

function isErrorItem(item: Fields): boolean {
	return !isEmpty(item.error) && Object.keys(item).every((key) => ERROR_FIELDS.test(key));
}

function errorItem({ error }: Fields, nodeBefore: string | undefined): Refusal {
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
	return (
		keys.length > 0 &&
		keys.every((key) => isEmpty(item[key]) || item[key] === false || fold(key) === 'rownumber')
	);
}

const EMPTY_LINE = new Refusal(
	'all fields of the item are empty, so its PDF would be blank',
	`Give it values, or ${FILTER}`,
);

const SAME_LIST = new Refusal(
	'several items bring the same list of rows, so each row would be paid for several times',
	"Turn on 'Execute Once' in the settings of this node, or give each item its own rows.",
);

/** The inputs whose lists another item brings in the same form, for the same design. */
function repeatedLists(
	lists: ReadonlyArray<{ input: RowInput; list: readonly unknown[] }>,
): ReadonlySet<RowInput> {
	const alike = groupedBy(lists, ({ input, list }) =>
		JSON.stringify([input.designId, list.length, list[0], list.at(-1)]),
	);
	const repeated = [...alike.values()].flatMap((some) => {
		if (some.length === 1) return [];
		const same = groupedBy(some, ({ list }) => JSON.stringify(list));
		return [...same.values()].filter(({ length }) => length > 1).flat();
	});
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

/**
 * Whether a value can be a row. Objects of a class are taken too, since some database drivers make
 * their rows so; a Luxon `DateTime` is an object only technically.
 */
function isRow(value: unknown): value is Fields {
	return (
		Object.prototype.toString.call(value) === '[object Object]' &&
		!(value instanceof Refusal) &&
		Reflect.get(Object(value), 'isLuxonDateTime') !== true
	);
}

/** Makes one row of the rows with the same value in a field, in the order of their first items. */
export function groupRows(rows: readonly RawRow[], field: string, writing: Writing): RawRows {
	const issues: RowIssue[] = [];
	const named = rows.flatMap((row) => {
		const text = cellText(fieldValue(row.records[0], field), writing);
		const group = text instanceof Refusal ? text : comparable(text ?? '') || NO_GROUP;
		if (typeof group === 'string') return { row, group };
		issues.push(issueOf(row, group, field));
		return [];
	});
	const merged = Array.from(
		groupedBy(named, ({ group }) => group),
		([group, some]): RawRow => {
			const [first, ...more] = some.map(({ row }) => row);
			return {
				itemIndexes: some.flatMap(({ row }) => row.itemIndexes),
				inputs: [...(first as RawRow).inputs, ...more.flatMap((row) => row.inputs)],
				records: [...(first as RawRow).records, ...more.flatMap((row) => row.records)],
				group,
				...(field.includes('.') && { groupPath: field.split('.') }),
			};
		},
	);
	const whole = merged.filter((row) => {
		const designs = [...new Set(row.inputs.map(({ designId }) => designId))];
		if (designs.length > 1) issues.push(issueOf(row, severalDesigns(row.group ?? '', designs)));
		return designs.length === 1;
	});
	return { rows: whole, issues };
}

const NO_GROUP = new Refusal(
	`named in '${LABEL.groupBy}' is missing or empty`,
	`Check the name in '${LABEL.groupBy}', give the field a value in every item, or filter such items out before this node.`,
);

function severalDesigns(group: string, designs: readonly string[]): Refusal {
	return new Refusal(
		`the group ${showName(group)} names ${designs.length} designs, ${showNames(designs)}`,
		'Let all items of a group name the same design.',
	);
}

/** A field by its name, by its path, or by the only name that is nearly the same. */
function fieldValue(fields: Fields, field: string): unknown {
	const [only, other] = fieldsNamed(fields, field);
	return only && !other ? valueOf(fields, only) : undefined;
}
