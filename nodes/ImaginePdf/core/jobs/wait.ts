import { failedJob, notFinished, timedOut } from './jobMessages';
import { pollDelay, withPoll, type PollHistory } from './pollDelay';
import {
	goesOn,
	hasFullCounts,
	isFinished,
	isWithoutPdfs,
	phaseOf,
	rowsDone,
	stateOf,
} from './state';
import type { ImaginePdfClient } from '../api/client';
import { AnswerFault, ApiError, OtherJobError } from '../api/errors';
import { isTransient, pauseBefore, type CallOptions } from '../api/retry';
import type { DownloadLink, JobState } from '../api/schemas';
import { settle } from '../async';
import type { Failure } from '../failure';
import {
	FINAL_POLL_MS,
	LINK_RETRY_BUDGET_MS,
	MAX_RETRY_AFTER_MS,
	NEW_FILE_GRACE_MS,
	NEW_JOB_GRACE_MS,
	ODD_ANSWERS_BUDGET_MS,
} from '../limits';
import { toFailure } from '../messages';
import type { Runtime } from '../ports';
import { retrying, type FailedTry, type RetryPolicy } from '../retrying';
import { plural } from '../text';

/** What waiting for a job needs. */
export interface WaitDeps extends Runtime {
	client: ImaginePdfClient;
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
	/** When it was submitted, where that is known: a 404 right after it is only a lag. */
	submittedAt?: number;
	/** Whether this very run has submitted it: its first poll can wait. */
	isNew?: boolean;
}

/** A job whose file can be fetched. */
export interface ReadyJob {
	/** As last seen; the file may prove an end that it does not show. */
	state: JobState;
	/** A link that was not used yet: the first one, then a fresh one each time. */
	link: () => Promise<DownloadLink>;
}

/** A job as last seen, and why its end was not seen, where that is so. */
interface SeenJob {
	state: JobState;
	problem?: Failure;
}

/**
 * Waits for a job's end and asks for its file. The file is also asked for where the state does not show an
 * end: the job is paid for, and there may be no other way to it.
 * @throws Failure where there is no file, with what the state says of that; the signal's reason
 */
export async function waitForFile(
	deps: WaitDeps,
	jobId: string,
	options: WaitOptions,
): Promise<ReadyJob> {
	return await askForFile(deps, await waitForEnd(deps, jobId, options), options);
}

/** The file of a job as it is now. @throws as `waitForFile` does */
export async function fileNow(
	deps: WaitDeps,
	jobId: string,
	options: CallOptions,
): Promise<ReadyJob> {
	const { client } = deps;
	const seen = await settle(() => client.jobStateWithRetries(jobId, options), options.signal);
	if (!seen.ok) {
		const problem = toFailure(seen.error, { doing: 'status', jobId });
		return await askForFile(deps, { state: stateOf(jobId), problem }, options);
	}
	const state = seen.value;
	const problem = isFinished(state) ? {} : { problem: notFinished(state) };
	return await askForFile(deps, { state, ...problem }, options);
}

async function askForFile(
	deps: WaitDeps,
	{ state, problem }: SeenJob,
	{ signal, rows = 0 }: Pick<WaitOptions, 'signal' | 'rows'>,
): Promise<ReadyJob> {
	// What the service hands out while a job goes on is not documented. It may be a part of the file.
	if (problem && goesOn(state, rows)) throw problem;
	const { jobId } = state;
	const ask = async (policy: RetryPolicy) =>
		await retrying(deps, policy, { signal }, () => deps.client.downloadLink(jobId, { signal }));
	const first = await settle(() => ask(linkPolicy(deps.random, state)), signal);
	if (!first.ok) {
		const failed = isNoFile(first.error) ? failedJob(state) : undefined;
		throw problem ?? failed ?? toFailure(first.error, { doing: 'download', jobId });
	}
	let unused: DownloadLink | undefined = first.value;
	const link = async () => {
		const next = unused ?? (await ask(linkPolicy(deps.random)));
		unused = undefined;
		return next;
	};
	return { state, link };
}

/** Answers that a job has no file, or none yet: what is said then is not documented. */
const NO_FILE = new Set([400, 404, 409, 410, 425]);

function isNoFile(error: unknown): boolean {
	return error instanceof ApiError && NO_FILE.has(error.status);
}

/**
 * A paid file is not given up because of transient trouble, and it may come a moment after the job's end.
 * @param state at the first time: where no end was seen, the file is asked for once
 */
