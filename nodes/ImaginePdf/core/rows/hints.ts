import type { BuiltRow, Readings } from './convert';
import { filesOf, type MatchedDesign } from './design';
import { LABEL } from './issues';
import { fold } from './names';
import { inside, textOf } from './paths';
import type { BuiltRows, Picture } from './types';
import type { NoteKind, Reading } from './values';
import { groupedBy } from '../objects';
import { firstFew, plural, showName, showNames } from '../text';

/** What became of the rows of a design. */
export interface BuiltDesign {
	readonly design: MatchedDesign;
	readonly rows: readonly BuiltRow[];
	readonly readings: Readings;
}

/** How many designs a hint speaks of before it counts. */
const NAMED_DESIGNS = 3;

/** How many fields a hint names before it counts. */
const NAMED_VARIABLES = 5;

/** Fields that sources add for themselves; nobody misses them in a PDF. */
const OWN_FIELDS =
	/^(row(number|index)?|id|uuid|guid|(created|updated|modified)(at|time|date|on)?)$/;

/** What a note says of values, by the name of a variable and the first example. */
const NOTE_TEXTS: Partial<
	Record<NoteKind, (name: string, example: string, notes: Reading['notes']) => string | undefined>
> = {
	'odd date': unchanged,
	unformatted: (name, example, notes) =>
		notes.has('formatted') && !notes.has('odd date') ? unchanged(name, example) : undefined,
	encoding: (name, example) =>
		`${name} holds a character that was not read well, in ${showName(example)}: set the file's encoding in the node that reads it.`,
	read: (name, part) => `Of the objects in ${name} ${showName(part)} was taken.`,
	day: (name, example) =>
		`${name} keeps the day of ${showName(example)}, since midnight UTC stands for a day.`,
	columns: (name, columns) =>
		`${name} prints the columns ${columns}; '${LABEL.tableColumns}' chooses them.`,
};

function unchanged(name: string, example: string): string {
	return `'${LABEL.dateFormat}' does not change all values of ${name}, such as ${showName(example)}: give it dates as 2026-03-31.`;
}

function noteTexts({ readings }: BuiltDesign, ...kinds: readonly NoteKind[]): string[] {
	return kinds.flatMap((kind) => {
		const texts = [...readings.values()].flatMap(({ key, notes, notesOfParts }) => {
			const [first] = [notes, ...notesOfParts.values()].flatMap((own) => {
				const example = own.get(kind);
				return (example !== undefined && NOTE_TEXTS[kind]?.(showName(key), example, own)) || [];
			});
			return first ?? [];
		});
		return firstOf(texts);
	});
}

/** The first few texts about variables, and a count of the others. */
function firstOf(texts: readonly string[]): string[] {
	const more = texts.length - NAMED_VARIABLES;
	const others = `The same goes for ${plural(more, 'more variable')}.`;
	return [...texts.slice(0, NAMED_VARIABLES), ...when(more > 0, others)];
}

/**
 * The one hint of an execution about its rows, or `undefined` where there is nothing to say.
 * @param unmet names in Only Fields that no row has
 */
export function hintFor(
	built: readonly BuiltDesign[],
	unmet: readonly string[],
): BuiltRows['hint'] {
	const noted = built.flatMap((one) => {
		const warnings = [...unfilled(one), ...doubts(one)];
		const text = [...warnings, ...remarks(one)].join(' ');
		const design = built.length > 1 ? `Design ${showName(one.design.designId)}: ` : '';
		return text === '' ? [] : { text: design + text, isWarning: warnings.length > 0 };
	});
	const more = noted.length - NAMED_DESIGNS;
	const parts = [
		...noted.slice(0, NAMED_DESIGNS).map(({ text }) => text),
		...when(more > 0, `The same kind of note applies to ${plural(more, 'more design')}.`),
		...when(unmet.length, `No item has ${showNames(unmet)}, named in '${LABEL.onlyFields}'.`),
	];
	if (parts.length === 0) return undefined;
	const isWarning = unmet.length > 0 || noted.some((one) => one.isWarning);
	return { text: parts.join(' '), type: isWarning ? 'warning' : 'info' };
}

