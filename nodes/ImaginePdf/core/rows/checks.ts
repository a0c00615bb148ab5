import type { BuiltRow } from './convert';
import { filesOf, type Design, type MatchedRow } from './design';
import { LABEL, Refusal } from './issues';
import { holdingsIn, needOf, type Holding, type Need } from './match';
import { inside, isEmpty, textOf, valueOf } from './paths';
import type { BuildOptions } from './types';
import { groupedBy } from '../objects';
import { showName, showNames } from '../text';

/* What is refused of a whole design, of a row as a whole, or of an option. */

/**
 * What the rows have no field of their own for, though nested objects have one of its name: nothing
 * that is not certain is paid for.
 */
export function uncertain(design: Design): { refusal?: Refusal; needs: Need[] } {
	const { rows, holdings, open, options } = design;
	const matches = new Set(rows.map(({ match }) => match));
	const sources = [...matches].flatMap((match) => match.sources);
	const isSample = options.missingVariables === 'sample' || design.isGrouped;
	if (sources.length === 0 && isSample) return { needs: [] };
	const wanted = filledOf(holdings, rows).filter(({ target }) => open.has(target));
	const needs = Array.from(
		groupedBy(wanted, ({ target }) => target),
		([target, own]) =>
			needOf(
				target,
				own.map(({ at }) => at),
				rows,
			),
	);
	if (needs.length === 0) return { needs };
	if (sources.length === 0) return { refusal: nothingMatches(design, needs), needs };
	const names = showNames(needs.map(({ target }) => target.key));
	const places = showNames(textsOf(wanted.map(({ at }) => at)));
	const only =
		rows[0]?.inputs[0].source === 'items'
			? `list the fields to use in the option '${LABEL.onlyFields}': ${textsOf(sources.map(({ path }) => path)).join(', ')}. Or `
			: '';
	const them = needs.length === 1 ? 'it' : 'them';
	const leave = `To leave ${them} blank on purpose, ${only}choose '${LABEL.mapped}' and leave the field empty.`;
	const reason = `there is no field of its own for ${names}, but ${places} inside other fields`;
	return { refusal: new Refusal(reason, leave), needs };
}

/** Those of which some row has a value. */
function filledOf(
	holdings: readonly Holding[],
	rows: ReadonlyArray<Pick<MatchedRow, 'records'>>,
): Holding[] {
	return holdings.filter(({ at }) =>
		rows.some(({ records }) => records.some((one) => !isEmpty(valueOf(one, at)))),
	);
}

function textsOf(paths: ReadonlyArray<Holding['at']>): string[] {
	return [...new Set(paths.map(textOf))];
}

/** Why the rows of a design cannot be built at all. */
export function unbuildable(design: Design): Refusal | undefined {
	const { options, variables, isGrouped, groupTable, rows, targets } = design;
	if (groupTable) return undefined;
	if (isGrouped) {
		const { length } = targets.wholes.filter(({ kind }) => kind === 'table');
		return new Refusal(
			length === 0
				? 'the design has no table variable for the items of a group'
				: `the design has ${length} table variables, and none is named for the items of a group`,
			`Name the table variable in the option '${LABEL.tableColumns}', choose another design, or empty the option '${LABEL.groupBy}'.`,
		);
	}
	const isTaken = options.missingVariables === 'sample' || !variables.known;
	const hasMatch = rows.some(
		({ match, pictures }) => match.sources.length > 0 || pictures.length > 0,
	);
	return isTaken || hasMatch ? undefined : nothingMatches(design, []);
}

