import { KEYS } from '../emulator/index.mts';
import { TEST_NODES } from './harness/index.mts';
import {
	invoices,
	NODE,
	nodeSpec,
	openEngineSetup,
	type EngineSetup,
	type NodeUnderTest,
} from './support/setup.mts';

const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 } satisfies NodeUnderTest;

const answer = (status: number, body: string, headers: Record<string, string> = {}) => ({
	status,
	headers: { 'content-type': 'application/json', ...headers },
	body,
});
const refusal = (status: number, code: string) =>
	answer(
		status,
		JSON.stringify({
			status: 'error',
			data: null,
			error: { code, message: `The service says ${code}` },
		}),
	);
/** Nothing is processed. */
const instead = (given: ReturnType<typeof answer>) => ({
	name: `answer ${given.status}`,
	before: async () => await Promise.resolve(given),
});
/** Processed and charged, but the answer is another. */
const afterwards = (given: ReturnType<typeof answer>) => ({
	name: `processed, then ${given.status}`,
	after: () => given,
});

describe('Paying', () => {
	let setup: EngineSetup;
	beforeEach(async () => {
		setup = await openEngineSetup();
	});
	afterEach(async () => {
		await setup.close();
	});
	const submits = () => setup.emulator.requests.filter(({ route }) => route === 'submit').length;

	it.each([
		['429', answer(429, 'slow down')],
		['429 with seconds', answer(429, '', { 'retry-after': '2' })],
		[
			'503 with a date',
			answer(503, '', { 'retry-after': new Date(Date.now() + 5000).toUTCString() }),
		],
	])('a submit that provably had no effect is repeated: %s', async (_, given) => {
		setup.emulator.faults.add({ route: 'submit', times: 2, action: instead(given) });
		const result = await setup.run(invoices(2));
		expect(result.error).toBeUndefined();
		expect(submits()).toBe(3);
		expect(setup.charged()).toBe(2);
	});

	it.each([
		['500', answer(500, 'oops')],
		['503 without Retry-After', answer(503, '')],
		['a page instead of an answer', answer(200, '<html>Hello</html>')],
		[
			'an answer without a job ID',
			answer(202, '{"status":"success","data":{"status":"queued","total":2},"error":null}'),
		],
	])(
		'a submit of unknown outcome is never repeated, not even with Retry On Fail: %s',
		async (_, given) => {
			setup.emulator.faults.add({ route: 'submit', call: 1, action: afterwards(given) });
			const result = await setup.run(invoices(2), RETRY);
			expect(result.tries(NODE)).toBe(3);
			expect(submits()).toBe(1);
			expect(setup.charged()).toBe(2);
			expect(result.error?.message).toBe(
				'It is not known whether ImaginePDF accepted batch 1 of 1 (2 rows)',
			);
			expect(result.error?.description).toContain('An earlier try');
			expect(result.error?.description).toContain('start a new execution');
		},
	);

	it('a submit of unknown outcome is sent again where the user accepts a second charge', async () => {
		setup.emulator.faults.add({ route: 'submit', call: 1, action: afterwards(answer(500, '')) });
		const result = await setup.run(invoices(2), {
			parameters: { options: { unknownSubmit: 'submitAgain' } },
		});
		expect(result.error).toBeUndefined();
		expect(setup.charged()).toBe(4);
	});

	it('Retry On Fail finds a paid job again when its download failed', async () => {
		setup.emulator.faults.add({
			route: 'download',
			times: 1,
			action: instead(refusal(403, 'FORBIDDEN')),
		});
		const result = await setup.run(invoices(250), RETRY);
		expect(result.error).toBeUndefined();
		expect(result.tries(NODE)).toBe(2);
		expect(setup.charged()).toBe(250);
		expect(result.json(NODE).map(({ jobId }) => jobId)).toEqual(setup.jobIds());
	});

	it('Retry On Fail submits only the batches that were refused', async () => {
		setup.emulator.faults.add({
			route: 'submit',
			call: 2,
			action: instead(refusal(402, 'INSUFFICIENT_CREDITS')),
		});
		const result = await setup.run(invoices(250), RETRY);
		expect(result.error).toBeUndefined();
		expect(setup.charged()).toBe(250);
		expect(result.json(NODE).map(({ batchNumber }) => batchNumber)).toEqual([1, 2, 3]);
	});

	it('a retry of a saved execution finds the jobs that are paid for', async () => {
		setup.emulator.faults.add({
			route: 'download',
			times: 1,
			action: instead(refusal(403, 'FORBIDDEN')),
		});
		const failed = await setup.run(invoices(150));
		expect(failed.status).toBe('error');
		const jobIds = setup.jobIds();
		const result = await setup.engine.retry(failed);
		expect(result.error).toBeUndefined();
		expect(result.json(NODE).map(({ jobId }) => jobId)).toEqual(jobIds);
		expect(setup.charged()).toBe(150);
	});

	it('a paid job is found when n8n runs the node again because of an error item', async () => {
		setup.emulator.faults.add({
			route: 'submit',
			call: 1,
			action: instead(refusal(400, 'VALIDATION_ERROR')),
		});
		const result = await setup.run(invoices(3), {
			...RETRY,
			onError: 'continueRegularOutput',
			parameters: { options: { rowsPerBatch: 1, maxConcurrentJobs: 1 } },
		});
		expect(result.tries(NODE)).toBe(2);
		expect(setup.charged()).toBe(3);
		expect(result.json(NODE).map(({ status }) => status)).toEqual([
			'completed',
			'completed',
			'completed',
		]);
	});

	it('a job that the service itself gave up is paid once, until somebody retries by hand', async () => {
		setup.emulator.behaviour.failRows = (row) => row['invoice_number'] === 'R-1';
		const parameters = { options: { rowsPerBatch: 1 } };
		const failed = await setup.run(invoices(3), { ...RETRY, parameters });
		expect(failed.tries(NODE)).toBe(3);
		expect(failed.error?.message).toMatch(/^Job \S+ failed: its row did not become a PDF$/);
		expect(setup.charged()).toBe(3);
		setup.emulator.behaviour.failRows = () => false;
		const result = await setup.engine.retry(failed);
		expect(result.error).toBeUndefined();
		expect(setup.charged()).toBe(4);
		expect(result.json(NODE).map(({ completed }) => completed)).toEqual([1, 1, 1]);
	});

	it('each pass of a loop submits equal rows again', async () => {
		const row = { customer_name: 'Ada' };
		const result = await setup.engine.run({
			items: [row, row, row],
			nodes: [
				{ name: 'Items', type: TEST_NODES.items },
				{ name: 'Loop', type: TEST_NODES.loop },
				nodeSpec(setup.emulator, {}),
			],
			connections: [
				['Items', 'Loop'],
				['Loop', NODE, 1],
				[NODE, 'Loop'],
			],
		});
		expect(result.error).toBeUndefined();
		expect(result.runsOf(NODE)).toHaveLength(3);
		expect(setup.charged()).toBe(3);
	});

	it('accepted batches are handed on when a later one is refused and On Error is Continue', async () => {
		setup.emulator.addWorkspace({ key: 'pc_live_few', credits: 200, plan: 'business' });
		const result = await setup.run(invoices(250), {
			apiKey: 'pc_live_few',
			onError: 'continueRegularOutput',
		});
		expect(result.json(NODE).map(({ status }) => status)).toEqual([
			'completed',
			'completed',
			undefined,
		]);
		expect(result.json(NODE)[2]).toMatchObject({ code: 'INSUFFICIENT_CREDITS', httpCode: '402' });
		expect(result.items(NODE)[2]?.pairedItem).toHaveLength(50);
	});

	it('every accepted job is named when a later batch is refused', async () => {
		setup.emulator.addWorkspace({ key: 'pc_live_few', credits: 200, plan: 'business' });
		const result = await setup.run(invoices(250), { apiKey: 'pc_live_few' });
		expect(result.error?.message).toBe('The ImaginePDF workspace does not have enough credits');
		for (const jobId of setup.jobIds()) expect(result.error?.description).toContain(jobId);
		expect(result.error?.context['jobIds']).toEqual(setup.jobIds());
	});

	it('the key does not show in the message of a refused submit', async () => {
		setup.emulator.faults.add({
			route: 'submit',
			action: instead(
				answer(
					400,
					JSON.stringify({
						status: 'error',
						data: null,
						error: {
							code: 'VALIDATION_ERROR',
							message: `Bad key ${KEYS.demo} at https://x.example/a?signature=abc`,
						},
					}),
				),
			),
		});
		const result = await setup.run(invoices(1));
		expect(result.error?.description).toContain('[hidden]');
		expect(`${result.saved}${JSON.stringify(result.logs)}`).not.toMatch(/pc_live_demo|signature=/);
	});
});