function when(isSo: unknown, text: string): string[] {
	return isSo ? [text] : [];
}

/** Variables that no row fills, those that some do not, and why they are not known. */
function unfilled({ design: { variables, options }, rows }: BuiltDesign): string[] {
	const isSample = options.missingVariables === 'sample';
	if (!variables.known) {
		const sample = isSample ? '' : " A variable that no row has shows the design's sample content.";
		return [
			`The variables of the design are not known (${variables.reason}), so the fields were not compared with them.${sample}`,
		];
	}
	const lacks = groupedBy(
		rows.flatMap((row) => row.lacks),
		(key) => key,
	);
	const isNever = (key: string) => lacks.get(key)?.length === rows.length;
	const never = [...lacks.keys()].filter(isNever);
	const some = [...lacks].filter(([key]) => !isNever(key));
	const texts = some.map(
		([key, all]) => `${showName(key)} is empty in ${all.length} of ${plural(rows.length, 'row')}.`,
	);
	const fate = isSample ? "they show the design's sample content" : 'they stay empty';
	return [
		...when(never.length, `Variables that no row fills: ${showNames(never)}; ${fate}.`),
		...firstOf(texts),
	];
}

/** Other reasons why a PDF may not say what was meant. */
function doubts(built: BuiltDesign): string[] {
	const { design, rows } = built;
	const [first, ...others] = rows.map(({ row }) => row);
	const said = (row = first) => JSON.stringify([row?.values, row?.pictures]);
	const text = said();
	const isEqual =
		others.length > 0 && !first?.pictures.length && others.every((row) => said(row) === text);
	const pictures = design.images.flatMap(({ target: { key }, binaryField }) => {
		const none = rows.filter((row) => row.lacks.includes(key)).length;
		const isOwn = (picture: Picture) => picture.variable === key;
		const there = filesOf(design.rows.filter((row) => !row.pictures.some(isOwn)));
		const have = there.length === 0 ? 'no file at all' : `files in ${showNames(there)}`;
		return when(
			none > 0 && none < rows.length,
			`${none} of ${plural(rows.length, 'row')} have no file in ${showName(binaryField)} for ${showName(key)}, and no value for it; they have ${have}.`,
		);
	});
	return [
		...when(
			isEqual,
			`All ${rows.length} rows are equal. An expression that ends in .first() may be meant to end in .item.`,
		),
		...pictures,
		...noteTexts(built, 'odd date', 'unformatted', 'encoding'),
	];
}

/** What was taken in another way than by its exact name, and what was left out. */
function remarks(built: BuiltDesign): string[] {
	const { variables, base, sources } = built.design;
	// Where only the path differs, the name is the same.
	const similar = sources.filter(
		({ target, path }) => !target.keys.includes(textOf(inside(path, base) ?? path)),
	);
	const taken = new Map(similar.map(({ target, path }) => [target.key, textOf(path)]));
	const names = Array.from(taken, ([key, field]) => `${showName(field)} as ${showName(key)}`);
	const leftOut = [...new Set(built.rows.flatMap(({ row }) => row.leftOut))];
	// Fields that the source adds for itself are not worth a note.
	const isMissed = variables.known && !leftOut.every((field) => OWN_FIELDS.test(fold(field)));
	return [
		...when(base.length, `The rows were taken from ${showName(textOf(base))}.`),
		...when(
			names.length,
			`Matched by similar names: ${firstFew(names.slice(0, NAMED_VARIABLES), names.length)}.`,
		),
		...noteTexts(built, 'read', 'day', 'columns'),
		...when(isMissed, `Fields that match no variable and were not sent: ${showNames(leftOut)}.`),
	];
}
