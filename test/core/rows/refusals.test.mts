import { buildRows, parseVariables } from '../../../nodes/ImaginePdf/core/rows/index.ts';
import { caught, inputsOf, refusal } from './support.mts';

describe('RowsRefused', () => {
	it('says field, items and remedy in one message', () => {
		const error = refusal([
			{ photo: 'data:image/png;base64,A' },
			{ photo: 'x' },
			{ photo: 'data:,A' },
		]);
		expect(error.message).toBe(
			"[item 0] and [item 2]: field 'photo' holds an inline image (a data: URI), which ImaginePDF drops. Upload the file to ImaginePDF and use its reference, such as uploads:ID.",
		);
		expect(error.message).toBe(`${error.headline}. ${error.description}`);
	});

	it('sums up refusals of several kinds, and tells each with its remedy', () => {
		const { headline, description } = refusal([{ a: ['x'] }, { a: 'ok', b: NaN }, { a: ['x'] }]);
		expect(headline).toBe(
			"3 items cannot be sent as they are: [item 0], [item 1] and [item 2] (because of 'a' and 'b')",
		);
		expect(description).toContain("[item 0] and [item 2]: field 'a' holds a list");
		expect(description).toContain("[item 1]: field 'b' holds the number NaN");
	});

	it('names the first ten items of hundreds and counts the others', () => {
		const { headline, itemIndexes } = refusal(Array.from({ length: 250 }, () => ({ a: ['x'] })));
		expect(headline).toContain('[item 9] and 240 more');
		expect(headline).not.toContain('[item 10]');
		expect(itemIndexes).toHaveLength(250);
	});

	it('stays short where hundreds of fields are concerned', () => {
		const item = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`f${i}`, ['x']]));
		const { message, issues } = refusal([item, item]);
		expect(issues).toHaveLength(20);
		expect(message.length).toBeLessThan(4000);
	});

	it('lists refusals in the order of items and rows, whatever found them', () => {
		const { issues } = refusal([[{ a: 'x', b: 'y' }, { a: 'x' }], [{ a: 'x', b: ['y'] }], '{'], {
			source: 'json',
			missingVariables: 'error',
		});
		expect(issues.map(({ itemIndex, rowIndex, code }) => [itemIndex, rowIndex, code])).toEqual([
			[0, 1, 'missing_variable'],
			[1, 0, 'unsupported_value'],
			[2, undefined, 'invalid_json'],
		]);
	});

	it('tells each item its own part', () => {
		const parts = refusal([{ a: ['x'] }, { a: 'ok' }, { a: NaN }]).perItem();
		expect([...parts].map(([item, { message }]) => [item, message])).toEqual([
			[0, expect.stringMatching(/^\[item 0\]: field 'a' holds a list/)],
			[2, expect.stringMatching(/^\[item 2\]: field 'a' holds the number NaN/)],
		]);
	});

	it.each(['', '  '])('names items whose design is %j', (designId) => {
		const [first, second] = inputsOf([{ a: 'x' }, { a: 'y' }]);
		if (!first || !second) throw new Error('There are two inputs');
		const { headline } = caught(() =>
			buildRows([first, { ...second, designId }], {
				missingVariables: 'blank',
				variablesOf: () => parseVariables(undefined),
			}),
		);
		expect(headline).toBe('[item 1]: no design is chosen');
	});

	it('avoids the words that frighten', () => {
		const texts = [
			refusal([{ a: ['x'], b: NaN, c: [[{}]], d: 'data:,x', e: new Date(NaN), f: [{ a: 1 }] }]),
			refusal([{}]),
			refusal(['{'], { source: 'json' }),
			refusal([[]], { source: 'json' }),
			refusal([{ a: 1 }, { b: 1 }], { missingVariables: 'error' }),
			refusal([{ a: 1 }], { variables: { x: { type: 'table' }, y: { type: 'image' } } }),
		].map((error) => error.message);
		for (const text of texts) expect(text).not.toMatch(/error|problem|failure|mistake|<|>/i);
	});
});
