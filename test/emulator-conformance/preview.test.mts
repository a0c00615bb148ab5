import { KEYS, KINDS_DESIGN, PICTURES } from '../emulator/index.mts';
import { EmulatorSetup } from './support.mts';

const PREVIEWS = {
	first: (design: string, page: string | number) => `/preview?design=${design}&page=${page}`,
	second: (design: string, page: string | number) => `/designs/${design}/preview?page=${page}`,
};

describe.each(['first', 'second'] as const)('a preview by the %s generation', (generation) => {
	let setup: EmulatorSetup;
	const path = PREVIEWS[generation];
	beforeEach(async () => {
		setup = await EmulatorSetup.start({
			generations: { first: generation === 'first', second: generation === 'second' },
		});
		setup.emulator.addDesign(KEYS.demo, KINDS_DESIGN);
	});
	afterEach(async () => await setup.close());

	it('hands out a preview as PNG behind a presigned URL, free, another one for each page and design', async () => {
		const seen = new Set<string>();
		const pages: Array<[string, number]> = [
			['design_kinds', 0],
			['design_kinds', 1],
			['design_invoice', 0],
		];
		for (const [design, page] of pages) {
			const { status, data } = await setup.get(path(design, page));
			expect(status).toBe(200);
			expect(data).toEqual({ previewUrl: expect.any(String), expiresIn: 3600, page });
			expect(setup.emulator.presignedUrls).toContain(data.previewUrl);
			const image = await setup.fetch(String(data.previewUrl));
			expect(image.headers['content-type']).toBe('image/png');
			expect(image.bytes.subarray(0, 8).equals(PICTURES.png.subarray(0, 8))).toBe(true);
			seen.add(image.bytes.toString('base64'));
		}
		expect(seen.size).toBe(3);
		expect(setup.emulator.charges).toHaveLength(0);
	});

	it.each([
		['404 NOT_FOUND', 404, 'NOT_FOUND'],
		['404 PDF_NOT_FOUND', 404, 'PDF_NOT_FOUND'],
		['400 VALIDATION_ERROR', 400, 'VALIDATION_ERROR'],
	] as const)(
		'answers %s, as chosen, to a preview behind the last page',
		async (missingPage, ...answer) => {
			setup.emulator.behaviour.choices.missingPage = missingPage;
			const { status, code } = await setup.get(path('design_kinds', 2));
			expect([status, code]).toEqual(answer);
		},
	);

	it.each(['-1', '1.5', 'one'])('refuses a preview of the page %s', async (page) => {
		expect((await setup.get(path('design_kinds', page))).code).toBe('VALIDATION_ERROR');
	});
});
