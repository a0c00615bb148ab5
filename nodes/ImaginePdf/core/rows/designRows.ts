import type { TextFormat } from './dates';
import { RowFiller } from './fill';
import type { IssueLog } from './issues';
import { looseName, Matcher, nestedBases, type Match } from './match';
import { isPlainObject, valueAt, type Fields } from '../objects';
import { mergedFields, namesIn } from './rowFields';
import type { FieldList, RawRow } from './source';
import { TableReader } from './table';
import { targetsOf, type Target } from './targets';
import type { Variables } from '../designs/variable';
import type { BuildOptions, Picture } from './types';
import { unknownVariables } from '../designs/variable';

/** A row with the fields that its values are taken from. */
export interface FieldedRow {
	readonly row: RawRow;
	/** Its fields; of a group, those of each item. */
	readonly records: readonly Fields[];
	/** All fields of the row; of a group, of each the first value that is not empty. */
	readonly fields: Fields;
	readonly match: Match;
}

/** What all rows of a design are built with. */
export interface RowContext {
	readonly options: BuildOptions;
	readonly format: TextFormat;
	readonly only: FieldList | undefined;
	readonly issues: IssueLog;
}

/** The rows of one design: matched with its variables, and their values converted. */
export class DesignRows {
	readonly rows: readonly FieldedRow[];
	readonly targets: readonly Target[];
	readonly filler: RowFiller;
	/** Nested objects with fields that belong to variables, where no top-level field does. */
	readonly bases: readonly string[][];
	/** The nested object that the rows are taken from. */
	readonly base: readonly string[] | undefined;
	readonly tables = new Map<Target, TableReader>();
	/** The table that the items of a group fill. */
	readonly groupTable: Target | undefined;
	private readonly wholes: readonly Target[];
	private readonly pictureFields: ReadonlyArray<{ target: Target; binaryField: string }>;

	constructor(
		readonly designId: string,
		readonly variables: Variables,
		rows: readonly RawRow[],
		private readonly context: RowContext,
	) {
		const { missingVariables, tableColumns = [], images = [] } = context.options;
		const picked = rows.map((row) => this.recordsIn(row, []));
		const showsAll = variables.known && variables.list.every(({ tokens }) => tokens !== undefined);
		const keys = showsAll ? [] : [...namesIn(picked)];
		// A listed field is one that every row is to have, even where no item brings it.
		const listed = rows.some(isRestricted) ? (context.options.onlyFields ?? []) : [];
		const list = variables.known ? variables.list : unknownVariables([...keys, ...listed]);
		const made = targetsOf(list, keys);
		this.targets = made.targets;
		this.wholes = made.variables.map(({ whole }) => whole);
		const chosen = tableColumns.map(({ variable, columns }) => ({
			target: this.named(variable),
			columns,
		}));
		for (const target of this.wholes) {
			const columns = chosen.find((one) => one.target === target)?.columns;
			this.tables.set(target, new TableReader(target.variable, columns, context.format));
		}
		this.filler = new RowFiller(made.targets, made.variables, this.tables, missingVariables);
		const goesDeep =
			variables.known && rows.every(({ inputs: [{ source }] }) => source !== 'mapped');
		const matcher = new Matcher(this.targets, goesDeep);
		const isTop = picked.some((records) => matcher.bringsFields(mergedFields(records)));
		const objects = isTop || !goesDeep ? [] : rows.flatMap(({ records }) => records);
		this.bases = nestedBases(matcher, objects);
		this.base = this.bases.length === 1 ? this.bases[0] : undefined;
		this.rows = rows.map((row, index) => {
			const records = this.base ? this.recordsIn(row, this.base) : (picked[index] ?? []);
			const fields = mergedFields(records);
			return { row, records, fields, match: matcher.match(fields) };
		});
		this.pictureFields = images.flatMap(({ variable, binaryField }) => {
			const target = this.named(variable);
			return target ? [{ target, binaryField }] : [];
		});
		// The only table there is, or the one that the table columns name.
		const isTable = ({ kind }: Target) => kind === 'table';
		const named = chosen.flatMap(({ target }) =>
			target && (isTable(target) || target.kind === 'unknown') ? target : [],
		);
		const candidates = named.length > 0 ? named : this.wholes.filter(isTable);
		const isGrouped = rows.some(({ group }) => group !== undefined);
		this.groupTable = isGrouped && candidates.length === 1 ? candidates[0] : undefined;
	}

	/** Whether anything of any row belongs to a variable. */
	get hasMatch(): boolean {
		return this.rows.some(
			({ row, match }) => match.sources.length > 0 || this.picturesOf(row).length > 0,
		);
	}

	/** The variable of that name, or of the only one that is nearly the same. */
	named(name: string): Target | undefined {
		const exact = this.wholes.find(({ keys }) => keys.includes(name));
		if (exact) return exact;
		const similar = this.wholes.filter(({ key }) => looseName(key) === looseName(name));
		return similar.length === 1 ? similar[0] : undefined;
	}

	/** The pictures that the items of a row bring. */
	picturesOf({ inputs }: RawRow): readonly Picture[] {
		return this.pictureFields.flatMap(({ target: { key: variable }, binaryField }) => {
			const input = inputs.find(({ binaryFields }) => binaryFields?.includes(binaryField));
			return input ? [{ variable, itemIndex: input.itemIndex, binaryField }] : [];
		});
	}

	/** Fields that are sent neither for a variable nor as a column of the group's table. */
	leftOutOf({ match: { leftOut } }: FieldedRow): readonly string[] {
		const used = this.groupTable && this.tables.get(this.groupTable)?.used;
		return used ? leftOut.filter((field) => !used.has(field)) : leftOut;
	}

	/** The fields of each of a row's items, or of the nested object in each. */
	private recordsIn(row: RawRow, base: readonly string[]): readonly Fields[] {
		const only = isRestricted(row) ? this.context.only : undefined;
		const isInside = base.length > 0;
		if (!isInside && !only) return row.records;
		return row.records.map((record) => {
			const inside = isInside ? valueAt(record, base) : record;
			const found = isPlainObject(inside) ? inside : isInside ? {} : record;
			return only ? only.pick(found, base) : found;
		});
	}
}

/** Whether Only Fields is about a row. */
function isRestricted({ inputs: [{ source }] }: RawRow): boolean {
	return source === 'items';
}
