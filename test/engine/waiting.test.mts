import { FINAL_POLL_MS } from '../../nodes/ImaginePdf/core/limits.ts';
import { systemClock } from '../../nodes/ImaginePdf/n8n/session.ts';
import { actions, rewrite, type FaultAction } from '../emulator/index.mts';
import { RemoteStore } from './harness/remote-store.mts';
import { CONTINUE, GENERATE, good, invoices, NODE, QUICK, RETRY, setUp } from './support/setup.mts';

const DAY_MS = 86_400_000;
const STATUS = { operation: 'getStatus' };
const unwaited = { parameters: { waitForCompletion: false } };
/** The service words the data of its answer in its own way. */
const reword = (change: (data: Record<string, unknown>) => object | null) =>
	rewrite('reworded', change as Parameters<typeof rewrite>[1]);
const notFound = actions.refusal(404, 'NOT_FOUND');
const noFile = actions.refusal(404, 'PDF_NOT_FOUND');

describe('Waiting for a job', () => {
	const setup = setUp({ timing: QUICK });
	const ended = { jobStatus: 'completed' } as const;
	/** Rewords the states that tell the end of a job. */
	const atItsEnd = (more: object) =>
		setup.fault(
			'status',
			reword((data) => ({ ...data, ...more })),
			ended,
		);

	it.each<[what: string, told: object, emitted: object]>([
		['a status in capitals', { status: 'COMPLETED' }, { status: 'completed', completed: 2 }],
		['a word of its own', { status: 'partial' }, { status: 'partial', completed: 2 }],
		['an end with errors', { status: 'completed_with_errors' }, { done: true, progress: 1 }],
		['a cancelled job', { status: 'cancelled' }, { status: 'cancelled', done: true }],
		['a word of progress', { status: 'bundling' }, { status: 'bundling', done: true }],
		['counts as text', { total: '2', completed: '2', failed: '0' }, { total: 2, completed: 2 }],
		['no counts', { total: null, completed: undefined }, { total: null, completed: null }],
		['only zeros', { completed: 0, failed: 0 }, { completed: 0, done: true, progress: 1 }],
		['no id', { jobId: undefined }, { status: 'completed' }],
		['an id of another type', { jobId: {} }, { status: 'completed' }],
		['an end in several words', { status: 'job.completed', total: null }, { done: true }],
	])('a ZIP is handed on although the end of its job is told as %s', async (_, told, emitted) => {
		atItsEnd(told);
		const [json] = good(await setup.run(invoices(2))).json(NODE);
		expect(json).toMatchObject({ jobId: setup.jobIds()[0], fileCount: 2, ...emitted });
	});

	it('a job is waited for while the service counts fewer rows than were sent, all of them done', async () => {
		const action = reword((data) => ({ ...data, status: 'bundling', total: 1, completed: 1 }));
		setup.fault('status', action, { jobStatus: 'processing' });
		setup.emulator.behaviour.timing = { queueMs: 10, rowMs: 8000 };
		const result = good(await setup.run(invoices(2)));
		expect(result.json(NODE)[0]).toMatchObject({ status: 'completed', fileCount: 2 });
	});

	it.each(['zip', 'none'])(
		'a job that ends without a file has failed in the word that the service has for it (output: %s)',
		async (output) => {
			atItsEnd({ status: 'expired', completed: 0 });
			setup.fault('download', noFile);
			const { error } = await setup.run(invoices(2), { parameters: { output } });
			const told = `Job ${setup.jobIds()[0]} ended as 'expired': there is no file`;
			expect(error?.message).toBe(told);
		},
	);

	it.each([
		['a gateway page', actions.gatewayPage(403)],
		['a redirect', actions.redirect()],
		['408', actions.answer({ status: 408 })],
		['no data', reword(() => null)],
	])('a job is polled on after an answer that is not a state: %s', async (_, action) => {
		setup.fault('status', action, { call: 1, times: 3 });
		const result = good(await setup.run(invoices(1)));
		expect(result.json(NODE)[0]).toMatchObject({ status: 'completed' });
		expect(setup.count('status')).toBe(4);
	});

	it('a 404 for a job that was just submitted is waited out, also in the next try', async () => {
		setup.fault('submit', actions.refusal(402, 'INSUFFICIENT_CREDITS'), { call: 1, times: 1 });
		setup.fault('status', notFound, { call: 1, times: 2 });
		const options = { rowsPerBatch: 1, maxConcurrentJobs: 2 };
		const result = good(await setup.run(invoices(2), { ...RETRY, parameters: { options } }));
		expect(result.tries(NODE)).toBe(2);
		expect(setup.charged()).toBe(2);
	});

	it('each job is waited for from its own start, however long its submit had to queue', async () => {
		await setup.reopen({ timing: { queueMs: 3_600_000 } });
		const options = { rowsPerBatch: 1, maxConcurrentJobs: 20, timeout: 2 };
		const result = await setup.run(invoices(20), { ...CONTINUE, parameters: { options } });
		const items = result.json(NODE);
		expect(items.map(({ code }) => code)).toEqual(Array(20).fill('TIMEOUT'));
		const told = JSON.stringify(items);
		expect(setup.jobIds().filter((jobId) => !told.includes(jobId))).toEqual([]);
		expect(setup.charged()).toBe(20);
	});

	it('the Timeout ends the wait in the middle of a request, after the time that the last poll has', async () => {
		await setup.reopen({ timing: { queueMs: 60_000 } });
		setup.fault('status', actions.silence());
		const charged = setup.emulator.next('charge').then(() => setup.emulator.now());
		const { error } = await setup.run(invoices(2), { parameters: { options: { timeout: 2 } } });
		expect(error?.message).toContain(`Job ${setup.jobIds()[0]} was not seen to finish`);
		expect(setup.emulator.now() - (await charged)).toBe(2000 + FINAL_POLL_MS);
	});

	it.each([1e10, Number.MAX_SAFE_INTEGER])(
		'a wait is not cut short by a Timeout of %d seconds',
		async (timeout) => {
			const parameters = { options: { timeout, pollInterval: 0 } };
			const result = good(await setup.run(invoices(1), { parameters }));
			expect(result.json(NODE)[0]).toMatchObject({ status: 'completed' });
		},
	);

	it.each([
		['wait', 'forward', 'status', DAY_MS],
		['download', 'forward', 'download', DAY_MS],
		['download', 'back', 'download', -DAY_MS],
	] as const)(
		'a %s does not end when the clock of the machine jumps %s in the middle of it',
		async (_what, _way, route, by) => {
			const { now } = systemClock;
			const jump: FaultAction = {
				name: 'the clock jumps',
				after: (answer) => {
					systemClock.now = () => now() + by;
					return answer;
				},
			};
			setup.emulator.behaviour.timing = { queueMs: 20_000, rowMs: 10 };
			setup.fault(route, jump, { call: 1, times: 1 });
			setup.fault('zip', actions.truncate(100, 'reset'), { call: 1, times: 1 });
			const result = good(await setup.run(invoices(2)));
			expect(result.json(NODE)[0]).toMatchObject({ status: 'completed', fileCount: 2 });
		},
	);

	describe('whose rows are all through while the service still says that it is in work', () => {
		const timeout = { options: { timeout: 1800 } };
		const stuck = () =>
			setup.fault('status', {
				name: 'still processing',
				after: (given) => ({
					...given,
					body: String(given.body).replace('"completed","total"', '"processing","total"'),
				}),
			});

		it('a job whose ZIP is still being packed is waited for', async () => {
			stuck();
			setup.fault('download', noFile, { times: 1 });
			const result = good(await setup.run(invoices(2), { parameters: timeout }));
			expect(result.json(NODE)[0]).toMatchObject({ fileCount: 2, done: true });
			expect(setup.count('download')).toBe(2);
		});

		it('a job whose ZIP never comes ends at the Timeout, and not before', async () => {
			stuck();
			setup.fault('download', noFile);
			const { error } = await setup.run(invoices(2), { parameters: timeout });
			expect(error?.message).toMatch(/was not seen to finish within 1800 seconds/);
			expect(error?.description).toContain(setup.jobIds()[0]);
		});

		it('Get Status says that such a job is not done, and Download without waiting gets its file', async () => {
			await setup.run(invoices(2));
			stuck();
			const job = [{ jobId: setup.jobIds()[0] ?? '' }];
			const [state] = (await setup.run(job, { parameters: STATUS })).json(NODE);
			expect(state).toMatchObject({ status: 'processing', done: false, completed: 2 });
			const file = await setup.download(undefined, { waitForCompletion: false });
			expect(file.json(NODE)[0]).toMatchObject({ fileCount: 2 });
			setup.fault('download', noFile);
			const none = await setup.download(undefined, { waitForCompletion: false });
			expect(none.error?.message).toMatch(/is not finished yet/);
			expect(none.error?.description).toContain('What is paid for is fetched with');
		});
	});
});

