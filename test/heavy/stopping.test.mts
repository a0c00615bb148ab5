import { setImmediate as nextTurn } from 'node:timers/promises';

import { systemClock } from '../../nodes/ImaginePdf/n8n/session.ts';
import { actions, type Emulator } from '../emulator/index.mts';
import { RemoteStore } from '../engine/harness/remote-store.mts';
import { invoices, openEngineSetup, type EngineSetup } from '../engine/support/setup.mts';

/* In real time: Stop is a promise to people, 250 ms at most, wherever the node is. */

const LONGEST_MS = 250;

/** Resolves at the moment to stop. */
type Setup = (emulator: Emulator) => Promise<unknown>;

/** Jobs that are through as soon as they are looked at. */
function atOnce({ behaviour }: Emulator): void {
	behaviour.timing = { queueMs: 10, rowMs: 10 };
}

const MOMENTS: Record<string, Setup> = {
	'while the design is read': async (emulator) => {
		emulator.faults.add({ route: 'design', action: actions.silence() });
		await emulator.nextRequest(({ route }) => route === 'design');
	},
	'while a link is asked for': async (emulator) => {
		atOnce(emulator);
		emulator.faults.add({ route: 'download', action: actions.silence() });
		await emulator.nextRequest(({ route }) => route === 'download');
	},
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
		atOnce(emulator);
		emulator.faults.add({ route: 'zip', action: actions.stall(500) });
		await emulator.nextRequest(({ route }) => route === 'zip');
	},
};

describe('Stop', () => {
	let setup: EngineSetup;
	beforeEach(async () => {
		setup = await openEngineSetup({ realTime: true, timing: { queueMs: 60_000 } });
	});
	afterEach(async () => {
		await setup.close();
	});

	const cases = Object.entries(MOMENTS).flatMap(([moment, reach]) =>
		[false, true].map((retryOnFail) => ({ moment, reach, retryOnFail })),
	);
	it.each(cases)(
		'Stop ends the node at once $moment (Retry On Fail: $retryOnFail)',
		async ({ reach, retryOnFail }) => {
			const stop = reach(setup.emulator);
			const result = await setup.run(invoices(2), { retryOnFail, maxTries: 2 }, { stop });
			expect(result.status).toBe('canceled');
			expect(result.stopToEndMs).toBeLessThanOrEqual(LONGEST_MS);
			await nothingIsLeft();
			const logs = JSON.stringify(setup.engine.logs);
			for (const jobId of setup.jobIds()) {
				expect(logs.includes(jobId) || logs.includes('It is not known whether')).toBe(true);
			}
			expect(setup.charged()).toBeLessThanOrEqual(2);
			const submits = setup.emulator.requests.filter(({ route }) => route === 'submit');
			expect(submits.length).toBeLessThanOrEqual(1);
		},
	);

	/** No request of the node is open any more, and none of its timers runs. */
	async function nothingIsLeft(): Promise<void> {
		const { requests } = setup.emulator;
		await setup.emulator.waitFor(() => requests.every(({ outcome }) => outcome !== 'running'));
		await nextTurn();
		expect(sleeping).toBe(0);
	}
	let sleeping = 0;
	beforeEach(() => {
		sleeping = 0;
		const { sleep } = systemClock;
		jest.spyOn(systemClock, 'sleep').mockImplementation(async (ms, signal) => {
			sleeping++;
			try {
				await sleep(ms, signal);
			} finally {
				sleeping--;
			}
		});
	});
	afterEach(() => jest.restoreAllMocks());

	it.each(['generate', 'pdf'] as const)('Stop ends single PDFs at once: %s', async (route) => {
		setup.emulator.faults.add({ route, action: actions.silence() });
		const stop = setup.emulator.nextRequest((request) => request.route === route);
		const parameters = { resource: 'pdf', operation: 'generate' };
		const result = await setup.run(invoices(2), { parameters }, { stop });
		expect(result.status).toBe('canceled');
		expect(result.stopToEndMs).toBeLessThanOrEqual(LONGEST_MS);
		await nothingIsLeft();
	});

	it.each(['zip', 'pdfs'])('Stop does not wait for a slow store: %s', async (output) => {
		await setup.close();
		setup = await openEngineSetup({ realTime: true, binaryMode: 's3' });
		atOnce(setup.emulator);
		let letGo: () => void = () => undefined;
		const slow = new Promise<number>((resolve) => (letGo = () => resolve(1)));
		const write = jest.spyOn(RemoteStore.prototype, 'write');
		const stop = new Promise<void>((resolve) => {
			write.mockImplementation(async () => {
				resolve();
				return await slow;
			});
		});
		const result = await setup.run(invoices(2), { parameters: { output } }, { stop });
		letGo();
		write.mockRestore();
		expect(result.status).toBe('canceled');
		expect(result.stopToEndMs).toBeLessThanOrEqual(LONGEST_MS);
	});

	it("the workflow's time limit ends the node at once", async () => {
		const result = await setup.run(invoices(2), {}, { timeoutMs: 1500 });
		expect(result.status).not.toBe('success');
		expect(result.stopToEndMs).toBeLessThanOrEqual(LONGEST_MS);
		expect(JSON.stringify(setup.engine.logs)).toContain(setup.jobIds()[0]);
	});
});
