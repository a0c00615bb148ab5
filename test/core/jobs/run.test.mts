import { planTry } from '../../../nodes/ImaginePdf/core/jobs/paidRows.ts';
import {
	runJobs,
	type FinishedJob,
	type RunOptions,
} from '../../../nodes/ImaginePdf/core/jobs/run.ts';
import type { PreparedRow } from '../../../nodes/ImaginePdf/core/rows/types.ts';
import {
	causeOf,
	stoppedNote,
	withPaid,
} from '../../../nodes/ImaginePdf/core/jobs/paidMessages.ts';
import { StoppedError } from '../../../nodes/ImaginePdf/core/async.ts';
import { invoiceJobs, invoiceRows, openCoreSetup, type CoreSetup } from '../support/setup.mts';

const OPTIONS: RunOptions = {
	secret: 'pc_live_secret',
	profile: 'standard',
	unknownSubmit: 'stop',
	waitForCompletion: true,
	stopOnFailure: true,
	maxConcurrentJobs: 3,
	timeoutMs: 600_000,
	pollIntervalMs: 0,
};

/** What a node would stop with, and what it tells beside that. */
const summarise = (outcomes: Parameters<typeof causeOf>[0], setup: CoreSetup) => {
	const cause = causeOf(outcomes);
	return cause && withPaid(cause, setup.nextTry().left(), true);
};

/** One try of a node: the ledger is asked, the rest is planned, all is taken to its end. */
async function oneTry(
	setup: CoreSetup,
	rows: readonly PreparedRow[],
	rowsPerBatch: number,
	options: RunOptions = OPTIONS,
	scope: Parameters<CoreSetup['nextTry']>[0] = {},
) {
	const ledger = setup.nextTry(scope);
	const { jobs } = planTry(ledger, rows, rowsPerBatch, options.unknownSubmit);
	return await runJobs(jobs, { ...setup, ledger }, options, collect);
}

const collect = async ({ accepted }: FinishedJob) => await Promise.resolve(accepted.entry.jobId);

/** What a service does that charges and then loses its answer. */
const chargedButSilent = {
	name: 'charged but silent',
	after: () => ({ status: 500, headers: {}, body: Buffer.from('') }),
};
const refused = {
	name: 'refused',
	before: async () =>
		await Promise.resolve({
			status: 402,
			headers: { 'content-type': 'application/json' },
			body: Buffer.from(
				'{"status":"error","data":null,"error":{"code":"INSUFFICIENT_CREDITS","message":"Not enough credits"}}',
			),
		}),
};

