import type { BuiltRow } from './convert';
import { filesOf, type MatchedDesign, type MatchedRow } from './design';
import { FILTER, LABEL, Refusal, type Need } from './issues';
import { holdingsIn, needOf, type Holding } from './match';
import { isEmpty, textOf, valueOf } from './paths';
import type { Targets } from './targets';
import type { BuildOptions } from './types';
import { groupedBy } from '../objects';
import { showName, showNames } from '../text';

/* What is refused of a whole design, of a row as a whole, or of an option. */

/**
 * Refuses the rows of a design before their values are converted: nothing matches, or a variable's name is found
 * only in nested objects, which is not certain enough to pay for.
 */
export function doubtOf(design: MatchedDesign): Refusal | undefined {
	const { rows, sources, holdings, open, options, variables, isGrouped, groupTable } = design;
	const isNone = sources.length === 0;
	const isSample = options.missingVariables === 'sample';
	const isAsked = !isNone || !isSample;
	const wanted = isAsked ? filledOf(holdings, rows).filter(({ target }) => open.has(target)) : [];
	if (wanted.length > 0) return onlyNested(design, wanted);
	if (isGrouped) return groupTable ? undefined : noGroupTable(design.targets);
	const isTaken = isSample || !variables.known || rows.some(({ pictures }) => pictures.length > 0);
	return isTaken || !isNone ? undefined : nothingMatches(design, []);
}

function onlyNested(design: MatchedDesign, wanted: readonly Holding[]): Refusal {
	const { rows, sources, isGrouped } = design;
	const needs = [...groupedBy(wanted, ({ target }) => target)].map(([target, own]) => {
		const paths = own.map(({ at }) => at);
		return needOf(target, paths, rows);
	});
	if (sources.length === 0 && !isGrouped) return nothingMatches(design, needs);
	const names = showNames(needs.map(({ target }) => target.key));
	const them = needs.length === 1 ? 'it' : 'them';
	return new Refusal(
		`there is no field of its own for ${names}, but ${pathsText(wanted)} inside other fields`,
		`To leave ${them} blank on purpose, ${waysToBlank(design)}.`,
		{ needs },
	);
}

function waysToBlank({ sources, source, isGrouped }: MatchedDesign): string {
	// Group By needs the fields of the items, and those that match nothing may be columns of its table.
	if (isGrouped) return 'set an empty text there';
	const used = textsOf(sources.map(({ path }) => path)).join(', ');
	const leave = `choose '${LABEL.mapped}' and leave the field empty`;
	if (source !== 'items') return leave;
	return `list the fields to use in the option '${LABEL.onlyFields}': ${used}. Or ${leave}`;
}

function noGroupTable({ variables }: Targets): Refusal {
	const { length } = variables.filter(({ kind }) => kind === 'table');
	return new Refusal(
		length === 0
			? 'the design has no table variable for the items of a group'
			: `the design has ${length} table variables, and none is named for the items of a group`,
		`Name the table variable in the option '${LABEL.tableColumns}', choose another design, or empty the option '${LABEL.groupBy}'.`,
	);
}

function nothingMatches({ rows, targets }: MatchedDesign, needs: readonly Need[]): Refusal {
	const records = rows.flatMap((row) => row.records);
	const names = [...new Set(records.flatMap((record) => Object.keys(record)))];
	if (targets.all.length === 0) {
		return new Refusal(
			`the design has no variables, so no field can be printed (the fields are ${showNames(names)})`,
			`Choose another design, or set '${LABEL.missingVariables}' to '${LABEL.sample}' to print it as it is.`,
		);
	}
	const wanted = targets.variables.flatMap(({ key, kind, tokens }) =>
		tokens.size === 0 || kind === 'table' ? key : Array.from(tokens.values(), (one) => one.key),
	);
	const [sign] = (names.length === 1 && /[;\t|]/.exec(names[0] ?? '')) || [];
	const remedy =
		sign === undefined
			? `Choose '${LABEL.mapped}' as the '${LABEL.rowSource}', or name the fields like the variables.`
			: `That single field holds several: set the option 'Delimiter' of the node 'Extract From File' to ${sign === '\t' ? 'a tab' : `'${sign}'`}.`;
	return new Refusal(
		`no field belongs to a variable of the design. The fields are ${showNames(names)}; the design wants ${showNames(wanted)}`,
		needs.length === 0 ? remedy : '',
		{ needs },
	);
}

