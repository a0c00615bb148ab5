import { runInNewContext } from 'node:vm';

import fc from 'fast-check';
import { DateTime, Duration } from 'luxon';

import { foreignTokens } from '../../../nodes/ImaginePdf/core/rows/dates.ts';
import { numberText } from '../../../nodes/ImaginePdf/core/rows/values.ts';
import { refusal, refusedValue, sent, valueOf } from './support.mts';

/* What sources give as text, broken or odd, is asked in test/sources/names.mts. */

const NEW_YORK = { timeZone: 'America/New_York' };
const BERLIN = { timeZone: 'Europe/Berlin' };
const GERMAN = { dateFormat: 'dd.MM.yyyy' };

describe('text', () => {
	it('text stays as it is, whatever it holds', () => {
		const text = fc
			.string({ unit: 'binary' })
			.filter((one) => !/[#[{]|NaN|undefined|Inv|Load/.test(one));
		fc.assert(fc.property(text, (one) => expect(valueOf(one)).toBe(one)));
	});

	it.each(['text', 'qr', 'barcode', 'unknown'] as const)('a %s takes text as it is', (kind) => {
		for (const raw of [' 007 ', 'assets:laptop, phone', 'Data: 5, 6'])
			expect(valueOf(raw, kind)).toBe(raw);
	});

	it.each<[unknown, string]>([
		[true, 'true'],
		[0, '0'],
		[12345678901234567890n, '12345678901234567890'],
		[['Sewing', 'Math'], 'Sewing, Math'],
		[[1, true, null, new Date(0)], '1, true, 1970-01-01'],
		[new URL('https://example.com/a'), 'https://example.com/a'],
		[Duration.fromObject({ days: 2 }), 'P2D'],
		['data:,x', 'data:,x'],
	])('text is made of %p', (raw, text) => expect(valueOf(raw)).toBe(text));

	it.each([[null], [undefined], [{}], [[]], [[null]]])('%j is no value of a text', (raw) => {
		const setting = { variables: { x: 'text', other: 'text' }, missingVariables: 'error' } as const;
		expect(refusal([{ x: raw, other: 'y' }], setting).headline).toContain("no value for 'x'");
	});

	it.each<[unknown, 'text' | 'unknown', string]>([
		[NaN, 'text', 'the number NaN, which cannot be printed'],
		[-Infinity, 'text', 'the number -Infinity'],
		[Buffer.from('x'), 'text', 'cannot be printed'],
		[new Map(), 'text', 'cannot be printed'],
		[Symbol('x'), 'text', 'cannot be printed'],
		[() => 1, 'text', 'cannot be printed'],
		[[{ a: 1 }], 'text', 'a list of objects, and it takes text'],
		[['x', ['y']], 'text', 'a list of lists, and it takes text'],
		[{ currency_code: 'USD', value: '1' }, 'text', "with 'currency_code' and 'value'"],
		[new Date('x'), 'text', 'a date that does not exist'],
		[DateTime.fromISO('x'), 'text', 'a date that does not exist'],
		['data:image/png;base64,AA', 'text', 'an inline image (a data: URI)'],
		[' data:,x', 'unknown', 'an inline image (a data: URI)'],
	])('%p is refused for a %s', (raw, kind, what) => {
		expect(refusedValue(raw, kind).reason).toContain(what);
	});

	it.each<[unknown, string]>([
		[{ currency_code: 'USD', value: '12.50' }, '$json.x.value'],
		[{ first: 'Ada', last: 'L' }, '[$json.x.first, $json.x.last].join(" ")'],
		[[{ value: 'a@b', primary: true }, { value: 'c' }], '$json.x[0].value'],
		[{ id: 'a', type: 't', title: [{ plain_text: 'T' }] }, '$json.x.title[0].plain_text'],
		[{ self: 'u', id: '3', name: 'Done', category: { key: 'x' } }, '$json.x.name'],
		[{ none: {}, data: { name: 'N', y: '1' } }, '$json.x.data.name'],
		['{"a":{"name":"Ada"}}', 'JSON.parse($json.x).a.name'],
	])('the advice for %j leads to text', (raw, expression) => {
		expect(refusedValue(raw).remedy).toContain(`{{ { ...$json, x: ${expression} } }}`);
	});

	it('the advice is one expression for all that is wrong, also where rows differ', () => {
		const variables = { a: 'text', b: 'text' } as const;
		const rows = [
			{ a: { value: 1, x: 2 }, b: { name: 'N', x: 2 } },
			{ a: '5', b: 'M' },
		];
		expect(refusal(rows, { variables }).description).toContain(
			'{ ...$json, a: typeof $json.a === "object" ? $json.a?.value : $json.a, b: typeof $json.b === "object" ? $json.b?.name : $json.b }',
		);
	});
});

describe('numbers', () => {
	it.each([
		[0.1 + 0.2, '0.3'],
		[4.35 * 100, '435'],
		[100 / 3, '33.3333333333333'],
		[-0, '0'],
		[1e23, '100000000000000000000000'],
		[1.5e300, `15${'0'.repeat(299)}`],
		[-1.25e-10, '-0.000000000125'],
		[9007199254740991, '9007199254740991'],
		[123456789012345.6, '123456789012345.6'],
		[9999999999999.99, '9999999999999.99'],
	])('the number %d becomes the text %s', (number, text) => expect(numberText(number)).toBe(text));

	it('a number never becomes text with an exponent, and never strays by more than the noise', () => {
		fc.assert(
			fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
				const text = numberText(number);
				expect(text).toMatch(/^-?\d+(\.\d+)?$/);
				expect(Math.abs(Number(text) - number)).toBeLessThanOrEqual(Math.abs(number) * 5e-15);
			}),
		);
	});

	it('integers and amounts of money become exact text', () => {
		const isExact = (n: number) => Number(numberText(n)) === n;
		fc.assert(fc.property(fc.maxSafeInteger(), isExact));
		fc.assert(fc.property(fc.integer({ min: -1e14, max: 1e14 }), (cents) => isExact(cents / 100)));
	});
});

