import { buildRows } from '../../../nodes/ImaginePdf/core/rows/build.ts';
import { build, inputsOf, refusal, sent, variables as known } from './support.mts';

const variables = { customer: 'text', amount: 'text', notes: 'text' } as const;

describe('missing variables, left blank', () => {
	it('a missing variable of the design is sent as empty text', () => {
		const { rows } = build([{ customer: 'Ada' }, { amount: 5, notes: 'x' }], { variables });
		expect(rows.map((row) => [row.values, row.blanked])).toEqual([
			[{ customer: 'Ada', amount: '', notes: '' }, ['amount', 'notes']],
			[{ customer: '', amount: '5', notes: 'x' }, ['customer']],
		]);
	});

	it('a field of another row is sent as empty text where variables are not known', () => {
		expect(sent([{ a: '1' }, { b: '2' }, { b: '3', c: null }])).toEqual([
			{ a: '1', b: '', c: '' },
			{ a: '', b: '2', c: '' },
			{ a: '', b: '3', c: '' },
		]);
	});

	it('a field of another row that is no variable is not sent as empty text', () => {
		expect(sent([{ customer: 'a', extra: [['x']] }, { customer: 'b' }], { variables })).toEqual([
			{ customer: 'a', amount: '', notes: '' },
			{ customer: 'b', amount: '', notes: '' },
		]);
	});

	it('empty text of a row counts as blank', () => {
		const { rows } = build([{ customer: 'a', amount: '', notes: '' }], { variables });
		expect(rows).toMatchObject([
			{ values: { amount: '', notes: '' }, blanked: ['amount', 'notes'] },
		]);
	});

	it('a blank is sent under every name of a variable, and reported once', () => {
		const byId = { v1: { names: ['v1', 'a'] }, v2: { names: ['v2', 'b'] } };
		expect(build([{ a: '1' }], { variables: byId }).rows).toMatchObject([
			{ values: { v1: '1', a: '1', v2: '', b: '' }, blanked: ['v2'] },
		]);
	});

	it('rows of different designs do not share their missing variables', () => {
		const [first, second] = inputsOf([{ a: '1' }, { b: '2' }]);
		if (!first || !second) throw new Error('There are two inputs');
		const asked: string[] = [];
		const { rows } = buildRows([first, { ...second, designId: 'other' }], {
			missingVariables: 'blank',
			variablesOf: (designId) => {
				asked.push(designId);
				return known(designId === 'other' ? { b: 'text', c: 'text' } : undefined);
			},
		});
		expect(rows.map((row) => row.values)).toEqual([{ a: '1' }, { b: '2', c: '' }]);
		expect(asked).toEqual([first.designId, 'other']);
	});
});

describe('a missing image', () => {
	const logo = { variables: { customer: 'text', logo: 'image' } } as const;

	it('a missing image gets a transparent picture', () => {
		const [row] = build([{ customer: 'a', logo: ' ' }], logo).rows;
		expect(row).toMatchObject({ values: { customer: 'a' }, blankPictures: ['logo'] });
		expect(row?.values).not.toHaveProperty('logo');
	});

	it('a missing image is refused, all items at once, with Missing Variables: Stop', () => {
		const { headline } = refusal([{ customer: 'a' }, { customer: 'b' }], {
			...logo,
			missingVariables: 'error',
		});
		expect(headline).toBe("[item 0] and [item 1]: the row has no value for 'logo'");
	});

	it('a missing image stays the sample where the user wants that', () => {
		expect(sent([{ customer: 'a' }], { ...logo, missingVariables: 'sample' })).toEqual([
			{ customer: 'a' },
		]);
	});
});

describe('a variable whose kind is not known', () => {
	it('a variable of unknown kind takes no empty text where another row shows a table', () => {
		const rows = sent([{ x: [['a']], y: '1' }, { x: '', y: '2' }, { y: '3' }]);
		expect(rows.map(({ x }) => x)).toEqual([[['a']], [['']], [['']]]);
	});

	it('a variable of unknown kind takes a transparent picture where all other rows show references', () => {
		const { rows } = build([{ x: 'uploads:1', y: '1' }, { y: '2' }]);
		expect(rows[1]).toMatchObject({ values: { y: '2' }, blankPictures: ['x'] });
		expect(rows[1]?.values).not.toHaveProperty('x');
	});

	it('a variable of unknown kind takes empty text where a row shows other text', () => {
		const rows = sent([
			{ x: 'assets:laptop, phone', y: '1' },
			{ x: '', y: '2' },
		]);
		expect(rows[1]).toEqual({ x: '', y: '2' });
		expect(sent([{ x: 'uploads:1' }, { x: 'a' }, { x: '', y: '2' }])[2]).toEqual({ x: '', y: '2' });
	});
});

