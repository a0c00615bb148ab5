import type { Given } from './convert';
import { openTargets, picturesOf, type Design, type MatchedRow } from './design';
import { LABEL, Refusal } from './issues';
import { holdingsIn, needOf, type Need } from './match';
import { inside, isEmpty, textOf, valueOf } from './paths';
import type { Target } from './targets';
import type { BuildOptions } from './types';
import { showName, showNames } from '../text';

/* What is refused of a whole design, of a row as a whole, or of an option. */

/**
 * What the rows have no field of their own for, though nested objects have one of its name: nothing
 * that is not certain is paid for.
 */
export function uncertain(design: Design): { refusal?: Refusal; needs: Need[] } {
	const { rows, holdings, options } = design;
	const hasMatch = rows.some(({ match }) => match.sources.length > 0);
	if (!hasMatch && (options.missingVariables === 'sample' || design.isGrouped))
		return { needs: [] };
	const open = openTargets(design);
	const wanted = holdings.filter(
		({ target, at }) =>
			open.has(target) &&
			rows.some(({ records }) => records.some((one) => !isEmpty(valueOf(one, at)))),
	);
	const needs = [...new Set(wanted.map(({ target }) => target))].map((target) =>
		needOf(target, wanted, rows),
	);
	if (needs.length === 0) return { needs };
	if (!hasMatch) return { refusal: nothingMatches(design, needs), needs };
	const names = showNames(needs.map(({ target }) => target.key));
	const places = showNames([...new Set(wanted.map(({ at }) => textOf(at)))]);
	const own = [
		...new Set(rows.flatMap(({ match }) => match.sources.map(({ path }) => textOf(path)))),
	];
	const isItems = rows[0]?.inputs[0].source === 'items';
	const only = isItems
		? `list the fields to use in the option '${LABEL.onlyFields}': ${own.join(', ')}. Or `
		: '';
	const them = needs.length === 1 ? 'it' : 'them';
	const leave = `To leave ${them} blank on purpose, ${only}choose '${LABEL.mapped}' and leave the field empty.`;
	const reason = `there is no field of its own for ${names}, but ${places} inside other fields`;
	return { refusal: new Refusal(reason, leave), needs };
}

/** Why the rows of a design cannot be built at all. */
export function unbuildable(design: Design): Refusal | undefined {
	const { options, variables, isGrouped, groupTable, rows } = design;
	if (isGrouped) return groupTable ? undefined : noGroupTable(design);
	if (options.missingVariables === 'sample' || !variables.known || rows.length === 0)
		return undefined;
	const hasMatch = rows.some(
		(row) => row.match.sources.length > 0 || picturesOf(row, design).length > 0,
	);
	return hasMatch ? undefined : nothingMatches(design, []);
}

function noGroupTable({ targets }: Design): Refusal {
	const { length } = targets.wholes.filter(({ kind }) => kind === 'table');
	return new Refusal(
		length === 0
			? 'the design has no table variable for the items of a group'
			: `the design has ${length} table variables, and none is named for the items of a group`,
		`Name the table variable in the option '${LABEL.tableColumns}', choose another design, or empty the option '${LABEL.groupBy}'.`,
	);
}

