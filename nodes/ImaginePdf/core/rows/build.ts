import { adviceFor } from './advice';
import { doubtOf, emptyRow, incomplete, noPictures, wrongOptions, type Doubt } from './checks';
import { buildRow, readingsOf, type Trouble } from './convert';
import type { TextFormat } from './dates';
import { matchDesign, type Design } from './design';
import { hintFor, type BuiltDesign } from './hints';
import { byPlace, issueOf, LABEL, RowsRefused, type RowIssue } from './issues';
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

/** Converts, fills and checks the rows of a design. */
function buildDesign(
	design: Design,
	format: TextFormat,
): BuiltDesign & { readonly issues: readonly RowIssue[] } {
	const readings = readingsOf(design, format);
	const rows = design.rows.map((row) => buildRow(row, design, readings));
	const doubt = doubtOf(design);
	const late = [...[...readings.values()].map(columnsRefusal), noPictures(design, rows)];
	const troubles = rows.flatMap((built, index): Trouble[] => {
		const row = design.rows[index];
		if (!row) return [];
		const isBare = !design.isGrouped && row.match.paths.length === 0;
		const whole = doubt.refusal && isBare ? emptyRow(row, design) : doubt.refusal;
		const lack = whole || built.troubles.length > 0 ? undefined : incomplete(built, row, design);
		const others = [whole, ...late, lack];
		return [...built.troubles, ...others.flatMap((refusal) => (refusal ? { row, refusal } : []))];
	});
	return { design, rows, readings, issues: advised(troubles, doubt, design) };
}

/** Troubles as issues, with the advice that repairs all of them in one step. */
function advised(troubles: readonly Trouble[], doubt: Doubt, design: Design): RowIssue[] {
	const needs = [...doubt.needs, ...troubles.flatMap(({ need }) => need ?? [])];
	const advice = adviceFor(needs, design);
	const repair = [advice, doubt.refusal?.remedy ?? ''].filter((part) => part !== '').join(' ');
	const isOptional =
		!design.variables.known && design.rows.some(({ inputs }) => inputs[0].source === 'items');
	const leave = ` Or leave it out: name the fields to send in the option '${LABEL.onlyFields}'.`;
	return troubles.map(({ row, refusal, field, need }) => {
		const isAdvised = refusal === doubt.refusal || (advice !== '' && need !== undefined);
		const remedy = isAdvised ? repair : refusal.remedy;
		const isLeft = field !== undefined && isOptional;
		return { ...issueOf(row, refusal, field), remedy: isLeft ? remedy + leave : remedy };
	});
}
