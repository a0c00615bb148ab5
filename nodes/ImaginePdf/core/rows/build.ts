import type { TextFormat } from './dates';
import { DesignRows, type FieldedRow, type RowContext } from './designRows';
import { reportMissing, type FilledRow } from './fill';
import { groupRows } from './group';
import { designFindings } from './hints';
import { IssueLog } from './issues';
import { expressionFor, LABEL, showName, showNames } from './labels';
import { setOwn } from './own';
import type { Target } from './targets';
import { FieldList, type RawRow, rawRowsOf } from './source';
import type {
	BuildOptions,
	BuiltRows,
	DesignFindings,
	Picture,
	PreparedRow,
	RowInput,
} from './types';

type Filled = FilledRow & { pictures: Picture[]; hasValue: boolean };

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
	const binaryFields = new Map(
		inputs.map(({ itemIndex, binaryFields: own = [] }) => [itemIndex, own] as const),
	);
	const context: RowContext = { options, format, only, binaryFields, issues };
	const single = inputs.flatMap((input) => rawRowsOf(input, issues));
	const rows = groupBy === '' ? single : groupRows(single, groupBy, format, issues);
	const designs = byDesign(rows, context);
	checkOptions(designs, inputs, context);
	const built = designs.map((design) => buildDesign(design, context));
	issues.throwIfAny();
	const isUsed = only !== undefined && inputs.some(({ source }) => source === 'items');
	return {
		rows: built.flatMap((one) => one.rows).sort(byFirstItem),
		findings: {
			missingVariables: options.missingVariables,
			designs: built.map((one) => one.findings),
			unknownOnlyFields: isUsed ? only.unknown : [],
		},
	};
}

