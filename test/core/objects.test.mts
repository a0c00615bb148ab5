import { onceEach } from '../../nodes/ImaginePdf/core/objects.ts';

it('what is made once for each key is made once, and again only where it failed', () => {
	const make = jest.fn((key: string) => {
		if (make.mock.calls.length === 1) throw new Error('Not yet');
		return key.toUpperCase();
	});
	const once = onceEach(make);
	expect(() => once('a')).toThrow('Not yet');
	expect(['a', 'a', 'b'].map(once)).toEqual(['A', 'A', 'B']);
	expect(make.mock.calls).toEqual([['a'], ['a'], ['b']]);
});
