import { SimulatedClock } from '../client/clock.mts';
import { EmulatorSetup } from './support.mts';

describe('choices about what is not documented', () => {
	let setup: EmulatorSetup;
	beforeEach(async () => {
		setup = await EmulatorSetup.start({ timeScale: 1, timing: { queueMs: 0, rowMs: 0 } });
	});
	afterEach(async () => await setup.close());

	it.each(['404 envelope', '404 bare', '405 envelope', '405 bare'] as const)(
		'answers a submit with %s where its generation is switched off',
		async (absentRoute) => {
			setup.emulator.behaviour.choices.absentRoute = absentRoute;
			setup.emulator.generations.first = false;
			const answer = await setup.post('/batch/generate?design=design_invoice', { rows: [{}] });
			expect(answer.status).toBe(Number(absentRoute.slice(0, 3)));
			expect(answer.code).toBe(absentRoute.endsWith('envelope') ? 'NOT_FOUND' : undefined);
			setup.emulator.generations.first = true;
			expect(
				(await setup.post('/batch/generate?design=design_invoice', { rows: [{}] })).status,
			).toBe(202);
		},
	);

	it.each([409, 404, 400] as const)(
		'answers %i, as chosen, to a download before the job has ended',
		async (status) => {
			setup.emulator.behaviour.choices.earlyDownload = status;
			setup.emulator.behaviour.timing = { queueMs: 3_600_000, rowMs: 0 };
			const jobId = await setup.submit([{}]);
			expect((await setup.get(`/batch/${jobId}/download`)).status).toBe(status);
		},
	);

	it.each(['completed', 'failed'] as const)(
		'ends a job of which one row failed as %s, as chosen',
		async (partialFailure) => {
			setup.emulator.behaviour.choices.partialFailure = partialFailure;
			setup.emulator.behaviour.failRows = (_row, index) => index === 1;
			const jobId = await setup.submit([{}, {}, {}]);
			await setup.ended(jobId);
			const { data } = await setup.get(`/batch/${jobId}/status`);
			expect(data).toMatchObject({ status: partialFailure, total: 3, completed: 2, failed: 1 });
		},
	);

	it('hands out a ZIP for a failed job only where that is chosen', async () => {
		const { choices } = setup.emulator.behaviour;
		choices.partialFailure = 'failed';
		setup.emulator.behaviour.failRows = (_row, index) => index === 0;
		const jobId = await setup.submit([{}, {}]);
		await setup.ended(jobId);
		const without = await setup.get(`/batch/${jobId}/download`);
		expect([without.status, without.code]).toEqual([404, 'PDF_NOT_FOUND']);
		choices.failedJobZip = true;
		expect((await setup.get(`/batch/${jobId}/download`)).status).toBe(200);
	});

	it('counts no row of a job that hides its progress until the end', async () => {
		const clock = new SimulatedClock();
		await EmulatorSetup.during(
			{ clock, timing: { queueMs: 0, rowMs: 1, shape: 'hidden' } },
			async (hiding) => {
				const seen: number[] = [];
				hiding.emulator.on('job', ({ state }) => seen.push(state.completed));
				await hiding.submit(Array.from({ length: 30 }, () => ({})));
				await clock.advance(60);
				expect(new Set(seen)).toEqual(new Set([0, 30]));
			},
		);
	});
});