function linkPolicy(random: () => number, state?: JobState): RetryPolicy {
	return (failed) => {
		const { error, elapsedMs } = failed;
		const isLate = isNoFile(error);
		const isFailed = state && phaseOf(state) === 'failed' && isWithoutPdfs(state);
		if ((state && !isFinished(state)) || (isLate && isFailed)) return undefined;
		const budgetMs = isTransient(error) ? LINK_RETRY_BUDGET_MS : isLate ? NEW_FILE_GRACE_MS : 0;
		const pauseMs = pauseAfter(failed, random);
		return elapsedMs + pauseMs <= budgetMs ? pauseMs : undefined;
	};
}

/** Waiting goes on after the longest `Retry-After` that is honoured. */
function pauseAfter(failed: FailedTry, random: () => number): number {
	return Math.min(pauseBefore(failed, random), MAX_RETRY_AFTER_MS);
}

/**
 * Polls a job until it has ended, whatever word the service has for that. A job from elsewhere is polled at
 * once; a job of this run has just shown its state in the submit's answer. Transient failures are retried until the
 * time is over. Time is measured by the monotonic clock, so a jump of the machine's clock changes
 * nothing, and the time is never over without a last poll.
 * @throws the signal's reason only
 */
export async function waitForEnd(
	deps: WaitDeps,
	jobId: string,
	options: WaitOptions,
): Promise<SeenJob> {
	const { client, clock, random } = deps;
	const { timeoutMs, signal, pollIntervalMs, rows = 0, submittedAt, isNew } = options;
	const startedAt = clock.monotonicNow();
	const leftMs = () => Math.max(0, startedAt + timeoutMs - clock.monotonicNow());
	// A moment that is not known was long ago.
	const ageMs = submittedAt === undefined ? Infinity : Math.max(0, clock.now() - submittedAt);
	const isKnown = submittedAt !== undefined;
	let isLast = false;
	const poll = async () => {
		isLast = leftMs() === 0;
		const deadline = clock.monotonicNow() + (isLast ? FINAL_POLL_MS : leftMs());
		return await client.jobState(jobId, { signal, deadline });
	};
	const policy: RetryPolicy = (failed) => {
		const isYoung = clock.monotonicNow() <= startedAt + NEW_JOB_GRACE_MS - ageMs;
		if (isLast || !mayPass(failed, { isYoung, isKnown })) return undefined;
		return Math.min(pauseAfter(failed, random), leftMs());
	};
	const start = isNew ? { start: { at: startedAt - ageMs, done: 0 } } : {};
	let history: PollHistory = { polls: 0, rows, ...start };
	let last: JobState | undefined;
	let isFileAsked = false;
	for (;;) {
		const adapted = pollDelay(history, clock.monotonicNow(), random);
		const delay = pollIntervalMs === 0 ? adapted : last ? pollIntervalMs : 0;
		await clock.sleep(Math.min(delay, leftMs()), signal);
		const seen = await settle(() => retrying(deps, policy, { signal }, poll), signal);
		const now = clock.monotonicNow();
		const waited = plural(Math.round((now - startedAt) / 1000), 'second');
		if (!seen.ok) {
			const failure = toFailure(seen.error, { doing: 'status', jobId });
			const problem = isLast ? timedOut(jobId, last, waited, failure) : failure;
			return { state: stateOf(jobId, { designId: last?.designId }), problem };
		}
		last = seen.value;
		if (isFinished(last, rows)) return { state: last };
		if (hasFullCounts(last, rows) && !isFileAsked) {
			isFileAsked = true;
			if ((await settle(() => client.downloadLink(jobId, { signal }))).ok) return { state: last };
		}
		if (isLast) return { state: last, problem: timedOut(jobId, last, waited) };
		history = withPoll(history, { at: now, done: rowsDone(last) }, last.total ?? rows);
	}
}

/**
 * Whether a poll is repeated after a failure: after a transient one; after a 404 of a new job, since the service
 * may need a moment before it knows a job that it has just accepted; and for a while after an answer that is not
 * the service's own, such as a gateway's page, or that has no state, where the job is known to exist.
 */
function mayPass(
	{ error, elapsedMs }: FailedTry,
	{ isYoung, isKnown }: { isYoung: boolean; isKnown: boolean },
): boolean {
	if (isTransient(error)) return true;
	if (!(error instanceof ApiError) || error instanceof OtherJobError) return false;
	if (error.status === 404 && isYoung) return true;
	const { notImaginePdf, unexpectedData } = AnswerFault;
	const isOdd = error.code === notImaginePdf || error.code === unexpectedData;
	return isOdd && isKnown && elapsedMs < ODD_ANSWERS_BUDGET_MS;
}
