import type { TextFormat } from './dates';
import type { MatchedDesign, MatchedRow } from './design';
import { Refusal, type Need } from './issues';
import type { Source } from './match';
import { comparable, isVisible } from './names';
import { inside, isEmpty, textOf, valueOf, type Path } from './paths';
import { blankTable, columnsOf, isTableLike, tableValue } from './table';
import { lacking, type Target } from './targets';
import type { ApiValue, PreparedRow, RowValues } from './types';
import {
	cellText,
	imageValue,
	isReference,
	partOf,
	readingOf,
	textValue,
	type Reading,
} from './values';
import { parseKey, type Variable, type VariableKind } from '../designs/variable';
import { groupedBy, isPlainObject, isRecord, setAll, type Fields } from '../objects';
import { showName, showNames } from '../text';

/* From matched values to what is sent: converted by the kind of the variable, and filled up. */

type Outcome = ApiValue | Refusal | undefined;

/** Several, where an object holds tokens. */
type Outcomes = Outcome | ReadonlyMap<Target, Outcome>;

interface ValueKind {
	read(raw: unknown, reading: Reading): Outcome;
	/** What is sent where a row lacks it; nothing where a transparent picture is uploaded for it. */
	blank(variable: Variable): ApiValue | undefined;
}

const TEXT: ValueKind = { read: textValue, blank: () => '' };
const TABLE: ValueKind = { read: tableValue, blank: blankTable };

/** All that differs from kind to kind. */
const VALUE_KINDS: Readonly<Record<VariableKind, ValueKind>> = {
	text: TEXT,
	qr: TEXT,
	barcode: TEXT,
	table: TABLE,
	image: { read: imageValue, blank: () => undefined },
	unknown: {
		read: (raw, reading) => (isTableLike(raw) ? TABLE : TEXT).read(raw, reading),
		blank: TEXT.blank,
	},
};

/** How many refused fields of one row are reported; more would repeat the same to the same reader. */
const REFUSALS_PER_ROW = 10;

/** A row as it would be sent. */
export interface BuiltRow {
	readonly from: MatchedRow;
	readonly row: PreparedRow;
	/** Why it cannot be sent. */
	readonly refusals: readonly Refusal[];
	/** What it lacks, by the keys of the targets. */
	readonly lacks: readonly string[];
	/** Whether anything of it is printed. */
	readonly hasValue: boolean;
}

export type Readings = ReadonlyMap<Target, Reading>;

/** How the values of each target are read. */
export function readingsOf(
	{ targets, rows, options }: MatchedDesign,
	format: TextFormat,
): Readings {
	const values = rows.flatMap(({ match, records: [record] }) =>
		match.sources
			.filter(({ target }) => target.kind === 'unknown')
			.map(({ target, path }) => ({ target, value: valueOf(record, path) })),
	);
	const valuesOf = groupedBy(values, ({ target }) => target);
	const readings = targets.all.map((target): [Target, Reading] => {
		const own = (options.tableColumns ?? []).filter(
			(one) => targets.byVariable.only(one.variable) === target,
		);
		const chosen = own.flatMap(({ columns }) => columns);
		const isChosen = chosen.length > 0;
		const columns = isChosen ? chosen : columnsOf(target.variable);
		const kind = kindShown((valuesOf.get(target) ?? []).map(({ value }) => value)) ?? target.kind;
		return [target, { ...readingOf({ ...target, kind }, format), columns, isChosen }];
	});
	return new Map(readings);
}

/** The kind that the values of an unknown variable show, so that a row without one gets the right blank. */
function kindShown(values: readonly unknown[]): VariableKind | undefined {
	const filled = values.filter((value) => !isEmpty(value));
	if (filled.length === 0) return undefined;
	if (filled.every(isTableLike)) return 'table';
	return filled.every(isReference) ? 'image' : undefined;
}

