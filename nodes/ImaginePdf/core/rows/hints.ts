import type { BuiltDesign } from './build';
import { filesOf } from './design';
import { LABEL } from './issues';
import { fold } from './names';
import { textOf } from './paths';
import type { BuildOptions, BuiltRows } from './types';
import type { Note } from './values';
import { groupedBy } from '../objects';
import { firstFew, plural, showName, showNames } from '../text';

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
): BuiltRows['hint'] {
	const noted = built.flatMap((one) => {
		const notes = notesOf(one);
		const [warnings, more] = [warningsOf(one, notes), remarksOf(one, notes)];
		const text = [...warnings, ...more].join(' ');
		const design = built.length > 1 ? `Design ${showName(one.design.designId)}: ` : '';
		return text === '' ? [] : { text: design + text, isWarning: warnings.length > 0 };
	});
	const parts = noted.slice(0, NAMED_DESIGNS).map(({ text }) => text);
	const more = noted.length - parts.length;
	if (more > 0) parts.push(`The same kind of note applies to ${plural(more, 'more design')}.`);
	const lists = built.flatMap(({ rows, design }) =>
		rows.length === 0 ? [] : design.rows.flatMap(({ met }) => (met ? [met] : [])),
	);
	const met = new Set(lists.flat());
	const unknown = lists.length === 0 ? [] : onlyFields.filter((name) => !met.has(name));
	if (unknown.length > 0) {
		const names = showNames([...new Set(unknown)]);
		parts.push(`No item has ${names}, named in '${LABEL.onlyFields}'.`);
	}
	if (parts.length === 0) return undefined;
	const isWarning = unknown.length > 0 || noted.some((one) => one.isWarning);
	return { text: parts.join(' '), type: isWarning ? 'warning' : 'info' };
}

/** The notes of all rows: the first of each kind for each variable. */
function notesOf({ rows }: BuiltDesign) {
	const all = new Map<string, Note>();
	for (const { notes } of rows) {
		for (const note of notes) {
			const name = `${note.kind} ${note.key}`;
			if (!all.has(name)) all.set(name, note);
		}
	}
	return {
		of: (...kinds: Array<Note['kind']>) =>
			[...all.values()].filter(({ kind }) => kinds.includes(kind)),
		has: (kind: Note['kind'], key: string) => all.has(`${kind} ${key}`),
	};
}

type Notes = ReturnType<typeof notesOf>;

/** What may make a PDF say something else than what was meant. */
function warningsOf(one: BuiltDesign, notes: Notes): string[] {
	const { variables, options } = one.design;
	const isSample = options.missingVariables === 'sample';
	const sample = isSample ? '' : " A variable that no row has shows the design's sample content.";
	return [
		...(variables.known
			? lacks(one, isSample)
			: [
					`The variables of the design are not known (${variables.reason}), so the fields were not compared with them.${sample}`,
				]),
		...equalRows(one),
		...picturesLacking(one),
		...doubts(notes),
	];
}

/** Variables that no row fills, and those that some do not. */
function lacks({ rows }: BuiltDesign, isSample: boolean): string[] {
	const counts = groupedBy(
		rows.flatMap((row) => row.lacks),
		(key) => key,
	);
	const never = [...counts].filter(([, all]) => all.length === rows.length).map(([key]) => key);
	const some = [...counts].filter(([, all]) => all.length < rows.length);
	const fate = isSample ? "they show the design's sample content" : 'they stay empty';
	const more = some.length - NAMED;
	return [
		...(never.length > 0 ? [`Variables that no row fills: ${showNames(never)}; ${fate}.`] : []),
		...some
			.slice(0, NAMED)
			.map(
				([key, all]) =>
					`${showName(key)} is empty in ${all.length} of ${plural(rows.length, 'row')}.`,
			),
		...(more > 0 ? [`The same goes for ${plural(more, 'more variable')}.`] : []),
	];
}

/** An expression that takes the first item of a node for every item makes all rows the same. */
function equalRows({ rows }: BuiltDesign): string[] {
	const textOfRow = ({ row: { values, pictures } }: (typeof rows)[number]) =>
		JSON.stringify([values, pictures]);
	const [first, ...others] = rows;
	if (!first || others.length === 0 || first.row.pictures.length > 0) return [];
	const text = textOfRow(first);
	if (others.some((other) => textOfRow(other) !== text)) return [];
	return [
		`All ${rows.length} rows are equal. An expression that ends in .first() may be meant to end in .item.`,
	];
}

/** Items that have neither the picture of the option Images nor a value for it. */
function picturesLacking({ design, rows }: BuiltDesign): string[] {
	return design.images.flatMap(({ target: { key }, binaryField }) => {
		const none = rows.filter((row) => row.lacks.includes(key)).length;
		if (none === 0 || none === rows.length) return [];
		const without = design.rows.filter(({ pictures }) =>
			pictures.every(({ variable }) => variable !== key),
		);
		const there = filesOf(without);
		const have = there.length === 0 ? 'no file at all' : `files in ${showNames(there)}`;
		return [
			`${none} of ${plural(rows.length, 'row')} have no file in ${showName(binaryField)} for ${showName(key)}, and no value for it; they have ${have}.`,
		];
	});
}

/** What values are to be looked at, with the first example. */
function doubts(notes: Notes): string[] {
	const odd = notes.of('odd date');
	const mixed = notes
		.of('unformatted')
		.filter(({ key }) => notes.has('formatted', key) && !notes.has('odd date', key));
	const dates = [...odd, ...mixed].map(
		({ key, example }) =>
			`'${LABEL.dateFormat}' does not change all values of ${showName(key)}, such as ${showName(example)}: give it dates as 2026-03-31.`,
	);
	const [unread] = notes.of('encoding');
	if (!unread) return dates;
	return [
		...dates,
		`${showName(unread.key)} holds a character that was not read well, in ${showName(unread.example)}: set the file's encoding in the node that reads it.`,
	];
}

function remarksOf({ design, rows }: BuiltDesign, notes: Notes): string[] {
	const { variables, base } = design;
	const texts: string[] = [];
	if (base.length > 0) texts.push(`The rows were taken from ${showName(textOf(base))}.`);
	const matches = new Set(design.rows.map(({ match }) => match));
	const similar = new Map([...matches].flatMap((match) => Object.entries(match.similar)));
	if (similar.size > 0) {
		const few = [...similar]
			.slice(0, NAMED)
			.map(([key, field]) => `${showName(field)} as ${showName(key)}`);
		texts.push(`Matched by similar names: ${firstFew(few, similar.size)}.`);
	}
	for (const [part, some] of groupedBy(notes.of('read'), ({ example }) => example)) {
		const names = showNames(some.map(({ key }) => key));
		texts.push(`Of the objects in ${names} ${showName(part)} was taken.`);
	}
	const [day] = notes.of('day');
	if (day) {
		texts.push(
			`${showName(day.key)} keeps the day of ${showName(day.example)}, since midnight UTC stands for a day.`,
		);
	}
	for (const { key, example } of notes.of('columns')) {
		texts.push(
			`${showName(key)} prints the columns ${example}; '${LABEL.tableColumns}' chooses them.`,
		);
	}
	const leftOut = [...new Set(rows.flatMap(({ row }) => row.leftOut))];
	// Fields of the source's own are not worth a note by themselves.
	if (variables.known && !leftOut.every((field) => OWN_FIELDS.test(fold(field)))) {
		texts.push(`Fields that match no variable and were not sent: ${showNames(leftOut)}.`);
	}
	return texts;
}
