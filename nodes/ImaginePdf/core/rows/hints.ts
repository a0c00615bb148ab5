import type { Note } from './convert';
import { isColumn, picturesOf } from './design';
import type { BuiltDesign } from './rows';
import { LABEL } from './issues';
import { fold } from './names';
import { textOf } from './paths';
import type { BuildOptions, RowHint } from './types';
import { groupedBy, isSame } from '../objects';
import { firstFew, plural, showName, showNames } from '../text';
import type { NoteKind } from './values';

/** How many designs a hint speaks of before it counts. */
const NAMED_DESIGNS = 3;

/** How many fields a hint names before it counts. */
const NAMED = 5;

/** Fields that sources add for themselves; nobody misses them in a PDF. */
const OWN_FIELDS =
	/^(row(number|index)?|id|uuid|guid|(created|updated|modified)(at|time|date|on)?)$/;

/** The one hint of an execution about its rows, or `undefined` where there is nothing to say. */
export function hintFor(
	built: readonly BuiltDesign[],
	{ onlyFields = [] }: BuildOptions,
): RowHint | undefined {
	const noted = built.flatMap((one) => {
		const warnings = warningsOf(one);
		const sentences = [...warnings, ...notesOf(one)];
		return sentences.length === 0 ? [] : { one, warnings, text: sentences.join(' ') };
	});
	const parts = noted
		.slice(0, NAMED_DESIGNS)
		.map(({ one: { design }, text }) =>
			built.length > 1 ? `Design ${showName(design.designId)}: ${text}` : text,
		);
	const more = noted.length - parts.length;
	if (more > 0) parts.push(`The same kind of note applies to ${plural(more, 'more design')}.`);
	const restricted = built.flatMap(({ design: { met } }) => met ?? []);
	const isMet = (name: string) => restricted.some((met) => met.has(name));
	const unknown = restricted.length === 0 ? [] : onlyFields.filter((name) => !isMet(name));
	if (unknown.length > 0) {
		const names = showNames([...new Set(unknown)]);
		parts.push(`No item has ${names}, named in '${LABEL.onlyFields}'.`);
	}
	if (parts.length === 0) return undefined;
	const isWarning = unknown.length > 0 || noted.some(({ warnings }) => warnings.length > 0);
	return { text: parts.join(' '), type: isWarning ? 'warning' : 'info' };
}

/** What may make a PDF say something else than what was meant. */
function warningsOf(one: BuiltDesign): readonly string[] {
	const { variables, options } = one.design;
	const isSample = options.missingVariables === 'sample';
	const common = [...equalRows(one), ...picturesLacking(one), ...doubts(one.notes)];
	if (!variables.known) {
		const sample = isSample ? '' : " A variable that no row has shows the design's sample content.";
		const why = `The variables of the design are not known (${variables.reason}), so the fields were not compared with them.${sample}`;
		return [why, ...common];
	}
	return [...lacks(one, isSample), ...common];
}

/** Variables that no row fills, and those that some do not. */
function lacks({ built }: BuiltDesign, isSample: boolean): string[] {
	const counts = new Map<string, number>();
	for (const { lacks: own } of built) {
		for (const key of own) counts.set(key, (counts.get(key) ?? 0) + 1);
	}
	const never = [...counts].flatMap(([key, count]) => (count === built.length ? key : []));
	const fate = isSample ? "they show the design's sample content" : 'they stay empty';
	const texts =
		never.length === 0 ? [] : [`Variables that no row fills: ${showNames(never)}; ${fate}.`];
	const some = [...counts].filter(([, count]) => count < built.length);
	const rows = plural(built.length, 'row');
	for (const [key, count] of some.slice(0, NAMED)) {
		texts.push(`${showName(key)} is empty in ${count} of ${rows}.`);
	}
	const more = some.length - NAMED;
	return more > 0
		? [...texts, `So ${more === 1 ? 'is' : 'are'} ${plural(more, 'more variable')} in some rows.`]
		: texts;
}

