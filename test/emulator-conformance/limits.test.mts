import { KEYS } from '../emulator/index.mts';
import { EmulatorSetup } from './support.mts';

describe('credits', () => {
	let setup: EmulatorSetup;
	beforeEach(async () => {
		setup = await EmulatorSetup.start();
		setup.emulator.addWorkspace({ key: 'pc_live_three', credits: 3 });
	});
	afterEach(async () => await setup.close());
	const submit = async (rows: number) =>
		await setup.post(
			'/batch/generate?design=design_invoice',
			{ rows: Array.from({ length: rows }, () => ({})) },
			setup.client('pc_live_three'),
		);

	it('takes one credit per row when a job is accepted', async () => {
		const { data } = await submit(2);
		expect(setup.emulator.credits('pc_live_three')).toBe(1);
		expect(setup.emulator.charges).toEqual([
			expect.objectContaining({
				key: 'pc_live_three',
				rows: 2,
				jobId: data.jobId,
				designId: 'design_invoice',
			}),
		]);
	});

	it('tells how often a row was charged, over batches and single PDFs of all workspaces', async () => {
		const ada = { customer_name: 'Ada', amount: '1' };
		const rows = [ada, { customer_name: 'Grace' }, { ...ada, notes: 'twice' }];
		await setup.submit(rows);
		await setup.submit([ada], 'design_receipt');
		await setup.post('/generate?design=design_invoice', { data: ada }, setup.client(KEYS.noBatch));
		const { emulator } = setup;
		expect(emulator.creditsFor({ customer_name: 'Ada' })).toBe(4);
		expect(emulator.creditsFor({ customer_name: 'Ada', notes: 'twice' })).toBe(1);
		expect(emulator.creditsFor({ customer_name: 'Nobody' })).toBe(0);
		expect(emulator.creditsFor((_row, { key }) => key === KEYS.noBatch)).toBe(1);
		expect(emulator.creditsFor({})).toBe(5);
	});

	it('charges nothing for rows that are refused', async () => {
		await submit(4);
		expect(setup.emulator.creditsFor({})).toBe(0);
	});

	it('runs nothing of a batch that the credits do not cover as a whole', async () => {
		expect((await submit(4)).status).toBe(402);
		expect(setup.emulator.credits('pc_live_three')).toBe(3);
		expect(setup.emulator.jobs).toHaveLength(0);
		expect((await submit(3)).status).toBe(202);
		expect((await submit(1)).status).toBe(402);
	});
});

describe('rows per batch', () => {
	let setup: EmulatorSetup;
	beforeAll(async () => {
		setup = await EmulatorSetup.start();
		setup.emulator.addWorkspace({
			key: 'pc_live_five',
			plan: { useApiKeys: true, batchGenerate: true, maxRowsPerBatch: 5 },
		});
	});
	afterAll(async () => await setup.close());
	const rows = (count: number) => ({ rows: Array.from({ length: count }, () => ({})) });

	it('limits the rows per batch by the plan in the first generation, and names the maximum', async () => {
		const client = setup.client('pc_live_five');
		const path = '/batch/generate?design=design_invoice';
		const answer = await setup.post(path, rows(6), client);
		expect([answer.status, answer.code]).toEqual([400, 'VALIDATION_ERROR']);
		expect(answer.body.error?.message).toContain('at most 5 rows');
		expect((await setup.post(path, rows(5), client)).status).toBe(202);
	});

	it('limits the rows per batch to 100 for everybody in the second generation', async () => {
		const client = setup.client('pc_live_five');
		const path = '/designs/design_invoice/batch';
		expect((await setup.post(path, rows(100), client)).status).toBe(202);
		const answer = await setup.post(path, rows(101), client);
		expect(answer.body.error?.message).toContain('at most 100 rows');
	});
});

describe('pdfProfile', () => {
	let setup: EmulatorSetup;
	beforeAll(async () => {
		setup = await EmulatorSetup.start();
	});
	afterAll(async () => await setup.close());

	it('refuses an unknown pdfProfile in the second generation', async () => {
		const path = '/designs/design_invoice/batch';
		for (const pdfProfile of ['standard', 'accessible', 'pdf-a']) {
			expect((await setup.post(path, { rows: [{}], pdfProfile })).status).toBe(202);
		}
		expect((await setup.post(path, { rows: [{}], pdfProfile: 'glossy' })).code).toBe(
			'VALIDATION_ERROR',
		);
	});

	it('ignores an unknown pdfProfile in the first generation', async () => {
		const path = '/batch/generate?design=design_invoice';
		expect((await setup.post(path, { rows: [{}], pdfProfile: 'glossy' })).status).toBe(202);
	});
});
