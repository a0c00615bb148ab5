import { holdingsIn, Matcher, baseAmong, type Holding, type Match, type Source } from './match';
import { pruned } from './onlyFields';
import { inside, keyOf, textOf, valueOf, type Path } from './paths';
import type { RawRow } from './source';
import { isTableLike, type TableUse } from './table';
import { lacking, Targets, type Target } from './targets';
import type { BuildOptions, Picture } from './types';
import type { VariableKind, Variables } from '../designs/variable';
import { isPlainObject, type Fields } from '../objects';

/** A row with the fields that its values are taken from. */
export interface MatchedRow extends RawRow {
	readonly match: Match;
}

/** The rows of one design, with all that is known before their values are looked at. */
export interface Design {
	readonly designId: string;
	readonly variables: Variables;
	readonly options: BuildOptions;
	readonly targets: Targets;
	readonly rows: readonly MatchedRow[];
	/** The nested object that the rows are taken from; empty for the item itself. */
	readonly base: Path;
	/** What nested objects hold, where that was looked for. */
	readonly holdings: readonly Holding[];
	/** Names in Only Fields that some row has; unset where it does not apply. */
	readonly met: ReadonlySet<string> | undefined;
	/** The image variables that pictures of the items are for. */
	readonly images: ReadonlyArray<{ readonly target: Target; readonly binaryField: string }>;
	/** The table that the items of a group fill. */
	readonly groupTable: Target | undefined;
	readonly isGrouped: boolean;
}

/** Matches the rows of a design. */
export function matchDesign(
	designId: string,
	raw: readonly RawRow[],
	options: BuildOptions,
): Design {
	const { onlyFields = [], tableColumns = [], images: given = [] } = options;
	const variables = options.variablesOf(designId);
	const sources = new Set(raw.map(({ inputs: [{ source }] }) => source));
	const isRestricted = onlyFields.length > 0 && sources.has('items');
	const met = new Set<string>();
	const cut = raw.map((row) => {
		const named = row.groupPath ? [row.groupPath] : [];
		if (!isRestricted) return { row, listed: named };
		const parts = row.records.map((record) => pruned(record, onlyFields));
		for (const part of parts) for (const name of part.met) met.add(name);
		const records = parts.map(({ fields }) => fields) as [Fields, ...Fields[]];
		return {
			row: { ...row, records },
			listed: [...named, ...parts.flatMap(({ listed }) => listed)],
		};
	});
	const rows = cut.map(({ row }) => row);
	const targets = new Targets(
		variables,
		keysOf(rows, variables, isRestricted ? onlyFields : []),
		told(options),
	);
	const images = given.flatMap(({ variable, binaryField }) => {
		const target = targets.named(variable);
		return target ? { target, binaryField } : [];
	});
	const goesDeep = variables.known && !sources.has('mapped');
	const top = new Matcher(targets, { goesDeep });
	const matches = cut.map(({ row, listed }) => top.match(row.records, listed));
	const hasTop = cut.some(({ listed }, index) => {
		const isOwn = ({ path }: Source) =>
			path.length === 1 || listed.some((one) => keyOf(one) === keyOf(path));
		return matches[index]?.sources.some(isOwn);
	});
	const records = rows.flatMap((row) => row.records);
	const nested = goesDeep && !hasTop ? holdingsIn(records, targets, () => false) : [];
	const base = baseAmong(nested) ?? [];
	const matcher = base.length > 0 ? new Matcher(targets, { goesDeep, base }) : undefined;
	const matched = rows.map((row, index): MatchedRow => {
		const match = matcher?.match(row.records, cut[index]?.listed) ?? matches[index];
		return { ...row, match: match as Match };
	});
	const isGrouped = raw.some(({ group }) => group !== undefined);
	const chosen = tableColumns.map(({ variable }) => targets.named(variable));
	const groupTable = onlyTable(targets, chosen);
	const design = {
		designId,
		variables,
		options,
		targets,
		rows: matched,
		base,
		images,
		groupTable,
		isGrouped,
	};
	const holdings = goesDeep && isAnyOpen(design) ? holdingsBeside(design, records) : [];
	return { ...design, holdings, met: isRestricted ? met : undefined };
}

