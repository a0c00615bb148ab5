import { canBuild, checkOptions, refuseEmpty, refuseMissing, refuseUnknownColumns } from './checks';
import { RowConverter, type ConvertedRow } from './convert';
import { DesignRows, type RowContext } from './designRows';
import { groupRows } from './group';
import { designFindings } from './hints';
import { byPlace, IssueLog } from './issues';
import type { Match } from './match';
import { groupedBy, setOwn } from '../objects';
import { fieldsAround } from './rowFields';
import { FieldList, rawRowsOf } from './source';
import type { BuildOptions, BuiltRows, PreparedRow, RowInput } from './types';

/**
 * Turns items into the rows that are sent: fields matched with variables, values converted, what they
 * lack filled in, everything checked. The inputs are not changed.
 * @throws {RowsRefused} naming all rows that cannot be sent, so that nothing needs to be submitted
 * to find the next one.
 */
export function buildRows(inputs: readonly RowInput[], options: BuildOptions): BuiltRows {
	const { onlyFields = [], groupBy = '', timeZone = 'utc', dateFormat = '' } = options;
	const issues = new IssueLog();
	const format = { timeZone, dateFormat: dateFormat.trim() };
	const only = onlyFields.length === 0 ? undefined : new FieldList(onlyFields);
	const context: RowContext = { options, format, only, issues };
	const single = inputs.flatMap((input) => rawRowsOf(input, issues));
	const rows = groupBy === '' ? single : groupRows(single, groupBy, format, issues);
	const designs = [...groupedBy(rows, ({ inputs: [{ designId }] }) => designId)].map(
		([designId, own]) => new DesignRows(designId, options.variablesOf(designId), own, context),
	);
	checkOptions(designs, inputs, context);
	const prepared = designs.flatMap((design) => rowsOf(design, context));
	issues.throwIfAny();
	const isUsed = only !== undefined && inputs.some(({ source }) => source === 'items');
	return {
		rows: designs.length > 1 ? prepared.sort(byPlace) : prepared,
		findings: {
			missingVariables: options.missingVariables,
			designs: designs.map(designFindings),
			unknownOnlyFields: isUsed ? only.unknown : [],
		},
	};
}

function rowsOf(design: DesignRows, context: RowContext): PreparedRow[] {
	const { issues, options } = context;
	const converter = new RowConverter(design, context);
	const filled: ConvertedRow[] = [];
	for (const fielded of canBuild(design, context) ? design.rows : []) {
		const row = converter.convert(fielded);
		if (row === undefined) continue;
		if (row.hasValue || options.missingVariables === 'sample') filled.push(row);
		else refuseEmpty(fielded, design, issues);
	}
	design.filler.completeUnknown(filled);
	for (const row of filled) refuseMissing(row, issues);
	refuseUnknownColumns(design, issues);
	return filled.map((row) => prepared(row, design));
}

function prepared(filled: ConvertedRow, design: DesignRows): PreparedRow {
	const { designId, base } = design;
	const { fielded, values, blanked, pictures, blankPictures } = filled;
	const { row, match } = fielded;
	const { itemIndexes, rowIndex } = row;
	const leftOut = design.leftOutOf(fielded);
	return {
		itemIndexes,
		itemIndex: itemIndexes[0] ?? 0,
		...(rowIndex !== undefined && { rowIndex }),
		designId,
		values,
		blanked,
		matched: base ? matchedInside(match, base) : match.matched,
		leftOut: base
			? [...fieldsAround(row.records, base), ...leftOut.map((field) => [...base, field].join('.'))]
			: leftOut,
		pictures,
		blankPictures,
	};
}

/** With rows taken from a nested object, every value comes from a field of another name. */
function matchedInside(
	{ matched, sources }: Match,
	base: readonly string[],
): Record<string, string> {
	const all: Record<string, string> = { ...matched };
	for (const { target, path } of sources) setOwn(all, target.key, [...base, ...path].join('.'));
	return all;
}
