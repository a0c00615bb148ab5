import type { TextFormat } from './dates';
import { Refusal, type IssueLog } from './issues';
import { LABEL, showName } from './labels';
import { looseName, similarPaths } from './match';
import { groupedBy, valueAt, type Fields } from '../objects';
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
	const named = rows.flatMap((row) => {
		const group = groupValue(row, field, format, issues);
		return group === undefined ? [] : { ...row, group };
	});
	const groups = groupedBy(named, ({ group }) => group);
	return [...groups].flatMap(([group, members]) => merged(group, members, issues) ?? []);
}

function merged(group: string, members: readonly RawRow[], issues: IssueLog): RawRow | undefined {
	const [first, ...others] = members;
	if (first === undefined) return undefined;
	const place = { itemIndexes: members.flatMap((row) => row.itemIndexes) };
	const inputs: RawRow['inputs'] = [first.inputs[0], ...others.flatMap((row) => row.inputs)];
	const [{ designId }] = inputs;
	const other = inputs.find((input) => input.designId !== designId);
	if (other !== undefined) {
		issues.add(place, {
			code: 'group',
			reason: `the group ${showName(group)} names two designs, '${designId}' and '${other.designId}'`,
			remedy: 'Let all items of a group name the same design.',
		});
		return undefined;
	}
	const records: RawRow['records'] = [first.records[0], ...others.flatMap((row) => row.records)];
	return { ...place, inputs, records, group };
}

/** The value that decides which group a row belongs to, as it would be printed, without blanks around it. */
function groupValue(
	row: RawRow,
	field: string,
	format: TextFormat,
	issues: IssueLog,
): string | undefined {
	const text = cellText(fieldValue(row.records[0], field), format);
	if (text instanceof Refusal) {
		issues.add(row, { code: 'group', reason: text.reason, remedy: text.remedy }, field);
		return undefined;
	}
	const value = text?.trim() ?? '';
	if (value !== '') return value;
	issues.add(row, {
		code: 'group',
		reason: `${showName(field)}, the field of '${LABEL.groupBy}', is missing or empty`,
		remedy: `Check the name in '${LABEL.groupBy}', give the field a value in every item, or filter such items out before this node.`,
	});
	return undefined;
}

/** A field by its name, by its path, or by the only name that is nearly the same. */
function fieldValue(fields: Fields, field: string): unknown {
	if (Object.hasOwn(fields, field)) return fields[field];
	const exact = valueAt(fields, field.split('.'));
	if (exact !== undefined) return exact;
	const top = Object.keys(fields).filter((key) => looseName(key) === looseName(field));
	const paths = top.length > 0 ? top.map((key) => [key]) : similarPaths(fields, field);
	const [path] = paths;
	return path && paths.length === 1 ? valueAt(fields, path) : undefined;
}
