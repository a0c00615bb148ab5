import type { DesignRows, RowContext } from './designRows';
import { textOf } from './fields';
import { LABEL } from './labels';
import { looseName } from './names';
import type { MissingVariables, RowHint } from './types';
import { firstFew, plural, showName, showNames } from '../text';

/** How many designs a hint speaks of before it counts. */
const NAMED_DESIGNS = 3;

/** How many fields a hint names before it counts. */
const NAMED = 5;

/** Fields that sources add for themselves; nobody misses them in a PDF. */
const OWN_FIELDS =
	/^(row(number|index)?|id|uuid|guid|(created|updated|modified)(at|time|date|on)?)$/;

/** The one hint of an execution about its rows, or `undefined` where there is nothing to say. */
export function hintFor(designs: readonly DesignRows[], context: RowContext): RowHint | undefined {
	const { options, only } = context;
	const noted = designs.flatMap((design) => {
		const warnings = warningsOf(design, options.missingVariables);
		const sentences = [...warnings, ...notesOf(design)];
		return sentences.length === 0 ? [] : { design, warnings, text: sentences.join(' ') };
	});
	const parts = noted
		.slice(0, NAMED_DESIGNS)
		.map(({ design: { designId }, text }) =>
			designs.length > 1 ? `Design ${showName(designId)}: ${text}` : text,
		);
	const more = noted.length - parts.length;
	if (more > 0) parts.push(`The same kind of note applies to ${plural(more, 'more design')}.`);
	const isUsed = designs.some(({ isRestricted }) => isRestricted);
	const unknown = isUsed && only ? only.unknown : [];
	if (unknown.length > 0) {
		parts.push(`No item has ${showNames(unknown)}, named in '${LABEL.onlyFields}'.`);
	}
	if (parts.length === 0) return undefined;
	const isWarning = unknown.length > 0 || noted.some(({ warnings }) => warnings.length > 0);
	return { text: parts.join(' '), type: isWarning ? 'warning' : 'info' };
}

/** What may make a PDF say something else than what was meant. */
function warningsOf(
	{ variables, matches, filler }: DesignRows,
	mode: MissingVariables,
): readonly string[] {
	if (!variables.known) {
		const sample =
			mode === 'sample' ? '' : " A variable that no row has shows the design's sample content.";
		return [
			`The variables of the design are not known (${variables.reason}), so the fields were not compared with them.${sample}`,
		];
	}
	const texts: string[] = [];
	const ambiguous = new Map([...matches].flatMap((match) => [...match.ambiguous]));
	if (ambiguous.size > 0) {
		const all = pairs(
			ambiguous,
			(key, fields) => `${showName(key)} could be meant by ${showNames(fields)}`,
		);
		texts.push(
			`More than one match, so none was taken: ${all}. Choose '${LABEL.mapped}' to say which.`,
		);
	}
	const { unfilled } = filler;
	if (unfilled.length > 0) {
		const fate = mode === 'sample' ? "they show the design's sample content" : 'they stay empty';
		texts.push(`Variables that no row fills: ${showNames(unfilled)}; ${fate}.`);
	}
	return texts;
}

function notesOf(design: DesignRows): readonly string[] {
	const { variables, base, matches, rows } = design;
	const texts: string[] = [];
	if (base.length > 0) texts.push(`The rows were taken from ${showName(textOf(base))}.`);
	const matched = new Map([...matches].flatMap((match) => Object.entries(match.matched)));
	if (matched.size > 0) {
		const all = pairs(matched, (key, field) => `${showName(field)} as ${showName(key)}`);
		texts.push(`Matched by similar names: ${all}.`);
	}
	// Rows mostly share their match.
	const distinct = new Map(rows.map((row) => [row.match, row])).values();
	const leftOut = [...new Set([...distinct].flatMap((row) => design.leftOutOf(row)))];
	// Fields of the source's own are not worth a note by themselves.
	if (variables.known && !leftOut.every((field) => OWN_FIELDS.test(looseName(field)))) {
		texts.push(`Fields that match no variable and were not sent: ${showNames(leftOut)}.`);
	}
	return texts;
}

/** The first few of what is said of pairs, and a count of the others. */
function pairs<T>(all: ReadonlyMap<string, T>, say: (key: string, value: T) => string): string {
	const few = [...all].slice(0, NAMED).map(([key, value]) => say(key, value));
	return firstFew(few, all.size);
}
