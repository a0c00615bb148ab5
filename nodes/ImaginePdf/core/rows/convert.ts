import type { TextFormat } from './dates';
import { linesOf, picturesOf, type Design, type MatchedRow } from './design';
import { Refusal } from './issues';
import type { Need, Source } from './match';
import { comparable, isVisible } from './names';
import { inside, isEmpty, textOf, valueOf, type Path } from './paths';
import { blankTable, columnsOf, isTableLike, tableValue } from './table';
import { lacking, type Target } from './targets';
import type { ApiValue, PreparedRow, RowValues } from './types';
import { cellText, imageValue, isReference, textValue, type Note, type Reading } from './values';
import type { Variable, VariableKind } from '../designs/variable';
import { isPlainObject, setAll, type Fields } from '../objects';
import { showName, showNames } from '../text';

/* From matched values to what is sent: converted by the kind of their variables, and filled up. */

type Outcome = ApiValue | Refusal | undefined;

interface Kind {
	read(raw: unknown, reading: Reading, notes: Note[]): Outcome;
	/** What is sent where a row lacks it; nothing where a transparent picture is uploaded for it. */
	blank(variable: Variable): ApiValue | undefined;
}

const TEXT: Kind = { read: textValue, blank: () => '' };
const TABLE: Kind = { read: tableValue, blank: blankTable };

/** All that differs from kind to kind. */
const KINDS: Readonly<Record<VariableKind, Kind>> = {
	text: TEXT,
	qr: TEXT,
	barcode: TEXT,
	table: TABLE,
	image: { read: imageValue, blank: () => undefined },
	unknown: {
		read: (raw, ...how) => (isTableLike(raw) ? TABLE : TEXT).read(raw, ...how),
		blank: TEXT.blank,
	},
};

/** How many refused fields of one row are told; more would repeat the same to the same reader. */
const REFUSALS_PER_ROW = 10;

/** A refusal of a row, or of one of its fields. */
export interface Trouble {
	readonly row: MatchedRow;
	readonly refusal: Refusal;
	readonly field?: string;
	/** What advice would have to repair. */
	readonly need?: Need;
}

/** What the values of a row have become. */
export interface Converted {
	readonly row: MatchedRow;
	/** By the index of their target. */
	readonly given: ReadonlyArray<ApiValue | undefined>;
	readonly notes: readonly Note[];
	/** Why it cannot be sent. */
	readonly troubles: readonly Trouble[];
	/** Fields that are columns of the group's table. */
	readonly columns: ReadonlySet<string>;
}

/** How the values of each target are read. */
export function readingsOf({ targets, options }: Design, format: TextFormat): Reading[] {
	const { tableColumns = [] } = options;
	return targets.all.map((target) => {
		const { key, kind, variable } = target;
		const own = tableColumns.filter((one) => targets.variables.only(one.variable) === target);
		const chosen = own.flatMap(({ columns }) => columns);
		const isChosen = chosen.length > 0;
		const columns = isChosen ? chosen : columnsOf(variable);
		return { key, kind, variable, tokens: [...target.tokens.keys()], format, columns, isChosen };
	});
}

/** Converts the values of a row. */
export function convertRow(
	row: MatchedRow,
	design: Design,
	readings: readonly Reading[],
): Converted {
	const { records, match, group } = row;
	const { groupTable, base, variables } = design;
	const given: Array<ApiValue | undefined> = [];
	const notes: Note[] = [];
	const troubles: Trouble[] = [];
	const take = (target: Target, field: Path, value: Outcome | ReadonlyMap<Target, string>) => {
		if (value instanceof Refusal) {
			const way = value.picks.map((steps) => [...field, ...steps]);
			const need = way.length > 0 && { need: { target, ways: [way] } };
			troubles.push({ row, refusal: value, field: textOf(field), ...need });
		} else if (value instanceof Map) {
			for (const [token, text] of value) given[token.index] = text;
		} else given[target.index] = value as ApiValue | undefined;
	};
	const tableReading = groupTable && group !== undefined ? readings[groupTable.index] : undefined;
	if (tableReading && groupTable) {
		const table = tableValue(linesOf(row, design), tableReading, notes);
		const isRefused = table instanceof Refusal;
		take(
			groupTable,
			[groupTable.key],
			isRefused ? table.in(`group ${showName(group ?? '')}`) : table,
		);
	}
	const columns = new Set(notes.flatMap(({ lines }) => lines?.used ?? []));
	const pictured = picturesOf(row, design).map(({ variable }) => variable);
	for (const source of match.sources) {
		const { target, path, others } = source;
		const reading = readings[target.index];
		if (!reading || pictured.includes(target.key)) continue;
		if (tableReading && target === groupTable) continue;
		const rival = rivalOf(row, source);
		if (rival) {
			const need = { target, ways: [path, ...others].map((one) => [one]) };
			troubles.push({ row, refusal: ambiguous(target, [path, rival]), need });
		} else if (group === undefined) {
			take(target, path, valueFor(target, valueOf(records[0], path), reading, notes));
		} else {
			const value = valueOfGroup(row, source, reading, notes);
			// Where variables are not known, a field may be meant for the table alone.
			const isColumn = !variables.known && columns.has(textOf(inside(path, base) ?? []));
			take(target, path, isColumn && value instanceof Refusal ? undefined : value);
		}
	}
	return { row, given, notes, troubles: troubles.slice(0, REFUSALS_PER_ROW), columns };
}

/** The value of a target, or of its tokens: an object may hold them. */
function valueFor(
	target: Target,
	raw: unknown,
	reading: Reading,
	notes: Note[],
): Outcome | ReadonlyMap<Target, string> {
	if (raw === undefined || raw === null) return undefined;
	const tokens = isPlainObject(raw) ? tokenValues(raw, target, reading, notes) : undefined;
	return tokens ?? KINDS[target.kind].read(raw, reading, notes);
}

