import {
	checkOptions,
	nothingMatches,
	refuseAll,
	refuseEmpty,
	refuseUnknownColumns,
} from './checks';
import { RowConverter } from './convert';
import type { TextFormat } from './dates';
import { DesignRows, type FieldedRow, type RowContext } from './designRows';
import { reportMissing, type FilledRow } from './fill';
import { groupRows } from './group';
import { designFindings } from './hints';
import { IssueLog } from './issues';
import { LABEL } from './labels';
import { setOwn } from './own';
import { FieldList, type RawRow, rawRowsOf } from './source';
import type {
	BuildOptions,
	BuiltRows,
	DesignFindings,
	Picture,
	PreparedRow,
	RowInput,
} from './types';

type Filled = FilledRow & { pictures: readonly Picture[]; hasValue: boolean };

/**
 * Turns items into the rows that are sent: fields matched with variables, values converted, what they
 * lack filled in, everything checked. The inputs are not changed.
 * @throws {RowsRefused} naming all rows that cannot be sent, so that nothing needs to be submitted
 * to find the next one.
 */
export function buildRows(inputs: readonly RowInput[], options: BuildOptions): BuiltRows {
	const { onlyFields = [], groupBy = '', timeZone = 'utc', dateFormat = '' } = options;
	const issues = new IssueLog();
	const format: TextFormat = { timeZone, dateFormat: dateFormat.trim() };
	const only = onlyFields.length === 0 ? undefined : new FieldList(onlyFields);
	const binaryFields = binaryFieldsOf(inputs, options);
	const context: RowContext = { options, format, only, binaryFields, issues };
	const single = inputs.flatMap((input) => rawRowsOf(input, issues));
	const rows = groupBy === '' ? single : groupRows(single, groupBy, format, issues);
	const designs = byDesign(rows, context);
	checkOptions(designs, inputs, context);
	const built = designs.map((design) => buildDesign(design, context));
	issues.throwIfAny();
	const isUsed = only !== undefined && inputs.some(({ source }) => source === 'items');
	return {
		rows: inInputOrder(built.map((one) => one.rows)),
		findings: {
			missingVariables: options.missingVariables,
			designs: built.map((one) => one.findings),
			unknownOnlyFields: isUsed ? only.unknown : [],
		},
	};
}

/** The rows of each design are in the order of their first items already. */
function inInputOrder(rows: ReadonlyArray<readonly PreparedRow[]>): readonly PreparedRow[] {
	const [first = []] = rows;
	if (rows.length < 2) return first;
	const order = (a: PreparedRow, b: PreparedRow) =>
		a.itemIndex - b.itemIndex || (a.rowIndex ?? 0) - (b.rowIndex ?? 0);
	return rows.flat().sort(order);
}

function binaryFieldsOf(
	inputs: readonly RowInput[],
	{ images = [] }: BuildOptions,
): Map<number, readonly string[]> {
	const fields = new Map<number, readonly string[]>();
	if (images.length === 0) return fields;
	for (const { itemIndex, binaryFields = [] } of inputs) fields.set(itemIndex, binaryFields);
	return fields;
}

function byDesign(rows: readonly RawRow[], context: RowContext): DesignRows[] {
	const groups = new Map<string, RawRow[]>();
	for (const row of rows) {
		const group = groups.get(row.designId);
		if (group) group.push(row);
		else groups.set(row.designId, [row]);
	}
	return [...groups].map(
		([designId, own]) =>
			new DesignRows(designId, context.options.variablesOf(designId), own, context),
	);
}

function buildDesign(
	design: DesignRows,
	context: RowContext,
): { rows: PreparedRow[]; findings: DesignFindings } {
	const { issues, options } = context;
	const filled: Array<{ fielded: FieldedRow; row: Filled }> = [];
	const converter = new RowConverter(design, context);
	if (canBuild(design, context)) {
		for (const fielded of design.rows) {
			const row = converter.fill(fielded);
			if (row === undefined) continue;
			if (row.hasValue || options.missingVariables === 'sample') filled.push({ fielded, row });
			else refuseEmpty(fielded, design, issues);
		}
	}
	design.filler.completeUnknown(filled.map(({ row }) => row));
	for (const { fielded, row } of filled) {
		const { match, fields } = fielded;
		reportMissing(row, match, fields, options.missingVariables, issues);
	}
	refuseUnknownColumns(design, issues);
	return {
		rows: filled.map(({ fielded, row }) => prepared(fielded, row, design)),
		findings: designFindings(design),
	};
}

function prepared(
	{ row, match, around }: FieldedRow,
	filled: Filled,
	design: DesignRows,
): PreparedRow {
	const { itemIndexes, rowIndex, designId } = row;
	const { values, blanked, pictures, blankPictures } = filled;
	return {
		itemIndexes,
		itemIndex: itemIndexes[0] ?? 0,
		...(rowIndex !== undefined && { rowIndex }),
		designId,
		values,
		blanked,
		matched: design.base ? inside(match.matched, match.sources, design.base) : match.matched,
		leftOut: design.base ? leftOutInside(match.leftOut, around, design.base) : match.leftOut,
		pictures,
		blankPictures,
	};
}

/** With rows taken from a nested object, every value comes from a field of another name. */
function inside(
	matched: Readonly<Record<string, string>>,
	sources: FieldedRow['match']['sources'],
	base: readonly string[],
): Record<string, string> {
	const all: Record<string, string> = { ...matched };
	for (const { target, path } of sources) setOwn(all, target.key, [...base, ...path].join('.'));
	return all;
}

function leftOutInside(
	leftOut: readonly string[],
	around: readonly string[],
	base: readonly string[],
): string[] {
	return [...around, ...leftOut.map((field) => [...base, field].join('.'))];
}

/** Whether the rows of a design can be built at all; what stands against it goes to the log. */
function canBuild(design: DesignRows, { options, issues }: RowContext): boolean {
	const isGrouped = design.rows.some(({ row }) => row.group !== undefined);
	if (isGrouped && design.groupRefusal !== undefined) {
		refuseAll(design, issues, {
			code: 'group',
			reason: design.groupRefusal,
			remedy: `Name the table variable in the option '${LABEL.tableColumns}', choose another design, or empty the option '${LABEL.groupBy}'.`,
		});
		return false;
	}
	if (options.missingVariables === 'sample' || !design.variables.known || design.hasMatch)
		return true;
	const filled = design.rows.filter(({ fields }) => Object.keys(fields).length > 0);
	if (filled.length > 0) refuseAll({ rows: filled }, issues, nothingMatches(design));
	for (const fielded of design.rows) {
		if (!filled.includes(fielded)) refuseEmpty(fielded, design, issues);
	}
	return false;
}
