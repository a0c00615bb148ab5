import type { JobEnd } from './outcome';
import { delayAfterTrouble, pollDelay, withPoll, type PollHistory } from './pollDelay';
import { describeState, isFinished, isKnownToRun, rowsDone, unknownState } from './state';
import type { ImaginePdfClient } from '../api/client';
import { AnswerFault, ApiError, OtherJobError } from '../api/errors';
import { isTransient, retryAfterOf } from '../api/retry';
import { settle } from '../async';
import type { JobState } from '../api/schemas';
import { toFailure } from '../toFailure';
import { downloadLaterHint } from '../messages';
import { Failure, type FailureDetails } from '../failure';
import { FINAL_POLL_MS, NEW_JOB_GRACE_MS, ODD_ANSWERS_PATIENCE_MS } from '../limits';
import type { Clock, Logger } from '../ports';
import { plural } from '../text';

/** What waiting for a job needs. */
export interface WaitDeps {
	client: ImaginePdfClient;
	clock: Clock;
	logger: Logger;
	random: () => number;
}

/** How long a job is waited for, and what is known of it. */
export interface WaitOptions {
	/** Rows of the job where they are known before its first state. */
	rows?: number;
	/** Longest wait in milliseconds from now on. The last poll is sent then, whatever came before. */
	timeoutMs: number;
	signal?: AbortSignal;
	/** The user's fixed interval in milliseconds; 0 adapts to the job. */
	pollIntervalMs: number;
	/** When the job was accepted by this very run and was not finished yet: its first poll can wait. */
	acceptedAt?: number;
	/** When it was submitted, where that is known: a 404 right after it is only a lag. */
	submittedAt?: number;
}

/** The time was over and the job's end was not seen. There may be a file all the same. */
class EndNotSeen extends Failure {
	constructor(
		details: FailureDetails,
		readonly state: JobState,
	) {
		super(details);
	}
}

/**
 * Waits as `waitForJob` does. A job may have ended in a way that its state does not show: with a word of
 * its own, or while the service could not be asked.
 * @throws Failure where the job goes on or the service refuses; the signal's reason
 */
export async function waitForEnd(
	deps: WaitDeps,
	jobId: string,
	options: WaitOptions,
): Promise<JobEnd> {
	const seen = await settle(async () => await waitForJob(deps, jobId, options));
	if (seen.ok) return { state: seen.value };
	const { error } = seen;
	if (error instanceof EndNotSeen && !isKnownToRun(error.state))
		return { state: error.state, otherwise: error };
	return await Promise.reject(error);
}

/**
 * Polls a job to its end, however the service words it. A job from elsewhere is polled at once; a job
 * of this run has just shown its state in the submit's answer. Passing trouble is ridden out until the
 * time is over. Time is measured by the monotonic clock, so a jump of the machine's clock changes
 * nothing, and the time is never over without a last poll.
 * @throws Failure when the time is over or the service refuses; the signal's reason
 */
