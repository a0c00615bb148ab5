import { actions } from '../emulator/index.mts';
import { RemoteStore } from './harness/remote-store.mts';
import { photo, runWithFiles, withFiles } from './support/pictures.mts';
import {
	invoices,
	NODE,
	openEngineSetup,
	type EngineSetup,
	type EngineSetupOptions,
	type NodeUnderTest,
} from './support/setup.mts';

const CONTINUE = { onError: 'continueRegularOutput' } satisfies NodeUnderTest;
const RETRY = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 } satisfies NodeUnderTest;
const TIMING = { queueMs: 10, rowMs: 10 };

/** Every item that comes out of a run whose row was charged has its job id, or says that it is paid for. */
describe('What is paid for is told with whatever failed', () => {
	let setup: EngineSetup;
	const open = async (options: EngineSetupOptions = {}) => {
		setup = await openEngineSetup({ timing: TIMING, ...options });
	};
	afterEach(async () => {
		jest.restoreAllMocks();
		await setup.close();
	});
	const itemsOf = (result: Awaited<ReturnType<EngineSetup['run']>>) =>
		result.json(NODE).map(({ jobId, description, code }) => ({
			jobId,
			code,
			told: String(description),
		}));

	it('the store refuses the file of a single PDF: its item says that it is paid for', async () => {
		await open({ binaryMode: 's3' });
		jest.spyOn(RemoteStore.prototype, 'write').mockRejectedValue(new Error('no space left'));
		const result = await setup.run(invoices(2), {
			...CONTINUE,
			parameters: { resource: 'pdf', operation: 'generate' },
		});
		expect(setup.charged()).toBe(2);
		for (const { told } of itemsOf(result)) {
			expect(told).toContain('no space left');
			expect(told).toMatch(/1 PDF of this run is made and paid for \(item \d\): look for it/);
			expect(told).not.toContain('Nothing was submitted');
		}
	});

	it('the store refuses the ZIP of a job: its item has the job ID', async () => {
		await open({ binaryMode: 's3' });
		jest.spyOn(RemoteStore.prototype, 'write').mockRejectedValue(new Error('no space left'));
		const [item] = itemsOf(await setup.run(invoices(2), CONTINUE));
		expect(item).toMatchObject({ jobId: setup.jobIds()[0] });
		expect(item?.told).toContain('The job is paid for');
	});

	it('a picture is refused at the second try: the item names the job of the first', async () => {
		await open();
		const { faults } = setup.emulator;
		faults.add({ route: 'download', times: 1, action: actions.refusal(403, 'FORBIDDEN') });
		faults.add({ route: 'upload', call: 2, action: actions.refusal(400, 'VALIDATION_ERROR') });
		const items = [withFiles({ name: 'Ada' }, { photo: photo(1) })];
		const images = { images: [{ variable: 'photo', binaryField: 'photo' }] };
		const result = await runWithFiles(setup, items, {
			...RETRY,
			...CONTINUE,
			parameters: {
				designId: { __rl: true, mode: 'id', value: 'design_badge' },
				options: { images },
			},
		});
		expect(setup.charged()).toBe(1);
		const [item] = itemsOf(result);
		expect(item?.jobId).toBe(setup.jobIds()[0]);
		expect(item?.told).toContain('paid for');
		expect(item?.told).not.toContain('Nothing was submitted');
	});

	it('the design is gone at the second try: each item of a group names the job of the first', async () => {
		await open();
		const { faults } = setup.emulator;
		faults.add({ route: 'download', times: 1, action: actions.refusal(403, 'FORBIDDEN') });
		faults.add({ route: 'design', call: 2, action: actions.refusal(404, 'DESIGN_NOT_FOUND') });
		const lines = ['A', 'A', 'B'].map((order_number) => ({ order_number, Item: 'Pen' }));
		const tables = [{ variable: 'items', columns: 'Item' }];
		const result = await setup.run(lines, {
			...RETRY,
			...CONTINUE,
			parameters: {
				designId: { __rl: true, mode: 'id', value: 'design_order' },
				options: { groupBy: 'order_number', tableColumns: { tables } },
			},
		});
		expect(setup.charged()).toBe(2);
		expect(itemsOf(result).map(({ jobId }) => jobId)).toEqual(Array(3).fill(setup.jobIds()[0]));
	});

	it('a refusal before anything is paid for says that nothing was submitted', async () => {
		await open();
		const action = actions.refusal(404, 'DESIGN_NOT_FOUND');
		setup.emulator.faults.add({ route: 'design', action });
		const [item] = itemsOf(await setup.run([{ customer_name: {} }], CONTINUE));
		expect(item?.jobId).toBeUndefined();
		expect(item?.told).not.toContain('paid for');
	});
});

