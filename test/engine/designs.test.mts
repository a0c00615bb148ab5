import { designOf, GALLERY, KEYS } from '../emulator/index.mts';
import { byId } from './support/sent.mts';
import { INVOICE, NODE, nodeSpec, openEngineSetup, type EngineSetup } from './support/setup.mts';

describe('Designs', () => {
	let setup: EngineSetup;
	beforeAll(async () => {
		setup = await openEngineSetup();
		setup.emulator.addWorkspace({
			key: 'pc_live_many',
			designs: Array.from({ length: 451 }, (_, index) =>
				designOf({ designId: `design_${index}`, name: `Design number ${index}`, variables: [] }),
			),
		});
	});
	afterAll(async () => {
		await setup.close();
	});

	describe('Get Many', () => {
		const getMany = { resource: 'design', operation: 'getMany' };

		it.each([
			[{ returnAll: true }, 451],
			[{ limit: 201 }, 201],
			[{ limit: 3 }, 3],
			[{}, 50],
		])('Get Many returns as many designs as asked for: %j', async (parameters, count) => {
			const result = await setup.run([{}], {
				parameters: { ...getMany, ...parameters },
				apiKey: 'pc_live_many',
			});
			expect(result.json(NODE)).toHaveLength(count);
			expect(new Set(result.json(NODE).map(({ designId }) => designId)).size).toBe(count);
		});
	});

	it('Get Many returns the designs of a folder only', async () => {
		const inFolder = (designId: string, parentId: string) => ({
			...designOf({ designId, name: designId, variables: [] }),
			parentId,
		});
		setup.emulator.addWorkspace({
			key: 'pc_live_folders',
			designs: [inFolder('design_a', 'folder_1'), inFolder('design_b', 'folder 2')],
		});
		const options = { parentId: '={{ $json.folder }}' };
		const result = await setup.run([{ folder: 'folder 2' }, {}], {
			parameters: { resource: 'design', operation: 'getMany', options },
			apiKey: 'pc_live_folders',
		});
		const found = result.json(NODE).map(({ designId }) => designId);
		expect(found).toEqual(['design_b', 'design_a', 'design_b']);
	});

	it.each(['.', '..', 'a/b', 'https://api.imaginepdf.com/batch/job_1'])(
		'Download and Get Status refuse %s as a job',
		async (jobId) => {
			for (const operation of ['download', 'getStatus']) {
				const result = await setup.run([{}], { parameters: { operation, jobId } });
				expect(result.error?.message).toBe(`'Job ID' is not an ID: '${jobId}' [item 0]`);
			}
		},
	);

	describe('Get', () => {
		const get = { resource: 'design', operation: 'get' };

		it.each([
			['first', { first: true, second: false }],
			['second', { first: false, second: true }],
			['both', { first: true, second: true }],
		])('Get emits the variables of a design (generation: %s)', async (_, generations) => {
			Object.assign(setup.emulator.generations, generations);
			const result = await setup.run([{}], { parameters: { ...get, designId: INVOICE } });
			Object.assign(setup.emulator.generations, { first: true, second: true });
			expect(result.json(NODE)[0]).toMatchObject({
				designId: 'design_invoice',
				name: 'Invoice',
				variables: expect.arrayContaining(['customer_name', 'amount']),
			});
		});

		it("Get emits what elements say of their content, and no hidden ones, as in the vendor's gallery", async () => {
			setup.emulator.addWorkspace({ key: 'pc_live_gallery', designs: GALLERY });
			const ids = ['gallery_invoice', 'gallery_id_card', 'gallery_letter'];
			const parameters = { ...get, designId: byId('={{ $json.id }}') };
			const result = await setup.run(
				ids.map((id) => ({ id })),
				{ apiKey: 'pc_live_gallery', parameters },
			);
			const [invoice, card, letter] = result.json(NODE);
			expect(invoice?.['variableFormats']).toEqual({
				invoice_date: { dataType: 'date', format: 'D MMM YYYY' },
				due_date: { dataType: 'date', format: 'D MMM YYYY' },
				total_due: { dataType: 'currency', format: '$0,0.00' },
			});
			expect(card?.['variables']).toEqual([
				'holder_name',
				'role',
				'id_no',
				'department',
				'id_barcode',
			]);
			expect(letter?.['variables']).toContain('sign-name');
		});

		it('Get emits null for variables that the service does not list', async () => {
			setup.emulator.generations.first = false;
			const result = await setup.run([{}], {
				parameters: { ...get, designId: { __rl: true, mode: 'id', value: 'design_certificate' } },
			});
			setup.emulator.generations.first = true;
			expect(result.json(NODE)[0]).toMatchObject({
				designId: 'design_certificate',
				variables: null,
			});
		});

		it.each([
			['', "'Design' is empty [item 0]"],
			['a/b', "'Design' is not an ID: 'a/b' [item 0]"],
			['.', "'Design' is not an ID: '.' [item 0]"],
			['..', "'Design' is not an ID: '..' [item 0]"],
			[
				'https://app.example.com/somewhere',
				"'Design' is not an ID: 'https://app.example.com/somewhere' [item 0]",
			],
		])('Get asks for an ID where %j is entered as the design', async (value, message) => {
			const result = await setup.run([{}], {
				parameters: { ...get, designId: { __rl: true, mode: 'id', value: `={{ '${value}' }}` } },
			});
			expect(result.error?.message).toBe(message);
		});

		it('Get takes the ID of a design out of a pasted address', async () => {
			const value = 'https://app.example.com/designs/design_abc123/edit';
			setup.emulator.addDesign(
				KEYS.demo,
				designOf({ designId: 'design_abc123', name: 'Pasted', variables: [] }),
			);
			const result = await setup.run([{}], {
				parameters: { ...get, designId: { __rl: true, mode: 'id', value } },
			});
			expect(result.json(NODE)[0]).toMatchObject({ name: 'Pasted' });
		});
	});

	describe('in the editor', () => {
		const panel = (apiKey: string = KEYS.demo, parameters = {}) =>
			nodeSpec(setup.emulator, { apiKey, parameters });

		it('the list of designs in the editor goes on page after page', async () => {
			const names: string[] = [];
			let token: string | undefined;
			do {
				const page = await setup.engine.editor.listSearch(
					'searchDesigns',
					panel('pc_live_many'),
					'',
					token,
				);
				names.push(...page.results.map(({ name }) => name));
				token = typeof page.paginationToken === 'string' ? page.paginationToken : undefined;
			} while (token !== undefined);
			expect(names).toHaveLength(451);
		});

		it('the list of designs finds one on a later page by a part of its name, whatever the case', async () => {
			const { results } = await setup.engine.editor.listSearch(
				'searchDesigns',
				panel('pc_live_many'),
				'NUMBER 449',
			);
			expect(results).toEqual([{ name: 'Design number 449', value: 'design_449' }]);
		});

		it('the list of designs shows what a design is for behind its name, and tells equal names apart', async () => {
			const twin = (designId: string, modifiedAt: string) => ({
				...designOf({ designId, name: 'Invoice', variables: [] }),
				modifiedAt,
			});
			setup.emulator.addWorkspace({
				key: 'pc_live_twins',
				designs: [
					twin('design_a', '2026-03-01T10:00:00Z'),
					twin('design_b', '2026-04-02T10:00:00Z'),
					twin('design_c', '2026-04-02T11:00:00Z'),
					designOf({
						designId: 'design_d',
						name: 'Invoice',
						description: `For\nexports ${'x'.repeat(100)}`,
						variables: [],
					}),
				],
			});
			const { results } = await setup.engine.editor.listSearch(
				'searchDesigns',
				panel('pc_live_twins'),
			);
			expect(results).toEqual([
				{ name: 'Invoice (changed 2026-03-01)', value: 'design_a' },
				{ name: 'Invoice (design_b)', value: 'design_b' },
				{ name: 'Invoice (design_c)', value: 'design_c' },
				{ name: `Invoice – For exports ${'x'.repeat(48)}…`, value: 'design_d' },
			]);
		});

		it('the list of designs finds one by a part of its description', async () => {
			const { results } = await setup.engine.editor.listSearch('searchDesigns', panel(), 'qr code');
			expect(results.map(({ value }) => value)).toEqual(['design_badge']);
		});

		it('the list of designs says in words that the key is not accepted', async () => {
			await expect(
				setup.engine.editor.listSearch('searchDesigns', panel('pc_live_no')),
			).rejects.toThrow('ImaginePDF does not accept the API key');
		});

		it('the mapper in the editor shows one field per variable', async () => {
			const { fields } = await setup.engine.editor.resourceMapping('getVariables', panel());
			expect(fields.map(({ id }) => id)).toEqual(
				expect.arrayContaining(['customer_name', 'amount', 'notes']),
			);
		});

		it('the mapper says that the variables are not known, and points to the other row sources', async () => {
			setup.emulator.generations.first = false;
			const parameters = { designId: { __rl: true, mode: 'id', value: 'design_certificate' } };
			const mapped = await setup.engine.editor.resourceMapping(
				'getVariables',
				panel(KEYS.demo, parameters),
			);
			setup.emulator.generations.first = true;
			expect(mapped.fields).toEqual([]);
			expect(mapped.emptyFieldsNotice).toContain("'JSON'");
		});

		it('the mapper does not hide a bad key behind unknown variables', async () => {
			await expect(
				setup.engine.editor.resourceMapping('getVariables', panel(KEYS.expired)),
			).rejects.toThrow('The ImaginePDF API key has expired');
		});
	});

	describe('the credential test', () => {
		const test = async (apiKey: string, baseUrl = setup.emulator.baseUrl) =>
			await setup.engine.testCredential('imaginePdfApi', { apiKey, baseUrl });

		it('the credential test accepts a good key, also with a trailing slash in the address', async () => {
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
			expect(await test(apiKey)).toMatchObject({
				status: 'Error',
				message: expect.stringMatching(message),
			});
		});

		it('the credential test recognises an address that is not ImaginePDF', async () => {
			expect(await test(KEYS.demo, setup.emulator.storageOrigin)).toMatchObject({
				status: 'Error',
			});
		});
	});
});
