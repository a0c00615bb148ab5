import {
	runJobs,
	type FinishedJob,
	type RunOptions,
} from '../../../nodes/ImaginePdf/core/jobs/run.ts';
import { summarise } from '../../../nodes/ImaginePdf/core/jobs/report.ts';
import { StoppedError } from '../../../nodes/ImaginePdf/core/abort.ts';
import { KEYS } from '../../emulator/index.mts';
import { invoiceJobs, openDesk, type Desk } from '../support/desk.mts';

const OPTIONS: RunOptions = {
	runIndex: 0,
	account: 'account',
	profile: 'standard',
	unknownSubmit: 'stop',
	waitForCompletion: true,
	stopOnFailure: true,
	maxConcurrentJobs: 3,
	timeoutMs: 600_000,
	pollIntervalMs: 0,
};

const collect = async ({ accepted }: FinishedJob) => await Promise.resolve(accepted.jobId);

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
	let desk: Desk;
	beforeEach(async () => {
		desk = await openDesk();
	});
	afterEach(async () => {
		await desk.close();
	});
	const charged = () => desk.emulator.charges.reduce((sum, { rows }) => sum + rows, 0);

	it.each([
		[0, 0],
		[1, 1],
		[2, 1],
		[101, 2],
		[250, 3],
	])('takes %i rows to their end in %i jobs, each row paid once', async (rows, jobs) => {
		const outcomes = await runJobs(invoiceJobs(rows, 100), desk, OPTIONS, collect);
		expect(outcomes).toHaveLength(jobs);
		expect(outcomes.map(({ state }) => state?.status)).toEqual(Array(jobs).fill('completed'));
		expect(outcomes.map(({ result }) => result)).toEqual(
			desk.emulator.jobs.map(({ jobId }) => jobId),
		);
		expect(charged()).toBe(rows);
	});

	it('has no more jobs in flight than allowed', async () => {
		let most = 0;
		desk.emulator.on('job', () => {
			const open = desk.emulator.jobs.filter(({ state }) => /queued|processing/.test(state.status));
			most = Math.max(most, open.length);
		});
		await runJobs(invoiceJobs(10, 1), desk, { ...OPTIONS, maxConcurrentJobs: 2 }, collect);
		expect(most).toBe(2);
	});

	it('submits without waiting when told so', async () => {
		const outcomes = await runJobs(
			invoiceJobs(250, 100),
			desk,
			{ ...OPTIONS, waitForCompletion: false },
			collect,
		);
		expect(outcomes.map(({ state }) => [state?.status, state?.total])).toEqual([
			['queued', 100],
			['queued', 100],
			['queued', 50],
		]);
		expect(desk.emulator.requests.filter(({ method }) => method === 'GET')).toEqual([]);
	});

	it('writes every job id into the log and the ledger the moment it is known', async () => {
		await runJobs(invoiceJobs(2, 1), desk, { ...OPTIONS, waitForCompletion: false }, collect);
		const ids = desk.emulator.jobs.map(({ jobId }) => jobId);
		for (const id of ids) {
			expect(
				desk.notes.some(({ level, message }) => level === 'info' && message.includes(id)),
			).toBe(true);
			expect(JSON.stringify(desk.memory)).toContain(id);
		}
	});

	it('finds the jobs of an earlier try instead of paying again', async () => {
		const jobs = invoiceJobs(250, 100);
		await runJobs(jobs, desk, { ...OPTIONS, waitForCompletion: false }, collect);
		const again = await runJobs(jobs, desk, OPTIONS, collect);
		expect(again.map(({ result }) => result)).toEqual(desk.emulator.jobs.map(({ jobId }) => jobId));
		expect(charged()).toBe(250);
	});

	it('submits twins twice, and finds both of them again', async () => {
		const [job] = invoiceJobs(1, 1);
		const twins = [job!, { ...job!, number: 2 }];
		await runJobs(twins, desk, OPTIONS, collect);
		expect(charged()).toBe(2);
		const again = await runJobs(twins, desk, OPTIONS, collect);
		expect(new Set(again.map(({ result }) => result)).size).toBe(2);
		expect(charged()).toBe(2);
	});

	it('submits equal rows again in another run of the node', async () => {
		await runJobs(invoiceJobs(2, 2), desk, OPTIONS, collect);
		await runJobs(invoiceJobs(2, 2), desk, { ...OPTIONS, runIndex: 1 }, collect);
		expect(charged()).toBe(4);
	});

	describe('when a submit is refused', () => {
		beforeEach(() => {
			desk.emulator.faults.add({ route: 'submit', call: 3, action: refused });
		});

		it('stops at once and names every job that is paid for', async () => {
			const outcomes = await runJobs(invoiceJobs(500, 100), desk, OPTIONS, collect);
			const failure = summarise(outcomes);
			expect(failure?.message).toBe('The ImaginePDF workspace does not have enough credits');
			for (const { jobId } of desk.emulator.jobs)
				expect(failure?.details.description).toContain(jobId);
			expect(failure?.details.jobIds).toEqual(desk.emulator.jobs.map(({ jobId }) => jobId));
			expect(failure?.details.httpStatus).toBe(402);
			expect(desk.emulator.jobs).toHaveLength(2);
		});

		it('finishes what was accepted, and submits nothing more, when it may go on', async () => {
			const options = { ...OPTIONS, stopOnFailure: false, maxConcurrentJobs: 1 };
			const outcomes = await runJobs(invoiceJobs(500, 100), desk, options, collect);
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

		it('submits only the refused ones in the next try', async () => {
			await runJobs(invoiceJobs(500, 100), desk, OPTIONS, collect);
			const outcomes = await runJobs(invoiceJobs(500, 100), desk, OPTIONS, collect);
			expect(summarise(outcomes)).toBeUndefined();
			expect(charged()).toBe(500);
		});
	});

	describe('when the outcome of a submit is not known', () => {
		it('never submits it again by itself, not even in another try', async () => {
			desk.emulator.faults.add({ route: 'submit', call: 1, action: chargedButSilent });
			const first = summarise(await runJobs(invoiceJobs(2, 2), desk, OPTIONS, collect));
			const second = summarise(await runJobs(invoiceJobs(2, 2), desk, OPTIONS, collect));
			expect(first?.details.code).toBe('SUBMIT_OUTCOME_UNKNOWN');
			expect(second?.details.code).toBe('SUBMIT_OUTCOME_UNKNOWN');
			expect(second?.details.description).toContain('An earlier try');
			expect(charged()).toBe(2);
		});

		it('submits it again where the user accepts a second charge', async () => {
			desk.emulator.faults.add({ route: 'submit', call: 1, action: chargedButSilent });
			const options = { ...OPTIONS, unknownSubmit: 'submitAgain' as const };
			const outcomes = await runJobs(invoiceJobs(2, 2), desk, options, collect);
			expect(summarise(outcomes)).toBeUndefined();
			expect(charged()).toBe(4);
		});
	});

	it('ends at once when stopped, leaves the job ids in the log and cuts nothing off twice', async () => {
		const stop = new AbortController();
		const run = runJobs(invoiceJobs(3, 1), desk, { ...OPTIONS, signal: stop.signal }, collect);
		await desk.emulator.nextRequest(({ route }) => route === 'status');
		stop.abort(new StoppedError());
		await expect(run).rejects.toBeInstanceOf(StoppedError);
		const left = desk.notes.find(({ message }) => message.startsWith('Stopped.'));
		expect(left?.level).toBe('warn');
		for (const { jobId } of desk.emulator.jobs) {
			expect(desk.notes.some(({ message }) => message.includes(jobId))).toBe(true);
		}
	});

	it('gives up at the deadline and says how to come back', async () => {
		desk.emulator.behaviour.timing = { rowMs: 3_600_000 };
		const outcomes = await runJobs(
			invoiceJobs(100, 100),
			desk,
			{ ...OPTIONS, timeoutMs: 60_000 },
			collect,
		);
		const failure = outcomes[0]?.failure;
		const jobId = desk.emulator.jobs[0]?.jobId ?? '';
		expect(failure?.message).toContain(`Job ${jobId} was not finished after`);
		expect(failure?.details.code).toBe('TIMEOUT');
		expect(failure?.details.description).toContain("operation 'Download'");
		expect(failure?.details.description).toMatch(/\d+ of 100 rows done/);
	});

	it('says what to do for every refusal of an account', async () => {
		const told: string[] = [];
		for (const key of [KEYS.expired, KEYS.noBatch, KEYS.noApi, KEYS.noCredits, 'pc_live_wrong']) {
			const other = await openDesk({}, key);
			const [outcome] = await runJobs(invoiceJobs(1, 1), other, OPTIONS, collect);
			told.push(outcome?.failure?.message ?? '');
			await other.close();
		}
		expect(told).toEqual([
			'The ImaginePDF API key has expired',
			'The ImaginePDF plan of this workspace does not include batch generation',
			'The ImaginePDF plan of this workspace does not include batch generation',
			'The ImaginePDF workspace does not have enough credits',
			'ImaginePDF does not accept the API key',
		]);
	});
});
