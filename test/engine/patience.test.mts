import { systemClock } from '../../nodes/ImaginePdf/n8n/clock.ts';
import { actions } from '../emulator/index.mts';
import { RemoteStore } from './harness/remote-store.mts';
import {
	invoices,
	NODE,
	openEngineSetup,
	type EngineSetup,
	type NodeUnderTest,
} from './support/setup.mts';

const RETRY = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 } satisfies NodeUnderTest;
const TIMING = { queueMs: 10, rowMs: 10 };
/** The longest `Retry-After` that is waited for (`core/limits.ts`), by the service's clock. */
const LONGEST_WISH_MS = 120_000;

describe('Waiting for a job over the real engine', () => {
	let setup: EngineSetup;
	afterEach(async () => {
		jest.restoreAllMocks();
		await setup.close();
	});
	const arrivals = (route: string) =>
		setup.emulator.requests.filter((one) => one.route === route).map((one) => one.arrivedAt);

	it('a poll waits as long as Retry-After asks for, up to the longest that is honoured', async () => {
		setup = await openEngineSetup({ timing: TIMING });
		const action = actions.busy(503, { seconds: 1790 });
		setup.emulator.faults.add({ route: 'status', call: 1, times: 1, action });
		const result = await setup.run(invoices(1));
		expect(result.error).toBeUndefined();
		const [first = NaN, second = NaN] = arrivals('status');
		expect(second - first).toBeGreaterThanOrEqual(LONGEST_WISH_MS);
		// Less than half of what was wished for: no more is said about time here.
		expect(second - first).toBeLessThan(1790_000 / 2);
	});

	it('a poll uses its own growing delay where Retry-After lies in the past', async () => {
		setup = await openEngineSetup({ timing: TIMING });
		const action = actions.busy(503, { dateInMs: -30_000 });
		setup.emulator.faults.add({ route: 'status', call: 1, times: 9, action });
		jest.spyOn(Math, 'random').mockReturnValue(0.999);
		const result = await setup.run(invoices(1));
		expect(result.error).toBeUndefined();
		const looks = arrivals('status');
		expect(looks).toHaveLength(10);
		// 0.5 s, doubled up to 15 s: nine pauses.
		expect((looks.at(-1) ?? 0) - (looks[0] ?? 0)).toBeGreaterThan(60_000);
	});

	it('a job is waited for through minutes of refused polls until it is finished', async () => {
		setup = await openEngineSetup({ timing: TIMING });
		const action = actions.busy(429);
		setup.emulator.faults.add({ route: 'status', call: 1, times: 25, action });
		const result = await setup.run(invoices(1));
		expect(result.error).toBeUndefined();
		expect(arrivals('status')).toHaveLength(26);
	});

	it('a wait ends at the Timeout with what happened and how to fetch the job later', async () => {
		setup = await openEngineSetup({ timing: TIMING });
		for (const route of ['status', 'download'] as const)
			setup.emulator.faults.add({ route, action: actions.gatewayPage(502) });
		const result = await setup.run(invoices(1), { parameters: { options: { timeout: 60 } } });
		const [jobId = ''] = setup.jobIds();
		expect(result.error?.message).toMatch(`Job ${jobId} was not seen to finish within`);
		expect(result.error?.description).toContain('ImaginePDF could not answer the request');
		expect(result.error?.description).toContain(`operation 'Download' and the job ID ${jobId}`);
		expect(setup.charged()).toBe(1);
	});

	it('a job is polled once more at the Timeout where the Poll Interval is above it', async () => {
		setup = await openEngineSetup({ timing: { queueMs: 18_000, rowMs: 10 } });
		const options = { timeout: 20, pollInterval: 100_000 };
		const result = await setup.run(invoices(1), { parameters: { options } });
		expect(result.error).toBeUndefined();
		expect(arrivals('status')).toHaveLength(2);
	});

	it('a wait does not end when the clock of the machine jumps', async () => {
		setup = await openEngineSetup({ timing: { queueMs: 20_000, rowMs: 10 } });
		const { now } = systemClock;
		const jumped = setup.emulator
			.next('answer', ({ route }) => route === 'status')
			.then(() => {
				systemClock.now = () => now() + 86_400_000;
			});
		const result = await setup.run(invoices(1));
		await jumped;
		expect(result.error).toBeUndefined();
		expect(result.json(NODE)[0]).toMatchObject({ status: 'completed' });
	});

	it.each([1e10, Number.MAX_SAFE_INTEGER])(
		'a wait is not cut short by a Timeout of %d seconds',
		async (huge) => {
			setup = await openEngineSetup({ timing: { queueMs: 10, rowMs: 10 } });
			const options = { timeout: huge, pollInterval: 0 };
			const result = await setup.run(invoices(1), { parameters: { options } });
			expect(result.error).toBeUndefined();
			expect(result.json(NODE)[0]).toMatchObject({ status: 'completed' });
		},
	);

	it('a 404 for a job that was just submitted is waited out, also in the next try', async () => {
		setup = await openEngineSetup({ timing: TIMING });
		const { faults } = setup.emulator;
		const refused = actions.refusal(402, 'INSUFFICIENT_CREDITS');
		faults.add({ route: 'submit', call: 1, times: 1, action: refused });
		faults.add({ route: 'status', call: 1, times: 2, action: actions.refusal(404, 'NOT_FOUND') });
		const result = await setup.run(invoices(2), {
			...RETRY,
			parameters: { options: { rowsPerBatch: 1, maxConcurrentJobs: 2 } },
		});
		expect(result.error).toBeUndefined();
		expect(result.tries(NODE)).toBe(2);
		expect(setup.charged()).toBe(2);
	});

	it('each job is waited for from its own start, however long its submit had to queue', async () => {
		setup = await openEngineSetup({ timing: { queueMs: 3_600_000 } });
		const result = await setup.run(invoices(80), {
			onError: 'continueRegularOutput',
			parameters: { options: { rowsPerBatch: 1, maxConcurrentJobs: 80, timeout: 2 } },
		});
		const codes = result.json(NODE).map(({ code }) => code);
		expect(codes).toHaveLength(80);
		const told = JSON.stringify(result.json(NODE));
		for (const jobId of setup.jobIds()) expect(told).toContain(jobId);
		expect(new Set(codes)).toEqual(new Set(['TIMEOUT']));
		expect(setup.charged()).toBe(80);
	});

	it("no connection is left open where n8n's store refuses a file", async () => {
		setup = await openEngineSetup({ timing: TIMING, binaryMode: 's3' });
		jest.spyOn(RemoteStore.prototype, 'write').mockRejectedValue(new Error('no bucket'));
		setup.emulator.faults.add({ route: 'zip', action: actions.stall(500) });
		const ended = setup.emulator.next('answer', ({ route }) => route === 'zip');
		const result = await setup.run(invoices(2));
		expect(result.error?.message).toContain('could not be handed over');
		expect(result.error?.description).toContain('no bucket');
		expect((await ended).outcome).toBe('cut');
	});
});
