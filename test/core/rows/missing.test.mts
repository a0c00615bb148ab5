import { buildRows } from '../../../nodes/ImaginePdf/core/rows/build.ts';
import { build, inputsOf, refusal, sent, variables as known, type Spec } from './support.mts';

const variables = { customer: 'text', amount: 'text', notes: 'text' } as const;
const logo = { customer: 'text', logo: 'image' } as const;

describe('what is missing, left blank', () => {
	it.each<[string, Spec | undefined, object[], object[]]>([
		[
			'a field of another row, where variables are not known',
			undefined,
			[{ a: '1' }, { b: '2', c: null }],
			[{ values: { a: '1', b: '', c: '' } }, { values: { a: '', b: '2', c: '' } }],
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
		[
			'an image under every name, reported once',
			{ v: { names: ['v', 'photo'], kind: 'image' }, customer: 'text' },
			[{ customer: 'a' }],
			[{ blankPictures: ['v', 'photo'], blanked: ['v'] }],
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

	it('a picture of an item goes under every name of its variable', () => {
		const spec: Spec = { v: { names: ['v', 'photo'], kind: 'image' } };
		// It wins over a value, even over one that could not be sent.
		const inputs = inputsOf([{ v: 'https://x.test/a.png' }]).map((input) => ({
			...input,
			binaryFields: ['file'],
		}));
		const images = [{ variable: 'photo', binaryField: 'file' }];
		const options = { missingVariables: 'blank', images, variablesOf: () => known(spec) } as const;
		const picture = { itemIndex: 0, binaryField: 'file' };
		expect(buildRows(inputs, options).rows[0]?.pictures).toEqual([
			{ ...picture, variable: 'v' },
			{ ...picture, variable: 'photo' },
		]);
	});

	it('an image and a row without fields stay the sample where the user wants that', () => {
		const missingVariables = 'sample';
		expect(sent([{ customer: 'a' }], { variables: logo, missingVariables })).toEqual([
			{ customer: 'a' },
		]);
		expect(sent([{}], { variables, missingVariables })).toEqual([{}]);
	});
});

describe('what is missing, as an error', () => {
	const full = { customer: 'x', amount: '1', notes: 'n' };
	const stop = (items: object[], spec: Spec = variables) =>
		refusal(items, { variables: spec, missingVariables: 'error' });

	it.each([null, '', ' '])('%j is missing', (amount) => {
		expect(stop([{ ...full, amount }]).message).toContain("no value for 'amount'");
	});

	it.each([
		[';', "';'"],
		['\t', 'a tab'],
	])('a file that was split at no %j is told with its delimiter', (sign, shown) => {
		const { description } = refusal([{ [`a${sign}b`]: `1${sign}2` }], { variables });
		expect(description).toContain(`'Delimiter' of the node 'Extract From File' to ${shown}.`);
	});

	it('a row without a value is told what it needs, also where Only Fields has picked its fields', () => {
		const setting = { variables: { a: 'text' }, onlyFields: ['a'] } as const;
		const { description } = refusal([{ a: '1' }, { a: '', b: 'x' }], setting);
		expect(description).toMatch(/^Give it a value/);
	});

	it.each(['blank', 'error'] as const)('a row without fields is refused: %s', (mode) => {
		const { headline } = refusal([full, {}], { variables, missingVariables: mode });
		expect(headline).toBe('[item 1]: the row has no fields, so its PDF would be blank');
	});
});
