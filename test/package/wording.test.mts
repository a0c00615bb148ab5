import { textsInCode } from './support/texts.mts';

/*
 * What users read, wherever in the code it is written: every text of several words. n8n's UX
 * guidelines ask for plain words, and n8n shows texts as they are, backticks included.
 */

const TEXTS = textsInCode().filter(({ text }) => text.trim().split(/\s+/).length >= 3);

const places = (pattern: RegExp) =>
	TEXTS.filter(({ text }) => pattern.test(text)).map(({ place, text }) => `${place} ${text}`);

describe('The texts', () => {
	it('are found', () => {
		expect(TEXTS.map(({ text }) => text)).toEqual(
			expect.arrayContaining([
				'ImaginePDF does not accept the API key',
				'None of the … rows of job … became a PDF',
			]),
		);
	});

	it('quote names in single quotes', () => {
		expect(places(/`/)).toEqual([]);
	});

	it('do without the words that frighten or blame', () => {
		expect(places(/\b(errors?|failures?|mistakes?|problems?|invalid|illegal|fatal)\b/i)).toEqual(
			[],
		);
	});

	it('do without the words of programmers', () => {
		expect(places(/\b(binary|boolean|payload|endpoint|null|undefined|exception)\b/i)).toEqual([]);
	});
});
