import { actions } from '../emulator/index.mts';
import { RemoteStore } from './harness/remote-store.mts';
import { loopOf } from './support/workflows.mts';
import { photo, runWithFiles, withFiles } from './support/pictures.mts';
import {
	byId,
	charged500,
	CONTINUE,
	GENERATE,
	invoices,
	NODE,
	ONE_BY_ONE,
	QUICK,
	RETRY,
	setUp,
	type NodeUnderTest,
} from './support/setup.mts';

const noCredits = actions.refusal(402, 'INSUFFICIENT_CREDITS');
const forbidden = actions.refusal(403, 'FORBIDDEN');
const oneByOne = (maxConcurrentJobs = 1, more = {}) => ({
	parameters: { options: { rowsPerBatch: 1, maxConcurrentJobs, ...more } },
});

describe('The hint after a run', () => {
	const setup = setUp({ timing: QUICK });
	const rows = (more: object) => ({ parameters: { options: { maxConcurrentJobs: 1, ...more } } });
	const again = { ...RETRY, ...rows({ rowsPerBatch: 2 }) };
	const unwaited = { parameters: { waitForCompletion: false, options: { rowsPerBatch: 2 } } };
	const single = { ...RETRY, parameters: { ...GENERATE, options: { maxConcurrentJobs: 1 } } };
	const failing = () =>
		void (setup.emulator.behaviour.failRows = (row) => row['invoice_number'] === 'R-1');
	const noFile = () => void setup.fault('storage', actions.answer({ status: 400 }), { times: 1 });

	it.each<[told: string, node: NodeUnderTest, trouble?: () => void]>([
		['1 job with 3 rows gave 3 PDFs. Cost: 3 credits.', {}],
		['1 job with 3 rows gave 2 PDFs. Cost: 3 credits.', {}, failing],
		['2 jobs submitted with 3 rows. Cost: 3 credits.', unwaited],
		[
			'Nothing was submitted. 2 jobs with 3 rows would cost 3 credits.',
			rows({ checkOnly: true, rowsPerBatch: 2 }),
		],
		['', CONTINUE, () => void setup.fault('submit', noCredits)],
		[
			'2 jobs with 3 rows gave 3 PDFs. Cost: 3 credits, 2 of them paid by an earlier try.',
			again,
			() => void setup.fault('submit', noCredits, { call: 2 }),
		],
		['3 PDFs made. Cost: 3 credits, 1 of them paid by an earlier try.', single, noFile],
		['3 PDFs made. Cost: 3 credits.', { ...CONTINUE, parameters: GENERATE }, noFile],
	])('the hint after a run says: %s', async (told, node, trouble = () => undefined) => {
		trouble();
		const hints = (await setup.run(invoices(3), node)).hints(NODE);
		const infos = hints.filter(({ type }) => type === 'info').map(({ message }) => message);
		expect(infos.join()).toBe(told);
	});
});

