import { Page } from './support/markdown.mts';
import { messagesInCode, textsInCode } from './support/texts.mts';

/* The page of messages says what the code says, and leaves nothing out. */

const DOCUMENTED = Page.read('docs/messages.md').rows.map(([message = '']) => message);

/** What the code fills in, wherever it stands in a text. */
const HOLE = '…';

/** Texts of the code that have words in them. */
const TEXTS = [...new Set(textsInCode().map(({ text }) => text))].filter((text) =>
	/\p{L}{2}/u.test(text),
);

const literally = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** A text of the code, with a group for each of its holes. */
const shapeOf = (text: string) =>
	new RegExp(`^${text.split(HOLE).map(literally).join('(.*?)')}$`, 'i');

/** Numbers, names and counts such as "… rows", which no text of the code spells out. */
const isFilledIn = (part: string) =>
	!/\p{L}/u.test(part) || /^… (?:rows|items|pictures)$/.test(part);

/** Whether the code makes a message: of one text whose holes are filled in, or made in turn. */
function isMade(message: string): boolean {
	return TEXTS.some((text) => {
		const holes = shapeOf(text).exec(message)?.slice(1);
		return holes?.every((part) => isFilledIn(part) || (part !== message && isMade(part)));
	});
}

/** Put before or behind a text by code that has no words of its own. */
const AROUND = /^(?:'…' |… |\[item …\]: (?=\p{L}))|: …$/gu;

/** Reasons that stand behind a colon in other messages. */
const REASONS = /\/core\/(?:download|files|zip)\//;

describe('The page of messages', () => {
	it.each(DOCUMENTED)('the page of messages quotes what the code says: %s', (message) => {
		expect(isMade(message) || isMade(message.replace(AROUND, ''))).toBe(true);
	});

	it('the page of messages leaves nothing out that the code says', () => {
		const documented = DOCUMENTED.map(shapeOf);
		const missing = messagesInCode().filter(
			({ text, place }) =>
				/\p{L} \p{L}/u.test(text) &&
				!REASONS.test(place) &&
				!documented.some((shape) => shape.test(text)) &&
				!DOCUMENTED.some((message) => shapeOf(text).test(message)),
		);
		expect(missing).toEqual([]);
	});
});
