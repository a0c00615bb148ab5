import { textsInCode } from './support/texts.mts';

/*
 * What users read, wherever in the code it is written: every text of several words. n8n's UX
 * guidelines ask for plain words, and n8n shows texts as they are, backticks included.
 */

const TEXTS = textsInCode().filter(({ text }) => text.trim().split(/\s+/).length >= 3);

/** 'On Error' is n8n's own name for a setting. */
const places = (pattern: RegExp) =>
	TEXTS.filter(({ text }) => pattern.test(text.replaceAll("'On Error'", ''))).map(
		({ place, text }) => `${place} ${text}`,
	);

describe('The texts that users read', () => {
	it('the search for texts finds a plain one and one with values in it', () => {
		expect(TEXTS.map(({ text }) => text)).toEqual(
			expect.arrayContaining([
				'ImaginePDF does not accept the API key',
				'Job … failed: there is no file',
			]),
		);
	});

	it('texts for users quote names in single quotes, not in backticks', () => {
		expect(places(/`/)).toEqual([]);
	});

	it('texts for users have no words that frighten or blame', () => {
		expect(places(/\b(errors?|failures?|mistakes?|problems?|invalid|illegal|fatal)\b/i)).toEqual(
			[],
		);
	});

	it('texts for users have no words of programmers', () => {
		expect(places(/\b(binary|boolean|payload|endpoint|null|undefined|exception)\b/i)).toEqual([]);
	});
});
