import fc from 'fast-check';

import { buildRows, hintText, parseVariables } from '../../../nodes/ImaginePdf/core/rows/index.ts';
import { editDistance } from '../../../nodes/ImaginePdf/core/rows/nearMiss.ts';
import { build, inputsOf, type Setting } from './support.mts';

const variables = { customer_name: {}, invoice_number: {}, amount: {} };
const complete = { customer_name: 'a', invoice_number: '1', amount: '2' };

function hint(values: readonly unknown[], setting: Setting = { variables }): string {
	return hintText(build(values, setting).findings) ?? '';
}

describe('the hint', () => {
	it('is silent where fields and variables agree', () => {
		expect(hintText(build([complete], { variables }).findings)).toBeUndefined();
		expect(hintText(build([], { variables }).findings)).toBeUndefined();
	});

	it('tells fields that match no variable', () => {
		expect(hint([{ ...complete, crm_id: 7 }])).toMatch(/match no variable.*'crm_id'\./);
	});

	it.each([
		['Customer Name', 'customer_name'],
		['customerName', 'customer_name'],
		['CUSTOMER-NAME', 'customer_name'],
		['cutsomer_name', 'customer_name'],
		['custmer_nam', 'customer_name'],
		['amonut', 'amount'],
		['ａｍｏｕｎｔ', 'amount'],
		['invoice no', ''],
		['cost', ''],
	])('for %j suggests %j', (field, meant) => {
		const text = hint([
			{
				[field]: 'x',
				...Object.fromEntries(Object.entries(complete).filter(([name]) => name !== meant)),
			},
		]);
		if (meant === '') expect(text).not.toContain('did you mean');
		else expect(text).toContain(`(did you mean '${meant}'?)`);
	});

	it('does not suggest a variable that every row fills', () => {
		expect(hint([{ ...complete, amounts: 'x' }])).not.toContain('did you mean');
		expect(hint([complete, { ...complete, amount: null, amounts: 'x' }])).toContain('did you mean');
	});

	it('does not suggest one short name for another', () => {
		expect(hint([{ fax: 'x' }], { variables: { tax: {}, a: {} } })).toContain("did you mean 'tax'");
		expect(hint([{ ab: 'x' }], { variables: { ac: {} } })).not.toContain('did you mean');
	});

	it('says that none of the fields matches', () => {
		expect(hint([{ x: '1' }, { y: '2' }])).toContain('None of the fields matches a variable');
		expect(hint([{ x: '1', amount: '2' }])).not.toContain('None of the fields');
	});

	it('tells variables that no row fills, and what becomes of them', () => {
		const rows = [{ customer_name: 'a', amount: null }];
		expect(hint(rows)).toContain("'invoice_number' and 'amount'; they stay empty");
		expect(hint(rows, { variables, missingVariables: 'sample' })).toMatch(/sample content/);
	});

	it('counts what a name or a token fills', () => {
		const byId = { v1: { name: 'customer' }, v2: { name: 'letter' }, v3: { name: 'gone' } };
		const { findings } = build([{ v1: 'a', 'letter::x': 'b' }], { variables: byId });
		expect(findings.designs).toMatchObject([{ unfilled: ['gone'], unmatched: [] }]);
	});

	it('does not take a token key for unmatched, nor a plain one for a listed token', () => {
		const { findings } = build([{ 'letter::x': 'b' }], { variables: { letter: {} } });
		expect(findings.designs[0]?.unmatched).toEqual([]);
		const listed = build([{ letter: { x: 'b' } }], { variables: ['letter::x'] });
		expect(listed.findings.designs[0]?.unmatched).toEqual([]);
	});

	it('names a few and counts the rest, near misses first', () => {
		const extra = Object.fromEntries(
			Array.from({ length: 40 }, (_, i) => [`extra_field_${i}`, 'x']),
		);
		const text = hint([{ ...extra, 'Customer Name': 'x' }]);
		expect(text).toMatch(/: 'Customer Name' \(did you mean 'customer_name'\?\), 'extra_field_0'/);
		expect(text).toContain('and 36 more');
		expect(text.length).toBeLessThan(500);
	});

	it('shortens long names and keeps them on one line', () => {
		const text = hint([{ ...complete, [`line\nbreak ${'x'.repeat(10_000)}`]: 'x' }]);
		expect(text).toContain("'line break xxx");
		expect(text.length).toBeLessThan(300);
	});

	it('says why the variables are not known, and what that means', () => {
		const text = hint([{ a: 'x' }], { variables: 7 });
		expect(text).toMatch(/not known \(.*number.*\).*sample content/);
	});

	it('says that a design has no variables', () => {
		expect(hint([{ a: 'x' }], { variables: {} })).toContain('no variables');
	});

	it('tells rows without any value', () => {
		expect(hint([complete, { amount: null }])).toContain('1 row of 2 has no value at all');
	});

	it('tells names in Only Fields that no item has', () => {
		const text = hint([complete], {
			variables,
			onlyFields: 'customer_name,invoice_number,amount,vat',
		});
		expect(text).toBe("No item has 'vat', named in 'Only Fields'.");
	});

	it('speaks of each design by its id, of a few of them', () => {
		const inputs = inputsOf([{ x: '1' }, { x: '1' }, { x: '1' }, { x: '1' }, { x: '1' }]);
		const { findings } = buildRows(
			inputs.map((input, index) => ({ ...input, designId: `d${index}` })),
			{ missingVariables: 'blank', variablesOf: () => parseVariables(variables) },
		);
		const text = hintText(findings) ?? '';
		expect(text).toMatch(/Design 'd0': .*Design 'd1': .*Design 'd2': .*2 more designs/);
		expect(text).not.toContain("'d3'");
	});
});

describe('editDistance', () => {
	it.each([
		['', '', 0],
		['abc', '', 3],
		['kitten', 'sitting', 3],
		['ab', 'ba', 1],
		['amonut', 'amount', 1],
	])('from %j to %j is %i', (a, b, distance) => expect(editDistance(a, b)).toBe(distance));

	it('is the same both ways, and at least the difference in length', () => {
		const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
		fc.assert(
			fc.property(word, word, (a, b) => {
				const distance = editDistance(a, b);
				expect(distance).toBe(editDistance(b, a));
				expect(distance).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
				expect(distance === 0).toBe(a === b);
			}),
		);
	});
});
