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

const names = (store: unknown, nodes?: unknown) =>
	read({ store, nodes }).map((variable) => variable.names);

describe('the variable store', () => {
	it('the variable store may be an object keyed by name, whatever the values are', () => {
		expect(names({ customer_name: {}, amount: 'text', notes: null, paid: true })).toEqual([
			['customer_name'],
			['amount'],
			['notes'],
			['paid'],
		]);
	});

	it('the variable store may be keyed by id with the name inside; both are names', () => {
		expect(names({ v1: { name: 'customer_name' }, v2: { name: 'amount' } })).toEqual([
			['customer_name', 'v1'],
			['amount', 'v2'],
		]);
	});

	it.each([
		['the name inside', { v1: { name: 'amount' } }, 'amount'],
		['the key', { amount: { name: 'Amount due' } }, 'amount'],
	])('a variable of the store goes by %s alone where an element has it', (_, store, name) => {
		expect(names(store, [{ type: 'text', name, data: {} }])).toEqual([[name]]);
	});

	it('the variable store is not read with the id of an element as a name', () => {
		expect(names({ n1: { name: 'amount' } }, { n1: { type: 'text', data: {} } })).toEqual([
			['amount'],
		]);
	});

	it('the variable store has one variable where key and name inside are the same', () => {
		expect(names({ amount: { name: 'amount' } })).toEqual([['amount']]);
	});

	it('the variable store has one variable for entries with the same name inside', () => {
		expect(names({ v1: { name: 'amount' }, v2: { name: 'amount' } })).toEqual([
			['amount', 'v1', 'v2'],
		]);
	});

	it('the variable store keeps names apart where one entry is named like the key of another', () => {
		expect(names({ a: { name: 'b' }, b: { name: 'a' } })).toEqual([['a'], ['b']]);
		expect(names({ a: { name: 'b' }, b: { name: 'c' } })).toEqual([['a'], ['b'], ['c']]);
	});

	it('the variable store may be an array of objects with a name, or of texts', () => {
		expect(names([{ name: 'a', id: 1 }, { name: 'b' }, { id: 2 }, null])).toEqual([['a'], ['b']]);
		expect(names(['a', 'b', 'a'])).toEqual([['a'], ['b']]);
	});

	it.each([[{}], [[]]])(
		'a variable store that is %j is that of a design without variables',
		(store) => {
			expect(readVariables({ store })).toEqual({ known: true, list: [] });
		},
	);

	it('the variable store may hold names that are names of properties', () => {
		const store: unknown = JSON.parse('{"__proto__":{"type":"text"},"constructor":{}}');
		expect(names(store)).toEqual([['__proto__'], ['constructor']]);
	});

	it('the variable store may list the tokens of a variable', () => {
		expect(read({ store: ['letter::first', 'letter::last', 'date'] })).toMatchObject([
			{ name: 'date' },
			{ name: 'letter', tokens: ['first', 'last'] },
		]);
	});

	it.each([
		undefined,
		null,
		'customer_name',
		7,
		[1, 2],
		[{ id: 'v1' }],
		{ items: [{ name: 'a' }], total: 1 },
		{ version: 7, defined: 3 },
	])('a variable store that is %j gives no variables, but the reason', (store) => {
		const reason = expect.stringMatching(/\w+ \w+/) as string;
		expect(readVariables({ store })).toEqual({ known: false, reason });
	});
});

describe('the kind of a variable', () => {
	const text = { type: 'text', name: 'a', data: { content: 'x' } };
	const nodes = [
		text,
		{ type: 'table', name: 'b', data: { cells: [['x']] } },
		{ type: 'image', name: 'c' },
		{ type: 'qr', name: 'd' },
		{ type: 'barcode', name: 'e' },
		{ type: 'frame', name: 'f', children: [] },
	];
	const store = ['a', 'b', 'c', 'd', 'e', 'f'];
	const kinds = (tree: unknown, from: unknown = store) =>
		read({ store: from, nodes: tree }).map(({ kind }) => kind);
	const all = ['text', 'table', 'image', 'qr', 'barcode', 'unknown'];

	it.each([
		['in a list', nodes],
		['by id', Object.fromEntries(nodes.map((node, index) => [`n${index}`, node]))],
		['nested', { root: { type: 'document', children: [{ type: 'frame', children: nodes }] } }],
		['nested by id', { page: { type: 'page', nodes: { 1: { type: 'group', children: nodes } } } }],
	])('the kind of a variable is that of the element of its name, with the nodes %s', (_, tree) => {
		expect(kinds(tree)).toEqual(all);
	});

	it('the kind of a variable is that of the element whose id stands in the store', () => {
		const unnamed = { n1: { type: 'table', data: {} }, n2: { type: 'image', data: {} } };
		expect(kinds(unnamed, { a: { nodeId: 'n1' }, n2: { name: 'b' } })).toEqual(['table', 'image']);
		expect(kinds([{ id: 'n1', type: 'qr' }], [{ name: 'a', element: 'n1' }])).toEqual(['qr']);
	});

	it('the kind of a variable without an element is what the store says plainly', () => {
		const told = {
			a: { type: 'table' },
			b: { type: 'QR-Code' },
			c: { type: 'tabular' },
			d: 'image',
		};
		expect(kinds(undefined, told)).toEqual(['table', 'qr', 'unknown', 'unknown']);
		expect(kinds([text], { a: { type: 'image' } })).toEqual(['text']);
	});

	it('the kind of a variable is the one that takes least where elements of one name differ', () => {
		expect(kinds([text, { type: 'table', name: 'a', data: {} }], ['a'])).toEqual(['table']);
	});
});