function nothingMatches({ rows, targets }: Design, needs: readonly Need[]): Refusal {
	const records = rows.flatMap((row) => row.records);
	const names = [...new Set(records.flatMap((record) => Object.keys(record)))];
	if (targets.all.length === 0) {
		return new Refusal(
			`the design has no variables, so no field can be printed (the fields are ${showNames(names)})`,
			`Choose another design, or set '${LABEL.missingVariables}' to '${LABEL.sample}' to print it as it is.`,
		);
	}
	const there = names.length === 0 ? 'There are no fields' : `The fields are ${showNames(names)}`;
	const wanted = targets.wholes.flatMap(({ key, kind, tokens }) =>
		tokens.size === 0 || kind === 'table' ? key : Array.from(tokens.values(), (one) => one.key),
	);
	const reason = `no field belongs to a variable of the design. ${there}; the design wants ${showNames(wanted)}`;
	if (needs.length > 0) return new Refusal(reason, '');
	const [sign] = (names.length === 1 && /[;\t|]/.exec(names[0] ?? '')) || [];
	return new Refusal(
		reason,
		sign === undefined
			? `Choose '${LABEL.mapped}' as the '${LABEL.rowSource}', or name the fields like the variables.`
			: `That single field holds several: set the option 'Delimiter' of the node 'Extract From File' to ${sign === '\t' ? 'a tab' : `'${sign}'`}.`,
	);
}

/** A row without any value would become a PDF of nothing but blanks, for a credit. */
export function emptyRow(row: MatchedRow, { base, variables, targets }: Design): Refusal {
	const hasFields = row.match.paths.some((path) => inside(path, base));
	const what = variables.known ? 'for any variable of the design' : 'in any field';
	const where = base.length > 0 ? ` in ${showName(textOf(base))}` : '';
	const lacks = hasFields ? `no value ${what}` : `no fields${where}`;
	const places = variables.known ? filledOf(holdingsIn([row], targets), [row]) : [];
	const nested =
		places.length === 0 ? '' : ` Values are in ${showNames(textsOf(places.map(({ at }) => at)))}.`;
	const advice =
		row.met && !hasFields ? `Check the names in '${LABEL.onlyFields}'` : 'Give it a value';
	return new Refusal(
		`the row has ${lacks}, so its PDF would be blank`,
		`${advice}, or filter such items out before this node, e.g. empty lines of a sheet.${nested}`,
	);
}

/** Why a row that could be sent must not be: it is blank, or lacks what no row may lack. */
export function incomplete({ lacks, hasValue }: BuiltRow, row: MatchedRow, design: Design) {
	const { missingVariables } = design.options;
	if (missingVariables !== 'sample' && !hasValue) return emptyRow(row, design);
	if (missingVariables !== 'error' || lacks.length === 0) return undefined;
	return new Refusal(
		`the row has no value for ${showNames(lacks)}`,
		`Give it one, or set '${LABEL.missingVariables}' to '${LABEL.blank}'.`,
	);
}

/**
 * Why the option Images cannot be right: no item has that file, though items have others, and no row
 * has a value for the variable either.
 */
export function noPictures(
	{ rows, images }: Design,
	built: readonly BuiltRow[],
): Refusal | undefined {
	const there = filesOf(rows);
	const vain = images.find(
		({ target: { key }, binaryField }) =>
			!there.includes(binaryField) && built.every(({ lacks }) => lacks.includes(key)),
	);
	if (!vain || there.length === 0) return undefined;
	return new Refusal(
		`no item has a file in the field ${showName(vain.binaryField)}, named in '${LABEL.images}'`,
		`Files are in the fields ${showNames(there)}: enter one of these, or take the image out of the option.`,
	);
}

/** Options that name what is not there: nothing is guessed where money is spent. */
export function wrongOptions(designs: readonly Design[], options: BuildOptions): Refusal[] {
	const { images = [], tableColumns = [] } = options;
	const named = [
		...tableColumns.map(({ variable }) => [variable, 'table', LABEL.tableColumns] as const),
		...images.map(({ variable }) => [variable, 'image', LABEL.images] as const),
	];
	return named.flatMap(([name, kind, option]) => {
		const found = designs.map(({ targets }) => targets.variables.only(name)?.kind);
		if (designs.length === 0 || found.includes(kind) || found.includes('unknown')) return [];
		const all = designs.flatMap(({ targets }) => targets.wholes.filter((one) => one.kind === kind));
		const there = [...new Set(all.map(({ key }) => key))];
		return new Refusal(
			`'${option}' names ${showName(name)}, which is no ${kind} variable of the design`,
			there.length === 0
				? `The design has no ${kind} variable.`
				: `Its ${kind} variables are ${showNames(there)}.`,
		);
	});
}
