import { buildRows } from '../../../nodes/ImaginePdf/core/rows/build.ts';
import { caught, inputsOf, refusal, variables } from './support.mts';

const bad = { a: { x: 1 } };

describe('RowsRefused', () => {
	it('a refusal of rows says field, items and remedy in one message', () => {
		const error = refusal([
			{ photo: 'data:image/png;base64,A' },
			{ photo: 'x' },
			{ photo: 'data:,A' },
		]);
		expect(error.message).toBe(
			"[item 0] and [item 2]: field 'photo' holds an inline image (a data: URI), which ImaginePDF drops. Use the option 'Images' to take the picture from a file of the item, or upload it with the resource 'Image' and use its reference. Or leave it out: name the fields to send in the option 'Only Fields'.",
		);
		expect(error.message).toBe(`${error.headline}. ${error.description}`);
	});

	it('a refusal of rows sums up several kinds, and names each with its remedy', () => {
		const { headline, description } = refusal([bad, { a: 'ok', b: NaN }, bad]);
		expect(headline).toBe(
			"3 items cannot be sent as they are: [item 0], [item 1] and [item 2] (because of 'a' and 'b')",
		);
		expect(description).toContain("[item 0] and [item 2]: field 'a' holds an object");
		expect(description).toContain("[item 1]: field 'b' holds the number NaN");
	});

	it('a refusal of rows names the first ten items of hundreds and counts the others', () => {
		const { headline, itemIndexes } = refusal(Array.from({ length: 250 }, () => bad));
		expect(headline).toContain('[item 9] and 240 more');
		expect(headline).not.toContain('[item 10]');
		expect(itemIndexes).toHaveLength(250);
	});

	it('a refusal of rows stays short where hundreds of fields are concerned', () => {
		const item = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`f${i}`, { x: 1 }]));
		const { message, issues } = refusal([item, item]);
		expect(issues).toHaveLength(20);
		expect(message.length).toBeLessThan(5000);
	});

	it('refusals of rows are listed in the order of items and rows, whatever found them', () => {
		const { issues } = refusal([[{ a: 'x', b: 'y' }, { a: 'x' }], [{ b: 'x', ...bad }], '{'], {
			source: 'json',
			missingVariables: 'error',
		});
		expect(
			issues.map(({ itemIndexes, rowIndex, reason }) => [itemIndexes, rowIndex, reason]),
		).toEqual([
			[[0], 1, expect.stringContaining('has no value for')],
			[[1], 0, expect.stringContaining('holds an object')],
			[[2], undefined, expect.stringContaining('is not valid JSON')],
		]);
	});

	it('a refusal of rows gives each item its own part', () => {
		const parts = refusal([bad, { a: 'ok' }, { a: NaN }]).perRow();
		expect(parts.map(({ itemIndexes, message }) => [itemIndexes, message])).toEqual([
			[[0], expect.stringMatching(/^\[item 0\]: field 'a' holds an object/)],
			[[2], expect.stringMatching(/^\[item 2\]: field 'a' holds the number NaN/)],
		]);
	});

	it('a refusal of rows names a group once, with all that is said of its items', () => {
		const setting = {
			groupBy: 'g',
			variables: { g: 'text', a: 'text', t: 'table' },
			tableColumns: [{ variable: 'a', columns: [] }],
		} as const;
		const items = [
			{ g: 1, a: 'x' },
			{ g: 2, a: 'y' },
			{ g: 1, a: 'z' },
		];
		const parts = refusal(items, setting).perRow();
		expect(parts.map(({ itemIndexes }) => itemIndexes)).toEqual([[0, 2], [1]]);
	});

	it.each(['', '  '])('a refusal of rows names items whose design is %j', (designId) => {
		const [first, second] = inputsOf([{ a: 'x' }, { a: 'y' }]);
		if (!first || !second) throw new Error('There are two inputs');
		const { headline } = caught(() =>
			buildRows([first, { ...second, designId }], {
				missingVariables: 'blank',
				variablesOf: () => variables(undefined),
			}),
		);
		expect(headline).toBe('[item 1]: no design is chosen');
	});

	it('a refusal of rows avoids the words that frighten', () => {
		const texts = [
			refusal([{ a: { b: 1 }, b: NaN, c: [[{}]], d: 'data:,x', e: new Date(NaN), f: [[1], 2] }]),
			refusal([{}]),
			refusal([[]], { source: 'json' }),
			refusal([{ a: 1 }, { b: 1 }], { missingVariables: 'error' }),
			refusal([{ x: 'a', y: 'b' }], { variables: { x: 'table', y: 'image' } }),
			refusal([{ z: 1 }], { variables: { x: 'text' } }),
		].map((error) => error.message);
		for (const text of texts) expect(text).not.toMatch(/error|problem|failure|mistake|<|>/i);
	});
});
