import type { DesignRows, FieldedRow, RowContext } from './designRows';
import { inside, similarPaths, textOf } from './fields';
import { Refusal } from './issues';
import { expressionFor, LABEL } from './labels';
import type { Target } from './targets';
import type { RowInput } from './types';
import { showName, showNames } from '../text';

/* What is refused of a whole design, of a row as a whole, or of an option. */

/** Whether the rows of a design can be built at all; what stands against it goes to the log. */
export function canBuild(design: DesignRows, { options, issues }: RowContext): boolean {
	const { rows, variables, groupTable, isGrouped } = design;
	if (isGrouped && !groupTable) {
		const refusal = noGroupTable(design);
		for (const row of rows) issues.add(row, refusal);
		return false;
	}
	if (options.missingVariables === 'sample' || !variables.known || design.hasMatch) return true;
	const refusal = nothingMatches(design);
	for (const row of rows) {
		issues.add(row, row.match.paths.length === 0 ? emptyRow(row, design) : refusal);
	}
	return false;
}

function noGroupTable({ targets }: DesignRows): Refusal {
	const { length } = targets.filter(({ kind }) => kind === 'table');
	return new Refusal(
		length === 0
			? 'the design has no table variable for the items of a group'
			: `the design has ${length} table variables, and none is named for the items of a group`,
		`Name the table variable in the option '${LABEL.tableColumns}', choose another design, or empty the option '${LABEL.groupBy}'.`,
	);
}

function nothingMatches({ rows, targets, bases }: DesignRows): Refusal {
	const top = rows.flatMap(({ match: { paths } }) => paths.filter(({ length }) => length === 1));
	const there = showNames([...new Set(top.map(textOf))]);
	if (targets.length === 0) {
		return new Refusal(
			`the design has no variables, so no field can be printed (the fields are ${there})`,
			`Choose another design, or set '${LABEL.missingVariables}' to '${LABEL.sample}' to print it as it is.`,
		);
	}
	const isWanted = ({ key, variable: { name, kind, tokens = [] } }: Target) =>
		key === name ? tokens.length === 0 || kind === 'table' : kind !== 'table';
	const wanted = showNames(targets.filter(isWanted).map(({ key }) => key));
	const [base, other] = bases.length > 0 ? bases : listsIn(rows);
	const either = other ? ` or ${expressionFor(other)}` : '';
	return new Refusal(
		`no field belongs to a variable of the design. The fields are ${there}; the design wants ${wanted}`,
		base
			? `Choose '${LABEL.json}' as the '${LABEL.rowSource}' and enter ${expressionFor(base)}${either} as '${LABEL.rows}', or choose '${LABEL.mapped}'.`
			: `Choose '${LABEL.mapped}' as the '${LABEL.rowSource}', or name the fields like the variables.`,
	);
}

/** Lists of objects, which may be the rows that were meant. */
function listsIn(rows: readonly FieldedRow[]): string[][] {
	return Object.entries(rows[0]?.records[0] ?? {}).flatMap(([key, value]) =>
		Array.isArray(value) && typeof value[0] === 'object' && value[0] !== null ? [[key]] : [],
	);
}

/** A row without any value would become a PDF of nothing but blanks, for a credit. */
export function emptyRow({ match: { paths } }: FieldedRow, design: DesignRows): Refusal {
	const { base, variables, isRestricted } = design;
	const hasFields = paths.some((path) => inside(path, base));
	const lacks = hasFields
		? `no value ${variables.known ? 'for any variable of the design' : 'in any field'}`
		: `no fields${base.length > 0 ? ` in ${showName(textOf(base))}` : ''}`;
	const advice =
		isRestricted && !hasFields ? `Check the names in '${LABEL.onlyFields}'` : 'Give it a value';
	return new Refusal(
		`the row has ${lacks}, so its PDF would be blank`,
		`${advice}, or filter such items out before this node, e.g. empty lines of a sheet.`,
	);
}

/** What a row must not lack, in one sentence. */
export function missingValues(names: readonly string[], { match }: FieldedRow): Refusal {
	// Fields that may have been meant.
	const near = names.flatMap((name) => {
		const paths = similarPaths(match.paths, name).map(textOf);
		const meant = (match.ambiguous.get(name) ?? paths).filter((path) => path !== name);
		return meant.length === 0 ? [] : ` For ${showName(name)} there is ${showNames(meant)}.`;
	});
	return new Refusal(
		`the row has no value for ${showNames(names)}`,
		`Give it one, or set '${LABEL.missingVariables}' to '${LABEL.blank}'.${near.slice(0, 3).join('')}`,
	);
}

/** Options that name what is not there: nothing is guessed where money is spent. */
export function checkOptions(
	designs: readonly DesignRows[],
	inputs: readonly RowInput[],
	{ options: { images = [], tableColumns = [] }, issues }: RowContext,
): void {
	const refusals = [
		...tableColumns.map(({ variable }) => wrongVariable(designs, variable, 'table')),
		...images.map(({ variable }) => wrongVariable(designs, variable, 'image')),
	];
	for (const refusal of designs.length === 0 ? [] : refusals) {
		if (!refusal) continue;
		for (const { itemIndex } of inputs) issues.add({ itemIndexes: [itemIndex] }, refusal);
	}
}

function wrongVariable(
	designs: readonly DesignRows[],
	name: string,
	kind: 'image' | 'table',
): Refusal | undefined {
	const found = designs.flatMap((design) => design.named(name) ?? []);
	if (found.some((target) => target.kind === kind || target.kind === 'unknown')) return undefined;
	const those = designs.flatMap(({ targets }) => targets.filter((target) => target.kind === kind));
	const there = [...new Set(those.map(({ key }) => key))];
	const option = kind === 'table' ? LABEL.tableColumns : LABEL.images;
	return new Refusal(
		`'${option}' names ${showName(name)}, which is no ${kind} variable of the design`,
		there.length === 0
			? `The design has no ${kind} variable.`
			: `Its ${kind} variables are ${showNames(there)}.`,
	);
}

/**
 * Why the option Images cannot be right: no item has that file, though items have others, and no row
 * has a value for the variable either.
 */
export function noPictures({ rows, images, filler }: DesignRows): Refusal | undefined {
	const inputs = rows.flatMap((row) => row.inputs);
	const there = [...new Set(inputs.flatMap(({ binaryFields = [] }) => binaryFields))];
	const vain = images.find(
		({ target, binaryField }) => !there.includes(binaryField) && !filler.isFilled(target),
	);
	if (!vain || there.length === 0) return undefined;
	return new Refusal(
		`no item has a file in the field ${showName(vain.binaryField)}, named in '${LABEL.images}'`,
		`Files are in the fields ${showNames(there)}: enter one of these, or take the image out of the option.`,
	);
}
