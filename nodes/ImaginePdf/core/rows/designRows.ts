import type { TextFormat } from './dates';
import { RowFiller } from './fill';
import type { IssueLog } from './issues';
import { looseName, Matcher, nestedBases, type Match } from './match';
import { isPlainObject, valueAt } from './own';
import { fieldsAround, mergedFields, namesIn, type Fields } from './rowFields';
import type { FieldList, RawRow } from './source';
import { TableReader } from './table';
import { targetsOf, type Target, type VariableTargets } from './targets';
import type { BuildOptions, Picture, Variables } from './types';
import { unknownVariables } from './variables';

/** A row with the fields that its values are taken from. */
export interface FieldedRow {
	readonly row: RawRow;
	/** Its fields; of a group, those of each item. */
	readonly records: readonly Fields[];
	/** All fields of the row; of a group, of each the first value that is not empty. */
	readonly fields: Fields;
	readonly match: Match;
	/** Fields of the objects around, where the rows are taken from a nested one. */
	readonly around: readonly string[];
}

const NOTHING: readonly string[] = [];
const NO_PICTURES: readonly Picture[] = [];

/** What all rows of a design are built with. */
export interface RowContext {
	readonly options: BuildOptions;
	readonly format: TextFormat;
	readonly only: FieldList | undefined;
	/** The binary fields of each item. */
	readonly binaryFields: ReadonlyMap<number, readonly string[]>;
	readonly issues: IssueLog;
}

/** The rows of one design: matched with its variables, and their values converted. */
export class DesignRows {
	readonly rows: readonly FieldedRow[];
	readonly targets: readonly Target[];
	readonly filler: RowFiller;
	/** Nested objects that bring fields which belong to variables, where no top-level field does. */
	readonly bases: readonly string[][];
	readonly tables = new Map<Target, TableReader>();
	private readonly wholes: readonly Target[];
	/** The table that the items of a group fill. */
	readonly groupTable: Target | undefined;
	private readonly pictureFields: ReadonlyArray<{ target: Target; binaryField: string }>;

	constructor(
		readonly designId: string,
		readonly variables: Variables,
		rows: readonly RawRow[],
		private readonly context: RowContext,
	) {
		const { options, format } = context;
		const picked = rows.map((row) =>
			row.isRestricted ? pickFrom(row.records, context) : row.records,
		);
		const showsAll = variables.known && variables.list.every(({ tokens }) => tokens !== undefined);
		const keys = showsAll ? [] : [...namesIn(picked)];
		const list = variables.known
			? variables.list
			: unknownVariables([...keys, ...this.listed(rows)]);
		const made = targetsOf(list, keys);
		this.targets = made.targets;
		this.wholes = made.variables.map(({ whole }) => whole);
		for (const target of this.wholes) {
			const chosen = options.tableColumns?.find(({ variable }) => this.named(variable) === target);
			this.tables.set(target, new TableReader(target.variable, chosen?.columns, format));
		}
		this.filler = this.fillerFor(made.variables);
		const goesDeep = variables.known && rows.every(({ isMapped }) => !isMapped);
		const matcher = new Matcher(this.targets, goesDeep);
		const tops = picked.map((records) => mergedFields(records));
		const isTop = tops.some((fields) => matcher.bringsFields(fields));
		this.bases = isTop || !goesDeep ? [] : nestedBases(matcher, this.objectsOf(rows));
		const base = this.bases.length === 1 ? this.bases[0] : undefined;
		this.rows = rows.map((row, index) => {
			const records = base ? this.recordsIn(row, base) : (picked[index] ?? []);
			const fields = base ? mergedFields(records) : (tops[index] ?? {});
			const around = base ? fieldsAround(mergedFields(row.records), base) : NOTHING;
			return { row, records, fields, match: matcher.match(fields), around };
		});
		this.pictureFields = (options.images ?? []).flatMap(({ variable, binaryField }) => {
			const target = this.named(variable);
			return target ? [{ target, binaryField }] : [];
		});
		this.groupTable = rows.some(({ group }) => group !== undefined)
			? this.tableOfGroups()
			: undefined;
	}

	/** The nested object that the rows are taken from. */
	get base(): readonly string[] | undefined {
		return this.bases.length === 1 ? this.bases[0] : undefined;
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

	/** Why items cannot be grouped in this design. */
	get groupRefusal(): string | undefined {
		if (this.groupTable !== undefined) return undefined;
		const tables = this.wholes.filter(({ kind }) => kind === 'table');
		return tables.length === 0
			? `the design has no table variable for the items of a group`
			: `the design has ${tables.length} table variables, and none is named for the items of a group`;
	}

	/** The pictures that the items of a row bring. */
	picturesOf({ itemIndexes }: RawRow): readonly Picture[] {
		if (this.pictureFields.length === 0) return NO_PICTURES;
		return this.pictureFields.flatMap(({ target, binaryField }) => {
			const itemIndex = itemIndexes.find((index) =>
				this.context.binaryFields.get(index)?.includes(binaryField),
			);
			return itemIndex === undefined ? [] : [{ variable: target.key, itemIndex, binaryField }];
		});
	}

	private fillerFor(variables: readonly VariableTargets[]): RowFiller {
		const { missingVariables: mode, canUpload = true } = this.context.options;
		return new RowFiller(this.targets, variables, this.tables, { mode, canUpload });
	}

	/** A listed field is one that every row is to have, even where no item brings it. */
	private listed(rows: readonly RawRow[]): readonly string[] {
		const isRestricted = rows.some((row) => row.isRestricted);
		return (isRestricted && this.context.options.onlyFields) || [];
	}

	/** The only table there is, or the one that the table columns name. */
	private tableOfGroups(): Target | undefined {
		const named = (this.context.options.tableColumns ?? []).flatMap(({ variable }) => {
			const target = this.named(variable);
			return target && (target.kind === 'table' || target.kind === 'unknown') ? [target] : [];
		});
		const candidates =
			named.length > 0 ? named : this.wholes.filter(({ kind }) => kind === 'table');
		return candidates.length === 1 ? candidates[0] : undefined;
	}

	private *objectsOf(rows: readonly RawRow[]): Generator<Fields> {
		for (const { records } of rows) yield* records;
	}

	private recordsIn({ records, isRestricted }: RawRow, base: readonly string[]): Fields[] {
		return records.map((record) => {
			const found = valueAt(record, base);
			if (!isPlainObject(found)) return {};
			return isRestricted && this.context.only ? this.context.only.pick(found, base) : found;
		});
	}
}

function pickFrom(records: readonly Fields[], { only }: RowContext): readonly Fields[] {
	return only === undefined ? records : records.map((fields) => only.pick(fields));
}
