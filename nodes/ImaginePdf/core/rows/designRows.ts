import type { TextFormat } from './dates';
import type { FieldList } from './fieldList';
import { inside, textOf, type Path } from './fields';
import { RowFiller } from './fill';
import type { IssueLog } from './issues';
import { Matcher, nestedBases, type Match } from './match';
import { nameAmong } from './names';
import type { RawRow } from './source';
import { TableReader } from './table';
import { targetsOf, type Target } from './targets';
import type { BuildOptions, Picture } from './types';
import { unknownVariables, type VariableKind, type Variables } from '../designs/variable';
import { isPlainObject, valueAt, type Fields } from '../objects';

/** A row with the fields that its values are taken from. */
export interface FieldedRow extends RawRow {
	readonly match: Match;
}

/** What all rows of a design are built with. */
export interface RowContext {
	readonly options: BuildOptions;
	readonly format: TextFormat;
	readonly only: FieldList | undefined;
	readonly issues: IssueLog;
}

/** The rows of one design, matched with its variables. */
export class DesignRows {
	readonly rows: readonly FieldedRow[];
	/** The distinct matches of the rows, which mostly share one. */
	readonly matches: ReadonlySet<Match>;
	readonly targets: readonly Target[];
	readonly filler: RowFiller;
	/** Nested objects with fields that belong to variables, where no top-level field does. */
	readonly bases: readonly Path[];
	/** The nested object that the rows are taken from; empty for the item itself. */
	readonly base: Path;
	readonly tables: ReadonlyMap<Target, TableReader>;
	readonly isGrouped: boolean;
	/** The table that the items of a group fill. */
	readonly groupTable: Target | undefined;
	/** Whether Only Fields is about these rows. */
	readonly isRestricted: boolean;
	/** The image variables that pictures of the items are for. */
	readonly images: ReadonlyArray<{ readonly target: Target; readonly binaryField: string }>;
	private readonly wholes: readonly Target[];

	constructor(
		readonly designId: string,
		readonly variables: Variables,
		rows: readonly RawRow[],
		context: RowContext,
	) {
		const { missingVariables, tableColumns = [], images = [] } = context.options;
		const sources = new Set(rows.map(({ inputs: [{ source }] }) => source));
		this.isRestricted = context.only !== undefined && sources.has('items');
		const only = this.isRestricted ? context.only : undefined;

		const showsAll = variables.known && variables.list.every(({ tokens }) => tokens !== undefined);
		const keys = showsAll ? [] : namesIn(rows, context, only);
		const told = new Map<string, VariableKind>([
			...tableColumns.map(({ variable }) => [variable, 'table'] as const),
			...images.map(({ variable }) => [variable, 'image'] as const),
		]);
		const list = variables.known ? variables.list : unknownVariables(keys, told);
		const made = targetsOf(list, keys);
		this.targets = made.targets;
		this.wholes = made.variables.map(({ whole }) => whole);

		const chosen = tableColumns.map((one) => ({ ...one, target: this.named(one.variable) }));
		this.tables = new Map(
			this.wholes.map((target) => {
				const own = chosen.filter((one) => one.target === target).flatMap((one) => one.columns);
				return [target, new TableReader(target.variable, own, context.format)];
			}),
		);
		this.isGrouped = rows.some(({ group }) => group !== undefined);
		this.groupTable = this.onlyTable(chosen.map(({ target }) => target));
		this.images = images.flatMap(({ variable, binaryField }) => {
			const target = this.named(variable);
			return target ? { target, binaryField } : [];
		});
		this.filler = new RowFiller(made.targets, made.variables, this.tables, missingVariables);

		const goesDeep = variables.known && !sources.has('mapped');
		const top = new Matcher(this.targets, { goesDeep, only });
		const hasTop = rows.some(({ records }) =>
			top.match(records).sources.some(({ path }) => path.length === 1),
		);
		const records = hasTop || !goesDeep ? [] : rows.flatMap((row) => row.records);
		this.bases = nestedBases(this.targets, records);
		const [base = [], other] = this.bases;
		this.base = other ? [] : base;
		const matcher =
			this.base.length === 0 ? top : new Matcher(this.targets, { goesDeep, only, base });
		// Each field by its name: a spread costs a tenth of all that is done for a wide row.
		this.rows = rows.map(({ inputs, itemIndexes, rowIndex, records, group }) => {
			const match = matcher.match(records);
			return { inputs, itemIndexes, rowIndex, records, group, match };
		});
		this.matches = new Set(this.rows.map(({ match }) => match));
	}

	/** Whether anything of any row belongs to a variable. */
	get hasMatch(): boolean {
		return (
			this.isGrouped ||
			[...this.matches].some(({ sources }) => sources.length > 0) ||
			this.rows.some((row) => this.picturesOf(row).length > 0)
		);
	}

	/** The variable of that name, or of the only one that is nearly the same. */
	named(name: string): Target | undefined {
		const key = nameAmong(
			this.wholes.map((target) => target.key),
			name,
		);
		return this.wholes.find(({ keys }) => keys.includes(key ?? name));
	}

	/** The pictures that the items of a row bring. */
	picturesOf({ inputs }: RawRow): readonly Picture[] {
		return this.images.flatMap(({ target: { key: variable }, binaryField }) => {
			const input = inputs.find(({ binaryFields }) => binaryFields?.includes(binaryField));
			return input ? [{ variable, itemIndex: input.itemIndex, binaryField }] : [];
		});
	}

	/** The items of a group, as the lines of its table. */
	linesOf({ records, match }: FieldedRow): Fields[] {
		const names = new Set(match.paths.map((path) => inside(path, this.base)?.[0]));
		return records.map((record) => {
			const nested = valueAt(record, this.base);
			const fields = this.base.length === 0 ? record : isPlainObject(nested) ? nested : {};
			return Object.fromEntries(Object.entries(fields).filter(([name]) => names.has(name)));
		});
	}

	/** Fields that are sent neither for a variable nor as a column of the group's table. */
	leftOutOf({ match: { leftOut } }: FieldedRow): string[] {
		return leftOut.filter((path) => !this.isColumn(path)).map(textOf);
	}

	/** Whether a field is a column of the group's table. */
	isColumn(path: Path): boolean {
		const table = this.isGrouped && this.groupTable && this.tables.get(this.groupTable);
		return table ? table.used.has(textOf(inside(path, this.base) ?? [])) : false;
	}

	/** The only table there is, or the one that the table columns name. */
	private onlyTable(chosen: ReadonlyArray<Target | undefined>): Target | undefined {
		const named = chosen.filter((target) => target?.kind === 'table' || target?.kind === 'unknown');
		const candidates =
			named.length > 0 ? new Set(named) : this.wholes.filter(({ kind }) => kind === 'table');
		const [only, other] = candidates;
		return other ? undefined : only;
	}
}

/** The names of all top-level fields. */
function namesIn(
	rows: readonly RawRow[],
	{ options: { onlyFields = [] } }: RowContext,
	only: FieldList | undefined,
): string[] {
	const names = new Set<string>();
	for (const { records } of rows) {
		for (const record of records) for (const key of Object.keys(record)) names.add(key);
	}
	if (!only) return [...names];
	const listed = only.filter(
		Array.from(names, (name) => [name]),
		[],
	);
	// A listed field is one that every row is to have, even where no item brings it.
	return [...new Set([...listed.map(textOf), ...onlyFields])];
}
