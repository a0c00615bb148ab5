import { TransportError } from '../../nodes/ImaginePdf/core/api/errors.ts';
import { SimulatedClock } from '../client/clock.mts';
import { actions, type FaultAction } from '../emulator/index.mts';
import { EmulatorSetup } from './support.mts';

const SUBMIT = '/batch/generate?design=design_invoice';

let setup: EmulatorSetup;
beforeEach(async () => {
	setup = await EmulatorSetup.start();
});
afterEach(async () => await setup.close());

/** Strikes the next submit and tells what the client saw and what was charged. */
async function submitUnder(action: FaultAction) {
	setup.emulator.faults.add({ route: 'submit', call: 1, action });
	const seen = await setup.post(SUBMIT, { rows: [{}] }).catch((error: unknown) => error);
	return { seen, charges: setup.emulator.charges.length };
}

describe('faults before processing cost nothing', () => {
	it('charges nothing for a submit whose connection is reset before processing', async () => {
		const { seen, charges } = await submitUnder(actions.resetBefore());
		expect(seen).toBeInstanceOf(TransportError);
		expect(seen).toMatchObject({ code: 'ECONNRESET', neverSent: false });
		expect(charges).toBe(0);
	});

	it.each([
		['any answer', actions.answer({ status: 500, body: '{"odd":true}' }), 500, '{"odd":true}'],
		['an empty answer', actions.answer({ status: 200 }), 200, ''],
		['a gateway page', actions.gatewayPage(502), 502, '502 Gateway'],
		['a refusal', actions.refusal(500, 'DATABASE_ERROR'), 500, 'DATABASE_ERROR'],
		['a redirect', actions.redirect(), 302, ''],
	])(
		'charges nothing for a submit that gets %s in the place of an answer',
		async (_what, action, status, text) => {
			const { seen, charges } = await submitUnder(action);
			expect(seen).toMatchObject({ status, text: expect.stringContaining(text) });
			expect(charges).toBe(0);
		},
	);

	it('tells when to retry in seconds, as nonsense, or not at all', async () => {
		const retryAfter = async (action: FaultAction) => {
			setup.emulator.faults.clear();
			const { seen } = await submitUnder(action);
			return Object(seen).headers['retry-after'];
		};
		expect(await retryAfter(actions.busy(429, { seconds: 7 }))).toBe('7');
		expect(await retryAfter(actions.busy(503, { text: 'soon' }))).toBe('soon');
		expect(await retryAfter(actions.busy(429))).toBeUndefined();
	});

	it('tells when to retry as a date by the clock of the emulator', async () => {
		const clock = new SimulatedClock(Date.UTC(2026, 5, 8, 12));
		await EmulatorSetup.during({ clock }, async ({ emulator, http }) => {
			emulator.faults.add({ route: 'designs', action: actions.busy(503, { dateInMs: 90_000 }) });
			const { headers } = await http.api({ method: 'GET', path: '/designs', timeoutMs: 5000 });
			expect(headers['retry-after']).toBe('Mon, 08 Jun 2026 12:01:30 GMT');
		});
	});
});

describe('faults after processing have been charged', () => {
	it.each([
		['a reset', actions.resetAfter()],
		['a body that is cut', actions.truncate(10)],
		['a body that is cut by a reset', actions.truncate(0, 'reset')],
	])('charges a submit whose answer is lost by %s', async (_what, action) => {
		const { seen, charges } = await submitUnder(action);
		expect(seen).toBeInstanceOf(TransportError);
		expect(charges).toBe(1);
		expect(setup.emulator.jobs).toHaveLength(1);
	});

	it.each([
		['500', actions.answerAfter({ status: 500 }), 500],
		['a gateway page', actions.gatewayPageAfter(), 504],
	])('charges a submit that gets %s once it was processed', async (_what, action, status) => {
		expect(await submitUnder(action)).toMatchObject({ seen: { status }, charges: 1 });
	});

	it('labels a good answer with another content type', async () => {
		const { seen } = await submitUnder(actions.contentType('text/html'));
		expect(seen).toMatchObject({ status: 202, headers: { 'content-type': 'text/html' } });
	});
});

describe('faults in time', () => {
	it('charges a submit that is delayed before processing only when its time has come', async () => {
		setup.emulator.faults.add({ route: 'submit', action: actions.delay(60_000) });
		const arrived = setup.emulator.nextRequest();
		const answer = setup.post(SUBMIT, { rows: [{}] });
		await arrived;
		expect(setup.emulator.charges).toHaveLength(0);
		expect((await answer).status).toBe(202);
		const [request] = setup.emulator.requests;
		expect((request?.endedAt ?? 0) - (request?.arrivedAt ?? 0)).toBeGreaterThanOrEqual(60_000);
	});

	it('ends a job at the time that a fault gives it, whatever its timing said', async () => {
		setup.emulator.behaviour.timing = { queueMs: 0, rowMs: 3_600_000_000 };
		const jobId = await setup.submit([{}, {}]);
		const status = async () => (await setup.get(`/batch/${jobId}/status`)).data.status;
		expect(await status()).toBe('processing');
		setup.emulator.faults.add({ route: 'status', call: 1, action: actions.endJob(600_000) });
		expect(await status()).toBe('processing');
		setup.emulator.faults.add({ route: 'status', call: 1, action: actions.endJob(0) });
		expect(await status()).toBe('completed');
		expect(setup.emulator.jobs[0]?.state).toMatchObject({ completed: 2, failed: 0 });
	});

	it('charges a submit at once whose answer is delayed', async () => {
		setup.emulator.faults.add({ route: 'submit', action: actions.delayAnswer(60_000) });
		const answer = setup.post(SUBMIT, { rows: [{}] });
		await setup.emulator.waitFor(({ charges }) => charges.length === 1);
		expect(setup.emulator.requests[0]?.outcome).toBe('running');
		expect((await answer).status).toBe(202);
	});

	it.each([
		['before', actions.silence(), 0],
		['after', actions.silenceAfter(), 1],
		['in the middle of the answer after', actions.stall(5), 1],
	])(
		'keeps silent %s processing a submit until the client leaves',
		async (_when, action, charges) => {
			setup.emulator.faults.add({ route: 'submit', action });
			const stop = new AbortController();
			const request = {
				method: 'POST',
				path: SUBMIT,
				body: '{"rows":[{}]}',
				timeoutMs: 60_000,
			} as const;
			const answer = setup.http
				.api({ ...request, signal: stop.signal })
				.catch((error: unknown) => error);
			await setup.emulator.next('request');
			await setup.emulator.waitFor((emulator) => emulator.charges.length === charges);
			stop.abort('stopped');
			expect(await answer).toBe('stopped');
			expect(setup.emulator.charges).toHaveLength(charges);
		},
	);
});

describe('redirects', () => {
	it('are not followed by the client, so that the key stays at the API', async () => {
		setup.emulator.faults.add({ route: 'designs', action: actions.redirect() });
		const { status, headers } = await setup.get('/designs');
		expect([status, headers.location]).toEqual([302, `${setup.emulator.storageOrigin}/elsewhere`]);
		expect(setup.emulator.requests.map(({ origin }) => origin)).toEqual(['api']);
		expect(setup.emulator.leaks).toHaveLength(0);
	});
});
