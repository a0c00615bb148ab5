import { LABEL, Refusal } from './issues';
import { fold, namesIndex } from './names';
import { isEmpty, isNested, nestedIn, readJson, textOf, valueOf, type Path } from './paths';
import type { Column, Table } from './types';
import { cellText, note, partOf, type Reading } from './values';
import type { Variable } from '../designs/variable';
import { isPlainObject, isSame, onceEach, type Fields } from '../objects';
import { showName, showNames } from '../text';

/** The largest table (docs/imaginepdf-api.md, "Values"). */
const MAX_TABLE_ROWS = 500;
const MAX_TABLE_COLUMNS = 50;

/** The columns that a design shows for lists of objects; unknown where all its labels are empty. */
export function columnsOf({ header = [] }: Variable): readonly Column[] | undefined {
	return header.some((label) => label.trim() !== '')
		? header.map((heading) => ({ field: fold(heading) === '' ? '' : heading, heading }))
		: undefined;
}

/** What is sent for a missing table: its header labels, where they are known. */
export function blankTable({ header }: Variable): Table {
	return [[...(header ?? [''])]];
}

/** Whether a value of unknown kind is a table: a list that holds lists or objects. */
export function isTableLike(raw: unknown): raw is readonly unknown[] {
	return Array.isArray(raw) && raw.some(isNested);
}

/** @returns `undefined` where there is no value */
export function tableValue(raw: unknown, reading: Reading): Table | Refusal | undefined {
	if (isEmpty(raw)) return undefined;
	if (typeof raw === 'string') {
		const json = readJson(raw);
		const isList = json.ok && Array.isArray(json.value);
		return isList ? tableValue(json.value, reading) : noTable('text');
	}
	if (!isList(raw)) return isPlainObject(raw) ? wrappedList(raw) : noTable('no list');
	const table = raw.some(isPlainObject)
		? ofObjects(raw, reading)
		: raw.every(isList)
			? tableTexts(raw, reading, [])
			: oddRow(raw, isList, 'list of cells');
	return table instanceof Refusal ? table : (tableTooLarge(table) ?? table);
}

/** An object instead of a list: the list may be inside. */
function wrappedList(raw: Fields): Refusal {
	const [key, other] = Object.keys(raw).filter((name) => isTableLike(raw[name]));
	if (key === undefined || other !== undefined) return noTable('an object');
	const { reason, remedy } = noTable(`an object whose list is in ${showName(key)}`);
	return new Refusal(reason, remedy, { picks: [[key]] });
}

function ofObjects(entries: readonly unknown[], reading: Reading): Table | Refusal {
	if (!entries.every(isPlainObject)) return oddRow(entries, isPlainObject, 'object');
	const { lines, variable, columns = allColumns(entries) } = reading;
	const headings = columns.map(({ heading }) => heading);
	if (reading.columns === undefined) {
		note(reading, 'columns', showNames(headings, MAX_TABLE_COLUMNS));
	}
	lines.sample ??= entries[0];
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
			for (const name of own) lines.fields.add(name);
			for (const [at, column] of columns.entries()) {
				const path = paths[at];
				if (path) lines.met.add(column);
				if (path) lines.used.add(path[0] ?? '').add(textOf(path));
			}
		}
		rows.push(paths.map((path) => (path ? valueOf(entry, path) : undefined)));
	}
	const texts = tableTexts(rows, reading, headings);
	return texts instanceof Refusal || variable.isHeaderless ? texts : [headings, ...texts];
}

/** Where each column stands in a line: by its name, else by its path. */
function columnPaths(columns: readonly Column[], entry: Fields): Array<Path | undefined> | Refusal {
	const index = namesIndex(Object.keys(entry));
	const paths: Array<Path | undefined> = [];
	for (const { field } of columns) {
		const { all } = index.find(field);
		const [key, ...others] = all;
		const path = key === undefined ? field.split('.') : [key];
		const isThere = key !== undefined || (path.length > 1 && valueOf(entry, path) !== undefined);
		if (others.some((other) => entry[other] !== entry[key ?? ''])) {
			return new Refusal(
				`has a column ${showName(field)} that could be meant by ${showNames(all)}`,
				`Name the field in the option '${LABEL.tableColumns}', such as ${showName(`${key}=${field}`)}.`,
			);
		}
		paths.push(isThere ? path : undefined);
	}
	return paths;
}

