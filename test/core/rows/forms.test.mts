import { build, sent } from './support.mts';

describe('tokens', () => {
	it('count as the variable: no blank goes beside them', () => {
		const letter = { variables: { letter: {} } };
		expect(sent([{ 'letter::first': 'Ada' }], letter)).toEqual([{ 'letter::first': 'Ada' }]);
		expect(sent([{ letter: { first: 'Ada' } }], letter)).toEqual([{ letter: { first: 'Ada' } }]);
	});

	it('are blank under their very key where a row lacks one that another row has', () => {
		const { rows } = build([{ 'letter::first': 'Ada', 'letter::last': null }, { other: 'x' }]);
		expect(rows.map((row) => [row.values, row.blanked])).toEqual([
			[{ 'letter::first': 'Ada', 'letter::last': '', other: '' }, ['other', 'letter::last']],
			[{ 'letter::first': '', 'letter::last': '', other: 'x' }, ['letter::first', 'letter::last']],
		]);
	});

	it('keep the form of their row', () => {
		expect(
			sent([
				{ letter: { first: 'Ada', last: null } },
				{ letter: { last: 'Hopper' } },
				{ 'letter::last': 'Curie' },
				{ letter: null },
			]),
		).toEqual([
			{ letter: { first: 'Ada', last: '' } },
			{ letter: { first: '', last: 'Hopper' } },
			{ 'letter::first': '', 'letter::last': 'Curie' },
			{ 'letter::first': '', 'letter::last': '' },
		]);
	});

	it('may be listed as variables of the design', () => {
		const listed = { variables: ['letter::first', 'letter::last', 'date'] };
		expect(sent([{ letter: { first: 'Ada' } }], listed)).toEqual([
			{ letter: { first: 'Ada', last: '' }, date: '' },
		]);
		expect(sent([{ date: 'x' }], listed)).toEqual([
			{ date: 'x', 'letter::first': '', 'letter::last': '' },
		]);
	});

	it('are dropped with sample content, and an object that is left empty too', () => {
		const sample = { missingVariables: 'sample' } as const;
		expect(sent([{ letter: { a: null, b: 'x' }, 'x::y': null }], sample)).toEqual([
			{ letter: { b: 'x' } },
		]);
		expect(sent([{ letter: { a: null }, b: 'x' }], sample)).toEqual([{ b: 'x' }]);
	});

	it('do not change the item they come from', () => {
		const item = { letter: { first: 'Ada' } };
		build([item, { letter: { last: 'x' } }]);
		expect(item).toEqual({ letter: { first: 'Ada' } });
	});
});

describe('variables with two names', () => {
	const byId = { variables: { v1: { name: 'customer' }, v2: { name: 'amount' } } };

	it('get the value of a row under both, whichever the row uses', () => {
		expect(sent([{ customer: 'Ada', v2: 5 }], byId)).toEqual([
			{ customer: 'Ada', v1: 'Ada', amount: '5', v2: '5' },
		]);
	});

	it('are blank under both, and told once', () => {
		const { rows } = build([{ customer: 'Ada' }], byId);
		expect(rows).toMatchObject([{ values: { amount: '', v2: '' }, blanked: ['amount'] }]);
	});

	it('keep both values where a row has both', () => {
		expect(sent([{ customer: 'Ada', v1: 'Bob', amount: '', v2: '' }], byId)).toEqual([
			{ customer: 'Ada', v1: 'Bob', amount: '', v2: '' },
		]);
	});

	it('are not missing under either name', () => {
		const rows = [{ customer: 'Ada', v2: '5' }];
		expect(sent(rows, { ...byId, missingVariables: 'error' })).toHaveLength(1);
		expect(sent(rows, { ...byId, missingVariables: 'sample' })).toEqual([
			{ customer: 'Ada', v1: 'Ada', amount: '5', v2: '5' },
		]);
	});

	it('have their tokens under both too', () => {
		expect(sent([{ 'v1::first': 'Ada', v2: '' }, { 'customer::last': 'X' }], byId)).toMatchObject([
			{ 'customer::first': 'Ada', 'v1::first': 'Ada', 'customer::last': '', 'v1::last': '' },
			{ 'customer::first': '', 'v1::first': '', 'customer::last': 'X', 'v1::last': 'X' },
		]);
	});
});