/** The holdings for which some row has a value. */
function filledOf(holdings: readonly Holding[], rows: readonly MatchedRow[]): Holding[] {
	return holdings.filter(({ at }) =>
		rows.some(({ records }) => records.some((one) => !isEmpty(valueOf(one, at)))),
	);
}

function pathsText(holdings: readonly Holding[]): string {
	return showNames(textsOf(holdings.map(({ at }) => at)));
}

function textsOf(paths: ReadonlyArray<Holding['at']>): string[] {
	return [...new Set(paths.map(textOf))];
}

/** Refuses a row without any value, since its PDF would be blank. */
function emptyRow(
	row: MatchedRow,
	{ variables, targets, source, options }: MatchedDesign,
): Refusal {
	const hasFields = row.match.paths.length > 0;
	const found = variables.known ? filledOf(holdingsIn([row], targets), [row]) : [];
	const nested = found.length === 0 ? '' : ` Values are in ${pathsText(found)}.`;
	const isPruned = source === 'items' && (options.onlyFields ?? []).length > 0;
	const advice =
		isPruned && !hasFields ? `Check the names in '${LABEL.onlyFields}'` : 'Give it a value';
	return new Refusal(
		`the row has no ${hasFields ? 'value to print' : 'fields'}, so its PDF would be blank`,
		`${advice}, or ${FILTER}${nested}`,
	);
}

/** Why a row must not be sent: its whole design is doubtful, it is blank, or lacks what no row may lack. */
export function wholeRefusal(
	{ from, refusals, lacks, hasValue }: BuiltRow,
	doubt: Refusal | undefined,
	design: MatchedDesign,
): Refusal | undefined {
	const { missingVariables } = design.options;
	const isBare = !design.isGrouped && from.match.paths.length === 0;
	if (doubt) return isBare ? emptyRow(from, design) : doubt;
	if (refusals.length > 0) return undefined;
	if (missingVariables !== 'sample' && !hasValue) return emptyRow(from, design);
	if (missingVariables !== 'error' || lacks.length === 0) return undefined;
	return new Refusal(
		`the row has no value for ${showNames(lacks)}`,
		`Give it one, or set '${LABEL.missingVariables}' to '${LABEL.blank}'.`,
	);
}

/**
 * Refuses a binary field of the option Images that no item has, where items have other files and no row has a
 * value for the variable.
 */
export function noPictures(
	{ rows, images }: MatchedDesign,
	built: readonly BuiltRow[],
): Refusal | undefined {
	const there = filesOf(rows);
	const missing = images.find(
		({ target: { key }, binaryField }) =>
			!there.includes(binaryField) && built.every(({ lacks }) => lacks.includes(key)),
	);
	if (!missing || there.length === 0) return undefined;
	return new Refusal(
		`no item has a file in the field ${showName(missing.binaryField)}, named in '${LABEL.images}'`,
		`Files are in the fields ${showNames(there)}: enter one of these, or take the image out of the option.`,
	);
}

/** Refuses options that name a variable which is not there. */
export function wrongOptions(designs: readonly MatchedDesign[], options: BuildOptions): Refusal[] {
	const { images = [], tableColumns = [] } = options;
	const named = [
		...tableColumns.map(({ variable }) => [variable, 'table', LABEL.tableColumns] as const),
		...images.map(({ variable }) => [variable, 'image', LABEL.images] as const),
	];
	return named.flatMap(([name, kind, option]) => {
		const found = designs.map(({ targets }) => targets.byVariable.only(name)?.kind);
		if (designs.length === 0 || found.includes(kind) || found.includes('unknown')) return [];
		const all = designs.flatMap(({ targets }) =>
			targets.variables.filter((one) => one.kind === kind),
		);
		const there = [...new Set(all.map(({ key }) => key))];
		return new Refusal(
			`'${option}' names ${showName(name)}, which is no ${kind} variable of the design`,
			there.length === 0
				? `The design has no ${kind} variable.`
				: `Its ${kind} variables are ${showNames(there)}.`,
		);
	});
}