/** A column for every key of the lines; keys that fold to the same are one column. */
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

/** @param names of the columns, for a refusal; else they are counted */
function tableTexts(
	rows: ReadonlyArray<readonly unknown[]>,
	reading: Reading,
	names: readonly string[],
): Table | Refusal {
	const table: Table = [];
	const ofColumn = onceEach((column: number) => partOf(reading, column));
	for (const [index, row] of rows.entries()) {
		const cells: string[] = [];
		for (const [column, value] of row.entries()) {
			// A null cell is an empty one (docs/imaginepdf-api.md, "Values").
			const cell = cellText(value, ofColumn(column));
			if (cell instanceof Refusal) {
				const name = names[column];
				const shown = name === undefined ? column + 1 : showName(name);
				return cell.in(
					`row ${index + 1}, column ${shown}`,
					`Name the columns to print in the option '${LABEL.tableColumns}', by their path where they are nested, or mend the cell where it comes from.`,
				);
			}
			cells.push(cell ?? '');
		}
		table.push(cells);
	}
	return table;
}

/** Refuses columns for which no line of any list has a field. */
export function columnsRefusal({
	columns = [],
	variable,
	isChosen,
	lines: { met, sample, fields: all },
}: Reading): Refusal | undefined {
	const unknown = columns
		.filter((column) => column.field !== '' && !column.isOptional && !met.has(column))
		.map(({ field }) => field);
	if (!sample || unknown.length === 0) return undefined;
	const fields = [...all];
	const has = `The lines have ${showNames(fields, 10)}.`;
	if (isChosen) {
		return new Refusal(
			`'${LABEL.tableColumns}' names ${showNames(unknown)} for ${showName(variable.name)}, which no entry of the list has`,
			`${has} Put ? behind a field that may be in no line, such as ${showName(`${unknown[0]}?`)}.`,
		);
	}
	const start = columnsToStartFrom(columns, fields, sample);
	return new Refusal(
		`has lines without a field for ${showNames(unknown)}, which ${unknown.length === 1 ? 'is a column' : 'are columns'} of the table ${showName(variable.name)}`,
		`${has} Say in the option '${LABEL.tableColumns}' which of them to print, for ${showName(variable.name)}: '${start}'. A column that begins with = stays empty.`,
	);
}

/** A value for the option that prints the columns that are certain, and leaves the others empty. */
function columnsToStartFrom(
	columns: readonly Column[],
	fields: readonly string[],
	sample: Fields,
): string {
	const index = namesIndex(fields);
	const parts = columns.map(({ field, heading }) => {
		const [found] = index.find(field).all;
		if (found !== undefined) return found === heading ? found : `${found}=${heading}`;
		const [only, other] = nestedIn(sample).flatMap(({ at, fields: inner }) => {
			const key = namesIndex(Object.keys(inner)).only(field);
			return key === undefined || at.some((step) => typeof step !== 'string') ? [] : [[...at, key]];
		});
		return only && !other ? `${textOf(only)}=${heading}` : `=${heading}`;
	});
	const text = parts.join(', ');
	// Text that begins with = is an expression to n8n.
	return text.startsWith('=') ? `, ${text}` : text;
}

function isList(entry: unknown): entry is readonly unknown[] {
	return Array.isArray(entry);
}

/** @returns the refusal of a table that is larger than ImaginePDF takes */
function tableTooLarge(table: Table): Refusal | undefined {
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
		const [name = '', ...more] = part.split('=');
		const [, bare = '', mark] = /^(.+?)\s*(\?)$/s.exec(name.trim()) ?? [];
		const isOptional = mark !== undefined;
		const field = isOptional ? bare : name.trim();
		const heading = more.length === 0 ? field : more.join('=').trim();
		if (field === '' && heading === '') return [];
		return [{ field, heading, ...(isOptional && { isOptional }) }];
	});
}
