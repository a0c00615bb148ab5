import type { DesignRows } from './designRows';
import { LABEL, showName, showNames } from './labels';
import { looseName } from './match';
import { firstFew, plural } from '../text';
import type { DesignFindings, Findings, MissingVariables } from './types';

/** How many designs a hint speaks of before it counts. */
const NAMED_DESIGNS = 3;

/** How many fields a hint names before it counts. */
const NAMED = 5;

/** Fields that sources add for themselves; nobody misses them in a PDF. */
const OWN_FIELDS =
	/^(row(number|index)?|id|uuid|guid|(created|updated|modified)(at|time|date|on)?)$/;

/** A note about rows that can be sent. */
export interface RowHint {
	readonly text: string;
	/** `warning` where a PDF may not say what was meant. */
	readonly type: 'info' | 'warning';
}

/** Compares one design's rows with its variables. */
export function designFindings(design: DesignRows): DesignFindings {
	const { designId, variables, rows, filler, base } = design;
	const matched = new Map<string, string>();
	const ambiguous = new Map<string, readonly string[]>();
	const leftOut = new Set<string>();
	// Rows mostly share their match.
	const shapes = variables.known ? new Map(rows.map((row) => [row.match, row])) : [];
	for (const [match, row] of shapes) {
		for (const [key, field] of Object.entries(match.matched)) matched.set(key, field);
		for (const [key, fields] of match.ambiguous) ambiguous.set(key, fields);
		for (const field of design.leftOutOf(row)) leftOut.add(field);
	}
	return {
		designId,
		...(!variables.known && { variablesUnknown: variables.reason }),
		rowCount: rows.length,
		...(base && { takenFrom: base.join('.') }),
		matched,
		ambiguous,
		leftOut: [...leftOut],
		unfilled: variables.known ? filler.unfilled : [],
	};
}

/** The one hint of an execution about its rows, or `undefined` where there is nothing to say. */
export function hintFor({
	designs,
	missingVariables,
	unknownOnlyFields,
}: Findings): RowHint | undefined {
	const noted = designs
		.filter(({ rowCount }) => rowCount > 0)
		.map((design) => {
			const warnings = warningsOf(design, missingVariables);
			return { design, warnings, sentences: [...warnings, ...notesOf(design)] };
		})
		.filter(({ sentences }) => sentences.length > 0);
	const parts = noted.slice(0, NAMED_DESIGNS).map(({ design: { designId }, sentences }) => {
		const text = sentences.join(' ');
		return designs.length > 1 ? `Design ${showName(designId)}: ${text}` : text;
	});
	const more = noted.length - parts.length;
	if (more > 0) parts.push(`The same kind of note applies to ${plural(more, 'more design')}.`);
	const isUnknown = unknownOnlyFields.length > 0;
	if (isUnknown) {
		parts.push(`No item has ${showNames(unknownOnlyFields)}, named in '${LABEL.onlyFields}'.`);
	}
	if (parts.length === 0) return undefined;
	const isWarning = isUnknown || noted.some(({ warnings }) => warnings.length > 0);
	return { text: parts.join(' '), type: isWarning ? 'warning' : 'info' };
}

/** What may make a PDF say something else than what was meant. */
function warningsOf(
	{ variablesUnknown, ambiguous, unfilled }: DesignFindings,
	mode: MissingVariables,
): string[] {
	const texts: string[] = [];
	if (variablesUnknown !== undefined) {
		const sample =
			mode === 'sample' ? '' : " A variable that no row has shows the design's sample content.";
		texts.push(
			`The variables of the design are not known (${variablesUnknown}), so the fields were not compared with them.${sample}`,
		);
	}
	if (ambiguous.size > 0) {
		const all = Array.from(
			ambiguous,
			([variable, fields]) => `${showName(variable)} could be meant by ${showNames(fields)}`,
		);
		texts.push(
			`More than one match, so none was taken: ${few(all)}. Choose '${LABEL.mapped}' to say which.`,
		);
	}
	if (unfilled.length > 0) {
		const fate = mode === 'sample' ? "they show the design's sample content" : 'they stay empty';
		texts.push(`Variables that no row fills: ${showNames(unfilled)}; ${fate}.`);
	}
	return texts;
}

function notesOf({ takenFrom, matched, leftOut }: DesignFindings): string[] {
	const texts: string[] = [];
	if (takenFrom !== undefined) texts.push(`The rows were taken from ${showName(takenFrom)}.`);
	if (matched.size > 0) {
		const all = Array.from(
			matched,
			([variable, field]) => `${showName(field)} as ${showName(variable)}`,
		);
		texts.push(`Matched by similar names: ${few(all)}.`);
	}
	// Fields of the source's own are not worth a note by themselves.
	if (!leftOut.every((field) => OWN_FIELDS.test(looseName(field)))) {
		texts.push(`Fields that match no variable and were not sent: ${showNames(leftOut)}.`);
	}
	return texts;
}

function few(texts: readonly string[]): string {
	return firstFew(texts.slice(0, NAMED), texts.length);
}