function byFirstItem(a: PreparedRow, b: PreparedRow): number {
	return a.itemIndex - b.itemIndex || (a.rowIndex ?? 0) - (b.rowIndex ?? 0);
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
	if (canBuild(design, context)) {
		for (const fielded of design.rows) {
			const row = design.fill(fielded);
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

function refuseAll(
	{ rows }: Pick<DesignRows, 'rows'>,
	issues: IssueLog,
	issue: { code: 'group' | 'nothing_matches'; reason: string; remedy: string },
): void {
	for (const { row } of rows) {
		issues.add({ itemIndexes: row.itemIndexes, rowIndex: row.rowIndex, ...issue });
	}
}

function nothingMatches({ rows, targets, bases, variables }: DesignRows): {
	code: 'nothing_matches';
	reason: string;
	remedy: string;
} {
	const code = 'nothing_matches';
	const there = [...new Set(rows.flatMap(({ fields }) => Object.keys(fields)))];
	if (variables.known && variables.list.length === 0) {
		return {
			code,
			reason: `the design has no variables, so no field can be printed (the fields are ${showNames(there)})`,
			remedy: `Choose another design, or set '${LABEL.missingVariables}' to '${LABEL.sample}' to print it as it is.`,
		};
	}
	const isWanted = ({ token, variable: { kind, tokens = [] } }: Target) =>
		token === undefined ? tokens.length === 0 || kind === 'table' : kind !== 'table';
	const wanted = showNames(targets.filter(isWanted).map(({ key }) => key));
	const [base, other] = bases.length > 0 ? bases : listsIn(rows);
	const either = other ? ` or ${expressionFor(other)}` : '';
	return {
		code,
		reason: `no field belongs to a variable of the design. The fields are ${showNames(there)}; the design wants ${wanted}`,
		remedy: base
			? `Choose '${LABEL.json}' as the '${LABEL.rowSource}' and enter ${expressionFor(base)}${either} as '${LABEL.rows}', or choose '${LABEL.mapped}'.`
			: `Choose '${LABEL.mapped}' as the '${LABEL.rowSource}', or name the fields like the variables.`,
	};
}

/** Lists of objects, which may be the rows that were meant. */
function listsIn(rows: readonly FieldedRow[]): string[][] {
	const [first] = rows;
	return Object.entries(first?.fields ?? {}).flatMap(([key, value]) =>
		Array.isArray(value) && typeof value[0] === 'object' && value[0] !== null ? [[key]] : [],
	);
}

/** A row without any value would become a PDF of nothing but blanks, for a credit. */
function refuseEmpty({ row, fields }: FieldedRow, design: DesignRows, issues: IssueLog): void {
	const { itemIndexes, rowIndex } = row;
	if (Object.keys(fields).length > 0) {
		issues.add({
			itemIndexes,
			rowIndex,
			code: 'no_value',
			reason: design.variables.known
				? 'the row has no value for any variable of the design, so its PDF would be blank'
				: 'the row has no value in any field, so its PDF would be blank',
			remedy:
				'Give it a value, or filter such items out before this node, e.g. empty lines of a sheet.',
		});
		return;
	}
	const isRestricted = row.records.some((record) => Object.keys(record).length > 0);
	issues.add({
		itemIndexes,
		rowIndex,
		code: 'no_fields',
		reason: isRestricted
			? `the row has none of the fields ${design.base ? `in ${showName(design.base.join('.'))}` : `named in '${LABEL.onlyFields}'`}, so its PDF would be blank`
			: 'the row has no fields, so its PDF would be blank',
		remedy: isRestricted
			? `Check the names in '${LABEL.onlyFields}' (separated by commas, spelled as in the items), or filter such items out before this node.`
			: 'Give it at least one field, or filter such items out before this node.',
	});
}

/** Options that name what is not there: nothing is guessed where money is spent. */
function checkOptions(
	designs: readonly DesignRows[],
	inputs: readonly RowInput[],
	{ options: { images = [], tableColumns = [] }, issues }: RowContext,
): void {
	if (designs.length === 0) return;
	const refuse = (code: 'unknown_variable' | 'no_binary', reason: string, remedy: string) => {
		for (const { itemIndex } of inputs)
			issues.add({ itemIndexes: [itemIndex], code, reason, remedy });
	};
	const check = (option: string, name: string, kind: 'image' | 'table') => {
		const found = designs.flatMap((design) => design.named(name) ?? []);
		if (found.some((target) => target.kind === kind || target.kind === 'unknown')) return;
		if (found.length === 0 && designs.some(({ variables }) => !variables.known)) return;
		const those = designs.flatMap(({ targets }) =>
			targets.filter((target) => target.kind === kind),
		);
		const there = [...new Set(those.map(({ key }) => key))];
		refuse(
			'unknown_variable',
			`'${option}' names ${showName(name)}, which is no ${kind} variable of the design`,
			there.length === 0
				? `The design has no ${kind} variable.`
				: `Its ${kind} variables are ${showNames(there)}.`,
		);
	};
	for (const { variable } of tableColumns) check(LABEL.tableColumns, variable, 'table');
	const binaries = [...new Set(inputs.flatMap(({ binaryFields = [] }) => binaryFields))];
	for (const { variable, binaryField } of images) {
		check(LABEL.images, variable, 'image');
		if (binaries.includes(binaryField)) continue;
		refuse(
			'no_binary',
			`no item has a file in the field ${showName(binaryField)}, named in '${LABEL.images}'`,
			binaries.length === 0
				? 'The items have no files at all.'
				: `Files are in the fields ${showNames(binaries)}.`,
		);
	}
}

function refuseUnknownColumns(design: DesignRows, issues: IssueLog): void {
	for (const [target, { unknownColumns }] of design.tables) {
		const { names, there } = unknownColumns;
		if (names.length === 0) continue;
		for (const { row } of design.rows) {
			issues.add({
				itemIndexes: row.itemIndexes,
				rowIndex: row.rowIndex,
				code: 'unknown_column',
				reason: `'${LABEL.tableColumns}' names ${showNames(names)} for ${showName(target.key)}, which no entry of the list has`,
				remedy: `The entries have ${showNames(there, 10)}.`,
			});
		}
	}
}
