import { adviceFor } from './advice';
import { doubtOf, noPictures, wholeRefusal, wrongOptions } from './checks';
import { buildRow, readingsOf } from './convert';
import type { TextFormat } from './dates';
import { matchDesign, type MatchedDesign } from './design';
import { hintFor, type BuiltDesign } from './hints';
import { byOrigin, LABEL, RowsRefused, type RowIssue } from './issues';
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
	const designs = Array.from(byDesign, ([id, rows]) => matchDesign(id, rows, options, raw.unmet));
	const built = designs.map((design) => buildDesign(design, format));
	const wrong = wrongOptions(designs, options).flatMap((refusal) =>
		inputs.map(({ itemIndex }) => refusal.at({ itemIndexes: [itemIndex] })),
	);
	const issues = [...raw.issues, ...wrong, ...built.flatMap((one) => one.issues)];
	if (issues.length > 0) throw new RowsRefused(issues);
	const rows = built.flatMap((one) => one.rows.map(({ row }) => row)).sort(byOrigin);
	return { rows, hint: hintFor(built, raw.unmet) };
}

/** Converts, fills and checks the rows of a design, with the advice that repairs all of them in one step. */
function buildDesign(
	design: MatchedDesign,
	format: TextFormat,
): BuiltDesign & { readonly issues: readonly RowIssue[] } {
	const readings = readingsOf(design, format);
	const rows = design.rows.map((row) => buildRow(row, design, readings));
	const doubt = doubtOf(design);
	const late = [...[...readings.values()].map(columnsRefusal), noPictures(design, rows)];
	const ofAll = late.filter((refusal) => refusal !== undefined);
	const refused = rows.flatMap((built) => {
		const whole = wholeRefusal(built, doubt, design);
		const all = [...built.refusals, ...(whole ? [whole] : []), ...ofAll];
		return all.map((refusal) => ({ from: built.from, refusal }));
	});
	const distinct = [...new Set(refused.map(({ refusal }) => refusal))];
	const needs = distinct.flatMap(({ about }) => about.needs ?? []);
	const advice = adviceFor(needs, design);
	const isOptional = !design.variables.known && design.source === 'items';
	const leave = ` Or leave it out: name the fields to send in the option '${LABEL.onlyFields}'.`;
	const issues = refused.map(({ from, refusal }) => {
		const { field, needs: own = [] } = refusal.about;
		const isAdvised = advice !== '' && own.length > 0;
		const remedy = isAdvised ? `${advice} ${doubt?.remedy ?? ''}`.trim() : refusal.remedy;
		const isLeft = field !== undefined && isOptional;
		return refusal.at(from, isLeft ? remedy + leave : remedy);
	});
	return { design, rows, readings, issues };
}
