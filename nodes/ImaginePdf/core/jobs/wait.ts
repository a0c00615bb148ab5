import { nextDelay, type Observation } from './pace';
import { describeState, isFinished } from './state';
import type { ImaginePdfClient } from '../api/client';
import { ApiError } from '../api/errors';
import { isPassing, pauseBefore, settle } from '../api/retry';
import type { JobState } from '../api/schemas';
import { explain, wayBack } from '../explain';
import { Failure } from '../failure';
import { FINAL_POLL_MS, MAX_FAILED_POLLS, MAX_RETRY_AFTER_MS, NEW_JOB_GRACE_MS } from '../limits';
import type { Clock, Journal } from '../ports';

/** What waiting for a job needs. */
export interface WaitDeps {
	client: ImaginePdfClient;
	clock: Clock;
	journal: Journal;
	random: () => number;
}

/** How long a job is waited for, and what is known of it. */
export interface WaitOptions {
	/** Rows of the job where they are known before its first state. */
	rows?: number;
	/** Milliseconds since the epoch: the last look is taken then, never later. */
	deadline: number;
	signal?: AbortSignal;
	/** The user's fixed interval in milliseconds; 0 adapts to the job. */
	pollIntervalMs: number;
	/** When the job was accepted by this very run and was not finished yet: its first look can wait. */
	acceptedAt?: number;
	/** When it was submitted, where that is known: a 404 right after it is only a lag. */
	submittedAt?: number;
}

/**
 * Polls a job to its end: at once (a job of this run has just shown its state in the submit's answer),
 * then at the job's own pace, the last time at the deadline.
 * @throws Failure when the time is over, the service refuses or stays silent; the signal's reason
 */
export async function waitForJob(
	deps: WaitDeps,
	jobId: string,
	options: WaitOptions,
): Promise<JobState> {
	const { clock, random } = deps;
	const { deadline, signal } = options;
	const startedAt = clock.now();
	const history: Observation[] = [];
	let last: JobState | undefined;
	let failedPolls = 0;
	const { acceptedAt, pollIntervalMs: fixedIntervalMs } = options;
	const pace = { random, fixedIntervalMs, ...(acceptedAt !== undefined && { acceptedAt }) };
	// For a job that was submitted just now, the submit's own answer was the first look.
	const untilFirst = nextDelay(history, startedAt, { ...pace, rows: options.rows ?? 1 });
	if (untilFirst > 0) await clock.sleep(Math.min(untilFirst, deadline - startedAt), signal);
	for (;;) {
		const finalDeadline = deadline + FINAL_POLL_MS;
		const look = await settle(() =>
			deps.client.jobState(jobId, { signal, deadline: finalDeadline }),
		);
		signal?.throwIfAborted();
		const now = clock.now();
		if (look.ok) {
			if (isFinished(look.value.status)) return look.value;
			last = look.value;
			failedPolls = 0;
			history.push(observe(look.value, now));
		} else {
			failedPolls++;
			judge(look.error, failedPolls, now, { jobId, last, options });
		}
		if (now >= deadline) throw timedOut(jobId, last, now - startedAt);
		const delay = look.ok
			? nextDelay(history, now, { ...pace, rows: options.rows ?? look.value.total })
			: Math.min(pauseBefore(look.error, failedPolls - 1, random), MAX_RETRY_AFTER_MS);
		await clock.sleep(Math.min(delay, deadline - now), signal);
	}
}

function observe(state: JobState, at: number): Observation {
	const { status, total, completed, failed } = state;
	return {
		at,
		status,
		total,
		completed,
		failed,
		...time('createdAt', state),
		...time('updatedAt', state),
	};
}

function time(field: 'createdAt' | 'updatedAt', state: JobState): Partial<Observation> {
	const parsed = Date.parse(state[field] ?? '');
	return Number.isNaN(parsed) ? {} : { [field]: parsed };
}

interface Situation {
	jobId: string;
	last: JobState | undefined;
	options: WaitOptions;
}

/** Lets passing trouble pass, up to a limit. */
function judge(error: unknown, failedPolls: number, now: number, situation: Situation): void {
	const { jobId, last, options } = situation;
	const passing = isPassing(error) || isLag(error, now, options.submittedAt);
	if (passing && failedPolls < MAX_FAILED_POLLS) return;
	const explained = explain(error, { doing: 'status', jobId });
	if (!(explained instanceof Failure)) throw explained;
	throw passing ? gaveUp(explained, jobId, last) : explained;
}

/** The service may need a moment until a job it has just accepted can be asked for. */
function isLag(error: unknown, now: number, submittedAt: number | undefined): boolean {
	if (submittedAt === undefined || now - submittedAt > NEW_JOB_GRACE_MS) return false;
	return error instanceof ApiError && error.status === 404;
}

function gaveUp(cause: Failure, jobId: string, last: JobState | undefined): Failure {
	return cause.with({
		message: `Gave up asking for job ${jobId}: ${MAX_FAILED_POLLS} status requests in a row did not succeed`,
		description: `When last seen, ${describeState(last)}. ${wayBack(jobId)} ${cause.details.description}`,
	});
}

function timedOut(jobId: string, last: JobState | undefined, waitedMs: number): Failure {
	return new Failure({
		message: `Job ${jobId} was not finished after ${Math.round(waitedMs / 1000)} seconds`,
		description: `When last seen, ${describeState(last)}. It goes on at ImaginePDF. ${wayBack(jobId)} To wait longer, raise the option 'Timeout'.`,
		code: 'TIMEOUT',
		fromService: false,
		jobIds: [jobId],
	});
}
