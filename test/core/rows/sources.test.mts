import fc from 'fast-check';
import { DateTime } from 'luxon';

import { readJson } from '../../../nodes/ImaginePdf/core/rows/jsonText.ts';
import { build, refusal, sent } from './support.mts';

const asJson = { source: 'json' } as const;

describe('rows from items', () => {
	it('sends each item as a row, with its own fields', () => {
		expect(
			sent([
				{ a: 'x', b: 2 },
				{ a: 'y', b: false },
			]),
		).toEqual([
			{ a: 'x', b: '2' },
			{ a: 'y', b: 'false' },
		]);
	});

	it('keeps fields that match no variable', () => {
		expect(sent([{ customer: 'x', crm_id: 7 }], { variables: { customer: {} } })).toEqual([
			{ customer: 'x', crm_id: '7' },
		]);
	});

	it('takes rows that a database driver made of a class', () => {
		class TextRow {
			constructor(readonly amount: number) {}
		}
		expect(sent([new TextRow(5)])).toEqual([{ amount: '5' }]);
	});

	it.each([[null], ['text'], [[{ a: 1 }]], [new Date()], [DateTime.now()]])(
		'refuses an item that is no object of fields (%#)',
		(item) => {
			const { message, issues } = refusal([{ a: 'x' }, item]);
			expect(message).toContain('[item 1]');
			expect(issues).toMatchObject([{ itemIndex: 1, code: 'not_an_object' }]);
		},
	);

	it('has no rows where there are no items', () => {
		expect(build([]).rows).toEqual([]);
	});

	it('carries keys with dots, spaces, emoji and names of the language', () => {
		const text = '{"a.b":"1","a b":"2","😀":"3","__proto__":"4","constructor":"5","":"6"}';
		const [row] = sent([JSON.parse(text)]);
		expect(JSON.stringify(row)).toBe(text);
		expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
		expect(Reflect.get({}, 'a.b')).toBeUndefined();
	});

	it('names a row by any text and pollutes nothing', () => {
		const key = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString'));
		fc.assert(
			fc.property(fc.uniqueArray(key, { minLength: 1 }), (keys) => {
				const item: unknown = JSON.parse(
					`{${keys.map((name) => `${JSON.stringify(name)}:"v"`).join()}}`,
				);
				const [row = {}] = sent([item], { missingVariables: 'sample' });
				expect(new Set(Object.keys(row))).toEqual(new Set(keys));
				expect(Object.keys(Object.prototype)).toEqual([]);
			}),
		);
	});
});

describe('only fields', () => {
	const item = { a: '1', b: '2', 'c d': '3', 'b::x': '4' };

	it('sends the listed fields, and the tokens of listed variables', () => {
		expect(sent([item], { onlyFields: ' a , c d,b::x' })).toEqual([
			{ a: '1', 'c d': '3', 'b::x': '4' },
		]);
		expect(sent([item], { onlyFields: 'b' })).toEqual([{ b: '2', 'b::x': '4' }]);
	});

	it.each(['', ' ', ' , ,'])('restricts nothing where it is %j', (onlyFields) => {
		expect(sent([item], { onlyFields })).toEqual([item]);
	});

	it('concerns items only', () => {
		expect(sent([item], { onlyFields: 'a', source: 'mapped' })).toEqual([item]);
		expect(sent([item], { onlyFields: 'a', ...asJson })).toEqual([item]);
	});

	it('keeps values from the checks that are not sent', () => {
		expect(
			sent([{ a: '1', tags: ['x'], photo: 'data:image/png;base64,A' }], { onlyFields: 'a' }),
		).toEqual([{ a: '1' }]);
	});

	it('sends a listed field as empty text where no item has it, and tells so', () => {
		const { rows, findings } = build([{ a: '1' }], { onlyFields: 'a, amonut' });
		expect(rows).toMatchObject([{ values: { a: '1', amonut: '' }, blanked: ['amonut'] }]);
		expect(findings.unknownOnlyFields).toEqual(['amonut']);
	});

	it('takes a listed variable for there where only its tokens are', () => {
		const { rows, findings } = build([{ 'b::x': '4' }], { onlyFields: 'b' });
		expect(rows.map((row) => row.values)).toEqual([{ 'b::x': '4' }]);
		expect(findings.unknownOnlyFields).toEqual([]);
	});

	it('refuses a row that has none of them', () => {
		const { message } = refusal([{ a: '1' }, { b: '2' }], { onlyFields: 'a' });
		expect(message).toMatch(/\[item 1\].*'Only Fields'/);
	});
});

describe('mapped rows', () => {
	it('sends the mapped values', () => {
		expect(sent([{ amount: 5, paid: null }], { source: 'mapped' })).toEqual([
			{ amount: '5', paid: '' },
		]);
	});

	it.each([[null], [undefined], [{}]])('refuses a row of %p, where nothing is mapped', (values) => {
		expect(refusal([values], { source: 'mapped' }).issues).toMatchObject([{ code: 'no_fields' }]);
	});
});

