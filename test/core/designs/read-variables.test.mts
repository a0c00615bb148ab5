import fc from 'fast-check';

import type { Variable } from '../../../nodes/ImaginePdf/core/designs/variable.ts';
import {
	readVariables,
	type DesignSource,
} from '../../../nodes/ImaginePdf/core/designs/readVariables.ts';
import { deepFreeze } from '../rows/support.mts';

function read(source: DesignSource): readonly Variable[] {
	const variables = readVariables(deepFreeze(source));
	if (variables.known) return variables.list;
	throw new Error(variables.reason);
}

const text = { type: 'text', name: 'a', data: { content: 'x' } };

describe('the variable store', () => {
	const named = (name: string) => ({ name });
	const byId = { n1: { type: 'text', data: {} } };

	// Names of one variable stand side by side; the first is the one to show.
	it.each<[string, unknown, unknown, string]>([
		[
			'keyed by name, whatever the values',
			{ a: {}, b: 'text', c: null, d: true },
			[],
			'a, b, c, d',
		],
		['keyed by id: both are names', { v1: named('a'), v2: named('b') }, [], 'a v1, b v2'],
		['whose name inside an element has', { v1: named('a') }, [text], 'a'],
		['whose key an element has', { a: named('A due') }, [text], 'a'],
		['whose key is the id of an element', { n1: named('a') }, byId, 'a'],
		['whose key and name are the same', { a: named('a') }, [], 'a'],
		['with the same name inside twice', { v1: named('a'), v2: named('a') }, [], 'a v1 v2'],
		['with names that are keys crosswise', { a: named('b'), b: named('a') }, [], 'a, b'],
		['with a name that is a key', { a: named('b'), b: named('c') }, [], 'a, b, c'],
		['that is a list of objects', [{ name: 'a', id: 1 }, named('b'), { id: 2 }, null], [], 'a, b'],
		['that is a list of texts', ['a', 'b', 'a'], [], 'a, b'],
		['that is empty', {}, [], ''],
		['that is an empty list', [], [], ''],
		[
			'with names of properties',
			JSON.parse('{"__proto__":{},"toString":{}}'),
			[],
			'__proto__, toString',
		],
	])('a store %s gives its names', (_, store, nodes, names) => {
		const given = read({ store, nodes }).map((variable) => variable.names.join(' '));
		expect(given.join(', ')).toBe(names);
	});

	it('a store may list the tokens of a variable', () => {
		expect(read({ store: ['letter::first', 'letter::last', 'date'] })).toMatchObject([
			{ name: 'date' },
			{ name: 'letter', tokens: ['first', 'last'] },
		]);
	});

	it.each([
		...[undefined, null, 'customer_name', 7, [1, 2], [{ id: 'v1' }]],
		...[
			{ items: [{ name: 'a' }], total: 1 },
			{ version: 7, defined: 3 },
		],
	])('a store that is %j gives no variables, but the reason', (store) => {
		const reason = expect.stringMatching(/\w+ \w+/) as string;
		expect(readVariables({ store })).toEqual({ known: false, reason });
	});
});

describe('the kind of a variable', () => {
	const nodes = [
		text,
		{ type: 'table', name: 'b', data: { cells: [['x']] } },
		{ type: 'image', name: 'c' },
		{ type: 'qr', name: 'd' },
		{ type: 'barcode', name: 'e' },
		{ type: 'frame', name: 'f', children: [] },
	];
	const store = ['a', 'b', 'c', 'd', 'e', 'f'];
	const all = ['text', 'table', 'image', 'qr', 'barcode', 'unknown'];
	const told = { a: { type: 'table' }, b: { type: 'QR-Code' }, c: { type: 'tabular' }, d: 'image' };

	const frames = { root: { type: 'document', children: [{ type: 'frame', children: nodes }] } };
	const framesById = { page: { type: 'page', nodes: { 1: { type: 'group', children: nodes } } } };
	const unnamed = { n1: { type: 'table', data: {} }, n2: { type: 'image', data: {} } };
	const linked = [{ name: 'a', element: 'n1' }];
	const twice = [text, { type: 'table', name: 'a', data: {} }];

	it.each<[string, unknown, unknown, string[]]>([
		['its element in a list', store, nodes, all],
		['its element by id', store, Object.fromEntries(nodes.map((one) => [one.name, one])), all],
		['its element in frames', store, frames, all],
		['its element in frames by id', store, framesById, all],
		[
			'the element of its id',
			{ a: { nodeId: 'n1' }, n2: { name: 'b' } },
			unnamed,
			['table', 'image'],
		],
		['the element of its id in a list', linked, [{ id: 'n1', type: 'qr' }], ['qr']],
		['what the store says plainly', told, undefined, ['table', 'qr', 'unknown', 'unknown']],
		['its element, whatever the store says', { a: { type: 'image' } }, [text], ['text']],
		['the one of two elements that takes least', ['a'], twice, ['table']],
	])('the kind of a variable is that of %s', (_, from, tree, kinds) => {
		expect(read({ store: from, nodes: tree }).map(({ kind }) => kind)).toEqual(kinds);
	});
});