describe('dates', () => {
	it.each([
		['2026-03-30T22:00:00Z', '2026-03-31'],
		['2026-01-01T00:00:00+01:00', '2026-01-01'],
		['2026-03-30T10:05:00Z', '2026-03-30 12:05'],
	])('the date %s is printed in the time zone of the workflow', (iso, text) => {
		expect(valueOf(new Date(iso), 'text', BERLIN)).toBe(text);
		expect(valueOf(DateTime.fromISO(iso, { zone: 'Asia/Tokyo' }), 'text', BERLIN)).toBe(text);
	});

	it('a day whose midnight is skipped by summer time is printed as a day', () => {
		const date = new Date('2026-09-06T04:00:00Z');
		expect(valueOf(date, 'text', { timeZone: 'America/Santiago' })).toBe('2026-09-06');
	});

	it('a Date of another realm and a DateTime of another copy of Luxon are printed as dates', () => {
		expect(valueOf(runInNewContext('new Date(0)'))).toBe('1970-01-01');
		const other = new (class OtherDateTime {
			isLuxonDateTime = true;
			valueOf = () => 0;
		})();
		expect(valueOf(other)).toBe('1970-01-01');
	});

	it.each<[unknown, string, object]>([
		['2026-03-30', '30.03.2026', BERLIN],
		['2026-03-30T22:00:00Z', '31.03.2026', BERLIN],
		['2026-03-30T22:00:00.000+02:00', '30.03.2026', BERLIN],
		['2026-03-30 22:00:00', '30.03.2026', BERLIN],
		[new Date('2026-03-31T00:00:00Z'), '31.03.2026', NEW_YORK],
		['/Date(1774929600000)/', '31.03.2026', NEW_YORK],
		...['2026-02-31', '2026-3-1', '30.03.2026', 'due 2026-03-30', '20260330', '2026'].map(
			(same): [string, string, object] => [same, same, {}],
		),
	])('%j is printed as %s with a Date Format (%#)', (raw, text, zone) => {
		expect(valueOf(raw, 'text', { ...zone, ...GERMAN })).toBe(text);
	});

	it('Date Format applies to lists and cells too, and ISO text stays as it is without one', () => {
		const dateFormat = 'd/M';
		expect(valueOf([new Date(0), '2026-03-30'], 'text', { dateFormat })).toBe('1/1, 30/3');
		expect(valueOf([['2026-03-30', new Date(0)]], 'table', { dateFormat })).toEqual([
			['30/3', '1/1'],
		]);
		expect(valueOf('2026-03-30T22:00:00Z', 'text', BERLIN)).toBe('2026-03-30T22:00:00Z');
	});

	it.each([
		...['dd.MM.yyyy', 'd LLLL yyyy', 'yyyy-MM-dd HH:mm', "yyyy-MM-dd'T'HH:mm:ss", 'DD', 'HH:mm'],
		...['mm:ss', 'MM/yy', "'Am' d.M.", 'yyyy年M月d日', 'h:mm a', 'cccc', 'X'],
	])('the date format %s is one of Luxon', (format) => {
		expect(foreignTokens(format)).toBeUndefined();
	});

	it.each([
		...['DD.MM.YYYY', 'dd.mm.yyyy', 'TT.MM.JJJJ', '%d.%m.%y', 'HH:MM', 'dd.MM.yyyy HH:MM'],
		...['jj/MM/aaaa', 'dd.MM.yyyy Uhr', 'ddd d', 'yyyy-MM-ddTHH:mm', 'dd.mm.yyyy hh:mm'],
		...['mm/dd/yyyy h:mm a', 'HH:mm dd.mm.yyyy', 'dd.mm. HH:mm', 'yyyy-dd-mm HH:mm'],
	])('the date format %s is of other tools', (format) => {
		expect(foreignTokens(format)).toBeDefined();
	});
});

