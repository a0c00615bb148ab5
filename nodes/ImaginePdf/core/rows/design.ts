import { adviceFor, needOf, type Ground, type Need } from './advice';
import { Converter, fillRow, type FilledRow, type Given } from './convert';
import { issueOf, LABEL, Refusal, type RowIssue } from './issues';
import { baseAmong, holdingsIn, Matcher, type Holding, type Match, type Source } from './match';
import { comparable } from './names';
import { inside, isEmpty, keyOf, textOf, valueOf, type Path } from './paths';
import { pruned, type RawRow } from './source';
import { columnsRefusal, isTableLike } from './table';
import { lacking, Targets, type Target } from './targets';
import type { BuildOptions, Picture, PreparedRow } from './types';
import type { VariableKind, Variables } from '../designs/variable';
import { isPlainObject, type Fields } from '../objects';
import { showName, showNames } from '../text';

/** How many refused fields of one row are told; more would repeat the same to the same reader. */
const REFUSALS_PER_ROW = 10;

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
function openTargets({ rows, targets, images, isGrouped, groupTable }: Matched): Set<Target> {
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

/** A row that was built, with what hints speak of. */
export interface BuiltRow {
	readonly row: PreparedRow;
	readonly lacks: readonly string[];
}

/** What became of the rows of a design. */
export interface BuiltDesign {
	readonly design: Design;
	readonly built: readonly BuiltRow[];
	readonly issues: readonly RowIssue[];
	readonly notes: Converter['notes'];
	readonly tables: Converter['tables'];
}

/** A refusal of a row, or of one of its fields, to which advice may come. */
interface Trouble {
	readonly row: MatchedRow;
	readonly refusal: Refusal;
	readonly field?: string;
	/** What advice would have to repair. */
	readonly need?: Need;
}

/** Converts, checks and fills the rows of a design. */
export function buildDesign(design: Design): BuiltDesign {
	const { rows, options, targets } = design;
	const { missingVariables: mode, tableColumns = [], timeZone = 'utc', dateFormat = '' } = options;
	const converter = new Converter(targets, tableColumns, {
		timeZone,
		dateFormat: dateFormat.trim(),
	});
	const certain = uncertain(design);
	const whole = certain.refusal ?? unbuildable(design);
	const troubles: Trouble[] = [];
	if (whole) {
		for (const row of rows) {
			const isBare = !design.isGrouped && row.match.paths.length === 0;
			troubles.push({ row, refusal: isBare ? emptyRow(row, design) : whole });
		}
	}
	const isMatchless = whole !== undefined && certain.refusal === undefined;
	const converted = isMatchless
		? []
		: rows.map((row) => convertRow(row, design, converter, troubles));
	const built: BuiltRow[] = [];
	for (const [index, given] of converted.entries()) {
		const row = rows[index];
		if (!given || !row || whole) continue;
		const pictures = picturesOf(row, design);
		const filled = fillRow(given, pictures, targets, converter, mode);
		const refusal =
			!filled.hasValue && mode !== 'sample'
				? emptyRow(row, design)
				: mode === 'error' && filled.lacks.length > 0
					? missingValues(filled.lacks)
					: undefined;
		if (refusal) troubles.push({ row, refusal });
		else
			built.push({ row: prepared(row, design, converter, filled, pictures), lacks: filled.lacks });
	}
	const late = isMatchless
		? []
		: [...converter.tables.map(columnsRefusal), noPictures(design, converted)];
	for (const refusal of late) {
		if (refusal) for (const row of rows) troubles.push({ row, refusal });
	}
	const advice = adviceFor(
		neededBy([...certain.needs, ...troubles.flatMap(({ need }) => need ?? [])]),
		groundOf(design),
	);
	const isOptional = !design.variables.known && rows[0]?.inputs[0].source === 'items';
	const repair = [advice, certain.refusal?.remedy ?? ''].filter((part) => part !== '').join(' ');
	const issues = troubles.map(({ row, refusal, field, need }) => {
		const isAdvised = refusal === certain.refusal || (advice !== '' && need !== undefined);
		const remedy = isAdvised ? repair : refusal.remedy;
		const leave =
			field !== undefined && isOptional
				? ` Or leave it out: name the fields to send in the option '${LABEL.onlyFields}'.`
				: '';
		return issueOf(row, refusal.advising(remedy + leave), field);
	});
	return { design, built, issues, notes: converter.notes, tables: converter.tables };
}

function groundOf({ rows, base, holdings, options }: Design): Ground {
	const sources = new Map<Target, Path>();
	for (const { match } of rows) {
		for (const { target, path } of match.sources)
			if (!sources.has(target)) sources.set(target, path);
	}
	return { rows, base, sources, holdings, isOneRowPerItem: options.oneRowPerItem ?? false };
}

/** One need for each target, with all ways. */
function neededBy(needs: readonly Need[]): Need[] {
	const byTarget = new Map<Target, Need>();
	for (const need of needs) if (!byTarget.has(need.target)) byTarget.set(need.target, need);
	return [...byTarget.values()];
}

/** Converts the values of a row; `undefined` where one cannot be sent, which goes to the troubles. */
function convertRow(
	row: MatchedRow,
	design: Design,
	converter: Converter,
	troubles: Trouble[],
): Given | undefined {
	const { records, match, group } = row;
	const given: Given = [];
	const pictured = new Set(picturesOf(row, design).map(({ variable }) => variable));
	let refused = 0;
	const take = (
		target: Target,
		field: string,
		value: ReturnType<Converter['read']>,
		path?: Path,
	) => {
		if (value instanceof Refusal) {
			if (refused++ >= REFUSALS_PER_ROW) return;
			const way = path && value.picks.map((steps) => [...path, ...steps]);
			const need = way && way.length > 0 && { need: { target, ways: [way] } };
			troubles.push({ row, refusal: value, field, ...need });
		} else if (value instanceof Map) {
			for (const [token, text] of value) given[token.index] = text;
		} else given[target.index] = value as Given[number];
	};
	if (group !== undefined && design.groupTable) {
		const table = converter.lines(design.groupTable, linesOf(row, design));
		const value = table instanceof Refusal ? table.in(`group ${showName(group)}`) : table;
		take(design.groupTable, design.groupTable.key, value);
	}
	for (const source of match.sources) {
		const { target, path, others } = source;
		if (pictured.has(target.key) || (group !== undefined && target === design.groupTable)) continue;
		const field = textOf(path);
		const rival = others.length > 0 ? rivalOf(row, source) : undefined;
		if (rival) {
			refused++;
			const ways = [path, ...others].map((one) => [one]);
			troubles.push({ row, refusal: ambiguous(target, [path, rival]), need: { target, ways } });
		} else if (group === undefined) {
			const raw = path.length === 1 ? records[0][path[0] ?? ''] : valueOf(records[0], path);
			take(target, field, converter.read(target, raw), path);
		} else take(target, field, valueOfGroup(row, source, design, converter), path);
	}
	return refused > 0 ? undefined : given;
}

/** Another field that is meant for the same target, and says something else. */
function rivalOf({ records: [record] }: MatchedRow, { path, others }: Source): Path | undefined {
	const value = JSON.stringify(valueOf(record, path) ?? null);
	return others.find((other) => JSON.stringify(valueOf(record, other) ?? null) !== value);
}

function ambiguous({ key }: Target, [path, rival]: readonly [Path, Path]): Refusal {
	return new Refusal(
		`${showName(key)} could be meant by ${showNames([textOf(path), textOf(rival)])}, whose values differ`,
		`Choose one: name it exactly ${showName(key)} before this node.`,
	);
}

/** The value of the first item that has one. A text must say only one thing within the group. */
function valueOfGroup(
	{ records, itemIndexes, group = '' }: MatchedRow,
	{ target, path }: Source,
	design: Design,
	converter: Converter,
): ReturnType<Converter['read']> {
	const raws = records.map((record) => valueOf(record, path));
	const value = converter.read(target, raws.find((raw) => !isEmpty(raw)) ?? raws[0]);
	if (typeof value !== 'string' || target.kind === 'image') return value;
	const texts = raws.flatMap((raw, index) => {
		const text = converter.read(target, raw);
		const same = typeof text === 'string' ? comparable(text) : '';
		return same === '' ? [] : { text: String(text).trim(), same, item: itemIndexes[index] };
	});
	const [first] = texts;
	const other = texts.find(({ same }) => same !== first?.same);
	if (!first || !other) return value;
	// Where variables are not known, a field may be meant for the table alone.
	if (!design.variables.known && isColumn(path, design, converter.tables)) return undefined;
	return new Refusal(
		`differs within the group ${showName(group)}: it is ${showName(first.text)} in item ${first.item} and ${showName(other.text)} in item ${other.item}`,
		'Give it the same value in all items of a group, or group by another field.',
	);
}

/** The items of a group, as the lines of its table. */
function linesOf({ records }: MatchedRow, { base }: Design): Fields[] {
	return records.map((record) => {
		const nested = valueOf(record, base);
		return base.length === 0 ? record : isPlainObject(nested) ? nested : {};
	});
}

/** Whether a field is a column of the group's table. */
export function isColumn(
	path: Path,
	{ isGrouped, groupTable, base }: Design,
	tables: Converter['tables'],
): boolean {
	const table = isGrouped && groupTable ? tables[groupTable.index] : undefined;
	return table ? table.used.has(textOf(inside(path, base) ?? [])) : false;
}

function prepared(
	{ itemIndexes, rowIndex, match }: MatchedRow,
	design: Design,
	{ tables }: Converter,
	{ values, lacks, blankPictures }: FilledRow,
	pictures: readonly Picture[],
): PreparedRow {
	const isBlank = design.options.missingVariables === 'blank';
	return {
		itemIndexes,
		itemIndex: itemIndexes[0] ?? 0,
		rowIndex,
		designId: design.designId,
		values,
		blanked: isBlank ? lacks.filter((key) => !blankPictures.includes(key)) : [],
		matched: match.matched,
		leftOut: match.leftOut.filter((path) => !isColumn(path, design, tables)).map(textOf),
		pictures,
		blankPictures,
	};
}

/**
 * What the rows have no field of their own for, though nested objects have one of its name: nothing
 * that is not certain is paid for.
 */
function uncertain(design: Design): { refusal?: Refusal; needs: Need[] } {
	const { rows, holdings, options } = design;
	const hasMatch = rows.some(({ match }) => match.sources.length > 0);
	if (!hasMatch && (options.missingVariables === 'sample' || design.isGrouped))
		return { needs: [] };
	const open = openTargets(design);
	const wanted = holdings.filter(
		({ target, at }) =>
			open.has(target) &&
			rows.some(({ records }) => records.some((one) => !isEmpty(valueOf(one, at)))),
	);
	const needs = [...new Set(wanted.map(({ target }) => target))].map((target) =>
		needOf(target, wanted, rows),
	);
	if (needs.length === 0) return { needs };
	if (!hasMatch) return { refusal: nothingMatches(design, needs), needs };
	const names = showNames(needs.map(({ target }) => target.key));
	const places = showNames([...new Set(wanted.map(({ at }) => textOf(at)))]);
	const own = [
		...new Set(rows.flatMap(({ match }) => match.sources.map(({ path }) => textOf(path)))),
	];
	const isItems = rows[0]?.inputs[0].source === 'items';
	const only = isItems
		? `list the fields to use in the option '${LABEL.onlyFields}': ${own.join(', ')}. Or `
		: '';
	const them = needs.length === 1 ? 'it' : 'them';
	const leave = `To leave ${them} blank on purpose, ${only}choose '${LABEL.mapped}' and leave the field empty.`;
	const reason = `there is no field of its own for ${names}, but ${places} inside other fields`;
	return { refusal: new Refusal(reason, leave), needs };
}

/** Why the rows of a design cannot be built at all. */
function unbuildable(design: Design): Refusal | undefined {
	const { options, variables, isGrouped, groupTable, rows } = design;
	if (isGrouped) return groupTable ? undefined : noGroupTable(design);
	if (options.missingVariables === 'sample' || !variables.known || rows.length === 0)
		return undefined;
	const hasMatch = rows.some(
		(row) => row.match.sources.length > 0 || picturesOf(row, design).length > 0,
	);
	return hasMatch ? undefined : nothingMatches(design, []);
}

function noGroupTable({ targets }: Design): Refusal {
	const { length } = targets.wholes.filter(({ kind }) => kind === 'table');
	return new Refusal(
		length === 0
			? 'the design has no table variable for the items of a group'
			: `the design has ${length} table variables, and none is named for the items of a group`,
		`Name the table variable in the option '${LABEL.tableColumns}', choose another design, or empty the option '${LABEL.groupBy}'.`,
	);
}

function nothingMatches({ rows, targets }: Design, needs: readonly Need[]): Refusal {
	const names = [
		...new Set(rows.flatMap(({ records }) => records.flatMap((record) => Object.keys(record)))),
	];
	const there = names.length === 0 ? 'There are no fields' : `The fields are ${showNames(names)}`;
	if (targets.all.length === 0) {
		return new Refusal(
			`the design has no variables, so no field can be printed (the fields are ${showNames(names)})`,
			`Choose another design, or set '${LABEL.missingVariables}' to '${LABEL.sample}' to print it as it is.`,
		);
	}
	const isWanted = ({ tokens, kind }: Target) => tokens.size === 0 || kind === 'table';
	const wanted = targets.wholes.flatMap((whole) =>
		isWanted(whole) ? whole.key : [...whole.tokens.values()].map(({ key }) => key),
	);
	const reason = `no field belongs to a variable of the design. ${there}; the design wants ${showNames(wanted)}`;
	if (needs.length > 0) return new Refusal(reason, '');
	const [name = ''] = names;
	const delimiter = names.length === 1 ? (/[;\t|]/.exec(name)?.[0] ?? '') : '';
	return new Refusal(
		reason,
		delimiter === ''
			? `Choose '${LABEL.mapped}' as the '${LABEL.rowSource}', or name the fields like the variables.`
			: `That single field holds several: set the option 'Delimiter' of the node 'Extract From File' to ${delimiter === '\t' ? 'a tab' : `'${delimiter}'`}.`,
	);
}

/** A row without any value would become a PDF of nothing but blanks, for a credit. */
function emptyRow(row: MatchedRow, design: Design): Refusal {
	const { base, variables, met, targets } = design;
	const { paths } = row.match;
	const hasFields = paths.some((path) => inside(path, base));
	const lacks = hasFields
		? `no value ${variables.known ? 'for any variable of the design' : 'in any field'}`
		: `no fields${base.length > 0 ? ` in ${showName(textOf(base))}` : ''}`;
	const held = variables.known ? holdingsIn(row.records, targets, () => false) : [];
	const places = held.filter(({ at }) => row.records.some((one) => !isEmpty(valueOf(one, at))));
	const nested =
		places.length === 0
			? ''
			: ` Values are in ${showNames([...new Set(places.map(({ at }) => textOf(at)))])}.`;
	const advice = met && !hasFields ? `Check the names in '${LABEL.onlyFields}'` : 'Give it a value';
	return new Refusal(
		`the row has ${lacks}, so its PDF would be blank`,
		`${advice}, or filter such items out before this node, e.g. empty lines of a sheet.${nested}`,
	);
}

/** What a row must not lack, in one sentence. */
function missingValues(names: readonly string[]): Refusal {
	return new Refusal(
		`the row has no value for ${showNames(names)}`,
		`Give it one, or set '${LABEL.missingVariables}' to '${LABEL.blank}'.`,
	);
}

/**
 * Why the option Images cannot be right: no item has that file, though items have others, and no row
 * has a value for the variable either.
 */
function noPictures(
	{ rows, images }: Design,
	converted: ReadonlyArray<Given | undefined>,
): Refusal | undefined {
	const there = [
		...new Set(
			rows.flatMap(({ inputs }) => inputs.flatMap(({ binaryFields = [] }) => binaryFields)),
		),
	];
	const vain = images.find(
		({ target, binaryField }) =>
			!there.includes(binaryField) &&
			!converted.some((given) => given?.[target.index] !== undefined),
	);
	if (!vain || there.length === 0) return undefined;
	return new Refusal(
		`no item has a file in the field ${showName(vain.binaryField)}, named in '${LABEL.images}'`,
		`Files are in the fields ${showNames(there)}: enter one of these, or take the image out of the option.`,
	);
}

/** Options that name what is not there: nothing is guessed where money is spent. */
export function wrongOptions(designs: readonly Design[], options: BuildOptions): Refusal[] {
	const { images = [], tableColumns = [] } = options;
	if (designs.length === 0) return [];
	return [
		...tableColumns.map(({ variable }) => wrongVariable(designs, variable, 'table')),
		...images.map(({ variable }) => wrongVariable(designs, variable, 'image')),
	].filter((refusal) => refusal !== undefined);
}

function wrongVariable(
	designs: readonly Design[],
	name: string,
	kind: 'image' | 'table',
): Refusal | undefined {
	const found = designs.flatMap(({ targets }) => targets.named(name) ?? []);
	if (found.some((target) => target.kind === kind || target.kind === 'unknown')) return undefined;
	const those = designs.flatMap(({ targets }) => targets.wholes.filter((one) => one.kind === kind));
	const there = [...new Set(those.map(({ key }) => key))];
	const option = kind === 'table' ? LABEL.tableColumns : LABEL.images;
	return new Refusal(
		`'${option}' names ${showName(name)}, which is no ${kind} variable of the design`,
		there.length === 0
			? `The design has no ${kind} variable.`
			: `Its ${kind} variables are ${showNames(there)}.`,
	);
}
