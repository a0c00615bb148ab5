import { ImaginePdfClient } from '../../../nodes/ImaginePdf/core/api/client.ts';
import { RouteMemory } from '../../../nodes/ImaginePdf/core/api/routes.ts';
import { Failure } from '../../../nodes/ImaginePdf/core/failure.ts';
import { waitForEnd, type WaitOptions } from '../../../nodes/ImaginePdf/core/jobs/wait.ts';
import type { ApiAnswer } from '../../../nodes/ImaginePdf/core/ports.ts';
import { SimulatedClock } from '../../client/clock.mts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const JOB = 'job_1';
const OPTIONS: WaitOptions = { timeoutMs: 30 * MINUTE, pollIntervalMs: 0 };

const answer = (status: number, data: unknown, error: unknown, headers = {}): ApiAnswer => ({
	status,
	headers,
	body: JSON.stringify({ status: error ? 'error' : 'success', data, error }),
});
const refusal = (status: number, code: string, headers = {}) =>
	answer(status, null, { code, message: 'As the script says.' }, headers);
const job = { jobId: JOB, status: 'processing', total: 10, completed: 4, failed: 0 };
const running = answer(200, job, null);
const done = answer(200, { ...job, status: 'completed', completed: 10 }, null);
const busy = refusal(429, 'TOO_MANY_REQUESTS');

/** The real client in front of a service that gives these answers to its requests, counted from 1. */
function open(script: (number: number) => ApiAnswer | Promise<ApiAnswer>) {
	const clock = new SimulatedClock();
	const startedAt = clock.monotonicNow();
	const polls: number[] = [];
	const note = () => undefined;
	const parts = { clock, random: () => 0.5, logger: { info: note, warn: note } };
	const http = {
		baseUrl: 'http://127.0.0.1/api/v1',
		api: async () => await script(polls.push(clock.monotonicNow() - startedAt)),
		storage: async () => await Promise.reject(new Error('No file is fetched here')),
	};
	const client = new ImaginePdfClient({ ...parts, routes: new RouteMemory(), http });
	const wait = async (options: Partial<WaitOptions> = {}) => {
		const { state, problem } = await waitForEnd({ ...parts, client }, JOB, {
			...OPTIONS,
			...options,
		});
		if (problem) throw problem;
		return state;
	};
	return {
		clock,
		/** Waits with no real time passing. */
		run: async (options?: Partial<WaitOptions>) => await clock.run(wait(options)),
		/** When each poll was sent, in milliseconds from the start. */
		polls: () => polls,
	};
}

/** The failure that a wait ends with. */
async function failureOf(work: Promise<unknown>): Promise<Failure> {
	const error = await work.then(
		() => undefined,
		(thrown: unknown) => thrown,
	);
	if (!(error instanceof Failure)) throw new Error(`No failure, but ${String(error)}`);
	return error;
}

describe('Waiting for a job that meets passing trouble', () => {
	it('a wait outlasts half an hour of 429s, ever more slowly, and then hands on the finished job', async () => {
		const { run, polls, clock } = open(() =>
			clock.monotonicNow() - from < 29 * MINUTE ? busy : done,
		);
		const from = clock.monotonicNow();
		await expect(run()).resolves.toMatchObject({ status: 'completed' });
		const delays = polls()
			.slice(1)
			.map((at, index) => at - (polls()[index] ?? 0));
		expect(delays.length).toBeGreaterThan(10);
		expect(delays.slice(0, 5)).toEqual([...delays.slice(0, 5)].sort((a, b) => a - b));
		expect(delays.at(-1)).toBeGreaterThan(5 * SECOND);
		expect(Math.max(...delays)).toBeLessThanOrEqual(30 * SECOND);
	});

	it('a wait keeps to Retry-After, up to two minutes', async () => {
		const wishes = ['7', '1790'];
		const { run, polls } = open((number) => {
			const wish = wishes[number - 1];
			return wish ? refusal(429, 'TOO_MANY_REQUESTS', { 'retry-after': wish }) : done;
		});
		await run();
		expect(polls()).toEqual([0, 7 * SECOND, 127 * SECOND]);
	});

	it('a wait never sleeps past the timeout, whatever Retry-After asks for', async () => {
		const { run, polls } = open((number) =>
			number === 1 ? refusal(503, 'INTERNAL_ERROR', { 'retry-after': '100' }) : done,
		);
		await expect(run({ timeoutMs: 20 * SECOND })).resolves.toMatchObject({ status: 'completed' });
		expect(polls()).toEqual([0, 20 * SECOND]);
	});
});

describe('The timeout of a wait', () => {
	it('a wait reports the timeout with the job’s last state, after a last poll at that very moment', async () => {
		const { run, polls } = open(() => running);
		const { message, details } = await failureOf(run({ timeoutMs: MINUTE }));
		expect(message).toBe(`Job ${JOB} was not seen to finish within 60 seconds`);
		expect(details.code).toBe('TIMEOUT');
		expect(details.description).toContain('it is processing, 4 of 10 rows done');
		expect(polls().at(-1)).toBe(MINUTE);
	});

	it('a wait sends a last poll when an earlier one hangs over the timeout', async () => {
		const { run } = open(async (number) =>
			number === 1 ? await new Promise<never>(() => undefined) : done,
		);
		await expect(run({ timeoutMs: 10 * SECOND })).resolves.toMatchObject({ status: 'completed' });
	});

	it('a wait whose timeout is over before it begins still polls once', async () => {
		const { run, polls } = open(() => done);
		await expect(run({ timeoutMs: -5 * SECOND })).resolves.toMatchObject({ status: 'completed' });
		expect(polls()).toEqual([0]);
	});
});

describe('The polls of a wait', () => {
	it('a wait keeps to the poll interval that the user has set', async () => {
		const { run, polls, clock } = open((number) => (number < 4 ? running : done));
		await run({ submittedAt: clock.now(), isNew: true, pollIntervalMs: 7 * SECOND });
		expect(polls()).toEqual([0, 7 * SECOND, 14 * SECOND, 21 * SECOND]);
	});
});
