import { adviceFor } from './advice';
import {
	emptyRow,
	missingValues,
	noPictures,
	unbuildable,
	uncertain,
	wrongOptions,
} from './checks';
import {
	convertRow,
	fillRow,
	kindsShown,
	readingsOf,
	type BuiltRow,
	type Trouble,
} from './convert';
import type { TextFormat } from './dates';
import { matchDesign, type Design } from './design';
import { hintFor } from './hints';
import { byPlace, issueOf, LABEL, RowsRefused, type Refusal, type RowIssue } from './issues';
import { rawRowsOf } from './source';
import { columnsRefusal } from './table';
import type { BuildOptions, BuiltRows, RowInput } from './types';
import { groupedBy } from '../objects';

/**
 * Turns items into the rows that are sent: fields matched with variables, values converted, what they
 * lack filled in, everything checked. The inputs are not changed.
 * @throws {RowsRefused} naming all rows that cannot be sent, so that nothing needs to be submitted
 * to find the next one.
 */
export function buildRows(inputs: readonly RowInput[], options: BuildOptions): BuiltRows {
	const { timeZone = 'utc', dateFormat = '' } = options;
	const format = { timeZone, dateFormat: dateFormat.trim() };
	const raw = rawRowsOf(inputs, options, format);
	const byDesign = groupedBy(raw.rows, ({ inputs: [{ designId }] }) => designId);
	const designs = Array.from(byDesign, ([id, rows]) => matchDesign(id, rows, options));
	const built = designs.map((design) => buildDesign(design, format));
	const wrong = wrongOptions(designs, options).flatMap((refusal) =>
		inputs.map(({ itemIndex }) => issueOf({ itemIndexes: [itemIndex] }, refusal)),
	);
	const issues = [...raw.issues, ...wrong, ...built.flatMap((one) => one.issues)];
	if (issues.length > 0) throw new RowsRefused(issues);
	const rows = built.flatMap((one) => one.rows.map(({ row }) => row));
	return {
		rows: designs.length > 1 ? rows.sort(byPlace) : rows,
		hint: hintFor(built, options),
	};
}

/** What became of the rows of a design. */
export interface BuiltDesign {
	readonly design: Design;
	readonly rows: readonly BuiltRow[];
	readonly issues: readonly RowIssue[];
}

/** Converts, fills and checks the rows of a design. */
function buildDesign(design: Design, format: TextFormat): BuiltDesign {
	const { rows, options, variables } = design;
	const { missingVariables: mode } = options;
	const readings = readingsOf(design, format);
	const doubt = uncertain(design);
	const none = doubt.refusal ? undefined : unbuildable(design);
	const converted = none ? [] : rows.map((row) => convertRow(row, design, readings));
	const ofAll = (refusal: Refusal | undefined): Trouble[] =>
		refusal ? rows.map((row) => ({ row, refusal })) : [];
	const notes = converted.flatMap((one) => one.notes);
	const lines = groupedBy(notes, ({ key, lines: own }) => (own ? key : undefined));
	const troubles: Trouble[] = [
		...ofAll(doubt.refusal ?? none).map(({ row, refusal }) => {
			const isBare = !design.isGrouped && row.match.paths.length === 0;
			return { row, refusal: isBare ? emptyRow(row, design) : refusal };
		}),
		...converted.flatMap((one) => one.troubles),
		...readings.flatMap((reading) => {
			const own = lines.get(reading.key) ?? [];
			return ofAll(
				columnsRefusal(
					reading,
					own.flatMap((note) => note.lines ?? []),
				),
			);
		}),
		...(none ? [] : ofAll(noPictures(design, converted))),
	];
	const kinds = kindsShown(design, converted);
	const sendable = doubt.refusal ? [] : converted.filter((one) => one.troubles.length === 0);
	const built = sendable.flatMap((one) => {
		const filled = fillRow(one, design, kinds);
		const isLacking = mode === 'error' && filled.lacks.length > 0;
		if (mode !== 'sample' && !filled.hasValue) {
			troubles.push({ row: one.row, refusal: emptyRow(one.row, design) });
		} else if (isLacking) troubles.push({ row: one.row, refusal: missingValues(filled.lacks) });
		else return filled;
		return [];
	});
	const needs = [...doubt.needs, ...troubles.flatMap(({ need }) => need ?? [])];
	const advice = adviceFor(needs, design);
	const repair = [advice, doubt.refusal?.remedy ?? ''].filter((part) => part !== '').join(' ');
	const isOptional = !variables.known && rows[0]?.inputs[0].source === 'items';
	const leave = ` Or leave it out: name the fields to send in the option '${LABEL.onlyFields}'.`;
	const issues = troubles.map(({ row, refusal, field, need }) => {
		const isAdvised = refusal === doubt.refusal || (advice !== '' && need !== undefined);
		const remedy = isAdvised ? repair : refusal.remedy;
		const isLeft = field !== undefined && isOptional;
		return issueOf(row, refusal.advising(isLeft ? remedy + leave : remedy), field);
	});
	return { design, rows: built, issues };
}
