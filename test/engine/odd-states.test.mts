import { actions, type FaultAction } from '../emulator/index.mts';
import { invoices, NODE, openEngineSetup, type EngineSetup } from './support/setup.mts';

const TIMING = { queueMs: 10, rowMs: 10 };

/** The service does its work, and words the data of its answer in its own way. */
function reword(change: (data: Record<string, unknown>) => object | null): FaultAction {
	return {
		name: 'reword',
		after: (given) => {
			const envelope = JSON.parse(String(given.body)) as { data: Record<string, unknown> };
			const body = JSON.stringify({ ...envelope, data: change(envelope.data) });
			return { ...given, body };
		},
	};
}

describe('A job that the service words in its own way', () => {
	let setup: EngineSetup;
	beforeEach(async () => {
		setup = await openEngineSetup({ timing: TIMING });
	});
	afterEach(async () => {
		await setup.close();
	});
	/** Rewords the states that tell the end of a job. */
	const atItsEnd = (more: object) =>
		setup.emulator.faults.add({
			route: 'status',
			jobStatus: 'completed',
			action: reword((data) => ({ ...data, ...more })),
		});

	it.each([
		['a status in capitals', { status: 'COMPLETED' }, { status: 'completed', completed: 2 }],
		['a word of its own for an end', { status: 'partial' }, { status: 'partial', completed: 2 }],
		['an end with errors', { status: 'completed_with_errors' }, { done: true, progress: 1 }],
		['a word of progress at its end', { status: 'bundling' }, { status: 'bundling', done: true }],
		['counts as text', { total: '2', completed: '2', failed: '0' }, { total: 2, completed: 2 }],
		[
			'no counts',
			{ total: null, completed: undefined, failed: null },
			{ total: null, completed: null, failed: null, done: true },
		],
		['only zeros', { completed: 0, failed: 0 }, { completed: 0, done: true, progress: 1 }],
		['no id', { jobId: undefined }, { status: 'completed' }],
		['an id of another type', { jobId: {} }, { status: 'completed' }],
		['an end in several words', { status: 'job.completed', total: null }, { done: true }],
	])(
		'a job is waited for and its ZIP handed on although the service reports %s',
		async (_, told, expected) => {
			atItsEnd(told);
			const result = await setup.run(invoices(2));
			expect(result.error).toBeUndefined();
			expect(result.json(NODE)[0]).toMatchObject({
				jobId: setup.jobIds()[0],
				fileCount: 2,
				...expected,
			});
		},
	);

	it.each(['rendering', 'pending', 'in_progress'])(
		'a job is waited for while the service reports the status %s',
		async (status) => {
			// No row is through as yet, however late the polls come.
			const action = reword((data) => ({ ...data, status, completed: 0, failed: 0 }));
			setup.emulator.faults.add({ route: 'status', call: 1, times: 3, action });
			setup.emulator.behaviour.timing = { queueMs: 20_000, rowMs: 10 };
			const result = await setup.run(invoices(2));
			expect(result.error).toBeUndefined();
			expect(result.json(NODE)[0]).toMatchObject({ status: 'completed', fileCount: 2 });
		},
	);

	it('a job that is reported as cancelled is fetched all the same where there is a file', async () => {
		atItsEnd({ status: 'cancelled' });
		const result = await setup.run(invoices(2));
		expect(result.error).toBeUndefined();
		expect(result.json(NODE)[0]).toMatchObject({ status: 'cancelled', done: true, fileCount: 2 });
	});

	it('a job is waited for while the service counts fewer rows than were sent, all of them done', async () => {
		const action = reword((data) => ({ ...data, status: 'bundling', total: 1, completed: 1 }));
		setup.emulator.faults.add({ route: 'status', jobStatus: 'processing', action });
		setup.emulator.behaviour.timing = { queueMs: 10, rowMs: 8000 };
		const result = await setup.run(invoices(2));
		expect(result.error).toBeUndefined();
		expect(result.json(NODE)[0]).toMatchObject({ status: 'completed', fileCount: 2 });
	});

	it.each(['zip', 'none'])(
		'a job that ends without a file is a failure with the word that the service has for it (output: %s)',
		async (output) => {
			atItsEnd({ status: 'expired', completed: 0 });
			const action = actions.refusal(404, 'PDF_NOT_FOUND');
			setup.emulator.faults.add({ route: 'download', action });
			const result = await setup.run(invoices(2), { parameters: { output } });
			expect(result.error?.message).toBe(
				`Job ${setup.jobIds()[0]} ended as 'expired': none of its 2 rows became a PDF`,
			);
		},
	);

	it.each([
		['a gateway page', actions.gatewayPage(403)],
		['a redirect', actions.redirect()],
		['408', actions.answer({ status: 408 })],
		['no data', reword(() => null)],
	])('a job is polled on after an answer that is not a state: %s', async (_, action) => {
		setup.emulator.faults.add({ route: 'status', call: 1, times: 3, action });
		const result = await setup.run(invoices(1));
		expect(result.error).toBeUndefined();
		expect(result.json(NODE)[0]).toMatchObject({ status: 'completed' });
	});

	it('a job is paid once and fetched where its submit is answered with nothing but an id', async () => {
		const action = reword(({ jobId }) => ({ jobId }));
		setup.emulator.faults.add({ route: 'submit', action });
		const result = await setup.run(invoices(2));
		expect(result.error).toBeUndefined();
		expect(setup.charged()).toBe(2);
		expect(result.json(NODE)[0]).toMatchObject({ fileCount: 2 });
	});

	it('a job whose submit does not count its rows is emitted with the rows that were sent, where nobody waits', async () => {
		const action = reword(({ jobId }) => ({ jobId, status: 'Pending' }));
		setup.emulator.faults.add({ route: 'submit', action });
		const result = await setup.run(invoices(2), { parameters: { waitForCompletion: false } });
		expect(result.json(NODE)[0]).toMatchObject({ status: 'queued', total: 2, done: false });
	});

	describe('and Download', () => {
		const download = async (more: object = {}) => {
			await setup.run(invoices(2), { parameters: { waitForCompletion: false } });
			const [jobId = ''] = setup.jobIds();
			await setup.emulator.waitFor(() =>
				setup.emulator.jobs.every(({ endsAt }) => endsAt <= setup.emulator.now()),
			);
			const parameters = { operation: 'download', options: { timeout: 20 }, ...more };
			return { jobId, run: async () => await setup.run([{ jobId }], { parameters }) };
		};

		it.each<[string, FaultAction]>([
			[
				'failed, with no PDF',
				reword((data) => ({ ...data, status: 'failed', completed: 0, failed: 2 })),
			],
			['a word of its own', reword(({ jobId }) => ({ jobId, status: 'ready' }))],
			['another job', reword((data) => ({ ...data, jobId: 'job_other' }))],
			['no data', reword(() => null)],
			['no such job', actions.refusal(404, 'NOT_FOUND')],
			['trouble', actions.gatewayPage(502)],
		])('Download hands on the ZIP although its state says: %s', async (_, action) => {
			for (const waitForCompletion of [true, false]) {
				const { run } = await download({ waitForCompletion });
				setup.emulator.faults.add({ route: 'status', action });
				const result = await run();
				expect(result.error).toBeUndefined();
				expect(result.json(NODE)[0]).toMatchObject({ fileCount: 2, done: true });
				setup.emulator.faults.clear();
			}
		});

		it('Download tells what the state says where there is no file', async () => {
			const { jobId, run } = await download({ waitForCompletion: false });
			setup.emulator.faults.add({ route: 'download', action: actions.refusal(404, 'NOT_FOUND') });
			const ready = reword(() => ({ jobId, status: 'ready' }));
			setup.emulator.faults.add({ route: 'status', call: 1, times: 1, action: ready });
			const first = await run();
			expect(first.error?.message).toBe(`Job ${jobId} is not finished yet`);
			const gone = actions.refusal(404, 'NOT_FOUND');
			setup.emulator.faults.add({ route: 'status', action: gone });
			const second = await run();
			expect(second.error?.message).toContain('ImaginePDF knows no such job');
		});
	});

	it("Get Status emits the state of a job in the service's own words", async () => {
		await setup.run(invoices(2), { parameters: { waitForCompletion: false } });
		const action = reword((data) => ({ ...data, status: 'Rendering', total: '2', failed: null }));
		setup.emulator.faults.add({ route: 'status', action });
		const result = await setup.run([{ jobId: setup.jobIds()[0] ?? '' }], {
			parameters: { operation: 'getStatus' },
		});
		expect(result.json(NODE)[0]).toMatchObject({
			status: 'Rendering',
			total: 2,
			failed: null,
			done: expect.any(Boolean) as boolean,
		});
	});
});

describe('A single PDF that the service answers in its own way', () => {
	it('a single PDF is handed on with a numeric id, a time as text and no file name', async () => {
		const setup = await openEngineSetup();
		const action = reword(({ downloadUrl }) => ({
			downloadUrl,
			generationId: 4711,
			expiresIn: '3600',
		}));
		setup.emulator.faults.add({ route: 'generate', action });
		const result = await setup.run(invoices(1), {
			parameters: { resource: 'pdf', operation: 'generate' },
		});
		await setup.close();
		expect(result.error).toBeUndefined();
		expect(setup.charged()).toBe(1);
		expect(result.json(NODE)[0]).toMatchObject({ generationId: '4711', status: 'completed' });
	});
});
