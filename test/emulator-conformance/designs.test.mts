import { designOf, KEYS } from '../emulator/index.mts';
import { EmulatorSetup } from './support.mts';

describe('the list of designs and a single one', () => {
	let setup: EmulatorSetup;
	beforeEach(async () => {
		setup = await EmulatorSetup.start();
	});
	afterEach(async () => await setup.close());

	async function listed(limit: number): Promise<{ ids: string[]; pages: number }> {
		const ids: string[] = [];
		let cursor: unknown;
		let pages = 0;
		do {
			const query = typeof cursor === 'string' ? `&cursor=${encodeURIComponent(cursor)}` : '';
			const { data } = await setup.get(`/designs?limit=${limit}${query}`);
			const items = data.items as Array<{ designId: string }>;
			ids.push(...items.map(({ designId }) => designId));
			cursor = data.nextCursor;
			pages++;
		} while (typeof cursor === 'string');
		return { ids, pages };
	}

	it.each([
		{ first: true, second: false },
		{ first: false, second: true },
	])('lists designs with their metadata, with generations %j', async (generations) => {
		Object.assign(setup.emulator.generations, generations);
		const { status, body, data } = await setup.get('/designs?limit=1');
		expect(status).toBe(200);
		expect(body.error).toBeNull();
		expect(data).toEqual({
			items: [
				{
					designId: 'design_invoice',
					name: 'Invoice',
					description: expect.any(String),
					fileSize: expect.any(Number),
					createdAt: expect.any(String),
					modifiedAt: expect.any(String),
				},
			],
			nextCursor: expect.any(String),
		});
	});

	it('pages through more than 400 designs, each once and in order', async () => {
		for (let index = 0; index < 445; index++) {
			const designId = `design_many_${index}`;
			setup.emulator.addDesign(
				KEYS.demo,
				designOf({ designId, name: `Many ${index}`, variables: [] }),
			);
		}
		const { ids, pages } = await listed(200);
		expect(ids).toEqual(setup.emulator.designs(KEYS.demo).map(({ designId }) => designId));
		expect(ids.length).toBeGreaterThan(445);
		expect(pages).toBe(3);
	});

	it('gives no cursor behind a last page of designs that is full', async () => {
		const count = setup.emulator.designs(KEYS.demo).length;
		expect(await listed(count)).toMatchObject({ pages: 1 });
	});

	it.each(['0', '201', '1.5', 'many'])(
		'refuses a list of designs with the limit %s',
		async (limit) => {
			expect((await setup.get(`/designs?limit=${limit}`)).code).toBe('VALIDATION_ERROR');
		},
	);

	it('refuses a cursor that no list of designs gave', async () => {
		expect((await setup.get('/designs?cursor=elsewhere')).code).toBe('INVALID_INPUT');
	});

	it('ignores a name that a list of designs is searched for', async () => {
		const all = await setup.get('/designs?limit=200');
		const searched = await setup.get('/designs?limit=200&search=letter&name=letter');
		expect(searched.data).toEqual(all.data);
	});

	it('tells config and variables of a design in the first generation', async () => {
		const { data } = await setup.get('/designs/design_invoice');
		expect(data).toHaveProperty('config');
		expect(Object.keys(Object(data.variables))).toContain('customer_name');
	});

	it('tells only the metadata of a design in the second generation', async () => {
		setup.emulator.generations.first = false;
		const { data } = await setup.get('/designs/design_invoice');
		expect(Object.keys(data).sort()).toEqual(
			['createdAt', 'description', 'designId', 'fileSize', 'modifiedAt', 'name'].sort(),
		);
	});

	it('answers 404 DESIGN_NOT_FOUND to every question about an unknown design', async () => {
		for (const path of [
			'/designs/nowhere',
			'/designs/nowhere/tree',
			'/designs/nowhere/preview?page=0',
		]) {
			const { status, code } = await setup.get(path);
			expect([status, code]).toEqual([404, 'DESIGN_NOT_FOUND']);
		}
	});

	it('does not know a design any more once it was removed', async () => {
		setup.emulator.removeDesign(KEYS.demo, 'design_letter');
		expect((await setup.get('/designs/design_letter')).code).toBe('DESIGN_NOT_FOUND');
	});
});

describe('paths without a route', () => {
	it('answers 404 to an unknown path and 405 to a wrong method', async () => {
		await EmulatorSetup.during({}, async (setup) => {
			const unknown = await setup.get('/nothing/here');
			expect([unknown.status, unknown.code]).toEqual([404, 'NOT_FOUND']);
			expect((await setup.post('/designs', {})).status).toBe(405);
		});
	});
});
