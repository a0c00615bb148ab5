import { baseAmong, holdingsIn, matcherOf, type Holding, type Match, type Source } from './match';
import { namesIndex } from './names';
import { keyOf, type Path, type Steps } from './paths';
import type { RawRow } from './source';
import { isTableLike } from './table';
import { lacking, targetsOf, type Target, type Targets } from './targets';
import type { BuildOptions, Picture, RowSource } from './types';
import type { VariableKind, Variables } from '../designs/variable';
import { groupedBy, type Fields } from '../objects';

/** A row with the fields that its values are taken from. */
export interface MatchedRow extends RawRow {
	readonly match: Match;
	/** The pictures that its items bring. */
	readonly pictures: readonly Picture[];
}

/** The rows of one design, with everything that is known before values are converted. */
export interface MatchedDesign {
	readonly designId: string;
	readonly variables: Variables;
	readonly options: BuildOptions;
	readonly source: RowSource;
	readonly targets: Targets;
	readonly rows: readonly MatchedRow[];
	/** Where values stand in some rows. */
	readonly sources: readonly Source[];
	/** The nested object that the rows are taken from; empty for the item itself. */
	readonly base: Path;
	/** What nested objects hold, where a variable has no field of its own. */
	readonly holdings: readonly Holding[];
	/** The targets for which no row has a field of its own. */
	readonly open: ReadonlySet<Target>;
	/** The image variables that take pictures of the items. */
	readonly images: ReadonlyArray<{ readonly target: Target; readonly binaryField: string }>;
	/** The table that the items of a group fill. */
	readonly groupTable: Target | undefined;
	readonly isGrouped: boolean;
}

/**
 * Matches the rows of a design.
 * @param unmet names in Only Fields that no row has
 */
export function matchDesign(
	designId: string,
	raw: readonly RawRow[],
	options: BuildOptions,
	unmet: readonly string[],
): MatchedDesign {
	const variables = options.variablesOf(designId);
	const { tableColumns = [], images: files = [] } = options;
	// What the user declares of variables that the design does not list.
	const declared = new Map<string, VariableKind>([
		...tableColumns.map(({ variable }) => [variable, 'table'] as const),
		...files.map(({ variable }) => [variable, 'image'] as const),
	]);
	const targets = targetsOf(variables, keysOf(raw, variables, unmet), declared);
	const source = raw[0]?.inputs[0].source ?? 'items';
	const goesDeep = variables.known && source !== 'mapped';
	const matches = raw.map(matcherOf(targets, goesDeep));
	const hasTop = raw.some(({ listed }, index) =>
		matches[index]?.sources.some(
			({ path }) => path.length === 1 || listed.some((one) => keyOf(one) === keyOf(path)),
		),
	);
	// What items are grouped by is a field of their rows.
	const isTop = hasTop || raw.some(({ records: [fields] }) => hasField(fields, options.groupBy));
	const base = goesDeep && !isTop ? baseAmong(holdingsIn(raw, targets)) : [];
	const matcher = matcherOf(targets, goesDeep, base);
	const images = files.flatMap(({ variable, binaryField }) => {
		const target = targets.byVariable.only(variable);
		return target ? { target, binaryField } : [];
	});
	const rows = raw.map((row, index): MatchedRow => {
		const match = (base.length === 0 && matches[index]) || matcher(row);
		return { ...row, match, pictures: picturesOf(row, images) };
	});
	const sources = [...new Set(rows.map(({ match }) => match))].flatMap((match) => match.sources);
	const isGrouped = raw.some(({ group }) => group !== undefined);
	const groupTable = isGrouped ? onlyTable(targets, options) : undefined;
	const known = { designId, variables, options, source, targets, rows, sources, base, images };
	const design = { ...known, groupTable, isGrouped };
	const open = openTargets(design);
	return { ...design, open, holdings: goesDeep ? holdingsBeside(design, open) : [] };
}

function hasField(fields: Fields, name = ''): boolean {
	return name !== '' && namesIndex(Object.keys(fields)).find(name).all.length > 0;
}

/** The names of all top-level fields, where they say what can be filled. */
function keysOf(
	rows: readonly RawRow[],
	variables: Variables,
	unmet: readonly string[],
): readonly string[] {
	if (variables.known && variables.list.every(({ tokens }) => tokens !== undefined)) return [];
	// Every row is to have the fields that are listed, even where no item has them.
	const names = new Set(unmet);
	for (const { records } of rows) {
		for (const record of records) for (const key of Object.keys(record)) names.add(key);
	}
	return [...names];
}

/** The only table there is, or the one that the table columns name. */
function onlyTable(
	{ variables, byVariable }: Targets,
	{ tableColumns = [] }: BuildOptions,
): Target | undefined {
	const chosen = tableColumns.map(({ variable }) => byVariable.only(variable));
	const named = chosen.filter((target) => target?.kind === 'table' || target?.kind === 'unknown');
	const tables = variables.filter(({ kind }) => kind === 'table');
	const [only, other] = named.length > 0 ? new Set(named) : tables;
	return other ? undefined : only;
}

function picturesOf({ inputs }: RawRow, images: MatchedDesign['images']): Picture[] {
	return images.flatMap(({ target: { keys }, binaryField }) => {
		const input = inputs.find(({ binaryFields }) => binaryFields?.includes(binaryField));
		if (!input) return [];
		const { itemIndex } = input;
		return keys.map((variable) => ({ variable, itemIndex, binaryField }));
	});
}

type Matched = Omit<MatchedDesign, 'holdings' | 'open'>;

function openTargets({
	rows,
	sources,
	targets,
	images,
	groupTable,
}: Matched): MatchedDesign['open'] {
	const files = filesOf(rows);
	const pictured = images.filter(({ binaryField }) => files.includes(binaryField));
	const filled = new Set([groupTable, ...[...sources, ...pictured].map(({ target }) => target)]);
	const open = targets.variables.flatMap((whole) => {
		const lacks = lacking(whole, (target) => filled.has(target));
		// Where no token is filled, an object or text for the whole variable is a candidate, too.
		return lacks.length > 0 && lacks.length === whole.tokens.size ? [whole, ...lacks] : lacks;
	});
	return new Set(open);
}

/** What nested objects hold, apart from the values of tables; looked up only where it matters. */
function holdingsBeside(
	{ rows, sources, targets }: Matched,
	open: MatchedDesign['open'],
): Holding[] {
	if (open.size === 0 && sources.every(({ others }) => others.length === 0)) return [];
	const byPath = groupedBy(sources, ({ path }) => keyOf(path));
	const isTable = (at: Steps, value: unknown) =>
		(byPath.get(keyOf(at)) ?? []).some(
			({ target: { kind } }) => kind === 'table' || (kind === 'unknown' && isTableLike(value)),
		);
	return holdingsIn(rows, targets, isTable, sources.length === 0);
}

/** The names of all files that come with some rows. */
export function filesOf(rows: readonly RawRow[]): string[] {
	const names = rows.flatMap(({ inputs }) => inputs.flatMap((input) => input.binaryFields ?? []));
	return [...new Set(names)];
}
