import { LABEL, Refusal } from './issues';
import { fold, NameIndex } from './names';
import { isEmpty, nestedIn, readJson, textOf, valueOf, type Path } from './paths';
import type { Column, Table } from './types';
import { cellText, type Writing } from './values';
import type { Variable } from '../designs/variable';
import { isPlainObject, isSame, type Fields } from '../objects';
import { showName, showNames } from '../text';

/** The largest table (docs/imaginepdf-api.md, "Values"). */
const MAX_TABLE_ROWS = 500;
const MAX_TABLE_COLUMNS = 50;

/** What a table variable takes, and what all lists that were given for it have had so far. */
export interface TableUse {
	readonly variable: Variable;
	/** The columns that lists of objects get: those of the user, else the design's labels. */
	readonly columns: readonly Column[] | undefined;
	readonly isChosen: boolean;
	/** Columns that some line had. */
	readonly seen: Set<Column>;
	/** Fields that the lines had, for the advice. */
	readonly there: Set<string>;
	/** Fields that are columns, by their names and paths. */
	readonly used: Set<string>;
	/** A line of the lists. */
	sample?: Fields;
}

/** @param chosen by the user; none for the design's own columns */
export function tableUse(variable: Variable, chosen: readonly Column[]): TableUse {
	const { header = [] } = variable;
	const labels = header.some((label) => label.trim() !== '')
		? header.map((heading) => ({ field: fold(heading) === '' ? '' : heading, heading }))
		: undefined;
	const isChosen = chosen.length > 0;
	const columns = isChosen ? chosen : labels;
	const [seen, there, used] = [new Set<Column>(), new Set<string>(), new Set<string>()];
	return { variable, columns, isChosen, seen, there, used };
}

/** For a table that is missing: its header labels, where they are known. */
export function blankTable({ header }: Variable): Table {
	return [[...(header ?? [''])]];
}

/** @returns `undefined` where there is no value */
export function readTable(
	raw: unknown,
	use: TableUse,
	writing: Writing,
): Table | Refusal | undefined {
	if (isEmpty(raw)) return undefined;
	if (typeof raw === 'string') {
		const json = readJson(raw);
		return json.ok && Array.isArray(json.value)
			? readTable(json.value, use, writing)
			: noTable('text');
	}
	if (!Array.isArray(raw)) return isPlainObject(raw) ? wrappedList(raw) : noTable('no list');
	const list: readonly unknown[] = raw;
	const table = list.some(isPlainObject) ? ofObjects(list, use, writing) : ofLists(list, writing);
	return table instanceof Refusal ? table : (tooLarge(table) ?? table);
}

/** An object instead of a list: the list may be inside. */
function wrappedList(raw: Fields): Refusal {
	const [key, other] = Object.keys(raw).filter((name) => isTableLike(raw[name]));
	if (key === undefined || other !== undefined) return noTable('an object');
	const { reason, remedy } = noTable(`an object whose list is in ${showName(key)}`);
	return new Refusal(reason, remedy, [[key]]);
}

function ofObjects(entries: readonly unknown[], use: TableUse, writing: Writing): Table | Refusal {
	if (!entries.every(isPlainObject)) return oddRow(entries, isPlainObject, 'object');
	for (const key of new Set(entries.flatMap((entry) => Object.keys(entry)))) use.there.add(key);
	use.sample ??= entries[0];
	const columns = use.columns ?? allColumns(entries);
	const headings = columns.map(({ heading }) => heading);
	if (use.columns === undefined && !use.variable.isHeaderless) {
		writing.note('columns', showNames(headings, MAX_TABLE_COLUMNS));
	}
	const rows: unknown[][] = [];
	let keys: readonly string[] = [];
	let paths: ReadonlyArray<Path | undefined> = [];
	for (const [index, entry] of entries.entries()) {
		const own = Object.keys(entry);
		// Lines mostly have the fields of the line before.
		if (index === 0 || !isSame(own, keys) || paths.some((path) => path && path.length > 1)) {
			const found = columnPaths(columns, entry);
			if (found instanceof Refusal) return found.in(`row ${index + 1}`);
			[keys, paths] = [own, found];
			for (const [at, path] of paths.entries()) {
				const column = columns[at];
				if (!path || !column) continue;
				use.seen.add(column);
				use.used.add(path[0] ?? '').add(textOf(path));
			}
		}
		rows.push(paths.map((path) => (path ? valueOf(entry, path) : undefined)));
	}
	const texts = tableTexts(rows, writing, headings);
	return texts instanceof Refusal || use.variable.isHeaderless ? texts : [headings, ...texts];
}

/** Where each column stands in a line: by its name, else by its path. */
function columnPaths(columns: readonly Column[], entry: Fields): Array<Path | undefined> | Refusal {
	const index = new NameIndex(Object.keys(entry).map((key) => [key, key]));
	const paths: Array<Path | undefined> = [];
	for (const { field } of columns) {
		const { all } = index.find(field);
		const [key, ...others] = all;
		if (key === undefined) {
			const path = field.split('.');
			paths.push(path.length > 1 && valueOf(entry, path) !== undefined ? path : undefined);
		} else if (others.every((other) => entry[other] === entry[key])) paths.push([key]);
		else {
			return new Refusal(
				`has a column ${showName(field)} that could be meant by ${showNames(all)}`,
				`Name the field in the option '${LABEL.tableColumns}', such as ${showName(`${key}=${field}`)}.`,
			);
		}
	}
	return paths;
}

