import type { TextFormat } from './dates';
import { isEmpty } from './fields';
import { Refusal } from './issues';
import { LABEL } from './labels';
import { nameAmong } from './names';
import { readJson } from './source';
import type { Table, TableColumns } from './types';
import { cellText, isPlainText } from './value';
import type { Variable } from '../designs/variable';
import { isPlainObject, valueAt, type Fields } from '../objects';
import { showName, showNames } from '../text';

/** The largest table (docs/imaginepdf-api.md, "Values"). */
const MAX_TABLE_ROWS = 500;
const MAX_TABLE_COLUMNS = 50;

/** A column of a list of objects. */
interface Column {
	/** Where it stands in each object. */
	readonly path: readonly string[];
	readonly heading: string;
}

/** What a table variable takes, and which columns its lists of objects have. */
export class TableReader {
	/** Chosen columns that some entry had. */
	private readonly seen = new Set<string>();
	/** Fields that the entries had, for the advice. */
	private readonly there = new Set<string>();

	/** Fields that are columns of it, by their names and paths. */
	readonly used = new Set<string>();

	constructor(
		private readonly variable: Variable,
		/** The columns that the user chose; none for all that there are. */
		private readonly chosen: TableColumns['columns'],
		private readonly format: TextFormat,
	) {}

	/** @returns `undefined` where there is no value */
	read(raw: unknown): Table | Refusal | undefined {
		if (isEmpty(raw)) return undefined;
		if (typeof raw === 'string') return this.readText(raw);
		if (!Array.isArray(raw)) return noTable(isPlainObject(raw) ? 'an object' : 'no list');
		const list: readonly unknown[] = raw;
		const table = list.some(isPlainObject) ? this.ofObjects(list) : this.ofLists(list);
		return table instanceof Refusal ? table : (tooLarge(table) ?? table);
	}

	/** For a table that is missing: its header labels, where they are known. */
	get blank(): Table {
		return [[...(this.variable.header ?? [''])]];
	}

	/** Why the chosen columns cannot be right, where no entry of any list has one of them. */
	get unknownColumns(): Refusal | undefined {
		const { chosen, there, variable } = this;
		const unknown = chosen.map(({ field }) => field).filter((field) => !this.seen.has(field));
		if (there.size === 0 || unknown.length === 0) return undefined;
		return new Refusal(
			`'${LABEL.tableColumns}' names ${showNames(unknown)} for ${showName(variable.name)}, which no entry of the list has`,
			`The entries have ${showNames([...there], 10)}.`,
		);
	}

	private readText(text: string): Table | Refusal | undefined {
		const json = readJson(text);
		if (json.ok && Array.isArray(json.value)) return this.read(json.value);
		return noTable('text');
	}

	private ofObjects(entries: readonly unknown[]): Table | Refusal {
		if (!entries.every(isPlainObject)) return oddRow(entries, isPlainObject, 'object');
		const columns = this.columnsOf(entries);
		for (const { path } of columns) this.used.add(path[0] ?? '').add(path.join('.'));
		const headings = columns.map(({ heading }) => heading);
		const cells = entries.map((entry) => columns.map(({ path }) => valueAt(entry, path)));
		const rows = this.texts(cells, headings.map(showName));
		return rows instanceof Refusal || this.variable.isHeaderless ? rows : [headings, ...rows];
	}

	private ofLists(rows: readonly unknown[]): Table | Refusal {
		if (this.isTextTable(rows)) return rows;
		if (rows.every(isList)) return this.texts(rows);
		return oddRow(rows, isList, 'list of cells');
	}

	/** Whether a table can be sent as it is. Most can, and copying them is what would cost. */
	private isTextTable(rows: readonly unknown[]): rows is Table {
		const isText = (cell: unknown) => typeof cell === 'string' && isPlainText(cell, this.format);
		return rows.every((row) => isList(row) && row.every(isText));
	}

	/** @param names of the columns, for a refusal; else they are counted */
	private texts(
		rows: ReadonlyArray<readonly unknown[]>,
		names: readonly string[] = [],
	): Table | Refusal {
		const table: Table = [];
		for (const [index, row] of rows.entries()) {
			const cells: string[] = [];
			for (const [column, value] of row.entries()) {
				// A null cell is an empty one (docs/imaginepdf-api.md, "Values").
				const cell = cellText(value, this.format);
				if (cell instanceof Refusal) {
					return new Refusal(
						`${cell.reason} (row ${index + 1}, column ${names[column] ?? column + 1})`,
						`Name the columns to print in the option '${LABEL.tableColumns}', or turn the cell into text first.`,
					);
				}
				cells.push(cell ?? '');
			}
			table.push(cells);
		}
		return table;
	}

	private columnsOf(entries: readonly Fields[]): Column[] {
		const keys = [...new Set(entries.flatMap((entry) => Object.keys(entry)))];
		const { chosen, variable } = this;
		if (chosen.length === 0) {
			return labelled(variable.header, keys) ?? keys.map((key) => ({ path: [key], heading: key }));
		}
		for (const key of keys) this.there.add(key);
		return chosen.map(({ field, heading }) => {
			const key = nameAmong(keys, field);
			const path = key === undefined ? field.split('.') : [key];
			const isThere =
				key !== undefined || entries.some((entry) => valueAt(entry, path) !== undefined);
			if (isThere) this.seen.add(field);
			return { path, heading };
		});
	}
}

/** Whether a value of unknown kind is a table: a list that holds lists or objects. */
export function isTableLike(raw: unknown): boolean {
	return Array.isArray(raw) && raw.some((entry) => Array.isArray(entry) || isPlainObject(entry));
}

/** The design's own columns, where each of its labels fits exactly one key. */
function labelled(
	labels: readonly string[] | undefined,
	keys: readonly string[],
): Column[] | undefined {
	const found = (labels ?? []).flatMap((heading) => {
		const key = nameAmong(keys, heading);
		return key === undefined ? [] : { path: [key], heading };
	});
	return found.length > 0 && found.length === labels?.length ? found : undefined;
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

/** "title=Item, quantity=Qty, price": a field, or a field and its heading. */
export function parseColumns(text: string): TableColumns['columns'] {
	return text
		.split(',')
		.map((part) => {
			const at = part.indexOf('=');
			const field = (at < 0 ? part : part.slice(0, at)).trim();
			return { field, heading: at < 0 ? field : part.slice(at + 1).trim() };
		})
		.filter(({ field }) => field !== '');
}
