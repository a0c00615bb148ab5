import { picksOf } from '../../../nodes/ImaginePdf/core/rows/paths.ts';

describe('what is printed of an object', () => {
	it.each([
		['its name', { id: 7, name: 'Ada', email: 'a@x.org' }, ['name']],
		['what is named like the variable', { name: 'Ada', email: 'a@x.org' }, ['email'], 'Email'],
		['its only scalar', { id: 7, amount: 9 }, ['amount']],
		['two texts', { city: 'Bonn', street: 'Am Hof' }, ['city', 'street']],
		['three texts', { city: 'Bonn', street: 'Am Hof', zip: '53113' }, ['city', 'street', 'zip']],
		['none of four texts', { a: 'a', b: 'b', c: 'c', d: 'd' }, []],
		['none of one text among numbers', { count: 1, size: 2, note: 'x' }, []],
		['what lies deeper', { id: 7, user: { name: 'Ada' } }, ['user.name']],
		['the first of a list', [{ name: 'Ada' }, { name: 'Bob' }], ['0.name']],
	] as Array<[string, unknown, string[], string?]>)('%s', (_, value, ways, variable = 'x') => {
		expect(picksOf(value, variable).map((steps) => steps.join('.'))).toEqual(ways);
	});
});
