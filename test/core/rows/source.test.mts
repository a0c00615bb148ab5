import fc from 'fast-check';
import { DateTime } from 'luxon';

import { readJson } from '../../../nodes/ImaginePdf/core/rows/paths.ts';
import { build, refusal, sent } from './support.mts';

const asJson = { source: 'json' } as const;

describe('rows from items', () => {
	it('rows from items are one per item, with its own fields', () => {
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

	it('rows from items may be made of a class by a database driver', () => {
		class TextRow {
			constructor(readonly amount: number) {}
		}
		expect(sent([new TextRow(5)])).toEqual([{ amount: '5' }]);
	});

	it.each([[null], ['text'], [[{ a: 1 }]], [new Date()], [DateTime.now()]])(
		'rows from items are refused where an item is no object of fields (%#)',
		(item) => {
			const { message, issues } = refusal([{ a: 'x' }, item]);
			expect(message).toContain('[item 1]');
			expect(issues).toMatchObject([
				{ itemIndexes: [1], reason: expect.stringContaining('a row is an object') as string },
			]);
		},
	);

	it('rows from items are none where there are no items', () => expect(build([]).rows).toEqual([]));

	it('rows from items carry keys with dots, spaces, emoji and names of the language', () => {
		const text = '{"a.b":"1","a b":"2","😀":"3","__proto__":"4","constructor":"5","":"6"}';
		const [row] = sent([JSON.parse(text)], { missingVariables: 'sample' });
		expect(JSON.stringify(row)).toBe(text);
		expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
		expect(Object.keys(Object.prototype)).toEqual([]);
	});
});

describe('only fields', () => {
	const item = { a: '1', b: '2', 'c d': '3', 'b::x': '4' };

	it('Only Fields sends the fields that it lists, with the tokens of listed variables', () => {
		expect(sent([item], { onlyFields: ['a', 'c d', 'b::x'] })).toMatchObject([
			{ a: '1', 'c d': '3', 'b::x': '4' },
		]);
		expect(sent([item], { onlyFields: ['b'] })).toEqual([{ b: '2', 'b::x': '4' }]);
	});

	it('Only Fields sends all fields where it lists none', () => {
		expect(sent([item], { onlyFields: [] })).toEqual([item]);
	});

	it('Only Fields concerns items only', () => {
		expect(sent([item], { onlyFields: ['a'], source: 'mapped' })).toEqual([item]);
		expect(sent([item], { onlyFields: ['a'], ...asJson })).toEqual([item]);
	});

	it('Only Fields keeps values from the checks that are not sent', () => {
		expect(sent([{ a: '1', meta: { x: 1 } }], { onlyFields: ['a'] })).toEqual([{ a: '1' }]);
	});

	it('Only Fields finds a field by a similar name where none has the very name', () => {
		expect(sent([{ 'A B': '1', x: '2' }], { onlyFields: ['a_b'] })).toMatchObject([{ 'A B': '1' }]);
		expect(sent([{ 'A B': '1', a_b: '2' }], { onlyFields: ['a_b'] })).toEqual([{ a_b: '2' }]);
	});

	it('Only Fields restricts nested objects by their path, or as a whole', () => {
		const setting = { variables: { billing_name: 'text', billing_city: 'text' } } as const;
		const order = { billing: { name: 'Ada', city: 'Rome' } };
		expect(sent([order], { ...setting, onlyFields: ['billing.name'] })).toEqual([
			{ billing_name: 'Ada', billing_city: '' },
		]);
		expect(sent([order], { ...setting, onlyFields: ['billing'] })).toEqual([
			{ billing_name: 'Ada', billing_city: 'Rome' },
		]);
	});

	it('Only Fields restricts rows that are taken from a nested object', () => {
		const setting = { variables: { name: 'text', city: 'text' } } as const;
		const order = { body: { name: 'Ada', city: 'Rome' } };
		expect(sent([order], { ...setting, onlyFields: ['name'] })).toEqual([
			{ name: 'Ada', city: '' },
		]);
		expect(sent([order], { ...setting, onlyFields: ['body.city'] })).toEqual([
			{ name: '', city: 'Rome' },
		]);
	});

	it('Only Fields sends empty text for a field that no item has, and reports it, with variables not known', () => {
		const { rows, hint } = build([{ a: '1' }], { onlyFields: ['a', 'amonut'] });
		expect(rows).toMatchObject([{ values: { a: '1', amonut: '' }, blanked: ['amonut'] }]);
		expect(hint?.text).toContain("No item has 'amonut'");
	});

	it('Only Fields refuses a row that has none of them', () => {
		const { message } = refusal([{ a: '1' }, { b: '2' }], { onlyFields: ['a'] });
		expect(message).toMatch(/\[item 1\].*'Only Fields'/);
	});
});

describe('mapped rows', () => {
	it('mapped rows have the mapped values', () => {
		expect(sent([{ amount: 5, paid: null }], { source: 'mapped' })).toEqual([
			{ amount: '5', paid: '' },
		]);
	});

	it.each([[null], [undefined], [{}]])(
		'mapped rows are refused as %p, where nothing is mapped',
		(values) => {
			expect(refusal([values], { source: 'mapped' }).issues).toMatchObject([
				{ reason: 'the row has no fields, so its PDF would be blank' },
			]);
		},
	);
});

describe('rows from JSON', () => {
	it('rows from JSON are one for an object and many for an array', () => {
		const { rows } = build([{ a: 1 }, [{ a: 2 }, { a: 3 }]], asJson);
		expect(
			rows.map(({ itemIndexes, rowIndex, values }) => [itemIndexes, rowIndex, values]),
		).toEqual([
			[[0], undefined, { a: '1' }],
			[[1], 0, { a: '2' }],
			[[1], 1, { a: '3' }],
		]);
	});

	it('rows from JSON may be text, with a byte order mark too', () => {
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
		['null', 'no object'],
		['"{}"', 'no object'],
		[7, 'no object'],
		['true', 'no object'],
		[new Date(), 'no object'],
	])('rows from JSON are refused for %j, naming the item', (values, what) => {
		const { headline, description } = refusal([{ a: 1 }, values], asJson);
		expect(headline).toContain('[item 1]');
		expect(headline).toContain(what);
		expect(description).not.toBe('');
	});

	it.each([
		[[{ a: 1 }, 'b'], 2],
		[[{ a: 1 }, { a: 2 }, [{ a: 3 }]], 3],
		[[null], 1],
	])('rows from JSON are refused for %j, naming the row', (values, row) => {
		const { headline } = refusal([values], asJson);
		expect(headline).toContain(`row ${row} of [item 0]: the row is no object`);
	});

	it('rows from JSON that are no JSON are refused with what the engine says, and the item', () => {
		const { headline } = refusal([{ a: 1 }, '{"a": 1,}'], asJson);
		expect(headline).toMatch(/^\[item 1\]: 'Rows' is not valid JSON: .*JSON/);
	});

	it('rows from JSON are refused with the reason where they hold an object put inside text', () => {
		expect(refusal(['{"rows": [object Object]}'], asJson).description).toContain('$json.rows');
	});
});

describe('readJson', () => {
	it('readJson reads what JSON.parse reads', () => {
		fc.assert(
			fc.property(fc.json(), (text) => {
				expect(readJson(text)).toEqual({ ok: true, value: JSON.parse(text) as unknown });
			}),
		);
	});
});