/** Answers that look right and are not: nothing is paid twice, or handed to the wrong person. */
describe('Answers that leave the outcome open', () => {
	const setup = setUp({ timing: QUICK });

	it.each([408, 409, 499])(
		'an answer of %i to a submit leaves its outcome unknown',
		async (status) => {
			const page = { status, body: '<html>Request ended</html>', contentType: 'text/html' };
			setup.fault('submit', actions.answerAfter(page), { call: 1 });
			const result = await setup.run(invoices(2), RETRY);
			expect(result.tries(NODE)).toBe(2);
			expect(result.error?.context['code']).toBe('SUBMIT_OUTCOME_UNKNOWN');
			expect(setup.charged()).toBe(2);
		},
	);

	it.each([
		['is fetched', {}, { fileCount: 2 }],
		[
			'is emitted with the rows sent, unwaited',
			unwaited.parameters,
			{ status: 'queued', total: 2 },
		],
	])('a job whose submit is answered with its id alone %s', async (_, parameters, emitted) => {
		const pending = 'waitForCompletion' in parameters ? { status: 'Pending' } : {};
		setup.fault(
			'submit',
			reword(({ jobId }) => ({ jobId, ...pending })),
		);
		const result = good(await setup.run(invoices(2), { parameters }));
		expect(result.json(NODE)[0]).toMatchObject(emitted);
		expect(setup.charged()).toBe(2);
	});

	it('a state that names another job than the one asked for is not believed, and the own file is asked for', async () => {
		setup.fault(
			'status',
			reword((data) => ({ ...data, jobId: 'job_other' })),
		);
		setup.fault('download', noFile, { call: 1 });
		const { error } = await setup.run(invoices(1));
		const [jobId] = setup.jobIds();
		expect(error?.message).toBe(`The answer of ImaginePDF is not as documented (job ${jobId})`);
		expect(error?.description).toContain(`the job ID ${jobId}`);
		const again = good(await setup.run(invoices(1)));
		expect(again.json(NODE)[0]).toMatchObject({ jobId: setup.jobIds()[1], fileCount: 1 });
	});

	it('the node pairs no item with a job whose ID two submits were given', async () => {
		await setup.reopen({ choices: { jobIds: 'same number' } });
		const parameters = { output: 'pdfs', options: { rowsPerBatch: 1 } };
		const result = await setup.run(invoices(2), { ...CONTINUE, parameters });
		const shared = { code: 'SHARED_JOB', jobId: setup.jobIds()[0] };
		expect(result.json(NODE)).toMatchObject([shared, shared]);
	});

	it('a single PDF is handed on with a numeric id, a time as text and no file name', async () => {
		const action = reword(({ downloadUrl }) => ({
			downloadUrl,
			generationId: 4711,
			expiresIn: '3600',
		}));
		setup.fault('generate', action);
		const result = good(await setup.run(invoices(1), { parameters: GENERATE }));
		expect(setup.charged()).toBe(1);
		expect(result.json(NODE)[0]).toMatchObject({ generationId: '4711', status: 'completed' });
	});
});

