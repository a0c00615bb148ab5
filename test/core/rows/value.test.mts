import { runInNewContext } from 'node:vm';

import fc from 'fast-check';
import { DateTime, Duration } from 'luxon';

import { toApiValue } from '../../../nodes/ImaginePdf/core/rows/index.ts';
import { deepFreeze, refusedValue as refused } from './support.mts';

describe('text', () => {
	it('stays as it is, whatever it holds', () => {
		fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => toApiValue(text) === text));
	});

	it.each([
		'',
		' ',
		'Zoë 😀 日本語\r\nline two\t',
		'\ud83d',
		'007',
		'Data: 5, 6',
		'data:',
		'data of 1,2',
	])('keeps %j', (text) => expect(toApiValue(text)).toBe(text));

	it('keeps a megabyte', () => {
		const text = '😀'.repeat(500_000);
		expect(toApiValue(text)).toBe(text);
	});
});

describe('booleans and missing values', () => {
	it.each([
		[true, 'true'],
		[false, 'false'],
	])('%s becomes text', (raw, text) => expect(toApiValue(raw)).toBe(text));

	it.each([[null], [undefined], [{}]])('%j is missing', (raw) =>
		expect(toApiValue(raw)).toBeUndefined(),
	);
});

describe('dates', () => {
	it('writes a Date in UTC', () => {
		expect(toApiValue(new Date('2026-06-08T12:00:00+02:00'))).toBe('2026-06-08T10:00:00.000Z');
	});

	it('writes a DateTime with its own offset', () => {
		const date = DateTime.fromISO('2026-06-08T12:00:00', { zone: 'Asia/Tokyo' });
		expect(toApiValue(date)).toBe('2026-06-08T12:00:00.000+09:00');
	});

	it('knows a Date of another realm and a DateTime of another copy of Luxon', () => {
		expect(toApiValue(runInNewContext('new Date(0)'))).toBe('1970-01-01T00:00:00.000Z');
		class OtherDateTime {
			isLuxonDateTime = true;
			toISO() {
				return '2026-06-08T12:00:00.000Z';
			}
		}
		expect(toApiValue(new OtherDateTime())).toBe('2026-06-08T12:00:00.000Z');
	});

	it.each([
		['Date', new Date('no date')],
		['DateTime', DateTime.fromISO('no date')],
		['Date only by name', { [Symbol.toStringTag]: 'Date', toJSON: () => 1 }],
	])('refuses a %s that is none', (_, date) => {
		expect(refused(date).code).toBe('unsupported_value');
	});
});

describe('objects of a class', () => {
	it('takes the text that a class gives for JSON', () => {
		expect(toApiValue(new URL('https://example.com/a'))).toBe('https://example.com/a');
		expect(toApiValue(Duration.fromObject({ days: 2 }))).toBe('P2D');
	});

	it('refuses an inline image behind a class', () => {
		expect(refused(new URL('data:image/png;base64,AA')).code).toBe('data_uri');
	});

	it.each([
		['a Buffer', Buffer.from('x'), 'binary data'],
		['bytes', new Uint8Array(2), 'binary data'],
		['a Map', new Map(), 'Map'],
		['a function', () => 1, 'function'],
		['a symbol', Symbol('x'), 'symbol'],
	])('refuses %s', (_, raw, named) => {
		expect(refused(raw).reason).toContain(named);
		expect(refused(raw).remedy).not.toBe('');
	});
});