/** Of several paid things, everything is told, not only the one that failed first. */
describe('What is emitted and named when several batches end differently', () => {
	const setup = setUp({ timing: QUICK });

	it.each([
		['named when the node stops', {}],
		['handed on with On Error: Continue', CONTINUE],
	])('every paid batch is %s because the first is refused at last', async (_, more) => {
		setup.fault('submit', {
			name: 'the first is refused at last',
			async before(context) {
				if (!context.request.body.includes('"R-0"')) return undefined;
				await setup.emulator.waitFor(() => setup.jobIds().length === 5);
				return await noCredits.before?.(context);
			},
		});
		const result = await setup.run(invoices(6), { ...RETRY, ...more, ...oneByOne(2) });
		expect(result.tries(NODE)).toBe(2);
		expect(setup.charged()).toBe(5);
		const [first, ...others] = result.json(NODE);
		const told = result.error
			? (result.error.context['jobIds'] as string[])
			: others.map(({ jobId }) => String(jobId));
		expect([...told].sort()).toEqual(setup.jobIds().sort());
		if (result.error) return;
		expect(first).toMatchObject({ code: 'INSUFFICIENT_CREDITS' });
		expect(others.map(({ batchNumber }) => batchNumber)).toEqual([2, 3, 4, 5, 6]);
	});

	it('every batch whose outcome is not known is named', async () => {
		setup.fault('submit', charged500());
		const { error } = await setup.run(invoices(3), oneByOne(3));
		expect(error?.message).toContain('accepted batch 1 of 3');
		expect(error?.description).toContain('this and the others named here are submitted again then');
		expect(error?.description).not.toContain('start a new execution');
		expect(error?.description).toMatch(
			/not known of 1 row of design '.*' \(item 1, .*\) and 1 row .*\(item 2, .*whether this was accepted/,
		);
	});

	it('a pass of a loop whose outcome is not known does not advise to begin all passes anew', async () => {
		setup.fault('submit', charged500(), { call: 2 });
		const { error } = await setup.engine.run(loopOf(setup, invoices(2)));
		expect(error?.description).toContain('only this is submitted again then');
		expect(error?.description).not.toContain('start a new execution');
	});

	it('every single PDF whose outcome is not known is named, and those that are paid for', async () => {
		setup.fault('generate', charged500(), { call: 2, times: 2 });
		const { error } = await setup.run(invoices(3), { parameters: GENERATE });
		expect(error?.message).toMatch(/^It is not known whether ImaginePDF accepted the PDF of item/);
		expect(error?.description).toMatch(/It is not known of 1 row .*\(item \d, /);
		expect(error?.description).toMatch(/1 PDF of this run is made and paid for \(item \d\)/);
		expect(error?.description).not.toContain('start a new execution');
	});

	it.each([1, 3])(
		'a smaller batch is submitted after larger ones were refused for want of credits (%i at once)',
		async (maxConcurrentJobs) => {
			setup.emulator.addWorkspace({ key: 'pc_live_few', credits: 60, plan: 'business' });
			const parameters = { options: { maxConcurrentJobs } };
			const node = { ...CONTINUE, apiKey: 'pc_live_few', parameters };
			const result = await setup.run(invoices(250), node);
			expect(result.json(NODE).map(({ code, status }) => code ?? status)).toEqual([
				'INSUFFICIENT_CREDITS',
				'INSUFFICIENT_CREDITS',
				'completed',
			]);
		},
	);

	it("a gateway's page is not taken for a refusal of the account", async () => {
		setup.fault('submit', actions.gatewayPage(403), { call: 1, times: 1 });
		const result = await setup.run(invoices(3), { ...CONTINUE, ...oneByOne() });
		expect(result.json(NODE).map(({ error, status }) => error ?? status)).toEqual([
			'The answer did not come from ImaginePDF',
			'completed',
			'completed',
		]);
	});

	describe.each([{}, CONTINUE])('a try that stops early (%j)', (more) => {
		it(`a try that stops early names the jobs of an earlier try, each to its own items ${JSON.stringify(more)}`, async () => {
			setup.fault('submit', noCredits, { call: 1, times: 1 });
			setup.fault('design', forbidden, { call: 2 });
			const result = await setup.run(invoices(2), { ...RETRY, ...more, ...oneByOne(2) });
			expect(result.tries(NODE)).toBe(2);
			expect(setup.jobIds()).toHaveLength(1);
			const told = result.error
				? result.error.context['jobIds']
				: result.json(NODE).flatMap(({ jobId }) => jobId ?? []);
			expect(told).toEqual(setup.jobIds());
		});

		it(`a try that stops early names what an earlier try may have paid for ${JSON.stringify(more)}`, async () => {
			setup.lostSubmit();
			setup.fault('design', forbidden, { call: 2 });
			const result = await setup.run(invoices(2), { ...RETRY, ...more });
			const { error, code } = result.json(NODE)[0] ?? {};
			expect(result.error?.message ?? error).toMatch(
				/^It is not known whether ImaginePDF accepted 1 submit of these items\. Besides: the/,
			);
			expect(result.error?.context['code'] ?? code).toBe('SUBMIT_OUTCOME_UNKNOWN');
		});
	});

	it('a try that stops early tells that a job of an earlier try has no PDF, and what a retry costs', async () => {
		setup.emulator.behaviour.failRows = () => true;
		setup.fault('design', forbidden, { call: 2 });
		const { error } = await setup.run(invoices(1), RETRY);
		const [jobId] = setup.jobIds();
		const told = `Job ${jobId} ended without a PDF and is paid for; a retry of this execution pays for its rows again.`;
		expect(error?.description).toContain(told);
		expect(error?.description).not.toContain('without paying again');
		expect(error?.context['jobIds']).toEqual([jobId]);
	});

	it('a try that stops early counts the PDFs that an earlier try has paid for', async () => {
		setup.fault('pdf', actions.answer({ status: 403 }));
		setup.fault('design', forbidden, { call: 2 });
		const { error } = await setup.run(invoices(1), { ...RETRY, parameters: GENERATE });
		expect(error?.description).toContain(
			'1 PDF of this run is made and paid for (item 0): a retry',
		);
		expect(setup.charged()).toBe(1);
	});
});

/** Every item that comes out of a run whose row was charged has its job id, or says that it is paid for. */
describe('What is paid for is told with whatever failed', () => {
	const setup = setUp({ timing: QUICK });
	const told = (result: Awaited<ReturnType<typeof setup.run>>) =>
		result.json(NODE).map(({ description }) => String(description));

	it.each<[string, NodeUnderTest['parameters'], RegExp]>([
		['a single PDF', GENERATE, /1 PDF of this run is made and paid for \(item \d\): look for it/],
		['a job', {}, /What is paid for is fetched with/],
	])('where the store refuses the file of %s, its item says so', async (_, parameters, says) => {
		await setup.reopen({ binaryMode: 's3' });
		jest.spyOn(RemoteStore.prototype, 'write').mockRejectedValue(new Error('no space left'));
		const result = await setup.run(invoices(2), { ...CONTINUE, parameters });
		expect(setup.charged()).toBe(2);
		for (const text of told(result)) {
			expect(text).toContain('no space left');
			expect(text).toMatch(says);
			expect(text).not.toContain('Nothing was submitted');
		}
		for (const jobId of setup.jobIds()) expect(result.json(NODE)[0]).toMatchObject({ jobId });
	});

	it('a picture is refused at the second try: the item names the job of the first', async () => {
		setup.notFetched();
		setup.fault('upload', actions.refusal(400, 'VALIDATION_ERROR'), { call: 2 });
		const images = { images: [{ variable: 'photo', binaryField: 'photo' }] };
		const parameters = { designId: byId('design_badge'), options: { images } };
		const items = [withFiles({ name: 'Ada' }, { photo: photo(1) })];
		const result = await runWithFiles(setup, items, { ...RETRY, ...CONTINUE, parameters });
		expect(setup.charged()).toBe(1);
		expect(result.json(NODE)[0]).toMatchObject({ jobId: setup.jobIds()[0] });
		expect(told(result)[0]).toContain('paid for');
		expect(told(result)[0]).not.toContain('Nothing was submitted');
	});

	it('the design is gone at the second try: each item of a group names the job of the first', async () => {
		setup.notFetched();
		setup.fault('design', actions.refusal(404, 'DESIGN_NOT_FOUND'), { call: 2 });
		const lines = ['A', 'A', 'B'].map((order_number) => ({ order_number, Item: 'Pen' }));
		const tableColumns = { tables: [{ variable: 'items', columns: 'Item' }] };
		const options = { groupBy: 'order_number', tableColumns };
		const parameters = { designId: byId('design_order'), options };
		const result = await setup.run(lines, { ...RETRY, ...CONTINUE, parameters });
		expect(setup.charged()).toBe(2);
		const named = result.json(NODE).map(({ jobId }) => jobId);
		expect(named).toEqual(Array(3).fill(setup.jobIds()[0]));
	});

	it('a refusal before anything is paid for does not speak of paying', async () => {
		setup.fault('design', actions.refusal(404, 'DESIGN_NOT_FOUND'));
		const result = await setup.run([{ customer_name: {} }], CONTINUE);
		expect(result.json(NODE)[0]?.['jobId']).toBeUndefined();
		expect(told(result)[0]).not.toContain('paid for');
	});
});

/** After Stop nothing is handed on, and the log is where to find what is paid for. */
describe('The note on Stop', () => {
	const setup = setUp({ timing: QUICK });
	const notes = () =>
		setup.engine.logs.flatMap(({ message }) => (message.startsWith('Stopped.') ? message : []));
	const request = async (wanted: string) =>
		await setup.emulator.nextRequest(({ route }) => route === wanted);

	it('a paid job is named in the note on Stop although it was fetched, since it was not handed on', async () => {
		await setup.reopen({
			timing: (rows) => ({ queueMs: rows[0]?.['invoice_number'] === 'R-0' ? 10 : 3_600_000 }),
		});
		const fetched = setup.emulator.next('answer', ({ route }) => route === 'zip');
		const stop = fetched.then(async () => await request('status'));
		await setup.run(invoices(2), oneByOne(3, { pollInterval: 1 }), { stop });
		expect(setup.jobIds()).toHaveLength(2);
		for (const jobId of setup.jobIds()) expect(notes()[0]).toContain(jobId);
	});

	it.each(['design', 'status'])(
		'the note on Stop names the jobs of an earlier try, at the route %s',
		async (route) => {
			await setup.reopen({ timing: { queueMs: 3_600_000 } });
			// The last batch is refused, so that the node is run again with two jobs paid for.
			setup.fault('submit', actions.refusal(400, 'VALIDATION_ERROR'), { call: 3 });
			const refused = setup.emulator.next('answer', ({ status }) => status === 400);
			const stop = refused.then(async () => {
				await request('design');
				if (route !== 'design') await request(route);
			});
			const node = { ...RETRY, ...oneByOne(3, { pollInterval: 1 }) };
			await setup.run(invoices(3), node, { stop });
			expect(notes()).toHaveLength(1);
			expect(setup.jobIds().length).toBeGreaterThanOrEqual(2);
			for (const jobId of setup.jobIds().slice(0, 2)) expect(notes()[0]).toContain(jobId);
		},
	);

	it('the note on Stop tells which single PDFs are paid for', async () => {
		const stop = request('pdf').then(async () => await request('generate'));
		const parameters = { ...GENERATE, options: ONE_BY_ONE };
		const result = await setup.run(invoices(2), { parameters }, { stop });
		expect(result.json(NODE)).toEqual([]);
		expect(notes()[0]).toContain('1 PDF of this run is made and paid for (item 0)');
	});

	it('nothing is noted on Stop where nothing is paid for', async () => {
		await setup.run(invoices(2), {}, { stop: request('design') });
		expect(notes()).toEqual([]);
	});
});