describe('runJobs', () => {
	let setup: CoreSetup;
	beforeEach(async () => {
		setup = await openCoreSetup();
	});
	afterEach(async () => {
		await setup.close();
	});
	const charged = () => setup.emulator.charges.reduce((sum, { rows }) => sum + rows, 0);

	it.each([
		[0, 0],
		[1, 1],
		[2, 1],
		[101, 2],
		[250, 3],
	])('runJobs takes %i rows to their end in %i jobs, each row paid once', async (rows, jobs) => {
		const outcomes = await runJobs(invoiceJobs(rows, 100), setup, OPTIONS, collect);
		expect(outcomes).toHaveLength(jobs);
		expect(outcomes.map(({ state }) => state?.status)).toEqual(Array(jobs).fill('completed'));
		expect(outcomes.map(({ result }) => result)).toEqual(
			setup.emulator.jobs.map(({ jobId }) => jobId),
		);
		expect(charged()).toBe(rows);
	});

	it('runJobs has no more jobs in flight than allowed', async () => {
		let most = 0;
		setup.emulator.on('job', () => {
			const open = setup.emulator.jobs.filter(({ state }) =>
				/queued|processing/.test(state.status),
			);
			most = Math.max(most, open.length);
		});
		await runJobs(invoiceJobs(10, 1), setup, { ...OPTIONS, maxConcurrentJobs: 2 }, collect);
		expect(most).toBe(2);
	});

	it('runJobs submits without waiting where that is set', async () => {
		const outcomes = await runJobs(
			invoiceJobs(250, 100),
			setup,
			{ ...OPTIONS, waitForCompletion: false },
			collect,
		);
		expect(outcomes.map(({ state }) => [state?.status, state?.total])).toEqual([
			['queued', 100],
			['queued', 100],
			['queued', 50],
		]);
		expect(setup.emulator.requests.filter(({ method }) => method === 'GET')).toEqual([]);
	});

	it('runJobs writes every job id into the log and the ledger the moment it is known', async () => {
		await runJobs(invoiceJobs(2, 1), setup, { ...OPTIONS, waitForCompletion: false }, collect);
		const ids = setup.emulator.jobs.map(({ jobId }) => jobId);
		for (const id of ids) {
			expect(
				setup.notes.some(({ level, message }) => level === 'info' && message.includes(id)),
			).toBe(true);
			expect(JSON.stringify(setup.memory)).toContain(id);
		}
	});

	it('runJobs finds paid rows in their jobs although the batches have another size now', async () => {
		const rows = invoiceRows(250);
		await oneTry(setup, rows.slice(0, 200), 100);
		const again = await oneTry(setup, rows, 30);
		expect(again.map(({ job }) => job.rows.length)).toEqual([100, 100, 30, 20]);
		expect(again.map(({ accepted }) => accepted?.alreadyPaid)).toEqual([true, true, false, false]);
		expect(charged()).toBe(250);
	});

	describe('when a submit is refused', () => {
		beforeEach(() => {
			setup.emulator.faults.add({ route: 'submit', call: 3, action: refused });
		});

		it('runJobs finishes what was accepted when a submit is refused, and submits nothing more, when it may go on', async () => {
			const options = { ...OPTIONS, stopOnFailure: false, maxConcurrentJobs: 1 };
			const outcomes = await runJobs(invoiceJobs(500, 100), setup, options, collect);
			expect(outcomes.map(({ failure }) => failure?.details.code)).toEqual([
				undefined,
				undefined,
				'INSUFFICIENT_CREDITS',
				'INSUFFICIENT_CREDITS',
				'INSUFFICIENT_CREDITS',
			]);
			expect(outcomes[4]?.failure?.message).toContain('Batch 5 of 5 (100 rows) was not submitted');
			expect(charged()).toBe(200);
		});
	});

	describe('when the outcome of a submit is not known', () => {
		const submitAgain = { ...OPTIONS, unknownSubmit: 'submitAgain' as const };

		it('runJobs accepts one second charge for a row in all tries together, whatever the batch size is', async () => {
			setup.emulator.faults.add({ route: 'submit', action: chargedButSilent });
			for (const rowsPerBatch of [4, 4, 2, 3, 1]) {
				const outcomes = await oneTry(setup, invoiceRows(4), rowsPerBatch, submitAgain);
				expect(summarise(outcomes, setup)?.details.code).toBe('SUBMIT_OUTCOME_UNKNOWN');
			}
			expect(charged()).toBe(8);
		});

		it('runJobs still says that an outcome is not known after the one repetition was refused', async () => {
			setup.emulator.faults.add({ route: 'submit', call: 1, times: 1, action: chargedButSilent });
			setup.emulator.faults.add({ route: 'submit', call: 2, times: 1, action: refused });
			const failure = summarise(await oneTry(setup, invoiceRows(2), 2, submitAgain), setup);
			expect(failure?.details.code).toBe('SUBMIT_OUTCOME_UNKNOWN');
			expect(failure?.details.description).toContain('does not have enough credits');
			const next = summarise(await oneTry(setup, invoiceRows(2), 2), setup);
			expect(next?.details.code).toBe('SUBMIT_OUTCOME_UNKNOWN');
			expect(charged()).toBe(2);
		});
	});

	it('runJobs ends at once when stopped, leaves the jobs in the log and in the ledger', async () => {
		const stop = new AbortController();
		const run = runJobs(invoiceJobs(3, 1), setup, { ...OPTIONS, signal: stop.signal }, collect);
		await setup.emulator.nextRequest(({ route }) => route === 'status');
		stop.abort(new StoppedError());
		await expect(run).rejects.toBeInstanceOf(StoppedError);
		const left = stoppedNote(setup.ledger.left());
		for (const { jobId } of setup.emulator.jobs) expect(left).toContain(jobId);
		for (const { jobId } of setup.emulator.jobs) {
			expect(setup.notes.some(({ message }) => message.includes(jobId))).toBe(true);
		}
	});
});
