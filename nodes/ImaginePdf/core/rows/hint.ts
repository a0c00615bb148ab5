import { showName } from './labels';
import { firstFew, plural } from '../wording';
import type { DesignFindings, Findings, UnmatchedField } from './types';
import { OPTION } from './wording';

/** How many names a hint gives before it counts. */
const NAMED = 5;

/** How many designs a hint speaks of before it counts. */
const NAMED_DESIGNS = 3;

/** The one hint of an execution about its rows, or `undefined` where there is nothing to tell. */
export function hintText(findings: Findings): string | undefined {
	const several = findings.designs.length > 1;
	const perDesign = findings.designs
		.map((design) => ({ design, sentences: sentencesOf(design, findings) }))
		.filter(({ sentences }) => sentences.length > 0);
	const parts = perDesign
		.slice(0, NAMED_DESIGNS)
		.map(({ design, sentences }) =>
			several ? `Design ${showName(design.designId)}: ${sentences.join(' ')}` : sentences.join(' '),
		);
	const more = perDesign.length - parts.length;
	if (more > 0) parts.push(`The same kind of note applies to ${plural(more, 'more design')}.`);
	if (findings.unknownOnlyFields.length > 0) {
		parts.push(`No item has ${list(findings.unknownOnlyFields)}, named in '${OPTION.onlyFields}'.`);
	}
	return parts.length === 0 ? undefined : parts.join(' ');
}

function sentencesOf(design: DesignFindings, findings: Findings): string[] {
	if (design.rowCount === 0) return [];
	return [
		...unknownSentence(design, findings),
		...fieldSentences(design),
		...unfilledSentence(design, findings),
		...emptyRowsSentence(design),
	];
}

function unknownSentence(
	{ variablesUnknown: reason }: DesignFindings,
	{ missingVariables }: Findings,
): string[] {
	if (reason === undefined) return [];
	const sample =
		missingVariables === 'sample'
			? ''
			: " A variable that no row has shows the design's sample content.";
	return [
		`The variables of the design are not known (${reason}), so the fields were not compared with them.${sample}`,
	];
}

function fieldSentences(design: DesignFindings): string[] {
	if (design.variablesUnknown !== undefined || design.unmatched.length === 0) return [];
	if (design.variableCount === 0) {
		return ['The design has no variables, so all its PDFs look the same.'];
	}
	const names = unmatchedNames(design.unmatched);
	return design.noneMatches
		? [`None of the fields matches a variable of the design: ${names}.`]
		: [`Fields that match no variable of the design, and are ignored by ImaginePDF: ${names}.`];
}

/** The fields with a near miss first: these can be mended. */
function unmatchedNames(unmatched: readonly UnmatchedField[]): string {
	const near = unmatched.filter((field) => field.suggestion !== undefined);
	const other = unmatched.filter((field) => field.suggestion === undefined);
	const shown = [...near, ...other].slice(0, NAMED).map(({ field, suggestion }) => {
		const meant = suggestion === undefined ? '' : ` (did you mean ${showName(suggestion)}?)`;
		return showName(field) + meant;
	});
	return firstFew(shown, unmatched.length);
}

function unfilledSentence(design: DesignFindings, { missingVariables }: Findings): string[] {
	if (design.unfilled.length === 0) return [];
	const fate =
		missingVariables === 'sample' ? "they show the design's sample content" : 'they stay empty';
	return [`Variables that no row fills: ${list(design.unfilled)}; ${fate}.`];
}

function emptyRowsSentence({ rowsWithoutValue: rows, rowCount }: DesignFindings): string[] {
	if (rows === 0) return [];
	return [`${plural(rows, 'row')} of ${rowCount} ${rows === 1 ? 'has' : 'have'} no value at all.`];
}

function list(names: readonly string[]): string {
	return firstFew(names.slice(0, NAMED).map(showName), names.length);
}