describe('what an element shows', () => {
	const of = (node: object) => read({ store: ['a'], nodes: [{ name: 'a', ...node }] })[0];

	it('a text element shows the tokens of its text, without those of the renderer itself', () => {
		const content =
			'Dear {{first_name}} {{ last }} {{first_name}}, {{page}} of {{pages}} {{no-token}}';
		expect(of({ type: 'text', data: { content } })?.tokens).toEqual(['first_name', 'last']);
	});

	it.each([
		['texts', (text: string): unknown => text],
		['cells', (text: string): unknown => ({ type: 'text', data: text, styles: {} })],
		['cells with content', (text: string): unknown => ({ type: 'text', data: { content: text } })],
	])('a table element shows the header labels and tokens of %s', (_, cell) => {
		const cells = [['Item', 'Qty'].map(cell), [cell('x'), cell('{{total}}')]];
		expect(of({ type: 'table', data: { cells, headerRow: true } })).toMatchObject({
			header: ['Item', 'Qty'],
			tokens: ['total'],
		});
	});

	it.each([
		[{ data: { headerRow: false, cells: [['a']] } }],
		[{ data: { cells: [['a']] }, styles: { headerRow: false } }],
	])('a table element shows that it has no header row: %j', (node) => {
		const variable = of({ type: 'table', ...node });
		expect(variable?.isHeaderless).toBe(true);
		expect(variable).not.toHaveProperty('header');
	});

	it('a table element shows no header labels where one holds a token', () => {
		const variable = of({ type: 'table', data: { cells: [['Item', 'in {{currency}}']] } });
		expect(variable).not.toHaveProperty('header');
		expect(variable).toMatchObject({ tokens: ['currency'] });
	});

	it('a text element shows tokens that are variables of their own, in the first generation', () => {
		const source = {
			store: { a: {}, first: {} },
			nodes: [{ type: 'text', name: 'a', data: { content: '{{first}} {{last}}' } }],
		};
		expect(read({ ...source, tokensAreVariables: true })).toMatchObject([
			{ names: ['a'], tokens: ['first', 'last'] },
			{ names: ['first', 'a::first'], kind: 'text' },
		]);
		expect(read(source)[1]).toEqual({ name: 'first', names: ['first'], kind: 'unknown' });
	});
});

describe('designs as the vendor makes them', () => {
	const text = { type: 'text', name: 'a', data: { content: 'x' } };

	it('a text that is a list of texts shows the tokens of all of them', () => {
		const content = ['Dear {{name}},', 'order {{order_no}}', { content: 'of {{date}}' }];
		const nodes = [{ ...text, data: { content } }];
		expect(read({ store: ['a'], nodes })[0]?.tokens).toEqual(['name', 'order_no', 'date']);
	});

	it.each([
		['an element', [{ ...text, isHidden: true }], []],
		['an element by its id', [{ id: 'n1', type: 'image', isHidden: true }], []],
		['a group around it', [{ type: 'group', isHidden: true, children: [text] }], []],
		['one of two', [{ ...text, isHidden: true }, text], ['a']],
		['nothing', [{ ...text, isHidden: false }], ['a']],
	])('a variable is none to fill where the design hides %s', (_, nodes, left) => {
		expect(read({ store: { a: { node: 'n1' } }, nodes }).map(({ name }) => name)).toEqual(left);
	});

	it('a variable tells the form of its values, where an element or the store does', () => {
		const format = { dataType: 'date', format: 'D MMM YYYY' };
		expect(read({ store: ['a'], nodes: [{ ...text, ...format }] })).toMatchObject([{ format }]);
		expect(read({ store: { a: format } })).toMatchObject([{ name: 'a', format }]);
		expect(read({ store: ['a'], nodes: [text] })[0]).not.toHaveProperty('format');
	});
});

describe('reading variables', () => {
	it('reading variables never throws', () => {
		const anything = fc.anything({ withNullPrototype: true, withMap: true, withDate: true });
		fc.assert(
			fc.property(anything, anything, (store, nodes) => {
				readVariables({ store, nodes, tokensAreVariables: true });
			}),
		);
	});
});
