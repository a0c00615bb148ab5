import { runInNewContext } from 'node:vm';

import fc from 'fast-check';
import { DateTime, Duration } from 'luxon';

import { foreignTokens } from '../../../nodes/ImaginePdf/core/rows/dates.ts';
import { refusal, refusedValue, sent, valueOf } from './support.mts';

const BERLIN = { timeZone: 'Europe/Berlin' };

describe('text', () => {
	it('text stays as it is, whatever it holds', () => {
		fc.assert(
			fc.property(
				fc.string({ unit: 'binary' }).filter((text) => !/[#[{]|NaN|undefined|Inv|Load/.test(text)),
				(text) => expect(valueOf(text)).toBe(text),
			),
		);
	});

	it.each(['text', 'qr', 'barcode', 'unknown'] as const)(
		'text goes to a variable of the kind %s as text',
		(kind) => {
			expect(valueOf(' 007 ', kind)).toBe(' 007 ');
			expect(valueOf('assets:laptop, phone', kind)).toBe('assets:laptop, phone');
		},
	);

	it.each([
		[true, 'true'],
		[false, 'false'],
		[0, '0'],
		[12n, '12'],
		[1e21, '1000000000000000000000'],
		[0.1 + 0.2, '0.3'],
	])('text is made of %s', (raw, text) => expect(valueOf(raw)).toBe(text));

	it.each([[null], [undefined], [{}], [[]], [[null]]])(
		'%j is no value of a text variable',
		(raw) => {
			expect(
				refusal([{ x: raw, other: 'y' }], {
					variables: { x: 'text', other: 'text' },
					missingVariables: 'error',
				}).issues,
			).toMatchObject([{ reason: "the row has no value for 'x'" }]);
		},
	);

	it.each([[NaN], [Infinity], [Buffer.from('x')], [new Map()], [Symbol('x')], [() => 1]])(
		'a text variable refuses what cannot be printed (%#)',
		(raw) => expect(refusedValue(raw).reason).toContain('cannot be printed'),
	);

	it('a text variable joins a list of texts, numbers and dates', () => {
		expect(valueOf(['Sewing', 'Math'])).toBe('Sewing, Math');
		expect(valueOf([1, true, null, new Date(0)])).toBe('1, true, 1970-01-01');
	});

	it.each([[[{ a: 1 }]], [['x', ['y']]]])('a text variable refuses the list %j', (raw) => {
		expect(refusedValue(raw).reason).toContain('and it takes text');
	});

	it('a text variable refuses text that holds an object', () => {
		expect(refusedValue('To [object Object]').reason).toContain('[object Object]');
	});

	it.each([
		...['#N/A', '#REF!', '#DIV/0!', '#NAME?', '#VALUE!', '#NUM!', '#NULL!', '#ERROR!', '#SPILL!'],
		...[' #CALC! ', 'Loading...', 'undefined', 'NaN', '€ NaN', 'Due Invalid DateTime'],
		...['Invalid Date', 'Dear {{ $json.name }}', '{"a":1}', ' [{"a":1}]'],
	])('a text variable refuses %j, which shows that its source is broken', (raw) => {
		expect(refusedValue(raw).reason).toMatch(/^holds /);
		// A cell takes any JSON text.
		if (!raw.includes('"')) expect(refusedValue([['a', raw]], 'table').reason).toContain('row 1');
	});

	it.each([
		...[
			'007',
			'12345678901234567890',
			'1.234,56',
			'19%',
			'שלום',
			'🧾',
			'a\nb',
			'Null',
			'null',
			'#1',
		],
		...[
			'[1, 2]',
			'{{first}}',
			'# N/A',
			'Nancy',
			'[]',
			'{}',
			'undefined behaviour',
			'Loading... dock',
		],
	])('a text variable takes %j as it is', (raw) => {
		expect(valueOf(raw)).toBe(raw);
	});

	it.each(['qr', 'barcode'] as const)('a %s takes JSON text', (kind) => {
		expect(valueOf('{"a":1}', kind)).toBe('{"a":1}');
	});

	it.each([
		[{ first: 'Ada', last: 'L' }, '[$json.x.first, $json.x.last].join(" ")'],
		[[{ value: 'a@b', primary: true }, { value: 'c' }], '$json.x[0].value'],
		[
			{ id: 'a', type: 'title', title: [{ type: 'text', plain_text: 'T' }] },
			'$json.x.title[0].plain_text',
		],
		[{ self: 'u', id: '3', name: 'Done', category: { id: 4, key: 'x' } }, '$json.x.name'],
		['{"a":{"name":"Ada"}}', 'JSON.parse($json.x).a.name'],
	])('the advice for %j leads to text', (raw, expression) => {
		expect(refusedValue(raw).remedy).toContain(`x: ${expression} }`);
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

	it('a text variable refuses an object, with its fields and the expression that picks one', () => {
		const { reason, remedy } = refusedValue({ currency_code: 'USD', value: '12.50' });
		expect(reason).toContain("'currency_code' and 'value'");
		expect(remedy).toContain('{{ { ...$json, x: $json.x.value } }}');
	});

	it('a text variable takes the text that a class gives for JSON', () => {
		expect(valueOf(new URL('https://example.com/a'))).toBe('https://example.com/a');
		expect(valueOf(Duration.fromObject({ days: 2 }))).toBe('P2D');
	});

	it.each([
		['text', 'data:image/png;base64,AA'],
		['unknown', ' data:,x'],
	] as const)('an inline image is refused for a variable of the kind %s', (kind, raw) => {
		expect(refusedValue(raw, kind)).toMatchObject({
			reason: 'holds an inline image (a data: URI), which ImaginePDF drops',
		});
	});

	it('a text variable takes other text that begins with data:', () => {
		expect(valueOf('data:,x')).toBe('data:,x');
		expect(valueOf('Data: 5, 6', 'unknown')).toBe('Data: 5, 6');
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

	it('a Date of another realm and a DateTime of another copy of Luxon are printed as dates', () => {
		expect(valueOf(runInNewContext('new Date(0)'))).toBe('1970-01-01');
		class OtherDateTime {
			isLuxonDateTime = true;
			valueOf() {
				return 0;
			}
		}
		expect(valueOf(new OtherDateTime())).toBe('1970-01-01');
	});

	it.each([[new Date('x')], [DateTime.fromISO('x')]])(
		'a date that does not exist is refused',
		(raw) => {
			expect(refusedValue(raw).reason).toContain('does not exist');
		},
	);

	it.each([
		['2026-03-30', '30.03.2026'],
		['2026-03-30T22:00:00Z', '31.03.2026'],
		['2026-03-30T22:00:00.000+02:00', '30.03.2026'],
		['2026-03-30 22:00:00', '30.03.2026'],
	])('the text %j is printed as Date Format says', (raw, text) => {
		expect(valueOf(raw, 'text', { ...BERLIN, dateFormat: 'dd.MM.yyyy' })).toBe(text);
	});

	it.each(['2026-02-31', '2026-3-1', '30.03.2026', 'due 2026-03-30', '20260330', '2026'])(
		'the text %j is left as it is with a Date Format',
		(raw) => expect(valueOf(raw, 'text', { dateFormat: 'dd.MM.yyyy' })).toBe(raw),
	);

	it.each([
		['2026-03-31T00:00:00.000Z', 'dd.MM.yyyy', '31.03.2026'],
		[new Date('2026-03-31T00:00:00Z'), 'dd.MM.yyyy', '31.03.2026'],
		['2026-03-31T00:00:00.000Z', 'dd.MM.yyyy HH:mm', '30.03.2026 20:00'],
		[' 2026-03-31 ', 'dd.MM.yyyy', '31.03.2026'],
		['/Date(1774929600000)/', 'dd.MM.yyyy', '31.03.2026'],
	])('%j is printed west of Greenwich by the format %s as %s', (raw, dateFormat, text) => {
		expect(valueOf(raw, 'text', { timeZone: 'America/New_York', dateFormat })).toBe(text);
	});

	it.each([
		...[
			'dd.MM.yyyy',
			'd LLLL yyyy',
			'yyyy-MM-dd HH:mm',
			"yyyy-MM-dd'T'HH:mm:ss",
			'DD',
			'HH:mm',
			'mm:ss',
			'MM/yy',
			"'Am' d.M.",
			'yyyy年M月d日',
			'h:mm a',
			'cccc',
			'X',
		],
	])('the date format %s is one of Luxon', (format) =>
		expect(foreignTokens(format)).toBeUndefined(),
	);

	it.each([
		...[
			'DD.MM.YYYY',
			'dd.mm.yyyy',
			'TT.MM.JJJJ',
			'%d.%m.%y',
			'HH:MM',
			'dd.MM.yyyy HH:MM',
			'jj/MM/aaaa',
			'dd.MM.yyyy Uhr',
			'ddd d',
			'yyyy-MM-ddTHH:mm',
		],
	])('the date format %s is of other tools', (format) =>
		expect(foreignTokens(format)).toBeDefined(),
	);

	it('ISO text is left as it is without a Date Format', () => {
		expect(valueOf('2026-03-30T22:00:00Z', 'text', BERLIN)).toBe('2026-03-30T22:00:00Z');
	});

	it('Date Format applies to dates in lists and cells too', () => {
		const setting = { dateFormat: 'd/M' };
		expect(valueOf([new Date(0), '2026-03-30'], 'text', setting)).toBe('1/1, 30/3');
		expect(valueOf([['2026-03-30', new Date(0)]], 'table', setting)).toEqual([['30/3', '1/1']]);
	});
});

describe('tokens', () => {
	const letter = { variables: { letter: { tokens: ['first', 'last'] }, other: 'text' } } as const;

	it('tokens are taken from an object whose keys are all tokens', () => {
		expect(sent([{ letter: { first: 'Ada', last: 5 } }], letter)).toEqual([
			{ 'letter::first': 'Ada', 'letter::last': '5', other: '' },
		]);
	});

	it('tokens are refused where a key of the object is none', () => {
		const { headline } = refusal([{ letter: { first: 'Ada', age: 3 } }], letter);
		expect(headline).toContain("it takes text, or its tokens 'first' and 'last'");
	});

	it('tokens are refused where one is nested', () => {
		expect(refusal([{ letter: { first: { a: 1 } } }], letter).headline).toContain("token 'first'");
	});

	it('tokens are blank where a row lacks some or all', () => {
		expect(sent([{ 'letter::first': 'Ada' }, { other: 'x' }], letter)).toEqual([
			{ 'letter::first': 'Ada', 'letter::last': '', other: '' },
			{ 'letter::first': '', 'letter::last': '', other: 'x' },
		]);
	});

	it('tokens are not blank beside a whole text', () => {
		expect(sent([{ letter: 'Hello' }], letter)).toEqual([{ letter: 'Hello', other: '' }]);
	});

	it('tokens of a variable that the design does not show are taken from the rows', () => {
		const unseen = { letter: { kind: 'unknown', tokens: undefined } } as const;
		expect(sent([{ 'letter::a': 'x' }, { 'letter::b': 'y' }], { variables: unseen })).toEqual([
			{ 'letter::a': 'x', 'letter::b': '' },
			{ 'letter::a': '', 'letter::b': 'y' },
		]);
	});

	it('tokens that are variables of their own are filled under both names', () => {
		const shared = {
			variables: {
				letter: { tokens: ['first', 'last'] },
				first: { names: ['first', 'letter::first'] },
			},
		} as const;
		expect(
			sent([{ first: 'Ada' }, { 'letter::first': 'Bob' }, { 'letter::last': 'X' }], shared),
		).toEqual([
			{ first: 'Ada', 'letter::first': 'Ada', 'letter::last': '' },
			{ first: 'Bob', 'letter::first': 'Bob', 'letter::last': '' },
			{ first: '', 'letter::first': '', 'letter::last': 'X' },
		]);
	});
});

describe('images', () => {
	it.each(['uploads:abc', ' assets:a-1 \n'])('an image variable takes the reference %j', (raw) => {
		expect(valueOf(raw, 'image')).toBe(raw.trim());
	});

	it.each([
		['https://example.com/a.png', 'a URL'],
		['data:image/png;base64,AA', 'a data: URI'],
		['photo.png', 'no reference'],
		['assets:laptop, phone', 'no reference'],
		[5, 'no text'],
		[['uploads:1'], 'no text'],
	])('an image variable refuses %j, and names both ways out', (raw, what) => {
		const { reason, remedy } = refusedValue(raw, 'image');
		expect(reason).toContain(what);
		expect(remedy).toMatch(/'Images'.*'Image'/);
	});
});

describe('a value of the wrong kind', () => {
	it.each([
		['text', 'table', 'holds text'],
		[['a', 'b'], 'table', 'row 1 is no list of cells'],
		[{ a: '1' }, 'table', 'an object'],
		['{"a":1}', 'table', 'holds text'],
		[5, 'table', 'no list'],
		[[['a']], 'text', 'a list of lists'],
		[[['a']], 'image', 'no text'],
	] as const)(
		'a value of the wrong kind is refused before it costs anything: %j for a %s',
		(raw, kind, what) => {
			expect(refusedValue(raw, kind).reason).toContain(what);
		},
	);
});