/** Every key of the lines; keys that differ only in what people vary are one column. */
function allColumns(entries: readonly Fields[]): Column[] {
	const isApart = entries.some((entry) => {
		const keys = Object.keys(entry);
		return new Set(keys.map(fold)).size < keys.length;
	});
	const columns = new Map<string, Column>();
	for (const key of entries.flatMap((entry) => Object.keys(entry))) {
		const name = isApart ? key : fold(key) || key;
		if (!columns.has(name)) columns.set(name, { field: key, heading: key });
	}
	return [...columns.values()];
}

function ofLists(rows: readonly unknown[], writing: Writing): Table | Refusal {
	if (!rows.every(isList)) return oddRow(rows, isList, 'list of cells');
	return tableTexts(rows, writing, []);
}

/** @param names of the columns, for a refusal; else they are counted */
function tableTexts(
	rows: ReadonlyArray<readonly unknown[]>,
	writing: Writing,
	names: readonly string[],
): Table | Refusal {
	const table: Table = [];
	for (const [index, row] of rows.entries()) {
		const cells: string[] = [];
		for (const [column, value] of row.entries()) {
			// A null cell is an empty one (docs/imaginepdf-api.md, "Values").
			const cell = cellText(value, writing);
			if (cell instanceof Refusal) {
				const name = names[column];
				const place = name === undefined ? column + 1 : showName(name);
				return cell
					.in(`row ${index + 1}, column ${place}`)
					.advising(
						`Name the columns to print in the option '${LABEL.tableColumns}', by their path where they are nested, or mend the cell where it comes from.`,
					);
			}
			cells.push(cell ?? '');
		}
		table.push(cells);
	}
	return table;
}

/** Why the columns cannot be right: no line of any list has a field for one of them. */
export function columnsRefusal(use: TableUse): Refusal | undefined {
	const { columns = [], variable, there, isChosen, seen } = use;
	const unknown = columns
		.filter((column) => column.field !== '' && !column.isOptional && !seen.has(column))
		.map(({ field }) => field);
	if (there.size === 0 || unknown.length === 0) return undefined;
	const has = `The lines have ${showNames([...there], 10)}.`;
	if (isChosen) {
		return new Refusal(
			`'${LABEL.tableColumns}' names ${showNames(unknown)} for ${showName(variable.name)}, which no entry of the list has`,
			`${has} Put ? behind a field that may be in no line, such as ${showName(`${unknown[0]}?`)}.`,
		);
	}
	return new Refusal(
		`has lines without a field for ${showNames(unknown)}, which ${unknown.length === 1 ? 'is a column' : 'are columns'} of the table ${showName(variable.name)}`,
		`${has} Say in the option '${LABEL.tableColumns}' which of them to print, for ${showName(variable.name)}: '${columnsToStartFrom(use)}'. A column that begins with = stays empty.`,
	);
}

/** A text for the option that prints what is certain, and leaves the other columns empty. */
function columnsToStartFrom({ columns = [], there, sample = {} }: TableUse): string {
	const parts = columns.map(({ field, heading }) => {
		const [found] = new NameIndex([...there].map((key) => [key, key])).find(field).all;
		if (found !== undefined) return found === heading ? found : `${found}=${heading}`;
		const nested = nestedIn(sample, () => false).flatMap(({ at, fields }) => {
			const key = new NameIndex(Object.keys(fields).map((one) => [one, one])).only(field);
			return key === undefined || at.some((step) => typeof step !== 'string') ? [] : [[...at, key]];
		});
		const [only, other] = nested;
		return only && !other ? `${textOf(only)}=${heading}` : `=${heading}`;
	});
	const text = parts.join(', ');
	// Text that begins with = is an expression to n8n.
	return text.startsWith('=') ? `, ${text}` : text;
}

/** Whether a value of unknown kind is a table: a list that holds lists or objects. */
export function isTableLike(raw: unknown): boolean {
	return Array.isArray(raw) && raw.some((entry) => Array.isArray(entry) || isPlainObject(entry));
}

function isList(entry: unknown): entry is readonly unknown[] {
	return Array.isArray(entry);
}

/** @returns the refusal of a table that is larger than ImaginePDF takes */
function tooLarge(table: Table): Refusal | undefined {
	const columns = table.reduce((most, row) => Math.max(most, row.length), 0);
	if (table.length <= MAX_TABLE_ROWS && columns <= MAX_TABLE_COLUMNS) return undefined;
	return new Refusal(
		`holds a table of ${table.length} rows × ${columns} columns with its header, and ImaginePDF takes at most ${MAX_TABLE_ROWS} × ${MAX_TABLE_COLUMNS}`,
		`Shorten the table, name the columns in '${LABEL.tableColumns}', or spread it over several rows of the batch.`,
	);
}

function oddRow(
	rows: readonly unknown[],
	isWanted: (row: unknown) => boolean,
	wanted: string,
): Refusal {
	const number = rows.findIndex((row) => !isWanted(row)) + 1;
	return noTable(`a list whose row ${number} is no ${wanted}`);
}

function noTable(what: string): Refusal {
	return new Refusal(
		`holds ${what}, and it takes a table`,
		'Give it a list of objects, or a list of rows that are each a list of cells.',
	);
}

/**
 * "title=Item, quantity=Qty, price": a field, or a field and its heading. `=Heading` is a column that
 * stays empty, and a field with `?` behind it may be in no line.
 */
export function parseColumns(text: string): Column[] {
	return text.split(',').flatMap((part) => {
		const at = part.indexOf('=');
		const given = (at < 0 ? part : part.slice(0, at)).trim();
		const isOptional = given.length > 1 && given.endsWith('?');
		const field = isOptional ? given.slice(0, -1).trim() : given;
		const heading = at < 0 ? field : part.slice(at + 1).trim();
		if (field === '' && heading === '') return [];
		return [{ field, heading, ...(isOptional && { isOptional }) }];
	});
}
