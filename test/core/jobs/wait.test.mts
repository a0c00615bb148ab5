import { StoppedError } from '../../../nodes/ImaginePdf/core/async.ts';
import { TransportError } from '../../../nodes/ImaginePdf/core/api/errors.ts';
import { Failure } from '../../../nodes/ImaginePdf/core/failure.ts';
import { waitForEnd, type WaitOptions } from '../../../nodes/ImaginePdf/core/jobs/wait.ts';
import { SimulatedClock } from '../../client/clock.mts';
import { refusal, scriptedService, success, type Script } from '../support/scripted-service.mts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;
const JOB = 'job_1';
const OPTIONS: WaitOptions = { timeoutMs: 30 * MINUTE, pollIntervalMs: 0 };

const running = success({ jobId: JOB, status: 'processing', total: 10, completed: 4, failed: 0 });
const done = success({ jobId: JOB, status: 'completed', total: 10, completed: 10, failed: 0 });
const busy = refusal(429, 'TOO_MANY_REQUESTS');

function open(script: Script) {
	const clock = new SimulatedClock();
	const service = scriptedService(clock, script);
	const startedAt = clock.monotonicNow();
	const wait = async (options: Partial<WaitOptions> = {}) => {
		const deps = { ...service, clock, random: () => 0.5 };
		const { state, problem } = await waitForEnd(deps, JOB, { ...OPTIONS, ...options });
		if (problem) throw problem;
		return state;
	};
	return {
		clock,
		notes: service.notes,
		/** Waits with no real time passing. */
		run: async (options?: Partial<WaitOptions>) => await clock.run(wait(options)),
		wait,
		/** When each poll was sent, in milliseconds from the start. */
		polls: () => service.sentAt.map((at) => at - startedAt),
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

	it.each([
		['a 503 of the service', () => refusal(503, 'INTERNAL_ERROR')],
		['a gateway page', () => ({ status: 502, headers: {}, body: '<html>Bad gateway</html>' })],
		['a lost connection', () => Promise.reject(new TransportError('ECONNRESET', 'reset'))],
		['a refused connection', () => Promise.reject(new TransportError('ECONNREFUSED', 'refused'))],
	])('a wait goes on after fifty times %s', async (_, trouble) => {
		const { run } = open((number) => (number <= 50 ? trouble() : done));
		await expect(run()).resolves.toMatchObject({ status: 'completed' });
	});

	it('a wait begins with short delays again once a poll was answered', async () => {
		const { run, polls } = open((number) => (number === 8 ? running : number < 10 ? busy : done));
		await run();
		const [, , , , , , seventh = 0, eighth = 0, ninth = 0, tenth = 0] = polls();
		expect(eighth - seventh).toBeGreaterThan(5 * SECOND);
		expect(tenth - ninth).toBeLessThanOrEqual(SECOND);
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

	it("a wait that ends at the timeout says what happened, the job's last state and what to do next", async () => {
		const { run } = open((number) => (number === 1 ? running : busy));
		const { message, details } = await failureOf(run({ timeoutMs: MINUTE }));
		expect(message).toBe(`Job ${JOB} was not seen to finish within 60 seconds`);
		expect(details).toMatchObject({ code: 'TIMEOUT', httpStatus: 429, jobIds: [JOB] });
		expect(details.description).toContain('ImaginePDF is receiving too many requests right now');
		expect(details.description).toContain('it is processing, 4 of 10 rows done');
		expect(details.isPaid).toBe(true);
		expect(details.description).toContain("raise the option 'Timeout'");
	});

	it('a wait writes every poll without success into the log, with the time of the next one', async () => {
		const { run, notes } = open((number) => (number === 1 ? busy : done));
		await run();
		expect(notes).toHaveLength(1);
		expect(notes[0]).toMatch(/retrying in 1 s/);
	});
});

describe('Waiting for a job whose answer does not pass', () => {
	it('a wait goes on after a 404 right after the submit, also when the clock jumps meanwhile', async () => {
		const { run, clock } = open((number) => {
			if (number === 1) clock.jump(DAY);
			return number <= 4 ? refusal(404, 'NOT_FOUND') : done;
		});
		const submittedAt = clock.now();
		await expect(run({ submittedAt })).resolves.toMatchObject({ status: 'completed' });
	});
});

describe('The timeout of a wait', () => {
	it('a wait reports the timeout with the job’s last state, after a last poll at that very moment', async () => {
		const { run, polls } = open(() => running);
		const { message, details } = await failureOf(run({ timeoutMs: MINUTE }));
		expect(message).toBe(`Job ${JOB} was not finished after 60 seconds`);
		expect(details.code).toBe('TIMEOUT');
		expect(details.description).toContain('it is processing, 4 of 10 rows done');
		expect(polls().at(-1)).toBe(MINUTE);
	});

	it.each([
		['forward', DAY],
		['back', -DAY],
	])(
		"a wait's timeout is neither hit nor moved by a jump of the machine’s clock %s",
		async (_, jump) => {
			const { run, polls, clock } = open((number) => {
				if (number === 2) clock.jump(jump);
				return running;
			});
			await failureOf(run({ timeoutMs: MINUTE }));
			expect(polls().length).toBeGreaterThan(5);
			expect(polls().at(-1)).toBe(MINUTE);
		},
	);

	it('a wait leaves the last poll some seconds for its answer', async () => {
		const { run, clock } = open(async (number) => {
			if (number > 1) await clock.sleep(4 * SECOND);
			return number === 1 ? running : done;
		});
		const options = { timeoutMs: 10 * SECOND, pollIntervalMs: MINUTE };
		await expect(run(options)).resolves.toMatchObject({ status: 'completed' });
	});

	it('a wait sends a last poll when an earlier one hangs over the timeout', async () => {
		const { run } = open(async (number) =>
			number === 1 ? await new Promise<never>(() => undefined) : done,
		);
		await expect(run({ timeoutMs: 10 * SECOND })).resolves.toMatchObject({ status: 'completed' });
	});

	it('a wait whose polls all hang ends at the timeout', async () => {
		const { run, clock } = open(async () => await new Promise<never>(() => undefined));
		const startedAt = clock.monotonicNow();
		const { details } = await failureOf(run({ timeoutMs: 10 * SECOND }));
		expect(details.code).toBe('TIMEOUT');
		expect(clock.monotonicNow() - startedAt).toBe(15 * SECOND);
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

	it('a wait ends at once on Stop and leaves no timer behind', async () => {
		const { wait, clock } = open(() => running);
		const stop = new AbortController();
		const waiting = wait({ signal: stop.signal, pollIntervalMs: DAY, timeoutMs: 1e13 });
		await clock.advance(SECOND);
		const stopped = expect(waiting).rejects.toBeInstanceOf(StoppedError);
		stop.abort(new StoppedError());
		await stopped;
		expect(clock.pending).toBe(0);
	});
});