/** An expression that takes the first item of a node for every item makes all rows the same. */
function equalRows({ built }: BuiltDesign): string[] {
	const [first, ...others] = built.map(({ row }) => row);
	if (!first || others.length === 0 || first.pictures.length > 0) return [];
	const keys = Object.keys(first.values);
	const isEqual = others.every(
		({ values, pictures }) =>
			pictures.length === 0 &&
			isSame(Object.keys(values), keys) &&
			keys.every((key) => {
				const [a, b] = [values[key], first.values[key]];
				return typeof a === 'object' ? JSON.stringify(a) === JSON.stringify(b) : a === b;
			}),
	);
	return isEqual
		? [
				`All ${built.length} rows are equal. An expression that ends in .first() may be meant to end in .item.`,
			]
		: [];
}

/** Items that have neither the picture of the option Images nor a value for it. */
function picturesLacking({ design, built }: BuiltDesign): string[] {
	return design.images.flatMap(({ target, binaryField }) => {
		const none = built.filter(({ lacks: own }) => own.includes(target.key)).length;
		if (none === 0 || none === built.length) return [];
		const without = design.rows.filter(
			(row) => !picturesOf(row, design).some(({ variable }) => variable === target.key),
		);
		const there = [
			...new Set(
				without.flatMap(({ inputs }) => inputs.flatMap((input) => input.binaryFields ?? [])),
			),
		];
		const have = there.length === 0 ? 'no file at all' : `files in ${showNames(there)}`;
		return [
			`${none} of ${plural(built.length, 'row')} have no file in ${showName(binaryField)} for ${showName(target.key)}, and no value for it; they have ${have}.`,
		];
	});
}

/** What values are to be looked at, with the first example. */
function doubts(notes: ReadonlyMap<string, Note>): string[] {
	const of = (kind: NoteKind) => [...notes.values()].filter((note) => note.kind === kind);
	const texts: string[] = [];
	for (const { key, example } of [...of('odd date'), ...of('unformatted')]) {
		const isMixed = notes.has(`formatted ${key}`);
		const isOdd = notes.has(`odd date ${key}`);
		if (isOdd ? notes.get(`odd date ${key}`)?.example !== example : !isMixed) continue;
		texts.push(
			`'${LABEL.dateFormat}' does not change all values of ${showName(key)}, such as ${showName(example)}: give it dates as 2026-03-31.`,
		);
	}
	for (const { key, example } of of('encoding').slice(0, 1)) {
		texts.push(
			`${showName(key)} holds a character that was not read well, in ${showName(example)}: set the file's encoding in the node that reads it.`,
		);
	}
	return texts;
}

function notesOf({ design, notes, tables }: BuiltDesign): readonly string[] {
	const { variables, base, rows } = design;
	const texts: string[] = [];
	if (base.length > 0) texts.push(`The rows were taken from ${showName(textOf(base))}.`);
	const matches = new Set(rows.map(({ match }) => match));
	const similar = new Map([...matches].flatMap((match) => Object.entries(match.similar)));
	if (similar.size > 0) {
		const few = [...similar]
			.slice(0, NAMED)
			.map(([key, field]) => `${showName(field)} as ${showName(key)}`);
		texts.push(`Matched by similar names: ${firstFew(few, similar.size)}.`);
	}
	const of = (kind: NoteKind) => [...notes.values()].filter((note) => note.kind === kind);
	for (const [part, some] of groupedBy(of('read'), ({ example }) => example)) {
		texts.push(
			`Of the objects in ${showNames(some.map(({ key }) => key))} ${showName(part)} was taken.`,
		);
	}
	for (const { key, example } of of('day').slice(0, 1)) {
		texts.push(
			`${showName(key)} keeps the day of ${showName(example)}, since midnight UTC stands for a day.`,
		);
	}
	for (const { key, example } of of('columns')) {
		texts.push(
			`${showName(key)} prints the columns ${example}; '${LABEL.tableColumns}' chooses them.`,
		);
	}
	const leftOut = [
		...new Set(
			[...matches].flatMap((match) =>
				match.leftOut.filter((path) => !isColumn(path, design, tables)).map(textOf),
			),
		),
	];
	// Fields of the source's own are not worth a note by themselves.
	if (variables.known && !leftOut.every((field) => OWN_FIELDS.test(fold(field)))) {
		texts.push(`Fields that match no variable and were not sent: ${showNames(leftOut)}.`);
	}
	return texts;
}
