import { actions, type Emulator } from '../emulator/index.mts';
import { invoices, openBench, type Bench } from '../engine/support/bench.mts';

/* In real time: Stop is a promise to people, 250 ms at most, wherever the node is. */

const LONGEST_MS = 250;

type Setup = (emulator: Emulator) => Promise<unknown>;

const MOMENTS: Record<string, Setup> = {
	'while the submit is in flight': async (emulator) => {
		emulator.faults.add({ route: 'submit', action: actions.silenceAfter() });
		await emulator.next('charge');
	},
	'between two looks at a job': async (emulator) => {
		await emulator.next('answer', ({ route }) => route === 'status');
	},
	'while a status request hangs': async (emulator) => {
		emulator.faults.add({ route: 'status', action: actions.silence() });
		await emulator.nextRequest(({ route }) => route === 'status');
	},
	'during the pause after trouble': async (emulator) => {
		emulator.faults.add({ route: 'status', action: actions.busy(503, { seconds: 60 }) });
		await emulator.next('answer', ({ route }) => route === 'status');
	},
	'while the file stalls': async (emulator) => {
		emulator.behaviour.timing = { queueMs: 10, rowMs: 10 };
		emulator.faults.add({ route: 'zip', action: actions.stall(500) });
		await emulator.nextRequest(({ route }) => route === 'zip');
	},
};

describe('Stop', () => {
	let bench: Bench;
	beforeEach(async () => {
		bench = await openBench({ timeScale: 1, timing: { queueMs: 60_000 } });
	});
	afterEach(async () => {
		await bench.close();
	});

	const cases = Object.entries(MOMENTS).flatMap(([moment, reach]) =>
		[false, true].map((retryOnFail) => ({ moment, reach, retryOnFail })),
	);
	it.each(cases)(
		'ends it at once $moment (Retry On Fail: $retryOnFail)',
		async ({ reach, retryOnFail }) => {
			const stop = reach(bench.emulator);
			const result = await bench.run(invoices(2), { retryOnFail, maxTries: 2 }, { stop });
			expect(result.status).toBe('canceled');
			expect(result.stopToEndMs).toBeLessThanOrEqual(LONGEST_MS);
			const logs = JSON.stringify(bench.engine.logs);
			for (const jobId of bench.jobIds()) {
				expect(logs.includes(jobId) || logs.includes('It is not known whether')).toBe(true);
			}
			expect(bench.charged()).toBeLessThanOrEqual(2);
			expect(bench.emulator.requests.filter(({ route }) => route === 'submit')).toHaveLength(1);
		},
	);

	it("ends with the workflow's own time limit", async () => {
		const result = await bench.run(invoices(2), {}, { timeoutMs: 1500 });
		expect(result.status).not.toBe('success');
		expect(result.stopToEndMs).toBeLessThanOrEqual(LONGEST_MS);
		expect(JSON.stringify(bench.engine.logs)).toContain(bench.jobIds()[0]);
	});

	it("ends with the node's own time limit, also in the middle of a request", async () => {
		bench.emulator.faults.add({ route: 'status', action: actions.silence() });
		const started = performance.now();
		const result = await bench.run(invoices(2), { parameters: { options: { timeout: 2 } } });
		const tooLong = performance.now() - started - 2000;
		expect(result.error?.message).toContain(`Job ${bench.jobIds()[0]} was not finished`);
		// The time before the submit, reading the design above all, does not count as waiting.
		expect(tooLong).toBeLessThanOrEqual(LONGEST_MS + 250);
	});
});