/** Converts the values of a row, and fills in what it lacks. */
export function buildRow(row: MatchedRow, design: MatchedDesign, readings: Readings): BuiltRow {
	const { records, match, group, pictures } = row;
	const { base, variables, groupTable } = design;
	const given = new Map<Target, ApiValue>();
	const refusals: Refusal[] = [];
	const origins = new Map<Target, Path>();
	const inObjects: Array<[token: Target, field: Path, value: Outcome]> = [];
	const take = (target: Target, field: Path, value: Outcomes) => {
		if (value instanceof Refusal) refusals.push(value.of(target, field));
		else if (typeof value === 'string' || Array.isArray(value)) {
			given.set(target, value);
			origins.set(target, field);
		} else {
			for (const [token, text] of value ?? [])
				inObjects.push([token, [...field, parseKey(token.key).token ?? ''], text]);
		}
	};
	const tableReading = groupTable && readings.get(groupTable);
	if (tableReading) take(groupTable, [groupTable.key], tableOfGroup(row, base, tableReading));
	const isColumn = (path: Path) => tableReading?.lines.used.has(textOf(inside(path, base) ?? []));
	const pictured = new Set(pictures.map(({ variable }) => variable));
	for (const source of match.sources) {
		const { target, path } = source;
		const reading = readings.get(target);
		if (!reading || pictured.has(target.key) || target === groupTable) continue;
		const rivalry = rivalryOf(row, source);
		if (rivalry) refusals.push(rivalry);
		else if (group === undefined)
			take(target, path, valueFor(valueIn(records[0], source), reading));
		else {
			const value = valueOfGroup(row, source, reading);
			// Where variables are not known, a field may be meant for the table alone.
			const isNone = value instanceof Refusal && !variables.known && isColumn(path);
			take(target, path, isNone ? undefined : value);
		}
	}
	for (const [token, field, value] of inObjects) {
		const own = origins.get(token);
		const isExact = token.keys.includes(own?.at(-1) ?? '');
		if (!own) take(token, field, value);
		else if (given.get(token) !== value && !isExact) refusals.push(ambiguous(token, [field, own]));
	}
	const { blankPictures, lacks, values, hasValue } = filled(given, pictured, design, readings);
	const isBlank = design.options.missingVariables === 'blank';
	const prepared = {
		itemIndexes: row.itemIndexes,
		itemIndex: row.itemIndexes[0] ?? 0,
		rowIndex: row.rowIndex,
		designId: design.designId,
		values,
		blanked: isBlank ? lacks : [],
		matched: match.matched,
		leftOut: match.leftOut.filter((path) => !isColumn(path)).map(textOf),
		pictures,
		blankPictures,
	};
	const some = refusals.slice(0, REFUSALS_PER_ROW);
	return { from: row, row: prepared, refusals: some, lacks, hasValue };
}

/** The table that the items of a group fill. */
function tableOfGroup({ records, group = '' }: MatchedRow, base: Path, reading: Reading): Outcome {
	const lines = records
		.map((record) => valueOf(record, base))
		.map((line) => (isRecord(line) ? line : {}));
	const table = tableValue(lines, reading);
	return table instanceof Refusal ? table.in(`group ${showName(group)}`) : table;
}

/** The value of a target, or of its tokens where an object holds nothing else. */
function valueFor(raw: unknown, reading: Reading): Outcomes {
	if (raw === undefined || raw === null) return undefined;
	const { kind, tokens } = reading;
	const { read } = VALUE_KINDS[kind];
	if (tokens.size === 0 || !isPlainObject(raw)) return read(raw, reading);
	const names = Object.entries(raw);
	const own = names.flatMap(([name, value]): Array<[Target, Outcome]> => {
		const token = tokens.get(name);
		if (!token) return [];
		const part = partOf(reading, [...tokens.keys()].indexOf(name));
		return [[token, cellText(value, { ...part, tokens: token.tokens })]];
	});
	const isByTokens = own.length > 0 && own.length === names.length;
	return isByTokens ? new Map(own) : read(raw, reading);
}

/** The value of an item, in whichever of the fields it has. */
function valueIn(record: Fields, { path, others }: Source): unknown {
	const value = valueOf(record, path);
	if (value !== undefined || others.length === 0) return value;
	return others.map((at) => valueOf(record, at)).find((one) => one !== undefined);
}

