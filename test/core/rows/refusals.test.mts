import { buildRows } from '../../../nodes/ImaginePdf/core/rows/build.ts';
import { RowsRefused, type RowIssue } from '../../../nodes/ImaginePdf/core/rows/issues.ts';
import { caught, inputsOf, refusal, variables } from './support.mts';

const bad = { a: { x: 1 } };

/** An object whose reads are counted. */
function counted<T extends object>(target: T, count: () => void): T {
	return new Proxy(target, {
		get(own, key) {
			if (Object.hasOwn(own, key)) count();
			return Reflect.get(own, key) as unknown;
		},
	});
}

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

	it('a refusal of rows sums up several kinds, each with its remedy, and gives each item its own part', () => {
		const error = refusal([bad, { a: 'ok', b: NaN }, bad]);
		expect(error.headline).toBe(
			"3 items cannot be sent as they are: [item 0], [item 1] and [item 2] (because of 'a' and 'b')",
		);
		expect(error.description).toContain("[item 0] and [item 2]: field 'a' holds an object");
		expect(error.description).toContain("[item 1]: field 'b' holds the number NaN");
		expect(error.perRow().map(({ message }) => message.slice(0, 29))).toEqual([
			"[item 0]: field 'a' holds an ",
			"[item 1]: field 'b' holds the",
			"[item 2]: field 'a' holds an ",
		]);
	});

	it('a refusal of rows stays short where hundreds of items and fields are concerned', () => {
		const many = refusal(Array.from({ length: 250 }, () => bad));
		expect(many.headline).toMatch(/^\[item 0\].*\[item 9\] and 240 more: /);
		expect(many.itemIndexes).toHaveLength(250);
		const item = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`f${i}`, { x: 1 }]));
		const { message, issues } = refusal([item, item]);
		expect(issues).toHaveLength(20);
		expect(message.length).toBeLessThan(5000);
	});

	it('10,000 refused items come out each with its own message, and each value is read a few times only', () => {
		const count = 10_000;
		let reads = 0;
		const read = () => reads++;
		const items = Array.from({ length: count }, () => counted({ a: { x: 1 } }, read));
		const inputs = items.map((values, itemIndex) => ({ ...inputsOf([{}])[0]!, itemIndex, values }));
		reads = 0;
		const refused = caught(() =>
			buildRows(inputs, { missingVariables: 'blank', variablesOf: () => variables({ a: 'text' }) }),
		);
		expect(reads).toBeLessThan(20 * count);
		reads = 0;
		const issues = refused.issues.map((issue): RowIssue =>
			counted({ ...issue, itemIndexes: counted([...issue.itemIndexes], read) }, read),
		);
		const parts = new RowsRefused(issues).perRow();
		expect(parts.map(({ itemIndexes }) => itemIndexes)).toEqual(items.map((_, index) => [index]));
		expect(
			parts.every(({ headline }, index) => headline.startsWith(`[item ${index}]: field 'a'`)),
		).toBe(true);
		expect(reads).toBeLessThan(100 * count);
	});

	it('refusals of rows are listed in the order of items and rows, whatever found them', () => {
		const rows = [[{ a: 'x', b: 'y' }, { a: 'x' }], [{ b: 'x', ...bad }], '{'];
		const { issues } = refusal(rows, { source: 'json', missingVariables: 'error' });
		expect(
			issues.map(({ itemIndexes, rowIndex, reason }) => [itemIndexes, rowIndex, reason]),
		).toEqual([
			[[0], 1, expect.stringContaining('has no value for')],
			[[1], 0, expect.stringContaining('holds an object')],
			[[2], undefined, expect.stringContaining('is not valid JSON')],
		]);
	});

	it('a refusal of rows names a group once, with all that is said of its items', () => {
		const refused = refusal(
			[
				{ g: 1, a: 'x' },
				{ g: 2, a: 'y' },
				{ g: 1, a: 'z' },
			],
			{
				groupBy: 'g',
				variables: { g: 'text', a: 'text', t: 'table' },
				tableColumns: [{ variable: 'a', columns: [] }],
			},
		);
		expect(refused.perRow().map(({ itemIndexes }) => itemIndexes)).toEqual([[0, 2], [1]]);
	});

	it.each(['', '  '])('a refusal of rows names items whose design is %j', (designId) => {
		const inputs = inputsOf([{ a: 'x' }, { a: 'y' }]).map((input) =>
			input.itemIndex === 1 ? { ...input, designId } : input,
		);
		const options = { missingVariables: 'blank', variablesOf: () => variables(undefined) } as const;
		expect(caught(() => buildRows(inputs, options)).headline).toBe('[item 1]: no design is chosen');
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
