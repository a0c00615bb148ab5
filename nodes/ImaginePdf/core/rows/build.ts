import { wrongOptions } from './checks';
import { matchDesign } from './design';
import { buildDesign } from './rows';
import { hintFor } from './hints';
import { byPlace, issueOf, RowsRefused } from './issues';
import { groupRows, rawRowsOf } from './source';
import type { BuildOptions, BuiltRows, RowInput } from './types';
import { groupedBy } from '../objects';

/**
 * Turns items into the rows that are sent: fields matched with variables, values converted, what they
 * lack filled in, everything checked. The inputs are not changed.
 * @throws {RowsRefused} naming all rows that cannot be sent, so that nothing needs to be submitted
 * to find the next one.
 */
export function buildRows(inputs: readonly RowInput[], options: BuildOptions): BuiltRows {
	const { groupBy = '', timeZone = 'utc', dateFormat = '' } = options;
	const raw = rawRowsOf(inputs, options);
	const format = { timeZone, dateFormat: dateFormat.trim() };
	const plain = { format, kind: 'unknown', variable: groupBy, note: () => undefined } as const;
	const grouped = groupBy === '' ? undefined : groupRows(raw.rows, groupBy, plain);
	const rows = grouped?.rows ?? raw.rows;
	const designs = Array.from(
		groupedBy(rows, ({ inputs: [{ designId }] }) => designId),
		([designId, own]) => matchDesign(designId, own, options),
	);
	const built = designs.map(buildDesign);
	const wrong = wrongOptions(designs, options).flatMap((refusal) =>
		inputs.map(({ itemIndex }) => issueOf({ itemIndexes: [itemIndex] }, refusal)),
	);
	const own = built.flatMap(({ issues }) => issues);
	const issues = [...raw.issues, ...(grouped?.issues ?? []), ...wrong, ...own];
	if (issues.length > 0) throw new RowsRefused(issues);
	const prepared = built.flatMap((one) => one.built.map(({ row }) => row));
	return {
		rows: designs.length > 1 ? prepared.sort(byPlace) : prepared,
		hint: hintFor(built, options),
	};
}
