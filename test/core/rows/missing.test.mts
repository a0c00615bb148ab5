import { buildRows } from '../../../nodes/ImaginePdf/core/rows/build.ts';
import { build, inputsOf, refusal, sent, variables as known, type Spec } from './support.mts';

const variables = { customer: 'text', amount: 'text', notes: 'text' } as const;
const logo = { customer: 'text', logo: 'image' } as const;

describe('what is missing, left blank', () => {
	it.each<[string, Spec | undefined, object[], object[]]>([
		[
			'a variable of the design',
			variables,
			[{ customer: 'Ada' }, { amount: 5, notes: 'x' }],
			[
				{ values: { customer: 'Ada', amount: '', notes: '' }, blanked: ['amount', 'notes'] },
				{ values: { customer: '', amount: '5', notes: 'x' }, blanked: ['customer'] },
			],
		],
		[
			'a field of another row, where variables are not known',
			undefined,
			[{ a: '1' }, { b: '2', c: null }],
			[{ values: { a: '1', b: '', c: '' } }, { values: { a: '', b: '2', c: '' } }],
		],
		[
			'no field of another row that is no variable',
			{ customer: 'text' },
			[{ customer: 'a', extra: [['x']] }, { customer: 'b' }],
			[{ values: { customer: 'a' } }, { values: { customer: 'b' } }],
		],
		[
			'empty text as well',
			variables,
			[{ customer: 'a', amount: '', notes: '' }],
			[{ values: { amount: '', notes: '' }, blanked: ['amount', 'notes'] }],
		],
		[
			'a variable under every name, reported once',
			{ v1: { names: ['v1', 'a'] }, v2: { names: ['v2', 'b'] } },
			[{ a: '1' }],
			[{ values: { v1: '1', a: '1', v2: '', b: '' }, blanked: ['v2'] }],
		],
		[
			'an image, by a transparent picture',
			logo,
			[{ customer: 'a', logo: ' ' }],
			[{ values: { customer: 'a' }, blankPictures: ['logo'] }],
		],
		...[[], {}, [''], [null]].map((none): [string, Spec, object[], object[]] => [
			`an image whose value is ${JSON.stringify(none)}`,
			logo,
			[{ customer: 'a', logo: none }],
			[{ blankPictures: ['logo'] }],
		]),
		[
			'what another row shows to be a table, by an empty one',
			undefined,
			[{ x: [['a']], y: '1' }, { x: '', y: '2' }, { y: '3' }],
			[{ values: { x: [['a']] } }, { values: { x: [['']] } }, { values: { x: [['']] } }],
		],
		[
			'what all other rows show to be an image, by a transparent picture',
			undefined,
			[{ x: 'uploads:1', y: '1' }, { y: '2' }],
			[{}, { values: { y: '2' }, blankPictures: ['x'] }],
		],
		[
			'what another row shows to be text, by empty text',
			undefined,
			[{ x: 'uploads:1' }, { x: 'a' }, { x: '', y: '2' }],
			[{}, {}, { values: { x: '', y: '2' }, blankPictures: [] }],
		],
	])('%s is sent as blank', (_, spec, items, rows) => {
		const built = build(items, { variables: spec }).rows;
		expect(built).toMatchObject(rows);
		for (const { values, blankPictures } of built) {
			expect(Object.keys(values)).not.toEqual(expect.arrayContaining(['extra']));
			for (const name of blankPictures) expect(values).not.toHaveProperty(name);
		}
	});

	it('an image and a row without fields stay the sample where the user wants that', () => {
		const missingVariables = 'sample';
		expect(sent([{ customer: 'a' }], { variables: logo, missingVariables })).toEqual([
			{ customer: 'a' },
		]);
		expect(sent([{}], { variables, missingVariables })).toEqual([{}]);
	});
});

describe('pictures from the items', () => {
	const withBinary = (items: unknown[], fields: string[][], spec: Spec | undefined) =>
		buildRows(
			inputsOf(items).map((input, index) => ({ ...input, binaryFields: fields[index] ?? [] })),
			{
				missingVariables: 'blank',
				images: [{ variable: 'Logo', binaryField: 'photo' }],
				variablesOf: () => known(spec),
			},
		).rows;
	const photo = { variable: 'logo', itemIndex: 0, binaryField: 'photo' };

	it.each<[string, object[], string[][], Spec | undefined, object[]]>([
		[
			'wins over a value; without one the value is used, or the image is missing',
			[
				{ customer: 'a', logo: 'uploads:1' },
				{ customer: 'b', logo: 'uploads:2' },
				{ customer: 'c' },
			],
			[['photo'], [], ['other']],
			logo,
			[
				{ pictures: [photo], values: { customer: 'a' }, blankPictures: [] },
				{ pictures: [], values: { customer: 'b', logo: 'uploads:2' }, blankPictures: [] },
				{ pictures: [], values: { customer: 'c' }, blankPictures: ['logo'] },
			],
		],
		['makes a row of its own', [{}], [['photo']], { logo: 'image' }, [{ pictures: [photo] }]],
		[
			'that no item has is a value',
			[{ customer: 'a', logo: 'uploads:1' }],
			[['file']],
			logo,
			[{ values: { logo: 'uploads:1' } }],
		],
		[
			'that no item has is a transparent one',
			[{ customer: 'a' }],
			[],
			logo,
			[{ blankPictures: ['logo'] }],
		],
		[
			'is taken where the variables are not known',
			[{ a: '1' }],
			[['photo']],
			undefined,
			[{ pictures: [{ ...photo, variable: 'Logo' }] }],
		],
	])('a picture from the item %s', (_, items, fields, spec, rows) => {
		const built = withBinary(items, fields, spec);
		expect(built).toMatchObject(rows);
		expect(built[0]?.values).not.toHaveProperty(built[0]?.pictures[0]?.variable ?? 'none');
	});
});

describe('what is missing, as an error', () => {
	const full = { customer: 'x', amount: '1', notes: 'n' };
	const stop = (items: object[], spec: Spec = variables) =>
		refusal(items, { variables: spec, missingVariables: 'error' });

	it.each([null, '', ' '])('%j is missing', (amount) => {
		expect(stop([{ ...full, amount }]).message).toContain("no value for 'amount'");
	});

	it.each(['blank', 'error'] as const)('a row without fields is refused: %s', (mode) => {
		const { headline } = refusal([full, {}], { variables, missingVariables: mode });
		expect(headline).toBe('[item 1]: the row has no fields, so its PDF would be blank');
	});
});
