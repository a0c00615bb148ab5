import fc from 'fast-check';

import { parseVariables } from '../../../nodes/ImaginePdf/core/rows/index.ts';
import type { Variable } from '../../../nodes/ImaginePdf/core/rows/index.ts';
import { deepFreeze } from './support.mts';

function listOf(raw: unknown): readonly Variable[] {
	const variables = parseVariables(deepFreeze(raw));
	if (variables.known) return variables.list;
	throw new Error(variables.reason);
}

const names = (raw: unknown) => listOf(raw).map((variable) => variable.names);
const kinds = (raw: unknown) => listOf(raw).map((variable) => variable.kind);

describe('parseVariables', () => {
	it('reads an object keyed by name, whatever the values are', () => {
		const raw = { customer_name: {}, amount: 'text', notes: null, paid: true };
		expect(names(raw)).toEqual([['customer_name'], ['amount'], ['notes'], ['paid']]);
	});

	it('reads an object keyed by id with the name inside, and takes both for names', () => {
		expect(names({ v1: { name: 'customer_name' }, v2: { name: 'amount' } })).toEqual([
			['customer_name', 'v1'],
			['amount', 'v2'],
		]);
	});

	it('takes key and name inside for one where they are the same', () => {
		expect(names({ amount: { name: 'amount' } })).toEqual([['amount']]);
	});

	it('makes one variable of entries with the same name inside', () => {
		expect(names({ v1: { name: 'amount' }, v2: { name: 'amount' } })).toEqual([
			['amount', 'v1', 'v2'],
		]);
	});

	it('keeps names apart where one entry is named like the key of another', () => {
		const crossed = { a: { name: 'b' }, b: { name: 'a' } };
		expect(names(crossed)).toEqual([['a'], ['b']]);
		const chained = { a: { name: 'b' }, b: { name: 'c' } };
		expect(names(chained)).toEqual([['a'], ['b'], ['c']]);
	});

	it('reads an array of objects with a name, and of texts', () => {
		expect(names([{ name: 'a', id: 1 }, { name: 'b' }])).toEqual([['a'], ['b']]);
		expect(names(['a', 'b', 'a'])).toEqual([['a'], ['b']]);
	});

	it('keeps what has a name where some entries have none', () => {
		expect(names([{ name: 'a' }, { id: 2 }, null])).toEqual([['a']]);
	});

	it.each([[{}], [[]]])('reads %j as a design without variables', (raw) => {
		expect(parseVariables(raw)).toEqual({ known: true, list: [] });
	});

	it('takes names that are names of properties', () => {
		const raw: unknown = JSON.parse('{"__proto__":{"type":"text"},"constructor":{}}');
		expect(names(raw)).toEqual([['__proto__'], ['constructor']]);
	});

	it('believes the schema only where it says the kind plainly', () => {
		expect(kinds({ a: { type: 'table' }, b: { type: 'Image' }, c: { type: 'text' } })).toEqual([
			'table',
			'image',
			'text',
		]);
		expect(
			kinds({ a: { type: 'tabular' }, b: 'image', c: { kind: 'image' }, d: { type: 1 } }),
		).toEqual(['unknown', 'unknown', 'unknown', 'unknown']);
	});

	it('lets the kind that must not be blank win where entries disagree', () => {
		expect(kinds({ v1: { name: 'x', type: 'image' }, v2: { name: 'x', type: 'text' } })).toEqual([
			'image',
		]);
	});

	it.each([
		undefined,
		null,
		'customer_name',
		7,
		true,
		[1, 2],
		[{ id: 'v1' }],
		{ items: [{ name: 'a' }], total: 1 },
		{ customer_name: {}, total: 1 },
		{ customer_name: {}, names: ['a'] },
	])('says why %j tells no variables', (raw) => {
		const variables = parseVariables(raw);
		expect(variables).toEqual({ known: false, reason: expect.stringMatching(/\w+ \w+/) });
	});

	it('never throws', () => {
		fc.assert(
			fc.property(
				fc.anything({ withNullPrototype: true, withMap: true, withDate: true }),
				(raw) => {
					parseVariables(raw);
				},
			),
		);
	});
});