/** Refuses a target that several fields of an item could be meant for, where their values differ. */
function rivalryOf({ records }: MatchedRow, { target, path, others }: Source): Refusal | undefined {
	if (others.length === 0) return undefined;
	const all = [path, ...others];
	for (const record of records) {
		const [first = path, ...more] = all.filter((at) => valueOf(record, at) !== undefined);
		const said = (at: Path) => JSON.stringify(valueOf(record, at));
		const rival = more.find((at) => said(at) !== said(first));
		if (rival)
			return ambiguous(target, [first, rival], [{ target, ways: all.map((one) => [one]) }]);
	}
	return undefined;
}

/** @param needs none where a part of an object is meant, of which a line would lose the other parts */
function ambiguous(target: Target, fields: readonly Path[], needs: readonly Need[] = []): Refusal {
	const name = showName(target.key);
	return new Refusal(
		`the variable ${name} could be meant by ${showNames(fields.map(textOf))}, whose values differ`,
		`Choose one: name it exactly ${name} before this node.`,
		{ needs },
	);
}

/** The value of the first item that has one. A text, or a token, must say only one thing within the group. */
function valueOfGroup(row: MatchedRow, source: Source, reading: Reading): Outcomes {
	const raws = row.records.map((record) => valueIn(record, source));
	const value = valueFor(raws.find((raw) => !isEmpty(raw)) ?? raws[0], reading);
	const isText = typeof value === 'string';
	if (reading.kind === 'image' || !(isText || value instanceof Map)) return value;
	const values = raws.map((raw) => valueFor(raw, reading));
	if (isText) return onlyText(row, values);
	const tokens = new Set(values.flatMap((one) => (one instanceof Map ? [...one.keys()] : [])));
	// What is no object of tokens in one item contradicts all tokens of another.
	const ofToken = (token: Target) =>
		values.map((one) => (one instanceof Map ? one.get(token) : one));
	return new Map(Array.from(tokens, (token) => [token, onlyText(row, ofToken(token))]));
}

/** @param values of the items of a group */
function onlyText({ itemIndexes, group = '' }: MatchedRow, values: readonly Outcomes[]): Outcome {
	const refused = values.find((value) => value instanceof Refusal);
	if (refused) return refused;
	const texts = values.flatMap((value, index) => {
		const all = value instanceof Map ? [...value.values()] : [value];
		const text = all.filter((one) => typeof one === 'string').join(' ');
		const same = comparable(text);
		return same === ''
			? []
			: { text, same, said: `${showName(same)} in item ${itemIndexes[index]}` };
	});
	const [first] = texts;
	const other = texts.find(({ same }) => same !== first?.same);
	if (!first || !other) return first?.text ?? '';
	return new Refusal(
		`differs within the group ${showName(group)}: it is ${first.said} and ${other.said}`,
		'Give it the same value in all items of a group, or group by another field.',
	);
}

/**
 * The values that are sent, and blanks for what the row lacks, so that the design's sample content does not
 * show. The service may know a variable by several names and ignores names that it does not know, so everything
 * is sent under all of them.
 */
function filled(
	given: ReadonlyMap<Target, ApiValue>,
	pictured: ReadonlySet<string>,
	{ targets, options }: MatchedDesign,
	readings: Readings,
) {
	const values: RowValues = {};
	const lacks = new Set<string>();
	const blankPictures: string[] = [];
	let hasValue = pictured.size > 0;
	for (const target of targets.all) {
		const value = given.get(target);
		if (value === undefined) continue;
		setAll(values, target.keys, value);
		const isText = typeof value === 'string';
		const shows = isText ? isVisible(value) : value.some((cells) => cells.some(isVisible));
		hasValue ||= shows;
		if (isText && !shows) lacks.add(target.key);
	}
	const isThere = (target: Target) => given.has(target) || pictured.has(target.key);
	for (const whole of targets.variables) {
		for (const target of lacking(whole, isThere)) {
			lacks.add(target.key);
			if (options.missingVariables !== 'blank') continue;
			const { kind } = readings.get(target) ?? target;
			const blank = VALUE_KINDS[kind].blank(target.variable);
			if (blank === undefined) blankPictures.push(...target.keys);
			else setAll(values, target.keys, blank);
		}
	}
	return { values, lacks: [...lacks], blankPictures, hasValue };
}
