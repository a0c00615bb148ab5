import { actions, designOf, GALLERY, KEYS, KINDS_DESIGN, rewrite } from '../emulator/index.mts';
import {
	byId,
	CONTINUE,
	good,
	INVOICE,
	NODE,
	nodeSpec,
	setUp,
	type NodeUnderTest,
} from './support/setup.mts';

type Values = NonNullable<NodeUnderTest['parameters']>;

const GENERATIONS = [
	['first', { first: true, second: false }],
	['second', { first: false, second: true }],
	['both', { first: true, second: true }],
] as const;
const of = (operation: string) => (parameters: Values) => ({
	parameters: { resource: 'design', operation, ...parameters },
});
const named = (designId: string, name = designId, more: object = {}) => ({
	...designOf({ designId, name, variables: [] }),
	...more,
});
const KINDS = byId(KINDS_DESIGN.designId);

describe('Designs', () => {
	const setup = setUp();
	const MANY = 'pc_live_many';
	const addMany = (count: number) => {
		const designs = Array.from({ length: count }, (_, at) =>
			named(`design_${at}`, `Design number ${at}`),
		);
		setup.emulator.addWorkspace({ key: MANY, designs });
	};

	it.each([
		[{ returnAll: true }, 451],
		[{ limit: 201 }, 201],
		[{ limit: 3 }, 3],
		[{}, 50],
	])('Get Many returns as many designs as asked for: %j', async (parameters, count) => {
		addMany(451);
		const result = good(await setup.run([{}], { apiKey: MANY, ...of('getMany')(parameters) }));
		const ids = result.json(NODE).map(({ designId }) => designId);
		expect(new Set(ids).size).toBe(count);
		expect(ids).toHaveLength(count);
	});

	it('Get Many returns the designs of a folder only', async () => {
		const a = named('a', 'A', { parentId: 'folder_1' });
		const b = named('design_b', 'B', { parentId: 'folder 2' });
		setup.emulator.addWorkspace({ key: MANY, designs: [a, b] });
		const node = of('getMany')({ options: { parentId: '={{ $json.folder }}' } });
		const result = good(await setup.run([{ folder: 'folder 2' }, {}], { apiKey: MANY, ...node }));
		const found = result.json(NODE).map(({ designId }) => designId);
		expect(found).toEqual(['design_b', 'a', 'design_b']);
	});

	it.each(GENERATIONS)('Get emits the variables of a design (generation: %s)', async (_, which) => {
		Object.assign(setup.emulator.generations, which);
		const [json] = good(await setup.run([{}], of('get')({ designId: INVOICE }))).json(NODE);
		expect(json).toMatchObject({ designId: 'design_invoice', name: 'Invoice' });
		expect(json?.['variables']).toEqual(expect.arrayContaining(['customer_name', 'amount']));
	});

	it("Get emits what elements say of their content, and no hidden ones, as in the vendor's gallery", async () => {
		setup.emulator.addWorkspace({ key: 'pc_live_gallery', designs: GALLERY });
		const items = ['gallery_invoice', 'gallery_id_card', 'gallery_letter'].map((id) => ({ id }));
		const node = of('get')({ designId: byId('={{ $json.id }}') });
		const result = good(await setup.run(items, { apiKey: 'pc_live_gallery', ...node }));
		const [invoice, card, letter] = result.json(NODE);
		expect(invoice?.['variableFormats']).toEqual({
			invoice_date: { dataType: 'date', format: 'D MMM YYYY' },
			due_date: { dataType: 'date', format: 'D MMM YYYY' },
			total_due: { dataType: 'currency', format: '$0,0.00' },
		});
		const fields = ['holder_name', 'role', 'id_no', 'department', 'id_barcode'];
		expect(card?.['variables']).toEqual(fields);
		expect(letter?.['variables']).toContain('sign-name');
	});

	it('Get emits null for variables that the service does not list', async () => {
		setup.emulator.generations.first = false;
		const designId = 'design_certificate';
		const unknown = [expect.objectContaining({ designId, variables: null })];
		const get = async () => good(await setup.run([{}], of('get')({ designId: byId(designId) })));
		expect((await get()).json(NODE)).toEqual(unknown);
		setup.fault('tree', actions.refusal(404, 'NOT_FOUND'));
		expect((await get()).json(NODE)).toEqual(unknown);
	});

	it.each([
		['', "'Design' is empty [item 0]"],
		...['a/b', '.', '..', 'https://app.example.com/somewhere'].map((id) => [
			id,
			`'Design' is not an ID: '${id}' [item 0]`,
		]),
	] as Array<[string, string]>)(
		'Get asks for an ID where %j is entered as the design',
		async (value, message) => {
			const result = await setup.run([{}], of('get')({ designId: byId(`={{ '${value}' }}`) }));
			expect(result.error?.message).toBe(message);
		},
	);

	it('Get hides the API key where it is entered as the design', async () => {
		const node = of('get')({ designId: byId(KEYS.demo) });
		const { error } = await setup.run([{}], node);
		expect(error?.context).toMatchObject({ designId: '[hidden]', code: 'DESIGN_NOT_FOUND' });
		const [json] = (await setup.run([{}], { ...node, ...CONTINUE })).json(NODE);
		expect(json).toMatchObject({ designId: '[hidden]' });
		expect(JSON.stringify([json, error?.message])).not.toContain(KEYS.demo);
	});

	it('Get takes the ID of a design out of a pasted address', async () => {
		setup.emulator.addDesign(KEYS.demo, named('design_abc123', 'Pasted'));
		const value = 'https://app.example.com/designs/design_abc123/edit';
		const result = good(await setup.run([{}], of('get')({ designId: byId(value) })));
		expect(result.json(NODE)[0]).toMatchObject({ name: 'Pasted' });
	});

	it.each(['.', '..', 'a/b', 'https://api.imaginepdf.com/batch/job_1'])(
		'Download and Get Status refuse %s as a job',
		async (jobId) => {
			for (const operation of ['download', 'getStatus']) {
				const { error } = await setup.run([{}], { parameters: { operation, jobId } });
				expect(error?.message).toBe(`'Job ID' is not an ID: '${jobId}' [item 0]`);
			}
		},
	);

	describe('in the editor', () => {
		const panel = (apiKey: string = KEYS.demo, parameters = {}) =>
			nodeSpec(setup.emulator, { apiKey, parameters });
		const search = async (apiKey?: string, filter?: string, token?: string) =>
			await setup.engine.editor.listSearch('searchDesigns', panel(apiKey), filter, token);
		const map = async (...args: Parameters<typeof panel>) =>
			await setup.engine.editor.resourceMapping('getVariables', panel(...args));

		it('the list of designs in the editor goes on page after page', async () => {
			addMany(451);
			const names: string[] = [];
			let token: string | undefined;
			do {
				const page = await search(MANY, '', token);
				names.push(...page.results.map(({ name }) => name));
				token = page.paginationToken as string | undefined;
			} while (token !== undefined);
			expect(names).toHaveLength(451);
		});

		it.each<[string, string, unknown]>([
			['of its name, whatever the case', 'NUMBER 449', 'design_449'],
			['of its description', 'qr code', 'design_badge'],
		])('the list of designs finds one on a later page by a part %s', async (_, filter, id) => {
			addMany(451);
			for (const design of setup.emulator.designs(KEYS.demo))
				setup.emulator.addDesign(MANY, design);
			const { results } = await search(MANY, filter);
			expect(results.map(({ value }) => value)).toEqual([id]);
		});

		it('the list of designs is searched for 2,000 designs before the user is to scroll on', async () => {
			addMany(2001);
			expect(await search(MANY, 'none')).toMatchObject({ results: [] });
			expect(setup.count('designs')).toBe(10);
		});

		it('the list of designs shows what a design is for behind its name, and tells equal names apart', async () => {
			const description = `For\nexports ${'x'.repeat(100)}`;
			const designs = [
				named('design_a', 'Invoice'),
				named('design_b', 'Invoice'),
				named('design_c', 'Invoice', { description }),
			];
			setup.emulator.addWorkspace({ key: MANY, designs });
			const { results } = await search(MANY);
			expect(results.map(({ name }) => name)).toEqual([
				'Invoice (design_a)',
				'Invoice (design_b)',
				`Invoice – For exports ${'x'.repeat(48)}…`,
			]);
		});

		it('the mapper in the editor shows one field per variable', async () => {
			const ids = (await map()).fields.map(({ id }) => id);
			expect(ids).toEqual(expect.arrayContaining(['customer_name', 'amount', 'notes']));
		});

		it('the mapper says that the variables are not known, and points to the other row sources', async () => {
			setup.emulator.generations.first = false;
			const mapped = await map(KEYS.demo, { designId: byId('design_certificate') });
			expect(mapped.fields).toEqual([]);
			expect(mapped.emptyFieldsNotice).toContain("'JSON'");
		});

		it('neither the list of designs nor the mapper hides a bad key', async () => {
			await expect(search('pc_live_no')).rejects.toThrow('does not accept the API key');
			await expect(map(KEYS.expired)).rejects.toThrow('The ImaginePDF API key has expired');
		});
	});

	describe('the credential test', () => {
		const test = async (apiKey: string, baseUrl = setup.emulator.baseUrl) =>
			await setup.engine.testCredential('imaginePdfApi', { apiKey, baseUrl });

		it('a good key is accepted, also with a trailing slash in the address', async () => {
			expect(await test(KEYS.demo)).toMatchObject({ status: 'OK' });
			expect(await test(KEYS.demo, `${setup.emulator.baseUrl}/`)).toMatchObject({ status: 'OK' });
		});

		it.each(['', '/'])(
			'an address without a path is taken as the API of its host: %j',
			async (end) => {
				const baseUrl = `${new URL(setup.emulator.baseUrl).origin}${end}`;
				expect(await test(KEYS.demo, baseUrl)).toMatchObject({ status: 'OK' });
				const credentials = { imaginePdfApi: { apiKey: KEYS.demo, baseUrl } };
				const node = { ...nodeSpec(setup.emulator, {}), credentials };
				const { results } = await setup.engine.editor.listSearch('searchDesigns', node);
				expect(results.length).toBeGreaterThan(0);
			},
		);

		it.each([
			['pc_live_wrong', /does not accept this API key/],
			[KEYS.expired, /has expired/],
			[KEYS.noApi, /plan of this workspace does not include API access/],
		])('the credential test says what is the matter with %s', async (apiKey, message) => {
			const told = { status: 'Error', message: expect.stringMatching(message) };
			expect(await test(apiKey)).toMatchObject(told);
		});
	});
});

