import type { TextFormat } from './dates';
import { Refusal, type IssueLog } from './issues';
import { LABEL, showName } from './labels';
import { looseName, similarPaths } from './match';
import { valueAt } from './own';
import type { RawRow } from './source';
import { cellText } from './value';

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
	const groups = new Map<string, RawRow[]>();
	for (const row of rows) {
		const value = groupValue(row, field, format, issues);
		if (value === undefined) continue;
		const group = groups.get(value);
		if (group) group.push(row);
		else groups.set(value, [row]);
	}
	return [...groups].flatMap(([group, members]) => merged(group, members, issues) ?? []);
}

function merged(group: string, members: readonly RawRow[], issues: IssueLog): RawRow | undefined {
	const [first, ...others] = members;
	if (first === undefined) return undefined;
	const itemIndexes = members.flatMap((row) => row.itemIndexes);
	const other = others.find(({ designId }) => designId !== first.designId);
	if (other !== undefined) {
		issues.add({
			itemIndexes,
			code: 'group',
			reason: `the group ${showName(group)} names two designs, '${first.designId}' and '${other.designId}'`,
			remedy: 'Let all items of a group name the same design.',
		});
		return undefined;
	}
	const [record] = first.records;
	const records: RawRow['records'] = [record, ...others.flatMap((row) => row.records)];
	return { ...first, itemIndexes, records, group };
}

/** The value that decides which group a row belongs to, as it would be printed, without blanks around it. */
function groupValue(
	{ itemIndexes, records: [fields] }: RawRow,
	field: string,
	format: TextFormat,
	issues: IssueLog,
): string | undefined {
	const text = cellText(fieldValue(fields, field), format);
	if (text instanceof Refusal) {
		const { reason, remedy } = text;
		issues.add({ itemIndexes, field, code: 'group', reason, remedy });
		return undefined;
	}
	const value = text?.trim() ?? '';
	if (value !== '') return value;
	issues.add({
		itemIndexes,
		code: 'group',
		reason: `${showName(field)}, the field of '${LABEL.groupBy}', is missing or empty`,
		remedy: `Check the name in '${LABEL.groupBy}', give the field a value in every item, or filter such items out before this node.`,
	});
	return undefined;
}

/** A field by its name, by its path, or by the only name that is nearly the same. */
function fieldValue(fields: Readonly<Record<string, unknown>>, field: string): unknown {
	if (Object.hasOwn(fields, field)) return fields[field];
	const exact = valueAt(fields, field.split('.'));
	if (exact !== undefined) return exact;
	const top = Object.keys(fields).filter((key) => looseName(key) === looseName(field));
	const paths = top.length > 0 ? top.map((key) => [key]) : similarPaths(fields, field);
	const [path] = paths;
	return path && paths.length === 1 ? valueAt(fields, path) : undefined;
}
