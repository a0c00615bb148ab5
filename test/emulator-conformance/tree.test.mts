import { GALLERY, KEYS, KINDS_DESIGN, type Choices } from '../emulator/index.mts';
import { EmulatorSetup } from './support.mts';

const DESIGN = KINDS_DESIGN.designId;
const NAMES = KINDS_DESIGN.variables.map(({ name }) => name);

const REGION = { type: 'text', data: { content: 'Region' }, styles: {} };

type Json = Record<string, unknown>;

/** All nodes of a tree, whatever their arrangement. */
function nodesIn(value: unknown): Json[] {
	if (Array.isArray(value)) return value.flatMap(nodesIn);
	if (typeof value !== 'object' || value === null) return [];
	const own: Json[] = 'type' in value && 'data' in value && 'id' in value ? [{ ...value }] : [];
	const byId = Object.entries(value).flatMap(([id, inner]) =>
		nodesIn(typeof inner === 'object' && !Array.isArray(inner) ? { id, ...inner } : inner),
	);
	return [...own, ...(own.length > 0 ? [] : byId)];
}

describe('the tree of a design', () => {
	let setup: EmulatorSetup;
	beforeEach(async () => {
		setup = await EmulatorSetup.start();
		setup.emulator.addDesign(KEYS.demo, KINDS_DESIGN);
	});
	afterEach(async () => await setup.close());

	async function tree(choices: Partial<Choices> = {}): Promise<Json> {
		Object.assign(setup.emulator.behaviour.choices, choices);
		const { status, text } = await setup.get(`/designs/${DESIGN}/tree`);
		expect(status).toBe(200);
		return JSON.parse(text);
	}

	async function node(name: string, choices: Partial<Choices> = {}): Promise<Json> {
		const found = nodesIn((await tree(choices)).nodes).find((other) => other.name === name);
		expect(found).toBeDefined();
		return found ?? {};
	}

	it('answers a tree as raw JSON without the envelope, and errors inside it', async () => {
		const answer = await tree();
		expect(Object.keys(answer).sort()).toEqual(['metadata', 'nodes', 'pages', 'variables']);
		expect(answer.metadata).toEqual({ schemaVersion: 'v1' });
		expect(answer.pages).toHaveLength(2);
		const unknown = await setup.get('/designs/nowhere/tree');
		expect([unknown.status, unknown.code]).toEqual([404, 'DESIGN_NOT_FOUND']);
	});

	it.each(['byId', 'list', 'nested'] as const)(
		'holds all nodes of a tree in the arrangement %s',
		async (nodes) => {
			const found = nodesIn((await tree({ nodes })).nodes);
			expect(found.map(({ name }) => name)).toEqual([...NAMES, 'Text 1', 'Line']);
		},
	);

	it('tells what each variable takes by the type and the content of its node', async () => {
		expect(await node('customer_name')).toMatchObject({
			type: 'text',
			data: { content: 'Jane Sample' },
		});
		expect(await node('logo')).toMatchObject({
			type: 'image',
			data: { src: 'assets:sample-photo' },
		});
		expect(await node('link')).toMatchObject({ type: 'qr', data: { content: expect.any(String) } });
		expect(await node('article')).toMatchObject({ type: 'barcode' });
		expect(await node('greeting')).toMatchObject({
			data: { content: 'Dear {{first_name}} {{last_name}},' },
		});
	});

	it('tells the header labels of a table, and whether it has any', async () => {
		const cells = [['Description', 'Qty', 'Rate', 'Amount'], expect.any(Array)];
		expect(await node('line_items')).toMatchObject({
			type: 'table',
			data: { columns: 4, headerRow: true, cells },
		});
		expect(await node('totals')).toMatchObject({ data: { headerRow: false } });
		expect(await node('totals', { headerRow: 'styles' })).toMatchObject({
			styles: { headerRow: false },
		});
	});

	it.each([
		['data', 'Net'],
		['data.content', { content: 'Net' }],
	] as const)('writes cells as objects with their text in %s', async (tableCells, data) => {
		const { data: table } = await node('totals', { tableCells });
		expect(table).toMatchObject({
			cells: [
				[{ type: 'text', data, styles: {} }, {}],
				[{}, {}],
			],
		});
	});

	it.each(['byName', 'byId', 'byNode', 'array'] as const)(
		'names all variables in a store of the shape %s',
		async (variableStore) => {
			const { variables } = await tree({ variableStore });
			const entries = Object.entries(Object(variables));
			expect(entries.map(([, value]) => Object(value).name)).toEqual(NAMES);
			expect(Array.isArray(variables)).toBe(variableStore === 'array');
			expect(entries[0]?.[0] === 'customer_name').toBe(variableStore === 'byName');
		},
	);

	it.each(['odd', 'absent'] as const)('names no variable in a store that is %s', async (shape) => {
		const { variables } = await tree({ variableStore: shape });
		expect(JSON.stringify(variables ?? null)).not.toContain('customer_name');
	});

	it('binds variables by the ID of their node where nodes have no names', async () => {
		const { nodes, variables } = await tree({ nodeNames: 'unnamed', variableStore: 'byId' });
		const found = nodesIn(nodes);
		expect(found.some(({ name }) => name === 'logo')).toBe(false);
		const logo = Object.values(Object(variables)).find((entry) => Object(entry).name === 'logo');
		expect(found.find(({ id }) => id === Object(logo).nodeId)).toMatchObject({ type: 'image' });
	});

	it('leaves types to the nodes where the store does not tell them', async () => {
		const { variables } = await tree({ variableTypes: 'untold' });
		expect(JSON.stringify(variables)).not.toMatch(/"type"|"default"/);
	});

	it('gives the tree as config in the first generation, with tokens among the variables', async () => {
		const { data } = await setup.get(`/designs/${DESIGN}`);
		const { metadata, pages, nodes } = await tree();
		expect(data.config).toEqual({ metadata, pages, nodes });
		const tokens = ['first_name', 'last_name', 'net', 'total', 'reader'];
		expect(Object.keys(Object(data.variables)).sort()).toEqual([...NAMES, ...tokens].sort());
	});

	it.each([
		[
			'letter',
			'body',
			{ data: { content: ['Dear {{salutation}},', expect.any(String), expect.any(String)] } },
		],
		['id_card', 'photo', { isHidden: true }],
		['invoice', 'due_date', { dataType: 'date', format: 'D MMM YYYY' }],
		['invoice', 'total_label', { type: 'text', data: { content: 'TOTAL DUE' } }],
		[
			'receipt',
			'line_items',
			{ data: expect.not.objectContaining({ headerRow: expect.anything() }) },
		],
		[
			'report',
			'regions_table',
			{ data: { cells: expect.arrayContaining([[REGION, expect.anything(), expect.anything()]]) } },
		],
	])('tells what is special in the %s of the gallery: %s', async (design, name, node) => {
		for (const one of GALLERY) setup.emulator.addDesign(KEYS.demo, one);
		const { text } = await setup.get(`/designs/gallery_${design}/tree`);
		const tree: Json = JSON.parse(text);
		expect(nodesIn(tree.nodes).find((found) => found.name === name)).toMatchObject(node);
	});

	it('answers 404 to the tree and to /me without the second generation', async () => {
		setup.emulator.generations.second = false;
		expect((await setup.get('/designs/design_invoice/tree')).code).toBe('NOT_FOUND');
		expect((await setup.get('/me')).code).toBe('NOT_FOUND');
		setup.emulator.generations.second = true;
		expect((await setup.get('/me')).data).toEqual({
			workspaceId: expect.any(String),
			workspaceName: 'Demo',
			userEmail: expect.stringContaining('@'),
			keyName: expect.any(String),
		});
	});
});