describe('rows from JSON', () => {
	it('takes an object for one row and an array for many', () => {
		const { rows } = build([{ a: 1 }, [{ a: 2 }, { a: 3 }]], asJson);
		expect(rows.map(({ itemIndex, rowIndex, values }) => [itemIndex, rowIndex, values])).toEqual([
			[0, undefined, { a: '1' }],
			[1, 0, { a: '2' }],
			[1, 1, { a: '3' }],
		]);
	});

	it('takes the same as text, with a byte order mark too', () => {
		expect(sent(['{"a":1}', '\uFEFF [{"a":2},{"a":"3"}] '], asJson)).toEqual([
			{ a: '1' },
			{ a: '2' },
			{ a: '3' },
		]);
	});

	it.each([
		['', 'empty'],
		['  \n', 'empty'],
		[null, 'empty'],
		[undefined, 'empty'],
		[[], 'empty list'],
		['[]', 'empty list'],
		['null', 'empty'],
		['"{}"', 'text'],
		[7, 'a number'],
		['true', 'true or false'],
		[new Date(), 'no plain object'],
	])('refuses %j and names the item', (values, what) => {
		const { headline, description } = refusal([{ a: 1 }, values], asJson);
		expect(headline).toContain('[item 1]');
		expect(headline).toContain(what);
		expect(description).not.toBe('');
	});

	it.each([
		[[{ a: 1 }, 'b'], 2, 'text'],
		[[{ a: 1 }, { a: 2 }, [{ a: 3 }]], 3, 'a list'],
		[[null], 1, 'empty'],
	])('refuses %j and names the row', (values, row, what) => {
		const { headline } = refusal([values], asJson);
		expect(headline).toContain(`row ${row} of [item 0]`);
		expect(headline).toContain(what);
	});

	it('tells the place where text stops being JSON', () => {
		const { headline } = refusal(['{\n  "a": 1,\n  "b": "x\ny"\n}'], asJson);
		expect(headline).toContain('[item 0]');
		expect(headline).toContain('a line break at line 3, column 10');
	});

	it('knows an object that was put inside text', () => {
		expect(refusal(['{"rows": [object Object]}'], asJson).description).toContain('$json.rows');
	});
});

describe('readJson', () => {
	it.each([
		['{"a":1,}', 1, 8, "'}'"],
		["{'a':1}", 1, 2, "'''"],
		['{"a" 1}', 1, 6, "'1'"],
		['{a:1}', 1, 2, "'a'"],
		['[1 2]', 1, 4, "'2'"],
		['[1,]', 1, 4, "']'"],
		['[}', 1, 2, "'}'"],
		['{"a":1}}', 1, 8, "'}'"],
		['[1],[2]', 1, 4, "','"],
		['[01]', 1, 3, "'1'"],
		['[tru]', 1, 2, "'t'"],
		['"\\x"', 1, 2, "'\\'"],
		['["a\tb"]', 1, 4, 'a tab'],
		['["a\u0000b"]', 1, 4, 'a control character'],
		['\n\n  [😀]', 3, 4, "'😀'"],
		['{"a":', 1, 6, 'the end of the text'],
		['["a', 1, 4, 'the end of the text'],
		['[1,2', 1, 5, 'the end of the text'],
		['undefined', 1, 1, "'u'"],
	])('%j stops at line %i, column %i', (text, line, column, found) => {
		expect(readJson(text)).toEqual({ ok: false, line, column, found });
	});

	it('reads what JSON.parse reads', () => {
		fc.assert(
			fc.property(fc.json(), (text) => {
				expect(readJson(text)).toEqual({ ok: true, value: JSON.parse(text) as unknown });
			}),
		);
	});

	it('finds the end where a text was cut off, and never takes what is right for wrong', () => {
		const text = fc.array(
			fc.dictionary(fc.string({ unit: fc.constantFrom('a', 'é', '語') }), fc.boolean()),
		);
		fc.assert(
			fc.property(
				text,
				fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
				(value, where) => {
					const whole = JSON.stringify(value, null, 1);
					const cut = whole.slice(0, Math.floor(where * whole.length));
					const reading = readJson(cut);
					// A word cut in the middle is wrong from its beginning on.
					const expected =
						/[tf][a-z]*$/.test(cut) && !/(true|false)$/.test(cut) ? /'[tf]'/ : /the end/;
					expect(reading).toMatchObject({ ok: false, found: expect.stringMatching(expected) });
				},
			),
		);
	});

	it('copes with megabytes', () => {
		const long = 'x'.repeat(5_000_000);
		expect(readJson(`["${long}]`)).toMatchObject({ ok: false, found: 'the end of the text' });
		expect(readJson(`["${'\\n'.repeat(2_000_000)}" 1]`)).toMatchObject({ ok: false, found: "'1'" });
		expect(readJson('['.repeat(100_000))).toMatchObject({ ok: false, column: 100_001 });
	});
});
