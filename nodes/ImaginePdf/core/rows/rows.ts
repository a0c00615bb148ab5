import { adviceFor, type Ground } from './advice';
import { emptyRow, missingValues, noPictures, unbuildable, uncertain } from './checks';
import { Converter, fillRow, type FilledRow, type Given } from './convert';
import { isColumn, linesOf, picturesOf, type Design, type MatchedRow } from './design';
import { issueOf, LABEL, Refusal, type RowIssue } from './issues';
import type { Need, Source } from './match';
import { comparable } from './names';
import { isEmpty, textOf, valueOf, type Path } from './paths';
import { columnsRefusal } from './table';
import type { Target } from './targets';
import type { Picture, PreparedRow } from './types';
import { showName, showNames } from '../text';

/** How many refused fields of one row are told; more would repeat the same to the same reader. */
const REFUSALS_PER_ROW = 10;

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
		`the variable ${showName(key)} could be meant by ${showNames([textOf(path), textOf(rival)])}, whose values differ`,
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
