import type { ConvertedRow } from './convert';
import type { DesignRows, FieldedRow, RowContext } from './designRows';
import type { IssueLog, RowRefusal } from './issues';
import { expressionFor, LABEL, showName, showNames } from './labels';
import { similarPaths } from './match';
import type { Target } from './targets';
import type { RowInput } from './types';

/* What is refused of a whole design, of a row as a whole, or of an option. */

/** Whether the rows of a design can be built at all; what stands against it goes to the log. */
export function canBuild(design: DesignRows, { options, issues }: RowContext): boolean {
	const { rows, variables, groupTable } = design;
	if (groupTable === undefined && rows.some(({ row }) => row.group !== undefined)) {
		for (const { row } of rows) issues.add(row, noGroupTable(design));
		return false;
	}
	if (options.missingVariables === 'sample' || !variables.known || design.hasMatch) return true;
	const refusal = nothingMatches(design);
	for (const fielded of rows) {
		if (Object.keys(fielded.fields).length > 0) issues.add(fielded.row, refusal);
		else refuseEmpty(fielded, design, issues);
	}
	return false;
}

function noGroupTable({ targets }: DesignRows): RowRefusal {
	const { length } = targets.filter(({ kind }) => kind === 'table');
	return {
		code: 'group',
		reason:
			length === 0
				? 'the design has no table variable for the items of a group'
				: `the design has ${length} table variables, and none is named for the items of a group`,
		remedy: `Name the table variable in the option '${LABEL.tableColumns}', choose another design, or empty the option '${LABEL.groupBy}'.`,
	};
}

function nothingMatches({ rows, targets, bases }: DesignRows): RowRefusal {
	const code = 'nothing_matches';
	const there = showNames([...new Set(rows.flatMap(({ fields }) => Object.keys(fields)))]);
	if (targets.length === 0) {
		return {
			code,
			reason: `the design has no variables, so no field can be printed (the fields are ${there})`,
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
		reason: `no field belongs to a variable of the design. The fields are ${there}; the design wants ${wanted}`,
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
export function refuseEmpty(
	{ row, fields }: FieldedRow,
	{ base, variables }: DesignRows,
	issues: IssueLog,
): void {
	const hasFields = Object.keys(fields).length > 0;
	const isRestricted = row.records.some((record) => Object.keys(record).length > 0);
	const lacks = hasFields
		? `no value ${variables.known ? 'for any variable of the design' : 'in any field'}`
		: isRestricted
			? `none of the fields ${base ? `in ${showName(base.join('.'))}` : `named in '${LABEL.onlyFields}'`}`
			: 'no fields';
	const advice = hasFields
		? 'Give it a value'
		: isRestricted
			? `Check the names in '${LABEL.onlyFields}' (separated by commas, spelled as in the items)`
			: 'Give it at least one field';
	issues.add(row, {
		code: hasFields ? 'no_value' : 'no_fields',
		reason: `the row has ${lacks}, so its PDF would be blank`,
		remedy: `${advice}, or filter such items out before this node${hasFields ? ', e.g. empty lines of a sheet' : ''}.`,
	});
}

/** Reports what a row must not lack, in one sentence. */
export function refuseMissing({ fielded, missing }: ConvertedRow, issues: IssueLog): void {
	if (missing.length === 0) return;
	const names = missing.map(({ key }) => key);
	issues.add(fielded.row, {
		code: 'missing_variable',
		reason: `the row has no value for ${showNames(names)}`,
		remedy: `Give it one, or set '${LABEL.missingVariables}' to '${LABEL.blank}'.${nearMisses(names, fielded)}`,
	});
}

/** Fields that may have been meant for what is missing. */
function nearMisses(names: readonly string[], { match, fields }: FieldedRow): string {
	const found = names.flatMap((name) => {
		const paths = similarPaths(fields, name).map((path) => path.join('.'));
		const meant = (match.ambiguous.get(name) ?? paths).filter((path) => path !== name);
		return meant.length === 0 ? [] : [` For ${showName(name)} there is ${showNames(meant)}.`];
	});
	return found.slice(0, 3).join('');
}

/** Options that name what is not there: nothing is guessed where money is spent. */
export function checkOptions(
	designs: readonly DesignRows[],
	inputs: readonly RowInput[],
	{ options: { images = [], tableColumns = [] }, issues }: RowContext,
): void {
	if (designs.length === 0) return;
	const refuse = (code: 'unknown_variable' | 'no_binary', reason: string, remedy: string) => {
		for (const { itemIndex } of inputs)
			issues.add({ itemIndexes: [itemIndex] }, { code, reason, remedy });
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

export function refuseUnknownColumns(design: DesignRows, issues: IssueLog): void {
	for (const [target, { unknownColumns }] of design.tables) {
		const { names, there } = unknownColumns;
		if (names.length === 0) continue;
		for (const { row } of design.rows) {
			issues.add(row, {
				code: 'unknown_column',
				reason: `'${LABEL.tableColumns}' names ${showNames(names)} for ${showName(target.key)}, which no entry of the list has`,
				remedy: `The entries have ${showNames(there, 10)}.`,
			});
		}
	}
}
