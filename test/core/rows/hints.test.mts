import { buildRows } from '../../../nodes/ImaginePdf/core/rows/build.ts';
import { build, inputsOf, variables as known, type Setting } from './support.mts';

const variables = { customer_name: 'text', invoice_number: 'text', amount: 'text' } as const;
const complete = { customer_name: 'a', invoice_number: '1', amount: '2' };

const hint = (values: readonly unknown[], setting: Setting = { variables }) =>
	build(values, setting).hint;
const textOf = (...given: Parameters<typeof hint>) => hint(...given)?.text ?? '';

describe('the hint', () => {
	it('the hint about rows is silent where fields and variables agree', () => {
		expect(hint([complete])).toBeUndefined();
		expect(hint([])).toBeUndefined();
	});

	it.each([
		[
			"'amount' is empty in 1 of 3 rows.",
			[complete, { ...complete, amount: '', customer_name: 'b' }, { ...complete, amount: 7 }],
		],
		['All 2 rows are equal.', [complete, complete]],
		[
			"Of the objects in 'customer_name' 'name' was taken.",
			[{ ...complete, customer_name: { id: 1, name: 'Ada' } }],
		],
		[
			"Of the objects in 'amount' 'value' was taken.",
			[{ ...complete, amount: { value: '5', versions: [] } }],
		],
		["'amount' holds a character that was not read well", [{ ...complete, amount: 'M\uFFFDller' }]],
	])('the hint about rows tells: %s', (text, rows) => {
		expect(textOf(rows)).toContain(text);
	});

	it.each([
		["'amount', such as '31/03/2026'", ['2026-03-31', '31/03/2026']],
		["'amount', such as 'soon'", ['2026-03-31', 'soon']],
	])('the hint about rows tells dates that Date Format does not change: %s', (text, amounts) => {
		const rows = amounts.map((amount) => ({ ...complete, amount }));
		expect(textOf(rows, { variables, dateFormat: 'dd.MM.yyyy' })).toContain(text);
		expect(textOf([{ ...complete, amount: 'soon' }], { variables, dateFormat: 'dd.MM.yyyy' })).toBe(
			'',
		);
	});

	it('the hint about rows is silent about columns of text beside columns of dates', () => {
		const setting = { variables: { items: 'table' }, dateFormat: 'dd.MM.yyyy' } as const;
		const columns = "'items' prints the columns 'day' and 'what'";
		const of = (day: string, what: string) => textOf([{ items: [{ day, what }] }], setting);
		expect(of('2026-03-31', 'Widget')).not.toContain('Widget');
		const mixed = [{ day: '2026-03-31' }, { day: 'soon' }];
		expect(textOf([{ items: mixed }], setting)).toContain("'items', such as 'soon'");
		// Also where the table has no header row.
		const spec = { items: { kind: 'table', isHeaderless: true } } as const;
		expect(textOf([{ items: [{ day: '1', what: '2' }] }], { variables: spec })).toContain(columns);
	});

	it.each([1774915200, 46112])(
		'the hint about rows tells the number %d in a variable of dates',
		(due_date) => {
			const setting = { variables: { due_date: 'text' }, dateFormat: 'dd.MM.yyyy' } as const;
			expect(textOf([{ due_date }], setting)).toContain(`such as '${due_date}'`);
		},
	);

	it('the hint about rows tells a day that midnight UTC stands for, where the time zone has another', () => {
		const setting = { variables, timeZone: 'America/New_York' };
		const rows = [{ ...complete, amount: new Date('2026-03-31T00:00:00Z') }];
		expect(build(rows, setting).rows[0]?.values['amount']).toBe('2026-03-31');
		expect(textOf(rows, setting)).toContain("'amount' keeps the day");
		expect(textOf(rows, { variables, timeZone: 'Europe/Berlin' })).toBe('');
	});

	it('the hint about rows names a few and counts the rest', () => {
		const extra = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`extra_${i}`, 'x']));
		const text = textOf([{ ...complete, ...extra }]);
		expect(text).toContain("'extra_4' and 35 more");
		expect(text.length).toBeLessThan(300);
		const longest = 'x'.repeat(60);
		expect(textOf([{ ...complete, [longest]: '1' }])).toContain(`'${longest}'`);
	});

	it('the hint about rows names what no item has in Only Fields', () => {
		const onlyFields = [...Object.keys(complete), 'vat'];
		expect(textOf([complete], { variables, onlyFields })).toBe(
			"No item has 'vat', named in 'Only Fields'.",
		);
	});

	it('the hint about rows names designs by their ids, a few of them', () => {
		const row = { ...complete, x: '1' };
		const built = buildRows(
			inputsOf([row, row, row, row, row]).map((input, index) => ({
				...input,
				designId: `d${index}`,
			})),
			{ missingVariables: 'blank', variablesOf: () => known(variables) },
		);
		const text = built.hint?.text ?? '';
		expect(text).toMatch(/Design 'd0': .*Design 'd1': .*Design 'd2': .*2 more designs/);
		expect(text).not.toContain("'d3'");
	});
});

describe('what no row fills', () => {
	const tokens = { tokens: ['a', 'b'] };
	const a = { names: ['a', 'letter::a'] };

	it.each([
		['the tokens of a text that is given whole', [{ letter: 'x', a: '1' }], []],
		['a token that is filled as a variable of its own', [{ 'letter::b': 'x', a: '1' }], []],
		['a variable that is filled as a token', [{ 'letter::a': 'x', 'letter::b': 'y' }], []],
		['the other token', [{ a: '1' }], ['letter::b']],
	])('variables that no row fills do not count %s twice', (_, rows, unfilled) => {
		const text = textOf(rows, { variables: { letter: tokens, a } });
		const told = unfilled.map((name) => `Variables that no row fills: '${name}'; they stay empty.`);
		expect(text).toBe(told.join());
	});
});
