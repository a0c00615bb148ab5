import { draftRow } from '../../../nodes/ImaginePdf/core/rows/draft.ts';
import { DesignFacts } from '../../../nodes/ImaginePdf/core/rows/facts.ts';
import { Filler } from '../../../nodes/ImaginePdf/core/rows/fill.ts';
import { IssueLog } from '../../../nodes/ImaginePdf/core/rows/issues.ts';
import { needsOf } from '../../../nodes/ImaginePdf/core/rows/needs.ts';
import { buildRows, parseVariables } from '../../../nodes/ImaginePdf/core/rows/index.ts';
import { build, caught, inputsOf, refusal, sent } from './support.mts';

const variables = { customer: {}, amount: {}, notes: {} };

describe('missing variables, left blank', () => {
	it('sends empty text for every variable of the design that a row lacks', () => {
		const { rows } = build([{ customer: 'Ada' }, { amount: 5, notes: 'x' }], { variables });
		expect(rows.map((row) => [row.values, row.blanked])).toEqual([
			[{ customer: 'Ada', amount: '', notes: '' }, ['amount', 'notes']],
			[{ customer: '', amount: '5', notes: 'x' }, ['customer']],
		]);
	});

	it('sends empty text for every field that another row of the design has', () => {
		expect(sent([{ a: '1' }, { b: '2' }, { c: null }])).toEqual([
			{ a: '1', b: '', c: '' },
			{ a: '', b: '2', c: '' },
			{ a: '', b: '', c: '' },
		]);
	});

	it.each([[null], [undefined], [{}]])('takes %j for missing', (value) => {
		const { rows } = build([{ customer: 'Ada', amount: value }], { variables: { amount: {} } });
		expect(rows).toMatchObject([{ values: { customer: 'Ada', amount: '' }, blanked: ['amount'] }]);
	});

	it('leaves empty text that a row says itself alone', () => {
		const { rows } = build([{ customer: '', amount: '' }], {
			variables: { customer: {}, amount: {} },
		});
		expect(rows).toMatchObject([{ values: { customer: '', amount: '' }, blanked: [] }]);
	});

	it('keeps the rows of different designs apart', () => {
		const [first, second] = inputsOf([{ a: '1' }, { b: '2' }]);
		if (!first || !second) throw new Error('There are two inputs');
		const asked: string[] = [];
		const { rows } = buildRows([first, { ...second, designId: 'other' }, first], {
			missingVariables: 'blank',
			variablesOf: (designId) => {
				asked.push(designId);
				return parseVariables(designId === 'other' ? { c: {} } : undefined);
			},
		});
		expect(rows.map((row) => row.values)).toEqual([{ a: '1' }, { b: '2', c: '' }, { a: '1' }]);
		expect(asked).toEqual([first.designId, 'other']);
	});

	it('blanks names that are names of the language', () => {
		const rows = sent([JSON.parse('{"__proto__":"x"}'), { constructor: 'y' }]);
		expect(JSON.stringify(rows)).toBe(
			'[{"__proto__":"x","constructor":""},{"__proto__":"","constructor":"y"}]',
		);
	});

	it('says so before it fills in more blanks than memory holds', () => {
		const issues = new IssueLog();
		const facts = new DesignFacts('d', parseVariables(undefined));
		const drafts = inputsOf([{ a: '1' }, { b: '1' }, { c: '1' }]).map(({ itemIndex, values }) => {
			const fields = Object(values) as Record<string, unknown>;
			return draftRow({ itemIndex, designId: 'd', fields }, Object.keys(fields), facts, issues);
		});
		const filler = new Filler(needsOf(facts, 'blank'), 'blank', issues, facts.fields.size, 3);
		for (const draft of drafts) filler.fill(draft);
		const { issues: told, message } = caught(() => issues.throwIfAny());
		expect(told).toMatchObject([{ code: 'too_many_blanks', itemIndex: 1 }]);
		expect(message).toContain('Only Fields');
	});
});