describe('Design: Get Preview', () => {
	const setup = setUp();
	const preview = of('getPreview');
	beforeEach(() => setup.emulator.addDesign(KEYS.demo, KINDS_DESIGN));

	it.each(GENERATIONS)(
		'Get Preview stores a PNG named after design and page (generation: %s)',
		async (_, which) => {
			Object.assign(setup.emulator.generations, which);
			const node = preview({ designId: KINDS, page: 2, binaryField: 'preview' });
			const [item] = good(await setup.run([{}], node)).items(NODE);
			const bytes = await setup.engine.readBinary(item!, 'preview');
			expect(bytes.subarray(1, 4).toString()).toBe('PNG');
			const { designId, name } = KINDS_DESIGN;
			const fileName = `${name}-page-2.png`;
			expect(item?.json).toEqual({ designId, page: 2, fileName, fileSize: bytes.length });
			const file = { mimeType: 'image/png', fileExtension: 'png', fileType: 'image', fileName };
			expect(item?.binary?.['preview']).toMatchObject(file);
			expect(setup.emulator.charges).toEqual([]);
		},
	);

	it('Get Preview counts pages from 1: the first two differ', async () => {
		const node = preview({ designId: KINDS, page: '={{ $json.page }}' });
		const result = good(await setup.run([{ page: 1 }, { page: 2 }], node));
		const [one, two] = await Promise.all(
			result.items(NODE).map(async (item) => await setup.engine.readBinary(item, 'data')),
		);
		expect(one?.equals(two!)).toBe(false);
		const paths = setup.emulator.requests.map(({ path }) => /page=(\d)/.exec(path)?.[1] ?? []);
		expect(paths.flat().sort()).toEqual(['0', '1']);
	});

	it.each(['404 NOT_FOUND', '404 PDF_NOT_FOUND', '400 VALIDATION_ERROR'] as const)(
		'Get Preview says how many pages there are where one is missing and the service answers %s',
		async (missingPage) => {
			setup.emulator.behaviour.choices.missingPage = missingPage;
			const message = 'The design has no page 3: it has 2 pages';
			const description = "Enter another number in 'Page'. The first page is 1.";
			for (const [, which] of GENERATIONS.slice(0, 2)) {
				Object.assign(setup.emulator.generations, which);
				const { error } = await setup.run([{}], preview({ designId: KINDS, page: 3 }));
				expect(error).toMatchObject({ message, description });
			}
		},
	);

	it('Get Preview does not take another page for the one that was asked for', async () => {
		setup.fault(
			'preview',
			rewrite('the last page', (data) => ({ ...data, page: 7 })),
		);
		const result = await setup.run([{}], preview({}));
		expect(result.error?.message).toBe('The design has no page 1: it has 1 page');
	});

	it.each<[Values, string]>([
		[{ page: 0 }, "'Page' is 0"],
		[{ page: 'x' }, '\'Page\' is "x"'],
		[{ page: 1.5 }, "'Page' is 1.5"],
		[{ designId: byId('design_gone') }, "Design 'design_gone' was not found"],
	])('Get Preview says what is wrong with %j', async (parameters, message) => {
		const result = await setup.run([{}], preview(parameters));
		expect(result.error?.message).toContain(message);
	});

	it('Get Preview asks for a new link where the first is refused', async () => {
		setup.fault('image', actions.expired(), { times: 1 });
		good(await setup.run([{}], preview({})));
		expect(setup.count('preview')).toBe(2);
	});

	it.each([
		['a web page', actions.answer({ status: 200, body: '<html>Login</html>' })],
		['half of the picture as the whole', actions.announceLength(100)],
	])('Get Preview stores nothing where the storage sends %s', async (_, action) => {
		setup.fault('image', action);
		const { error } = await setup.run([{}], preview({}));
		expect(error?.message).toContain('The preview could not be fetched');
		expect(error?.description).not.toContain('paid');
	});

	it('Get Preview makes an item of its own of what failed, with On Error: Continue', async () => {
		const node = preview({ designId: KINDS, page: '={{ $json.page }}' });
		const result = await setup.run([{ page: 1 }, { page: 5 }], { ...node, ...CONTINUE });
		const error = 'The design has no page 5: it has 2 pages';
		const { designId } = KINDS_DESIGN;
		expect(result.json(NODE)).toMatchObject([{ page: 1 }, { error, designId }]);
	});
});