export async function waitForJob(
	deps: WaitDeps,
	jobId: string,
	options: WaitOptions,
): Promise<JobState> {
	const { client, clock, logger, random } = deps;
	const { timeoutMs, signal, pollIntervalMs } = options;
	const startedAt = clock.monotonicNow();
	const newUntil = startedAt + NEW_JOB_GRACE_MS - ageMs(clock, options.submittedAt);
	let history = historyAt(startedAt, clock, options);
	let last: JobState | undefined;
	let failedPolls = 0;
	let answeredAt = startedAt;
	let delay = pollIntervalMs > 0 ? 0 : pollDelay(history, startedAt, random);
	for (;;) {
		const left = Math.max(0, timeoutMs - (clock.monotonicNow() - startedAt));
		const isLastPoll = delay >= left;
		await clock.sleep(Math.min(delay, left), signal);
		const deadline = clock.monotonicNow() + (isLastPoll ? FINAL_POLL_MS : left - delay);
		const poll = await settle(async () => await client.jobState(jobId, { signal, deadline }));
		signal?.throwIfAborted();
		const now = clock.monotonicNow();
		const waited = plural(Math.round((now - startedAt) / 1000), 'second');
		if (poll.ok) {
			last = poll.value;
			answeredAt = now;
			if (isFinished(last, options.rows)) return last;
			if (isLastPoll) throw notFinished(jobId, last, waited);
			failedPolls = 0;
			const rows = last.total ?? options.rows ?? 0;
			history = withPoll(history, { at: now, done: rowsDone(last) }, rows);
			delay = pollIntervalMs > 0 ? pollIntervalMs : pollDelay(history, now, random);
		} else {
			failedPolls++;
			const isKnown = last !== undefined || options.submittedAt !== undefined;
			const trouble = throwUnlessTransient(poll.error, jobId, {
				isNew: now <= newUntil,
				mayBeOdd: isKnown && now - answeredAt < ODD_ANSWERS_PATIENCE_MS,
			});
			if (isLastPoll) throw notSeen(jobId, last, waited, failedPolls, trouble);
			delay = delayAfterTrouble(failedPolls, retryAfterOf(poll.error), random);
			logger.warn(
				`${trouble.message}: ${nameOf(poll.error)}; polling again in ${Math.ceil(delay / 1000)} s`,
				{ jobId },
			);
		}
	}
}

/** Milliseconds since a moment of the machine's clock; a moment that is not known was long ago. */
function ageMs(clock: Clock, since: number | undefined): number {
	return since === undefined ? Infinity : Math.max(0, clock.now() - since);
}

function historyAt(
	startedAt: number,
	clock: Clock,
	{ acceptedAt, rows = 0 }: WaitOptions,
): PollHistory {
	if (acceptedAt === undefined) return { polls: 0, rows };
	return { polls: 0, rows, start: { at: startedAt - ageMs(clock, acceptedAt), done: 0 } };
}

/**
 * What a poll met, where it may pass: also a 404 of a new job, as the service may need a moment until
 * a job that it has just accepted can be asked for; and for a job that exists, for a while, whatever is not the
 * service's own word: a gateway's page, or data without a state.
 * @throws Failure for anything else
 */
function throwUnlessTransient(
	error: unknown,
	jobId: string,
	{ isNew, mayBeOdd }: { isNew: boolean; mayBeOdd: boolean },
): Failure {
	const failure = toFailure(error, { doing: 'status', jobId });
	if (isTransient(error)) return failure;
	const { status, code } = error instanceof ApiError ? error : {};
	const isLag = isNew && status === 404;
	const isOdd = code === AnswerFault.notImaginePdf || code === AnswerFault.unexpectedData;
	if (error instanceof OtherJobError) throw failure;
	if (isLag || (mayBeOdd && isOdd)) return failure;
	throw failure;
}

function nameOf(error: unknown): string {
	return error instanceof ApiError ? `HTTP ${error.status}` : String(error);
}

function notFinished(jobId: string, last: JobState, waited: string): EndNotSeen {
	const details = {
		message: `Job ${jobId} was not finished after ${waited}`,
		description: `When last seen, ${describeState(last)}. It goes on at ImaginePDF. ${nextStep(jobId)}`,
		code: 'TIMEOUT',
		fromService: false,
		jobIds: [jobId],
	};
	return new EndNotSeen(details, last);
}

/** The time was over while the service could not be asked. */
function notSeen(
	jobId: string,
	last: JobState | undefined,
	waited: string,
	failedPolls: number,
	trouble: Failure,
): EndNotSeen {
	const requests = failedPolls === 1 ? 'status request' : plural(failedPolls, 'status request');
	const { message, description } = trouble.details;
	const details = {
		...trouble.details,
		message: `Job ${jobId} was not seen to finish within ${waited}`,
		description: `The last ${requests} had no success: ${message}. When last seen, ${describeState(last)}. ${nextStep(jobId)} ${description}`,
		code: 'TIMEOUT',
	};
	// Seen to run before the trouble began, it may have ended since.
	return new EndNotSeen(details, { ...unknownState(jobId), designId: last?.designId });
}

function nextStep(jobId: string): string {
	return `${downloadLaterHint(jobId)} To wait longer, raise the option 'Timeout'.`;
}