describe('what blank text must not stand in for', () => {
	it.each([
		['a table', 'table'],
		['an image', 'image'],
	])('refuses rows without %s of the design, naming the items', (what, type) => {
		const schema = { variables: { customer: {}, extra: { type } } };
		const { headline, description, issues } = refusal(
			[{ customer: 'a' }, { customer: 'b' }],
			schema,
		);
		expect(headline).toContain('[item 0] and [item 1]');
		expect(headline).toContain("'extra'");
		expect(headline).toContain(what);
		expect(description).toContain("'Missing Variables'");
		expect(issues).toMatchObject([{ code: 'blank_unsafe' }, { code: 'blank_unsafe' }]);
	});

	it.each([
		['a table', [['Item', 'Price']]],
		['an upload', 'uploads:abc'],
		['an asset', 'assets:abc'],
	])('refuses a row that lacks what another row shows to be %s', (_, value) => {
		const { issues } = refusal([{ x: value }, { y: 'a' }, { x: value, y: 'b' }]);
		expect(issues).toMatchObject([{ itemIndex: 1, field: 'x', code: 'blank_unsafe' }]);
	});

	it.each([
		['by the design', [{ x: '' }], { variables: { x: { type: 'image' } } }],
		['by another row', [{ x: '' }, { x: 'uploads:1' }], {}],
		['by another row, as a token', [{ 'a::x': '' }, { 'a::x': 'uploads:1' }], {}],
	])('takes empty text for none there, where shown %s', (_, rows, setting) => {
		expect(refusal(rows, setting).issues).toMatchObject([{ itemIndex: 0, code: 'blank_unsafe' }]);
		const [first] = sent(rows, { ...setting, missingVariables: 'sample' });
		expect(first).toEqual(rows[0]);
	});

	it('looks at all names and tokens of a variable', () => {
		const byId = { variables: { v1: { name: 'logo' } } };
		expect(refusal([{ v1: 'uploads:1' }, { b: 'x' }], byId).itemIndexes).toEqual([1]);
		expect(refusal([{ 'card::logo': 'uploads:1' }, { b: 'x' }]).itemIndexes).toEqual([1]);
	});

	it.each(['uploads: see below', 'my uploads:abc', 'uploads'])('takes %j for text', (text) => {
		expect(sent([{ x: text }, { y: 'a' }])).toMatchObject([{}, { x: '' }]);
	});

	it('lets sample content stand where the user wants it', () => {
		const schema = { variables: { customer: {}, logo: { type: 'image' } } };
		expect(sent([{ customer: 'a' }], { ...schema, missingVariables: 'sample' })).toEqual([
			{ customer: 'a' },
		]);
	});
});

describe('missing variables, as an error', () => {
	it('names every failing item at once, the first ten and a count', () => {
		const items = Array.from({ length: 14 }, (_, i) => (i === 3 ? { a: 1, b: 2 } : { a: i }));
		const { headline, issues, itemIndexes } = refusal(items, { missingVariables: 'error' });
		expect(issues).toHaveLength(13);
		expect(itemIndexes).toEqual([0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
		expect(headline).toContain("'b'");
		expect(headline).toContain('[item 10] and 3 more');
		expect(headline).not.toContain('[item 11]');
	});

	it('takes null for missing, and lets complete rows pass', () => {
		const options = { variables, missingVariables: 'error' } as const;
		expect(refusal([{ customer: 'a', amount: null, notes: '' }], options).issues).toMatchObject([
			{ field: 'amount', code: 'missing_variable' },
		]);
		const [row] = build([{ customer: 'a', amount: 0, notes: '' }], options).rows;
		expect(row).toMatchObject({ values: { amount: '0', notes: '' }, blanked: [] });
	});

	it('tells missing values together with values that cannot be sent', () => {
		const { issues, message } = refusal([{ a: 'x' }, { a: ['y'] }, { b: 'x' }], {
			missingVariables: 'error',
		});
		expect(issues.map(({ itemIndex, field, code }) => [itemIndex, field, code])).toEqual([
			[0, 'b', 'missing_variable'],
			[1, 'a', 'unsupported_value'],
			[2, 'a', 'missing_variable'],
		]);
		expect(message).toMatch(/3 items.*'b'.*'a'/);
	});
});

describe('missing variables, with sample content', () => {
	it('adds nothing and still drops null', () => {
		const { rows } = build([{ customer: 'a', amount: null }, { notes: 'x' }], {
			variables,
			missingVariables: 'sample',
		});
		expect(rows.map((row) => [row.values, row.blanked])).toEqual([
			[{ customer: 'a' }, []],
			[{ notes: 'x' }, []],
		]);
	});
});

describe('rows without fields', () => {
	it.each(['blank', 'error'] as const)(
		'are refused with %s, since a credit buys nothing',
		(mode) => {
			const { headline, description } = refusal([{ customer: 'a', amount: 1, notes: '' }, {}], {
				variables,
				missingVariables: mode,
			});
			expect(headline).toContain('[item 1]');
			expect(headline).toContain('no fields');
			expect(description).toContain('filter');
		},
	);

	it('go through with sample content', () => {
		expect(sent([{}], { variables, missingVariables: 'sample' })).toEqual([{}]);
	});
});
