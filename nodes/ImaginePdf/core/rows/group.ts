import type { TextFormat } from './dates';
import { allPaths, similarPaths } from './fields';
import { Refusal, type IssueLog } from './issues';
import { LABEL } from './labels';
import type { RawRow } from './source';
import { cellText } from './value';
import { groupedBy, valueAt, type Fields } from '../objects';
import { showName, showNames } from '../text';

/**
 * Makes one row of the rows with the same value in a field, in the order of their first items. What
 * cannot be grouped goes to `issues` and is left out.
 */
export function groupRows(
	rows: readonly RawRow[],
	field: string,
	format: TextFormat,
	issues: IssueLog,
): RawRow[] {
	const named = rows.flatMap((row) => {
		const group = groupValue(row.records[0], field, format);
		if (typeof group === 'string') return { row, group };
		issues.add(row, group, field);
		return [];
	});
	const groups = groupedBy(named, ({ group }) => group);
	return [...groups].flatMap(([group, [{ row: first }, ...others]]) => {
		const more = others.map(({ row }) => row);
		const merged: RawRow = {
			itemIndexes: [first, ...more].flatMap((row) => row.itemIndexes),
			inputs: [first.inputs[0], ...more.flatMap((row) => row.inputs)],
			records: [first.records[0], ...more.flatMap((row) => row.records)],
			group,
		};
		const designs = [...new Set(merged.inputs.map(({ designId }) => designId))];
		if (designs.length === 1) return merged;
		issues.add(merged, severalDesigns(group, designs));
		return [];
	});
}

function severalDesigns(group: string, designs: readonly string[]): Refusal {
	return new Refusal(
		`the group ${showName(group)} names ${designs.length} designs, ${showNames(designs)}`,
		'Let all items of a group name the same design.',
	);
}

/** The value that decides which group a row belongs to, as it would be printed, without blanks around it. */
function groupValue(fields: Fields, field: string, format: TextFormat): string | Refusal {
	const text = cellText(fieldValue(fields, field), format);
	if (text instanceof Refusal) return text;
	return (
		text?.trim() ||
		new Refusal(
			`named in '${LABEL.groupBy}' is missing or empty`,
			`Check the name in '${LABEL.groupBy}', give the field a value in every item, or filter such items out before this node.`,
		)
	);
}

/** A field by its name, by its path, or by the only name that is nearly the same. */
function fieldValue(fields: Fields, field: string): unknown {
	if (Object.hasOwn(fields, field)) return fields[field];
	const exact = valueAt(fields, field.split('.'));
	if (exact !== undefined) return exact;
	const paths = similarPaths(allPaths([fields]), field);
	const top = paths.filter((path) => path.length === 1);
	const [only, other] = top.length > 0 ? top : paths;
	return only && !other ? valueAt(fields, only) : undefined;
}