describe('pictures from the items', () => {
	const images = [{ variable: 'Logo', binaryField: 'photo' }];
	const logo = known({ customer: 'text', logo: 'image' });
	const withBinary = (items: unknown[], fields: string[][], list = logo) =>
		buildRows(
			inputsOf(items).map((input, index) => ({ ...input, binaryFields: fields[index] ?? [] })),
			{ missingVariables: 'blank', images, variablesOf: () => list },
		).rows;

	it('a picture from the item wins over a value; an item without one uses its value, or the image is missing', () => {
		const rows = withBinary(
			[
				{ customer: 'a', logo: 'uploads:1' },
				{ customer: 'b', logo: 'uploads:2' },
				{ customer: 'c' },
			],
			[['photo'], [], ['other']],
		);
		expect(
			rows.map(({ pictures, values, blankPictures }) => [pictures, values, blankPictures]),
		).toEqual([
			[[{ variable: 'logo', itemIndex: 0, binaryField: 'photo' }], { customer: 'a' }, []],
			[[], { customer: 'b', logo: 'uploads:2' }, []],
			[[], { customer: 'c' }, ['logo']],
		]);
	});

	it('a picture from the item makes a row of its own', () => {
		expect(withBinary([{}], [['photo']], known({ logo: 'image' }))).toHaveLength(1);
	});

	it('pictures from the items are refused where no item has the binary field, with those that there are', () => {
		expect(() => withBinary([{ customer: 'a' }], [['file', 'scan']])).toThrow(
			/no item has a file in the field 'photo'.*'file' and 'scan'/,
		);
		expect(withBinary([{ customer: 'a', logo: 'uploads:1' }], [['file']])).toHaveLength(1);
	});

	it('a picture from the item is refused for a variable that takes no image', () => {
		expect(() => withBinary([{ logo: 'a' }], [['photo']], known({ logo: 'text' }))).toThrow(
			/'Images' names 'Logo', which is no image variable/,
		);
	});
});

describe('missing variables, as an error', () => {
	const options = { variables, missingVariables: 'error' } as const;

	it('missing variables that are an error name every item at once, in one sentence for all variables', () => {
		const items = Array.from({ length: 14 }, (_, i) => ({ customer: `c${i}` }));
		const { headline, itemIndexes } = refusal(items, options);
		expect(itemIndexes).toHaveLength(14);
		expect(headline).toContain(
			"[item 9] and 4 more: the row has no value for 'amount' and 'notes'",
		);
		expect(headline).not.toContain('[item 10]');
	});

	it.each([null, '', ' '])(
		'%j counts as missing where missing variables are an error',
		(amount) => {
			expect(refusal([{ customer: 'a', amount, notes: 'n' }], options).message).toContain(
				"no value for 'amount'",
			);
		},
	);

	it('complete rows pass where missing variables are an error', () => {
		expect(sent([{ customer: 'a', amount: 0, notes: 'n' }], options)).toHaveLength(1);
	});

	it('missing values are reported together with values that cannot be sent', () => {
		const full = { customer: 'x', amount: '1', notes: 'n' };
		const { issues } = refusal([full, { ...full, amount: { a: 1 } }, { customer: 'x' }], options);
		expect(issues.map(({ itemIndexes, reason }) => [itemIndexes, reason])).toEqual([
			[[1], expect.stringContaining('holds an object')],
			[[2], expect.stringContaining('has no value for')],
		]);
	});
});

describe('rows without fields', () => {
	it.each(['blank', 'error'] as const)(
		'a row without fields is refused with missing variables: %s',
		(mode) => {
			const full = { customer: 'a', amount: 1, notes: 'n' };
			const { headline } = refusal([full, {}], { variables, missingVariables: mode });
			expect(headline).toBe('[item 1]: the row has no fields, so its PDF would be blank');
		},
	);

	it('a row without fields goes through with sample content', () => {
		expect(sent([{}], { variables, missingVariables: 'sample' })).toEqual([{}]);
	});
});
