import type { DesignRows } from './designRows';
import { LABEL, showName, showNames } from './labels';
import { looseName } from './match';
import { setOwn } from './own';
import { firstFew, plural } from '../text';
import type { DesignFindings, Findings } from './types';

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
	const empty = { matched: new Map(), ambiguous: new Map(), leftOut: [], unfilled: [] };
	if (!variables.known) {
		return { designId, rowCount: rows.length, ...empty, variablesUnknown: variables.reason };
	}
	const matched: Record<string, string> = {};
	const ambiguous = new Map<string, readonly string[]>();
	const leftOut = new Set<string>();
	const shapes = new Map(rows.map((row) => [row.match, row]));
	for (const [match, row] of shapes) {
		for (const [key, field] of Object.entries(match.matched)) setOwn(matched, key, field);
		for (const [key, fields] of match.ambiguous) ambiguous.set(key, fields);
		for (const field of design.leftOutOf(row)) leftOut.add(field);
	}
	return {
		designId,
		rowCount: rows.length,
		...(base && { takenFrom: base.join('.') }),
		matched: new Map(Object.entries(matched)),
		ambiguous,
		leftOut: [...leftOut],
		unfilled: filler.unfilled,
	};
}

/** The one hint of an execution about its rows, or `undefined` where there is nothing to tell. */
export function hintFor(findings: Findings): RowHint | undefined {
	const several = findings.designs.length > 1;
	const told = findings.designs
		.map((design) => ({ design, ...sentencesOf(design, findings) }))
		.filter(({ warnings, notes }) => warnings.length + notes.length > 0);
	const parts = told.slice(0, NAMED_DESIGNS).map(({ design, warnings, notes }) => {
		const text = [...warnings, ...notes].join(' ');
		return several ? `Design ${showName(design.designId)}: ${text}` : text;
	});
	const more = told.length - parts.length;
	if (more > 0) parts.push(`The same kind of note applies to ${plural(more, 'more design')}.`);
	const { unknownOnlyFields: unknown } = findings;
	if (unknown.length > 0) {
		parts.push(`No item has ${showNames(unknown)}, named in '${LABEL.onlyFields}'.`);
	}
	if (parts.length === 0) return undefined;
	const isWarning = unknown.length > 0 || told.some(({ warnings }) => warnings.length > 0);
	return { text: parts.join(' '), type: isWarning ? 'warning' : 'info' };
}

function sentencesOf(
	design: DesignFindings,
	{ missingVariables: mode }: Findings,
): { warnings: string[]; notes: string[] } {
	if (design.rowCount === 0) return { warnings: [], notes: [] };
	if (design.variablesUnknown !== undefined) {
		const sample =
			mode === 'sample' ? '' : " A variable that no row has shows the design's sample content.";
		const text = `The variables of the design are not known (${design.variablesUnknown}), so the fields were not compared with them.${sample}`;
		return { warnings: [text], notes: [] };
	}
	return {
		warnings: [...ambiguousSentences(design), ...unfilledSentence(design, mode)],
		notes: [...matchedSentences(design), ...leftOutSentence(design)],
	};
}

function ambiguousSentences({ ambiguous }: DesignFindings): string[] {
	const texts = [...ambiguous].map(
		([variable, fields]) => `${showName(variable)} could be meant by ${showNames(fields)}`,
	);
	if (texts.length === 0) return [];
	return [
		`More than one match, so none was taken: ${firstFew(texts.slice(0, NAMED), texts.length)}. Choose '${LABEL.mapped}' to say which.`,
	];
}

function unfilledSentence(
	{ unfilled }: DesignFindings,
	mode: Findings['missingVariables'],
): string[] {
	if (unfilled.length === 0) return [];
	const fate = mode === 'sample' ? "they show the design's sample content" : 'they stay empty';
	return [`Variables that no row fills: ${showNames(unfilled)}; ${fate}.`];
}

function matchedSentences({ matched, takenFrom }: DesignFindings): string[] {
	const from = takenFrom === undefined ? [] : [`The rows were taken from ${showName(takenFrom)}.`];
	const texts = [...matched].map(
		([variable, field]) => `${showName(field)} as ${showName(variable)}`,
	);
	if (texts.length === 0) return from;
	return [...from, `Matched by similar names: ${firstFew(texts.slice(0, NAMED), texts.length)}.`];
}

/** Fields of the source's own are not worth a note by themselves. */
function leftOutSentence({ leftOut }: DesignFindings): string[] {
	if (leftOut.every((field) => OWN_FIELDS.test(looseName(field)))) return [];
	return [`Fields that match no variable and were not sent: ${showNames(leftOut)}.`];
}