/** What the user says of variables that the design does not tell. */
function told({ tableColumns = [], images = [] }: BuildOptions): Map<string, VariableKind> {
	return new Map<string, VariableKind>([
		...tableColumns.map(({ variable }) => [variable, 'table'] as const),
		...images.map(({ variable }) => [variable, 'image'] as const),
	]);
}

/** The names of all top-level fields, where they say what can be filled. */
function keysOf(
	rows: readonly RawRow[],
	variables: Variables,
	onlyFields: readonly string[],
): string[] {
	if (variables.known && variables.list.every(({ tokens }) => tokens !== undefined)) return [];
	const names = new Set<string>();
	for (const { records } of rows) {
		for (const record of records) for (const key of Object.keys(record)) names.add(key);
	}
	const found = new Targets({ known: false, reason: '' }, [...names], new Map());
	// A listed field is one that every row is to have, even where no item brings it.
	for (const name of onlyFields) if (found.find(name).all.length === 0) names.add(name);
	return [...names];
}

/** The only table there is, or the one that the table columns name. */
function onlyTable(
	{ wholes }: Targets,
	chosen: ReadonlyArray<Target | undefined>,
): Target | undefined {
	const named = chosen.filter((target) => target?.kind === 'table' || target?.kind === 'unknown');
	const tables = wholes.filter(({ kind }) => kind === 'table');
	const [only, other] = named.length > 0 ? new Set(named) : tables;
	return other ? undefined : only;
}

type Matched = Omit<Design, 'holdings' | 'met'>;

/** The targets that no row has a field of its own for. */
export function openTargets({
	rows,
	targets,
	images,
	isGrouped,
	groupTable,
}: Matched): Set<Target> {
	const filled = new Set<number>();
	for (const match of new Set(rows.map((row) => row.match))) {
		for (const { target } of match.sources) filled.add(target.index);
	}
	if (isGrouped && groupTable) filled.add(groupTable.index);
	for (const { target, binaryField } of images) {
		const isThere = rows.some(({ inputs }) =>
			inputs.some(({ binaryFields }) => binaryFields?.includes(binaryField)),
		);
		if (isThere) filled.add(target.index);
	}
	const isThere = ({ index }: Target) => filled.has(index);
	return new Set(
		targets.wholes.flatMap((whole) => {
			const lacks = lacking(whole, isThere);
			// An object or text for the whole is a candidate too, where no token is filled.
			return lacks.length > 0 && lacks.length === whole.tokens.size ? [whole, ...lacks] : lacks;
		}),
	);
}

function isAnyOpen(design: Matched): boolean {
	return (
		openTargets(design).size > 0 ||
		design.rows.some(({ match }) => match.sources.some(({ others }) => others.length > 0))
	);
}

/** What nested objects hold that are no value of a table themselves. */
function holdingsBeside(
	{ rows, targets, variables }: Matched,
	records: readonly Fields[],
): Holding[] {
	const tables = new Set(
		rows.flatMap(({ match, records: [record] }) =>
			match.sources.flatMap(({ target, path }) => {
				const isTable = target.kind === 'unknown' && isTableLike(valueOf(record, path));
				return target.kind === 'table' || isTable ? [keyOf(path)] : [];
			}),
		),
	);
	const hasMatch = rows.some(({ match }) => match.sources.length > 0);
	return variables.known
		? holdingsIn(records, targets, (at) => tables.has(keyOf(at)), !hasMatch)
		: [];
}

/** The pictures that the items of a row bring. */
export function picturesOf({ inputs }: RawRow, { images }: Pick<Design, 'images'>): Picture[] {
	return images.flatMap(({ target: { key: variable }, binaryField }) => {
		const input = inputs.find(({ binaryFields }) => binaryFields?.includes(binaryField));
		return input ? [{ variable, itemIndex: input.itemIndex, binaryField }] : [];
	});
}

/** The items of a group, as the lines of its table. */
export function linesOf({ records }: MatchedRow, { base }: Design): Fields[] {
	return records.map((record) => {
		const nested = valueOf(record, base);
		return base.length === 0 ? record : isPlainObject(nested) ? nested : {};
	});
}

/** Whether a field is a column of the group's table. */
export function isColumn(
	path: Path,
	{ isGrouped, groupTable, base }: Design,
	tables: readonly TableUse[],
): boolean {
	const table = isGrouped && groupTable ? tables[groupTable.index] : undefined;
	return table ? table.used.has(textOf(inside(path, base) ?? [])) : false;
}
