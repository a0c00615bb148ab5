import { canBuild, checkOptions, emptyRow, missingValues, noPictures } from './checks';
import { RowConverter, type ConvertedRow } from './convert';
import { DesignRows, type RowContext } from './designRows';
import { FieldList } from './fieldList';
import { groupRows } from './group';
import { hintFor } from './hints';
import { byPlace, IssueLog } from './issues';
import { rawRowsOf } from './source';
import type { BuildOptions, BuiltRows, PreparedRow, RowInput } from './types';
import { groupedBy } from '../objects';

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
	const single = inputs.flatMap((input) => rawRowsOf(input, options, issues));
	const rows = groupBy === '' ? single : groupRows(single, groupBy, format, issues);
	const designs = [...groupedBy(rows, ({ inputs: [{ designId }] }) => designId)].map(
		([designId, own]) => new DesignRows(designId, options.variablesOf(designId), own, context),
	);
	checkOptions(designs, inputs, context);
	const prepared = designs.flatMap((design) => rowsOf(design, context));
	issues.throwIfAny();
	return {
		rows: designs.length > 1 ? prepared.sort(byPlace) : prepared,
		hint: hintFor(designs, context),
	};
}

function rowsOf(design: DesignRows, context: RowContext): PreparedRow[] {
	const { issues, options } = context;
	const converter = new RowConverter(design, context);
	const converted: ConvertedRow[] = [];
	for (const fielded of canBuild(design, context) ? design.rows : []) {
		const row = converter.convert(fielded);
		if (row === undefined) continue;
		if (row.filled.hasValue || options.missingVariables === 'sample') converted.push(row);
		else issues.add(fielded, emptyRow(fielded, design));
	}
	design.filler.completeUnknown(converted.map(({ filled }) => filled));
	for (const { fielded, filled } of converted) {
		const { missing } = filled;
		if (missing.length > 0) issues.add(fielded, missingValues(missing, fielded));
	}
	const columns = Array.from(design.tables.values(), ({ unknownColumns }) => unknownColumns);
	for (const refusal of [...columns, noPictures(design)]) {
		if (refusal) for (const row of design.rows) issues.add(row, refusal);
	}
	return converted.map((row) => prepared(row, design));
}

function prepared({ fielded, filled, pictures }: ConvertedRow, design: DesignRows): PreparedRow {
	const { itemIndexes, rowIndex, match } = fielded;
	const { values, blanked, blankPictures } = filled;
	return {
		itemIndexes,
		itemIndex: itemIndexes[0] ?? 0,
		rowIndex,
		designId: design.designId,
		values,
		blanked,
		matched: match.matched,
		leftOut: design.leftOutOf(fielded),
		pictures,
		blankPictures,
	};
}
