import { actions, KEYS, KINDS_DESIGN } from '../emulator/index.mts';
import { NODE, openEngineSetup, type EngineSetup } from './support/setup.mts';
import { byId } from './support/sent.mts';

const preview = (parameters: Record<string, unknown> = {}) => ({
	parameters: { resource: 'design', operation: 'getPreview', ...parameters },
});
const KINDS = byId(KINDS_DESIGN.designId);

describe('Design: Get Preview', () => {
	let setup: EngineSetup;
	beforeAll(async () => {
		setup = await openEngineSetup();
		setup.emulator.addDesign(KEYS.demo, KINDS_DESIGN);
	});
	afterAll(async () => await setup.close());
	beforeEach(() => {
		setup.emulator.faults.clear();
		Object.assign(setup.emulator.generations, { first: true, second: true });
	});

	it.each([0, 1, 2, 101])('Get Preview fetches a page for each of %i items', async (count) => {
		const items = Array.from({ length: count }, (_, index) => ({ index }));
		const result = await setup.run(items, preview());
		expect(result.error).toBeUndefined();
		expect(result.items(NODE)).toHaveLength(count);
		expect(result.items(NODE).map(({ pairedItem }) => pairedItem)).toEqual(
			items.map((_, item) => [{ item }]),
		);
	});

	it.each(['first', 'second'] as const)(
		'Get Preview stores a PNG named after design and page, with the %s generation of the API',
		async (generation) => {
			setup.emulator.generations[generation === 'first' ? 'second' : 'first'] = false;
			const parameters = { designId: KINDS, page: 2, binaryField: 'preview' };
			const result = await setup.run([{}], preview(parameters));
			const [item] = result.items(NODE);
			const bytes = await setup.engine.readBinary(item!, 'preview');
			expect(bytes.subarray(1, 4).toString()).toBe('PNG');
			const fileName = `${KINDS_DESIGN.name}-page-2.png`;
			expect(item?.json).toEqual({
				designId: KINDS_DESIGN.designId,
				page: 2,
				fileName,
				fileSize: bytes.length,
			});
			expect(item?.binary?.['preview']).toMatchObject({
				mimeType: 'image/png',
				fileExtension: 'png',
				fileType: 'image',
				fileName,
			});
			expect(setup.emulator.charges).toEqual([]);
		},
	);

	it('Get Preview counts pages from 1: the first two differ', async () => {
		const parameters = { designId: KINDS, page: '={{ $json.page }}' };
		const result = await setup.run([{ page: 1 }, { page: 2 }], preview(parameters));
		const [one, two] = await Promise.all(
			result.items(NODE).map(async (item) => await setup.engine.readBinary(item, 'data')),
		);
		expect(one?.equals(two!)).toBe(false);
		const asked = setup.emulator.requests.filter(({ route }) => route === 'preview');
		expect(
			asked
				.slice(-2)
				.map(({ path }) => /page=(\d)/.exec(path)?.[1])
				.sort(),
		).toEqual(['0', '1']);
	});

	it.each(['404 NOT_FOUND', '404 PDF_NOT_FOUND', '400 VALIDATION_ERROR'] as const)(
		'Get Preview says how many pages there are where one is missing and the service answers %s',
		async (missingPage) => {
			setup.emulator.behaviour.choices.missingPage = missingPage;
			for (const generation of ['first', 'second'] as const) {
				Object.assign(setup.emulator.generations, { first: false, second: false });
				setup.emulator.generations[generation] = true;
				const result = await setup.run([{}], preview({ designId: KINDS, page: 3 }));
				expect(result.error).toMatchObject({
					message: 'The design has no page 3: it has 2 pages',
					description: "Enter another number in 'Page'. The first page is 1.",
				});
			}
		},
	);

	it('Get Preview does not take another page for the one that was asked for', async () => {
		setup.emulator.faults.add({
			route: 'preview',
			action: {
				name: 'the last page instead',
				after: (answer) => ({
					...answer,
					body: String(answer.body).replace('"page":0', '"page":7'),
				}),
			},
		});
		const result = await setup.run([{}], preview());
		expect(result.error?.message).toBe('The design has no page 1: it has 1 page');
	});

	it.each([
		[0, "'Page' is 0"],
		['x', '\'Page\' is "x"'],
		[1.5, "'Page' is 1.5"],
	])('Get Preview asks for a whole number where the page is %j', async (page, message) => {
		const result = await setup.run([{}], preview({ page }));
		expect(result.error?.message).toContain(message);
	});

	it('Get Preview says that a design does not exist', async () => {
		const result = await setup.run([{}], preview({ designId: byId('design_gone') }));
		expect(result.error?.message).toContain("Design 'design_gone' was not found");
	});

	it('Get Preview asks for a new link where the first is refused', async () => {
		setup.emulator.faults.add({ route: 'image', times: 1, action: actions.expired() });
		const result = await setup.run([{}], preview());
		expect(result.error).toBeUndefined();
	});

	it.each([
		['a web page', actions.answer({ status: 200, body: '<html>Login</html>' })],
		['half of the picture as the whole', actions.announceLength(100)],
	])('Get Preview stores nothing where the storage sends %s', async (_, action) => {
		setup.emulator.faults.add({ route: 'image', action });
		const result = await setup.run([{}], preview());
		expect(result.error?.message).toContain('The preview could not be fetched');
		expect(result.error?.description).not.toContain('paid');
	});

	it('Get Preview makes an item of its own of what failed, with On Error: Continue', async () => {
		const result = await setup.run([{ page: 1 }, { page: 5 }], {
			...preview({ designId: KINDS, page: '={{ $json.page }}' }),
			onError: 'continueRegularOutput',
		});
		expect(result.json(NODE)).toMatchObject([
			{ page: 1 },
			{ error: 'The design has no page 5: it has 2 pages', designId: KINDS_DESIGN.designId },
		]);
	});

	it('Get Preview numbers files of equal names', async () => {
		const result = await setup.run([{}, {}], preview());
		expect(result.json(NODE).map(({ fileName }) => fileName)).toEqual([
			'Invoice-page-1.png',
			'Invoice-page-1 (2).png',
		]);
	});
});