describe('tables', () => {
	it('stay native, with text in every cell', () => {
		const raw = deepFreeze([
			['Item', 'Price', 'Sold', 'On'],
			['Pen', 0.1 + 0.2, true, new Date(0)],
			[null, undefined, 2n, ''],
		]);
		expect(toApiValue(raw)).toEqual([
			['Item', 'Price', 'Sold', 'On'],
			['Pen', '0.3', 'true', '1970-01-01T00:00:00.000Z'],
			['', '', '2', ''],
		]);
	});

	it('may be ragged, empty, or have holes in a row', () => {
		expect(toApiValue([['a'], [], ['b', 'c']])).toEqual([['a'], [], ['b', 'c']]);
		expect(toApiValue([])).toEqual([]);
		const holes = ['x'];
		holes[2] = 'z';
		expect(toApiValue([holes])).toEqual([['x', '', 'z']]);
	});

	it('may have 500 rows and 50 columns, and no more', () => {
		const table = (rows: number, columns: number) =>
			Array.from({ length: rows }, () => Array.from({ length: columns }, () => 'x'));
		expect(toApiValue(table(500, 50))).toEqual(table(500, 50));
		expect(refused(table(501, 2)).reason).toContain('501 rows × 2 columns');
		expect(refused([['a'], ...table(1, 51)]).reason).toContain('2 rows × 51 columns');
		expect(refused(table(501, 51)).code).toBe('table_too_large');
	});

	it.each([
		['an object in a cell', [['a'], ['b', { c: 1 }]], 'row 2, column 2'],
		['a list in a cell', [[['a']]], 'row 1, column 1'],
		['an inline image in a cell', [['a', 'data:image/png;base64,AA']], 'row 1, column 2'],
		['a row that is no list', [['a'], 'b'], 'row 2'],
		['a hole among the rows', Object.assign([['a']], { 2: ['c'] }), 'row 2'],
	])('refuses %s and says where', (_, raw, place) => {
		expect(refused(raw).reason).toContain(place);
	});
});

describe('other lists', () => {
	it('refuses texts, and tells how they can be sent', () => {
		const { reason, remedy } = refused(['red', 'blue']);
		expect(reason).toContain('a list');
		expect(remedy).toMatch(/Join it into one text.*table/);
	});

	it('refuses objects, and tells how they can be sent', () => {
		const { reason, remedy } = refused([{ a: 1 }]);
		expect(reason).toContain('a list of objects');
		expect(remedy).toMatch(/table.*JSON/);
	});
});

describe('objects of tokens', () => {
	it('get text for each token, and leave out what has no value', () => {
		const raw = deepFreeze({ first: 'Ada', age: 36, last: null, vip: true });
		expect(toApiValue(raw)).toEqual({ first: 'Ada', age: '36', vip: 'true' });
	});

	it('may come from another realm or have no prototype', () => {
		expect(toApiValue(runInNewContext('({ a: 1 })'))).toEqual({ a: '1' });
		expect(toApiValue(Object.assign(Object.create(null), { a: 1 }))).toEqual({ a: '1' });
	});

	it.each([
		['an object', { a: { b: 1 } }, "token 'a'"],
		['a list', { a: [1] }, "token 'a'"],
		['an inline image', { a: 'data:text/plain,x' }, "token 'a'"],
	])('refuse %s inside', (_, raw, place) => expect(refused(raw).reason).toContain(place));

	it('keep every name as an own property and pollute nothing', () => {
		const raw: unknown = JSON.parse('{"__proto__":"p","constructor":"c","toString":null}');
		expect(JSON.stringify(toApiValue(raw))).toBe('{"__proto__":"p","constructor":"c"}');
		expect(Object.keys(Object.prototype)).toEqual([]);
	});

	it('come out as text whatever the names and the scalars', () => {
		const scalar = fc.oneof(fc.integer(), fc.boolean(), fc.constantFrom('a', 'b'));
		fc.assert(
			fc.property(fc.dictionary(fc.string(), scalar, { minKeys: 1 }), (raw) => {
				const value = toApiValue(raw);
				expect(JSON.parse(JSON.stringify(value))).toEqual(
					JSON.parse(JSON.stringify(raw), (_, v: unknown) =>
						typeof v === 'object' ? v : String(v),
					),
				);
			}),
		);
	});
});

describe('inline images', () => {
	it.each([
		'data:image/png;base64,iVBORw0KGgo=',
		'DATA:image/svg+xml;charset=utf-8,%3Csvg',
		' \n data:image/png;base64,AA',
		'data:,x',
		'data:;base64,AA',
	])('refuses %j with the reason and the way out', (raw) => {
		const { code, reason, remedy } = refused(raw);
		expect(code).toBe('data_uri');
		expect(reason).toContain('drops');
		expect(remedy).toContain('uploads:');
	});
});