describe('Download and Get Status of a job that the service words in its own way', () => {
	const setup = setUp({ timing: QUICK });
	const submitted = async () => {
		good(await setup.run(invoices(2), unwaited));
		await setup.emulator.waitFor(() =>
			setup.emulator.jobs.every(({ endsAt }) => endsAt <= setup.emulator.now()),
		);
	};

	it.each<[string, FaultAction]>([
		['failed, no PDF', reword((data) => ({ ...data, status: 'failed', completed: 0, failed: 2 }))],
		['a word of its own', reword(({ jobId }) => ({ jobId, status: 'ready' }))],
		['another job', reword((data) => ({ ...data, jobId: 'job_other' }))],
		['no data', reword(() => null)],
		['no such job', notFound],
		['trouble', actions.gatewayPage(502)],
	])('Download hands on the ZIP although its state says: %s', async (_, action) => {
		await submitted();
		setup.fault('status', action);
		for (const waitForCompletion of [true, false]) {
			const parameters = { waitForCompletion, options: { timeout: 20 } };
			const result = good(await setup.download(undefined, parameters));
			expect(result.json(NODE)[0]).toMatchObject({ fileCount: 2, done: true });
		}
	});

	it.each<[string, FaultAction, string]>([
		['a word', reword(({ jobId }) => ({ jobId, status: 'ready' })), 'is not finished yet'],
		['404', notFound, 'ImaginePDF knows no such job'],
	])('Download tells what the state says where there is no file: %s', async (_, action, told) => {
		await submitted();
		setup.fault('download', notFound);
		setup.fault('status', action);
		const { error } = await setup.download(undefined, { waitForCompletion: false });
		expect(error?.message).toContain(told);
	});

	it('the file of a job that goes on is not asked for, since it might be a part', async () => {
		await setup.reopen({ timing: { queueMs: 3_600_000 } });
		good(await setup.run(invoices(2), unwaited));
		const { error } = await setup.download(undefined, { waitForCompletion: false });
		expect(error?.message).toMatch(/is not finished yet/);
		expect(setup.count('download')).toBe(0);
	});

	it("Get Status emits the state of a job in the service's own words", async () => {
		await submitted();
		const words = { status: 'Rendering', failed: null };
		setup.fault(
			'status',
			reword((data) => ({ ...data, ...words, total: '2' })),
		);
		const result = await setup.run([{ jobId: setup.jobIds()[0] ?? '' }], { parameters: STATUS });
		expect(result.json(NODE)[0]).toMatchObject({ ...words, total: 2, done: expect.any(Boolean) });
	});
});

