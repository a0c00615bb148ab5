import type { DesignRows, FieldedRow, RowContext } from './designRows';
import type { IssueLog } from './issues';
import { expressionFor, LABEL, showName, showNames } from './labels';
import type { Target } from './targets';
import type { RowInput } from './types';

/* What is refused of a whole design, of a row as a whole, or of an option. */

export function refuseAll(
	{ rows }: Pick<DesignRows, 'rows'>,
	issues: IssueLog,
	issue: { code: 'group' | 'nothing_matches'; reason: string; remedy: string },
): void {
	for (const { row } of rows) {
		issues.add({ itemIndexes: row.itemIndexes, rowIndex: row.rowIndex, ...issue });
	}
}

export function nothingMatches({ rows, targets, bases, variables }: DesignRows): {
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
export function refuseEmpty(
	{ row, fields }: FieldedRow,
	design: DesignRows,
	issues: IssueLog,
): void {
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
export function checkOptions(
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

export function refuseUnknownColumns(design: DesignRows, issues: IssueLog): void {
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