describe('tokens', () => {
	const letter = { letter: { tokens: ['first', 'last'] }, other: 'text' } as const;
	const unseen = { letter: { kind: 'unknown', tokens: undefined } } as const;
	const shared = {
		letter: { tokens: ['first', 'last'] },
		first: { names: ['first', 'letter::first'] },
	} as const;

	it.each([
		['not blank beside a whole text', letter, { letter: 'Hi' }, { letter: 'Hi', other: '' }],
		[
			'blank where all are missing',
			letter,
			{ other: 'x' },
			{ 'letter::first': '', 'letter::last': '', other: 'x' },
		],
		[
			'none of a table that is missing as a whole',
			{ t: { kind: 'table', tokens: ['a'] }, other: 'text' } as const,
			{ other: 'x' },
			{ t: [['']], other: 'x' },
		],
		[
			'those of the rows where the design shows none',
			unseen,
			{ 'letter::a': 'x' },
			{ 'letter::a': 'x' },
		],
		[
			'filled under both names as variables of their own',
			shared,
			{ first: 'Ada' },
			{ first: 'Ada', 'letter::first': 'Ada', 'letter::last': '' },
		],
		[
			'variables of their own by the name of the token',
			shared,
			{ 'letter::first': 'Bob' },
			{ first: 'Bob', 'letter::first': 'Bob', 'letter::last': '' },
		],
	])('tokens are %s', (_, variables, item, row) => {
		expect(sent([item], { variables })).toEqual([row]);
	});

	it.each([
		[{ first: 'Ada', age: 3 }, "it takes text, or its tokens 'first' and 'last'"],
		[{ first: { a: 1 } }, "'letter.first' holds an object with 'a', and it takes text"],
	])('tokens are refused in %j', (value, what) => {
		expect(refusal([{ letter: value }], { variables: letter }).headline).toContain(what);
	});

	it('tokens are asked for where an object and a field of their name differ, unless it has the exact name', () => {
		const item = { letter: { first: 'Ada', last: 'L' }, first: 'Bob', other: 'x' };
		const { headline, description } = refusal([item], { variables: letter });
		expect(headline).toContain("'letter::first' could be meant by 'letter.first' and 'first'");
		expect(description).toBe("Choose one: name it exactly 'letter::first' before this node.");
		const row = { 'letter::first': 'Ada', 'letter::last': 'L', other: 'x' };
		expect(sent([{ ...item, first: 'Ada' }], { variables: letter })).toEqual([row]);
		const { first: _, ...exact } = { ...item, 'letter::first': 'Eve' };
		for (const one of [exact, { id: 7, data: { ...exact, 'letter::last': 'L' } }])
			expect(sent([one], { variables: letter })).toEqual([{ ...row, 'letter::first': 'Eve' }]);
	});
});

describe('images, and values of the wrong kind', () => {
	it.each(['uploads:abc', ' assets:a-1 \n'])('an image takes the reference %j', (raw) => {
		expect(valueOf(raw, 'image')).toBe(raw.trim());
	});

	it.each<[unknown, string]>([
		['https://example.com/a.png', 'a URL'],
		['data:image/png;base64,AA', 'something else'],
		['assets:laptop, phone', 'something else'],
		[5, 'something else'],
		[['uploads:1'], 'something else'],
	])('an image refuses %j, and names both ways out', (raw, what) => {
		const { reason, remedy } = refusedValue(raw, 'image');
		expect(reason).toContain(what);
		expect(remedy).toMatch(/'Images'.*'Image'/);
	});

	it.each<[unknown, 'text' | 'table', string]>([
		['text', 'table', 'holds text'],
		['{"a":1}', 'table', 'holds text'],
		[['a', 'b'], 'table', 'row 1 is no list of cells'],
		[{ a: '1' }, 'table', 'an object'],
		[5, 'table', 'no list'],
	])('%j is refused for a %s before it costs anything', (raw, kind, what) => {
		expect(refusedValue(raw, kind).reason).toContain(what);
	});
});