/** Of an ended job, the file may come a moment later; it is paid for and not given up. */
describe('A file that is not there at once', () => {
	const setup = setUp({ timing: QUICK });
	const late = { call: 1, times: 7 };

	it.each<[string, () => unknown]>([
		['404 PDF_NOT_FOUND', () => setup.fault('download', noFile, { times: 3 })],
		['404 NOT_FOUND', () => setup.fault('download', notFound, { times: 2 })],
		['409', () => setup.fault('download', actions.refusal(409, 'ALREADY_EXISTS'), { times: 2 })],
		['429', () => setup.fault('download', actions.busy(429), late)],
		['429, later', () => setup.fault('download', actions.busy(429, { seconds: 30 }), late)],
		['503, later', () => setup.fault('download', actions.busy(503, { seconds: 30 }), late)],
		['a gateway page', () => setup.fault('download', actions.gatewayPage(502), late)],
	])('minutes of trouble with the link to a paid file are ridden out: %s', async (_, trouble) => {
		trouble();
		const result = good(await setup.run(invoices(2)));
		expect(result.tries(NODE)).toBe(1);
		expect(result.json(NODE)[0]).toMatchObject({ fileCount: 2 });
		setup.emulator.faults.clear();
		trouble();
		expect(good(await setup.download()).json(NODE)[0]).toMatchObject({ fileCount: 2 });
		expect(setup.charged()).toBe(2);
	});

	it('a ZIP that never comes is told as missing, with how to fetch the job later and not with the credential', async () => {
		setup.fault('download', notFound);
		const { error } = await setup.run(invoices(1));
		const [jobId = ''] = setup.jobIds();
		expect(error?.message).toBe(`There is no file for this job (job ${jobId})`);
		expect(error?.description).toContain(`operation 'Download' and the job ID ${jobId}`);
		expect(error?.description).not.toContain('credential');
	});

	it('a single PDF is fetched where the storage does not have it in the first moment', async () => {
		setup.fault('pdf', actions.missingFile(), { call: 1, times: 2 });
		const result = good(await setup.run(invoices(1), { parameters: GENERATE }));
		expect(result.tries(NODE)).toBe(1);
		expect(setup.charged()).toBe(1);
	});

	it("no connection is left open where n8n's store refuses a file", async () => {
		await setup.reopen({ binaryMode: 's3' });
		jest.spyOn(RemoteStore.prototype, 'write').mockRejectedValue(new Error('no bucket'));
		setup.fault('zip', actions.stall(500));
		const ended = setup.emulator.next('answer', ({ route }) => route === 'zip');
		const { error } = await setup.run(invoices(2));
		expect(error?.message).toContain('could not be handed over');
		expect(error?.description).toContain('no bucket');
		expect((await ended).outcome).toBe('cut');
	});
});