function nothingMatches({ rows, targets }: Design, needs: readonly Need[]): Refusal {
	const names = [
		...new Set(rows.flatMap(({ records }) => records.flatMap((record) => Object.keys(record)))),
	];
	const there = names.length === 0 ? 'There are no fields' : `The fields are ${showNames(names)}`;
	if (targets.all.length === 0) {
		return new Refusal(
			`the design has no variables, so no field can be printed (the fields are ${showNames(names)})`,
			`Choose another design, or set '${LABEL.missingVariables}' to '${LABEL.sample}' to print it as it is.`,
		);
	}
	const isWanted = ({ tokens, kind }: Target) => tokens.size === 0 || kind === 'table';
	const wanted = targets.wholes.flatMap((whole) =>
		isWanted(whole) ? whole.key : [...whole.tokens.values()].map(({ key }) => key),
	);
	const reason = `no field belongs to a variable of the design. ${there}; the design wants ${showNames(wanted)}`;
	if (needs.length > 0) return new Refusal(reason, '');
	const [name = ''] = names;
	const delimiter = names.length === 1 ? (/[;\t|]/.exec(name)?.[0] ?? '') : '';
	return new Refusal(
		reason,
		delimiter === ''
			? `Choose '${LABEL.mapped}' as the '${LABEL.rowSource}', or name the fields like the variables.`
			: `That single field holds several: set the option 'Delimiter' of the node 'Extract From File' to ${delimiter === '\t' ? 'a tab' : `'${delimiter}'`}.`,
	);
}

/** A row without any value would become a PDF of nothing but blanks, for a credit. */
export function emptyRow(row: MatchedRow, design: Design): Refusal {
	const { base, variables, met, targets } = design;
	const { paths } = row.match;
	const hasFields = paths.some((path) => inside(path, base));
	const lacks = hasFields
		? `no value ${variables.known ? 'for any variable of the design' : 'in any field'}`
		: `no fields${base.length > 0 ? ` in ${showName(textOf(base))}` : ''}`;
	const held = variables.known ? holdingsIn(row.records, targets, () => false) : [];
	const places = held.filter(({ at }) => row.records.some((one) => !isEmpty(valueOf(one, at))));
	const nested =
		places.length === 0
			? ''
			: ` Values are in ${showNames([...new Set(places.map(({ at }) => textOf(at)))])}.`;
	const advice = met && !hasFields ? `Check the names in '${LABEL.onlyFields}'` : 'Give it a value';
	return new Refusal(
		`the row has ${lacks}, so its PDF would be blank`,
		`${advice}, or filter such items out before this node, e.g. empty lines of a sheet.${nested}`,
	);
}

/** What a row must not lack, in one sentence. */
export function missingValues(names: readonly string[]): Refusal {
	return new Refusal(
		`the row has no value for ${showNames(names)}`,
		`Give it one, or set '${LABEL.missingVariables}' to '${LABEL.blank}'.`,
	);
}

/**
 * Why the option Images cannot be right: no item has that file, though items have others, and no row
 * has a value for the variable either.
 */
export function noPictures(
	{ rows, images }: Design,
	converted: ReadonlyArray<Given | undefined>,
): Refusal | undefined {
	const there = [
		...new Set(
			rows.flatMap(({ inputs }) => inputs.flatMap(({ binaryFields = [] }) => binaryFields)),
		),
	];
	const vain = images.find(
		({ target, binaryField }) =>
			!there.includes(binaryField) &&
			!converted.some((given) => given?.[target.index] !== undefined),
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
	if (designs.length === 0) return [];
	return [
		...tableColumns.map(({ variable }) => wrongVariable(designs, variable, 'table')),
		...images.map(({ variable }) => wrongVariable(designs, variable, 'image')),
	].filter((refusal) => refusal !== undefined);
}

function wrongVariable(
	designs: readonly Design[],
	name: string,
	kind: 'image' | 'table',
): Refusal | undefined {
	const found = designs.flatMap(({ targets }) => targets.named(name) ?? []);
	if (found.some((target) => target.kind === kind || target.kind === 'unknown')) return undefined;
	const those = designs.flatMap(({ targets }) => targets.wholes.filter((one) => one.kind === kind));
	const there = [...new Set(those.map(({ key }) => key))];
	const option = kind === 'table' ? LABEL.tableColumns : LABEL.images;
	return new Refusal(
		`'${option}' names ${showName(name)}, which is no ${kind} variable of the design`,
		there.length === 0
			? `The design has no ${kind} variable.`
			: `Its ${kind} variables are ${showNames(there)}.`,
	);
}