describe('The end of a job', () => {
	let setup: EngineSetup;
	beforeEach(async () => {
		setup = await openEngineSetup({ timing: TIMING });
	});
	afterEach(async () => {
		await setup.close();
	});
	/** The service goes on to say 'processing' when all rows are through. */
	const stuck = () =>
		setup.emulator.faults.add({
			route: 'status',
			jobStatus: 'completed',
			action: {
				name: 'still processing',
				after: (given) => ({
					...given,
					body: String(given.body).replace('"completed","total"', '"processing","total"'),
				}),
			},
		});
	const notYet = (calls: number) =>
		setup.emulator.faults.add({
			route: 'download',
			times: calls,
			action: actions.refusal(404, 'PDF_NOT_FOUND'),
		});

	it('a job whose ZIP is still being packed when all rows are through is waited for', async () => {
		stuck();
		notYet(1);
		const result = await setup.run(invoices(2), { parameters: { options: { timeout: 1800 } } });
		expect(result.error).toBeUndefined();
		expect(result.json(NODE)[0]).toMatchObject({ fileCount: 2, done: true });
		const asked = setup.emulator.requests.filter(({ route }) => route === 'download');
		expect(asked).toHaveLength(2);
	});

	it('a job whose ZIP never comes ends at the Timeout, and not before', async () => {
		stuck();
		notYet(99);
		const result = await setup.run(invoices(2), { parameters: { options: { timeout: 1800 } } });
		expect(result.error?.message).toMatch(/was not finished after 1800 seconds/);
		expect(result.error?.description).toContain(setup.jobIds()[0]);
	});

	it('Get Status says that such a job is not done, and Download without waiting gets its file', async () => {
		await setup.run(invoices(2));
		stuck();
		const job = [{ jobId: setup.jobIds()[0] ?? '' }];
		const state = await setup.run(job, { parameters: { operation: 'getStatus' } });
		expect(state.json(NODE)[0]).toMatchObject({ status: 'processing', done: false, completed: 2 });
		const parameters = { operation: 'download', waitForCompletion: false };
		const file = await setup.run(job, { parameters });
		expect(file.json(NODE)[0]).toMatchObject({ fileCount: 2 });
		notYet(99);
		const none = await setup.run(job, { parameters });
		expect(none.error?.message).toMatch(/is not finished yet/);
	});
});

describe('PDFs that are taken out of a ZIP', () => {
	it.each([
		['several rows', 3, {}, /in no known order.*'Rows per Batch' at 1/],
		['one row each', 3, { rowsPerBatch: 1 }, undefined],
	])(
		'the order of the PDFs of a job with %s is told where it is not known',
		async (_, count, options, hint) => {
			const setup = await openEngineSetup({ timing: TIMING });
			const result = await setup.run(invoices(count), { parameters: { output: 'pdfs', options } });
			await setup.close();
			const hints = result.hints(NODE).map(({ message }) => message);
			if (hint) expect(hints).toContainEqual(expect.stringMatching(hint));
			else expect(hints.join()).not.toContain('no known order');
		},
	);

	it('a job of one row with two PDFs in its ZIP pairs neither without a word', async () => {
		const setup = await openEngineSetup({ timing: TIMING });
		const first = await setup.run(invoices(2), { parameters: { waitForCompletion: false } });
		expect(first.error).toBeUndefined();
		// The service hands out the link to another job's ZIP.
		const { jobIds } = setup;
		let link = '';
		setup.emulator.faults.add({
			route: 'download',
			action: {
				name: 'a ZIP of two',
				after: (given) => {
					link ||= String(given.body);
					return { ...given, body: link };
				},
			},
		});
		await setup.run([{ jobId: jobIds()[0] ?? '' }], { parameters: { operation: 'download' } });
		const result = await setup.run(invoices(1), { parameters: { output: 'pdfs' } });
		await setup.close();
		expect(result.items(NODE)).toHaveLength(2);
		expect(result.hints(NODE).map(({ message }) => message)).toContainEqual(
			expect.stringMatching(/has one row, and its ZIP holds 2 PDFs.*not known/),
		);
	});
});
