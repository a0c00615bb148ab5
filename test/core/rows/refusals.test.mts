import { refusal, type Setting } from './support.mts';

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

	it('a refusal of rows stays short where hundreds of items and fields are concerned', () => {
		const many = refusal(Array.from({ length: 250 }, () => bad));
		expect(many.headline).toMatch(/^\[item 0\].*\[item 9\] and 240 more: /);
		expect(many.itemIndexes).toHaveLength(250);
		const item = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`f${i}`, { x: 1 }]));
		const { message, issues } = refusal([item, item]);
		expect(issues).toHaveLength(20);
		expect(message).not.toContain('more.');
		expect(message.length).toBeLessThan(5000);
	});

	it.each(['={{ $json.a }}{{ $json.b }}', "={{ $fromAI('order') }}"])(
		'a refusal of rows has no expression where Rows is %s',
		(written) => {
			const setting: Setting = { source: 'json', variables: { name: 'text' }, written };
			const { description } = refusal([{ name: { value: 'Ada', n: 8 } }], setting);
			expect(description).toMatch(/^Name what to print/);
		},
	);
});