/** The tokens that an object fills, or `undefined` where one of its keys is none. */
function tokenValues(
	raw: Fields,
	{ tokens }: Target,
	reading: Reading,
	notes: Note[],
): ReadonlyMap<Target, string> | Refusal | undefined {
	const names = Object.keys(raw);
	if (names.length === 0 || !names.every((name) => tokens.has(name))) return undefined;
	const values = new Map<Target, string>();
	for (const name of names) {
		const text = cellText(raw[name], reading, notes);
		if (text instanceof Refusal) return text.in(`token ${showName(name)}`);
		const token = tokens.get(name);
		if (text !== undefined && token) values.set(token, text);
	}
	return values;
}

/** Another field that is meant for the same target, and says something else. */
function rivalOf({ records: [record] }: MatchedRow, { path, others }: Source): Path | undefined {
	const said = (at: Path) => JSON.stringify(valueOf(record, at) ?? null);
	return others.find((other) => said(other) !== said(path));
}

function ambiguous({ key }: Target, [path, rival]: readonly [Path, Path]): Refusal {
	return new Refusal(
		`the variable ${showName(key)} could be meant by ${showNames([textOf(path), textOf(rival)])}, whose values differ`,
		`Choose one: name it exactly ${showName(key)} before this node.`,
	);
}

/** The value of the first item that has one. A text must say only one thing within the group. */
function valueOfGroup(
	{ records, itemIndexes, group = '' }: MatchedRow,
	{ target, path }: Source,
	reading: Reading,
	notes: Note[],
): ReturnType<typeof valueFor> {
	const raws = records.map((record) => valueOf(record, path));
	const filled = raws.find((raw) => !isEmpty(raw)) ?? raws[0];
	const value = valueFor(target, filled, reading, notes);
	if (typeof value !== 'string' || target.kind === 'image') return value;
	const texts = raws.flatMap((raw, index) => {
		const text = valueFor(target, raw, reading, []);
		const same = typeof text === 'string' ? comparable(text) : '';
		return same === '' ? [] : { text: String(text).trim(), same, item: itemIndexes[index] };
	});
	const [first] = texts;
	const other = texts.find(({ same }) => same !== first?.same);
	if (!first || !other) return value;
	return new Refusal(
		`differs within the group ${showName(group)}: it is ${showName(first.text)} in item ${first.item} and ${showName(other.text)} in item ${other.item}`,
		'Give it the same value in all items of a group, or group by another field.',
	);
}

/** The kind of each target, by what all values show where the design does not show it. */
export function kindsShown({ targets }: Design, rows: readonly Converted[]): VariableKind[] {
	return targets.all.map(({ index, kind }) => {
		if (kind !== 'unknown') return kind;
		const values = rows.map(({ given }) => given[index] ?? '').filter((value) => value !== '');
		if (values.some(Array.isArray)) return 'table';
		return values.length > 0 && values.every(isReference) ? 'image' : kind;
	});
}

/** A row as it is sent, with what hints tell of it. */
export interface BuiltRow {
	readonly row: PreparedRow;
	readonly notes: readonly Note[];
	/** What it lacks, by the keys of the targets. */
	readonly lacks: readonly string[];
	/** Whether anything of it is printed. */
	readonly hasValue: boolean;
}

/**
 * Fills in what a row lacks, so that the design's sample content does not show where a row says
 * nothing. The service may know a variable by several names, and ignores those it does not know: every
 * value, and every blank, is sent under all of them.
 * @param kinds of the targets
 */
export function fillRow(
	{ row, given, notes, columns }: Converted,
	design: Design,
	kinds: readonly VariableKind[],
): BuiltRow {
	const { targets, options, designId, base } = design;
	const { itemIndexes, rowIndex, match } = row;
	const isBlank = options.missingVariables === 'blank';
	const pictures = picturesOf(row, design);
	const values: RowValues = {};
	const lacks = new Set<string>();
	const blankPictures: string[] = [];
	let hasValue = pictures.length > 0;
	const isPictured = ({ key }: Target) => pictures.some(({ variable }) => variable === key);
	for (const target of targets.all) {
		const value = given[target.index];
		if (value === undefined || isPictured(target)) continue;
		setAll(values, target.keys, value);
		const shows =
			typeof value === 'string' ? isVisible(value) : value.some((row) => row.some(isVisible));
		hasValue ||= shows;
		if (!shows && typeof value === 'string') lacks.add(target.key);
	}
	// Where other rows have a table or a picture, empty text is no value.
	const isThere = (target: Target) =>
		isPictured(target) ||
		(given[target.index] !== undefined &&
			(given[target.index] !== '' || kinds[target.index] === target.kind));
	for (const whole of targets.wholes) {
		for (const { key, keys, index, kind, variable } of lacking(whole, isThere)) {
			lacks.add(key);
			if (!isBlank) continue;
			const blank = KINDS[kinds[index] ?? kind].blank(variable);
			if (blank !== undefined) setAll(values, keys, blank);
			else {
				for (const name of keys) delete values[name];
				blankPictures.push(key);
			}
		}
	}
	const leftOut = match.leftOut.filter((path) => !columns.has(textOf(inside(path, base) ?? [])));
	const prepared = {
		itemIndexes,
		itemIndex: itemIndexes[0] ?? 0,
		rowIndex,
		designId,
		values,
		blanked: isBlank ? [...lacks].filter((key) => !blankPictures.includes(key)) : [],
		matched: match.matched,
		leftOut: leftOut.map(textOf),
		pictures,
		blankPictures,
	};
	return { row: prepared, notes, lacks: [...lacks], hasValue };
}