describe('what an element shows', () => {
	const of = (node: object) => read({ store: ['a'], nodes: [{ name: 'a', ...node }] })[0];
	const table = (data: object, more: object = {}) => of({ type: 'table', data, ...more });

	it.each<[unknown, string[]]>([
		['{{a_b}} {{ c }} {{a_b}}, {{page}} of {{pages}} {{no-token}}', ['a_b', 'c']],
		[
			['Dear {{a}},', 'order {{b}}', { content: 'of {{c}}' }],
			['a', 'b', 'c'],
		],
	])('a text shows the tokens of %j, without those of the renderer itself', (content, tokens) => {
		expect(of({ type: 'text', data: { content } })?.tokens).toEqual(tokens);
	});

	it.each([
		['texts', (cell: string): unknown => cell],
		['cells', (cell: string): unknown => ({ type: 'text', data: cell, styles: {} })],
		['cells with content', (cell: string): unknown => ({ type: 'text', data: { content: cell } })],
	])('a table shows the header labels and tokens of %s', (_, cell) => {
		const cells = [['Item', 'Qty'].map(cell), [cell('x'), cell('{{total}}')]];
		expect(table({ cells, headerRow: true })).toMatchObject({
			header: ['Item', 'Qty'],
			tokens: ['total'],
		});
	});

	it('a table shows that it has no header row, and no labels where one holds a token', () => {
		const bare = [
			table({ headerRow: false, cells: [['a']] }),
			table({ cells: [['a']] }, { styles: { headerRow: false } }),
		];
		expect(bare).toMatchObject([{ isHeaderless: true }, { isHeaderless: true }]);
		const moving = table({ cells: [['Item', 'in {{currency}}']] });
		expect(moving).toMatchObject({ tokens: ['currency'] });
		for (const variable of [...bare, moving]) expect(variable).not.toHaveProperty('header');
	});

	it('a text shows tokens that are variables of their own, in the first generation', () => {
		const source = {
			store: { a: {}, first: {} },
			nodes: [{ ...text, data: { content: '{{first}} {{last}}' } }],
		};
		expect(read({ ...source, tokensAreVariables: true })).toMatchObject([
			{ names: ['a'], tokens: ['first', 'last'] },
			{ names: ['first', 'a::first'], kind: 'text' },
		]);
		expect(read(source)[1]).toEqual({ name: 'first', names: ['first'], kind: 'unknown' });
	});

	it.each<[string, unknown, string[]]>([
		['an element', [{ ...text, isHidden: true }], []],
		['an element by its id', [{ id: 'n1', type: 'image', isHidden: true }], []],
		['a group around it', [{ type: 'group', isHidden: true, children: [text] }], []],
		['one of two', [{ ...text, isHidden: true }, text], ['a']],
		['nothing', [{ ...text, isHidden: false }], ['a']],
	])('a variable is none to fill where the design hides %s', (_, nodes, left) => {
		expect(read({ store: { a: { node: 'n1' } }, nodes }).map(({ name }) => name)).toEqual(left);
	});
});

it('reading variables ends where lists are too deep to be a design', () => {
	let nodes: unknown = [];
	for (let depth = 0; depth < 100_000; depth++) nodes = [nodes];
	expect(readVariables({ store: ['a'], nodes, tokensAreVariables: true })).toBeDefined();
});

it('reading variables never throws', () => {
	const anything = fc.anything({ withNullPrototype: true, withMap: true, withDate: true });
	fc.assert(
		fc.property(anything, anything, (store, nodes) => {
			readVariables({ store, nodes, tokensAreVariables: true });
		}),
	);
});
