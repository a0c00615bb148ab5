import { pdfText } from '../support/pdf-text.mts';
import { KEYS } from '../emulator/index.mts';
import { EmulatorSetup } from './support.mts';

describe.each([
	['first', '/generate?design=design_invoice'],
	['second', '/designs/design_invoice/generate'],
] as const)('generating by the %s generation', (generation, path) => {
	let setup: EmulatorSetup;
	beforeEach(async () => {
		setup = await EmulatorSetup.start({
			generations: { first: generation === 'first', second: generation === 'second' },
		});
	});
	afterEach(async () => await setup.close());

	it('makes a single PDF for one credit that shows its data, answered as documented', async () => {
		const before = setup.emulator.credits(KEYS.demo);
		const answer = await setup.post(path, { data: { customer_name: 'Ada' } });
		expect(answer.status).toBe(201);
		expect(answer.data).toEqual({
			designId: 'design_invoice',
			filename: 'Invoice.pdf',
			downloadUrl: expect.stringContaining(setup.emulator.storageOrigin),
			expiresIn: 3600,
			status: 'completed',
			...(generation === 'second' && { generationId: expect.any(String) }),
		});
		expect(setup.emulator.credits(KEYS.demo)).toBe(before - 1);
		const { headers, bytes } = await setup.fetch(String(answer.data.downloadUrl));
		expect(headers['content-type']).toBe('application/pdf');
		expect(await pdfText(bytes)).toContain('Ada');
	});

	it('makes a single PDF for a plan without batchGenerate', async () => {
		expect((await setup.post(path, { data: {} }, setup.client(KEYS.noBatch))).status).toBe(201);
	});

	it.each([
		['no data', KEYS.demo, {}, 400, 'MISSING_REQUIRED_FIELD'],
		['data that is a list', KEYS.demo, { data: [] }, 400, 'VALIDATION_ERROR'],
		['data that cannot be printed', KEYS.demo, { data: { notes: 5 } }, 400, 'VALIDATION_ERROR'],
		['no credits', KEYS.noCredits, { data: {} }, 402, 'INSUFFICIENT_CREDITS'],
		['a plan without API access', KEYS.noApi, { data: {} }, 403, 'INSUFFICIENT_PERMISSIONS'],
	])('refuses a single PDF with %s, free of charge', async (_what, key, body, status, code) => {
		const answer = await setup.post(path, body, setup.client(key));
		expect([answer.status, answer.code]).toEqual([status, code]);
		expect(setup.emulator.charges).toHaveLength(0);
	});

	it('refuses a single PDF of an unknown design', async () => {
		const answer = await setup.post(path.replace('design_invoice', 'nowhere'), { data: {} });
		expect([answer.status, answer.code]).toEqual([404, 'DESIGN_NOT_FOUND']);
	});

	it('checks the profile of a single PDF in the second generation only', async () => {
		const { status } = await setup.post(path, { data: {}, pdfProfile: 'glossy' });
		expect(status).toBe(generation === 'second' ? 400 : 201);
	});
});
