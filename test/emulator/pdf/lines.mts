import { runsOf, type Run } from './fonts.mts';

/** Width of a run in points. */
export type Measure = (run: Run) => number;

/** Letters written from right to left: Hebrew, Arabic and their neighbours. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/u;
const STRONG = /\p{L}/u;
const SPACE: Run = { font: 'sans', text: ' ' };

/** A text as lines of runs that fit into `width` points, in the order in which they are drawn. */
export function linesOf(text: string, width: number, measure: Measure): Run[][] {
	return text.split(/\r\n|\r|\n/).flatMap((paragraph) => {
		// Tabs and other controls have no glyph.
		const clean = paragraph.replace(/[\u0000-\u001f\u007f]/g, ' ');
		return wrap(clean, width, measure).map(inVisualOrder);
	});
}

function wrap(text: string, width: number, measure: Measure): string[] {
	const widthOf = (part: string) => runsOf(part).reduce((sum, run) => sum + measure(run), 0);
	if (widthOf(text) <= width) return [text];
	const lines: string[] = [];
	let line = '';
	let used = 0;
	for (const word of wordsOf(text)) {
		for (const part of fitting(word, width, widthOf)) {
			const needed = widthOf(part);
			if (line !== '' && used + needed > width) {
				lines.push(line);
				line = '';
				used = 0;
			}
			line += part;
			used += needed;
		}
	}
	return [...lines, line];
}

/** A word that is wider than the line is cut between characters. */
function* fitting(
	word: string,
	width: number,
	widthOf: (part: string) => number,
): Generator<string> {
	if (widthOf(word) <= width) {
		yield word;
		return;
	}
	let part = '';
	let used = 0;
	for (const character of word) {
		const needed = widthOf(character);
		if (part !== '' && used + needed > width) {
			yield part;
			part = '';
			used = 0;
		}
		part += character;
		used += needed;
	}
	yield part;
}

/** Words with the space that follows them; between ideographs a line may break anywhere. */
function wordsOf(text: string): string[] {
	return text.match(/\S+\s*|\s+/gu) ?? [];
}

/**
 * The runs of a line from its left end on, as PDF draws them: words of right-to-left scripts change
 * places with their neighbours of the same kind, and the whole line does when its first letter is
 * such (a small part of UAX #9). fontkit turns the letters within a word.
 */
function inVisualOrder(line: string): Run[] {
	if (!RIGHT_TO_LEFT.test(line)) return runsOf(line);
	const isRightToLeft = RIGHT_TO_LEFT.test(STRONG.exec(line)?.[0] ?? '');
	const groups: Array<{ rightToLeft: boolean; words: string[] }> = [];
	for (const word of line.split(' ')) {
		const rightToLeft = RIGHT_TO_LEFT.test(word);
		const last = groups.at(-1);
		if (last?.rightToLeft === rightToLeft) last.words.push(word);
		else groups.push({ rightToLeft, words: [word] });
	}
	if (isRightToLeft) groups.reverse();
	const words = groups.flatMap((group) =>
		group.rightToLeft ? group.words.reverse() : group.words,
	);
	// Spaces are runs of their own: inside a run that fontkit turns they would change sides.
	return words.flatMap((word, index) => [...(index > 0 ? [SPACE] : []), ...runsOf(word)]);
}
