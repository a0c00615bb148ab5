import { failedJob } from './jobMessages';
import { pollDelay, withPoll, type PollHistory } from './pollDelay';
import {
	describeState,
	goesOn,
	hasFullCounts,
	isFinished,
	isWithoutPdfs,
	rowsDone,
	stateOf,
} from './state';
import type { ImaginePdfClient } from '../api/client';
import { AnswerFault, ApiError, OtherJobError } from '../api/errors';
import { isTransient, pauseBefore, type CallOptions } from '../api/retry';
import type { DownloadLink, JobState } from '../api/schemas';
import { settle } from '../async';
import { Failure } from '../failure';
import {
	FINAL_POLL_MS,
	LINK_PATIENCE_MS,
	MAX_RETRY_AFTER_MS,
	NEW_FILE_GRACE_MS,
	NEW_JOB_GRACE_MS,
	ODD_ANSWERS_PATIENCE_MS,
} from '../limits';
import type { Clock, Logger } from '../ports';
import { retrying, type FailedTry, type RetryPolicy } from '../retrying';
import { plural } from '../text';
import { toFailure } from '../messages';

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
 * Waits for a job's end and asks for its file. Whatever keeps the state from telling the end, the file
 * is asked for: the job is paid for, and there may be no other way to it.
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
	const seen = await settle(() => deps.client.jobStateWithRetries(jobId, options));
	options.signal?.throwIfAborted();
	return await askForFile(deps, seen.ok ? endOf(seen.value) : unseen(jobId, seen.error), options);
}

async function askForFile(
	deps: WaitDeps,
	{ state, problem }: SeenJob,
	{ signal, rows = 0 }: Pick<WaitOptions, 'signal' | 'rows'>,
): Promise<ReadyJob> {
	// What the service hands out of a job that goes on is not documented: it may be a part of the file.
	if (problem && goesOn(state, rows)) throw problem;
	const ask = async (policy: RetryPolicy) =>
		await retrying(deps, policy, { signal }, () =>
			deps.client.downloadLink(state.jobId, { signal }),
		);
	const first = await settle(() => ask(firstLinkPolicy(state, deps.random)));
	signal?.throwIfAborted();
	if (!first.ok) throw problem ?? withoutFile(first.error, state, rows);
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

function withoutFile(error: unknown, state: JobState, rows: number): Failure {
	const failure = toFailure(error, { doing: 'download', jobId: state.jobId });
	return (isNoFile(error) && failedJob(state, rows)) || failure;
}

/** The file may come a moment after the job's end. Where no end was seen, the file is asked for once. */
function firstLinkPolicy(state: JobState, random: () => number): RetryPolicy {
	const policy = linkPolicy(random);
	return (failed) => {
		const isHopeless = !isFinished(state) || (isNoFile(failed.error) && isWithoutPdfs(state));
		return isHopeless ? undefined : policy(failed);
	};
}

/** What is paid for is not given up over passing trouble. */
function linkPolicy(random: () => number): RetryPolicy {
	return (failed) => {
		const { error, elapsedMs } = failed;
		const late = isNoFile(error) ? NEW_FILE_GRACE_MS : 0;
		const pauseMs = pauseAfter(failed, random);
		return elapsedMs + pauseMs <= (isTransient(error) ? LINK_PATIENCE_MS : late)
			? pauseMs
			: undefined;
	};
}

/** Polling goes on after the longest `Retry-After` that is honoured. */
function pauseAfter(failed: FailedTry, random: () => number): number {
	return Math.min(pauseBefore(failed, random), MAX_RETRY_AFTER_MS);
}

/**
 * Polls a job to its end, however the service words it. A job from elsewhere is polled at once; a job
 * of this run has just shown its state in the submit's answer. Passing trouble is ridden out until the
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
	const { timeoutMs, signal, pollIntervalMs, rows = 0 } = options;
	const startedAt = clock.monotonicNow();
	const leftMs = () => Math.max(0, startedAt + timeoutMs - clock.monotonicNow());
	let isLast = false;
	const poll = async () => {
		isLast = leftMs() === 0;
		const deadline = clock.monotonicNow() + (isLast ? FINAL_POLL_MS : leftMs());
		return await client.jobState(jobId, { signal, deadline });
	};
	const passing = pollPolicy(deps, options);
	const policy: RetryPolicy = (failed) => {
		const pauseMs = isLast ? undefined : passing(failed);
		return pauseMs === undefined ? undefined : Math.min(pauseMs, leftMs());
	};
	let history = historyAt(startedAt, clock, options);
	let last: JobState | undefined;
	let isFileAsked = false;
	for (;;) {
		const adapted = pollDelay(history, clock.monotonicNow(), random);
		const delay = pollIntervalMs === 0 ? adapted : last ? pollIntervalMs : 0;
		await clock.sleep(Math.min(delay, leftMs()), signal);
		const seen = await settle(() => retrying(deps, policy, { signal }, poll));
		signal?.throwIfAborted();
		const waited = plural(Math.round((clock.monotonicNow() - startedAt) / 1000), 'second');
		if (!seen.ok) return unseen(jobId, seen.error, { last, waited, isOver: isLast });
		last = seen.value;
		if (isFinished(last, rows)) return { state: last };
		if (hasFullCounts(last, rows) && !isFileAsked) {
			isFileAsked = true;
			if ((await settle(() => client.downloadLink(jobId, { signal }))).ok) return { state: last };
		}
		if (isLast) return { state: last, problem: notFinished(last, waited) };
		const now = clock.monotonicNow();
		history = withPoll(history, { at: now, done: rowsDone(last) }, last.total ?? rows);
	}
}

/**
 * What may pass while a job is polled: also a 404 of a new job, as the service may need a moment until
 * a job that it has just accepted can be asked for; and for a job that exists, for a while, whatever is
 * not the service's own word, a gateway's page or data without a state.
 */
function pollPolicy({ clock, random }: WaitDeps, { submittedAt }: WaitOptions): RetryPolicy {
	const newUntil = clock.monotonicNow() + NEW_JOB_GRACE_MS - ageMs(clock, submittedAt);
	const mayPass = ({ error, elapsedMs }: FailedTry): boolean => {
		if (isTransient(error)) return true;
		if (!(error instanceof ApiError) || error instanceof OtherJobError) return false;
		if (error.status === 404 && clock.monotonicNow() <= newUntil) return true;
		const { notImaginePdf, unexpectedData } = AnswerFault;
		const isOdd = error.code === notImaginePdf || error.code === unexpectedData;
		return isOdd && submittedAt !== undefined && elapsedMs < ODD_ANSWERS_PATIENCE_MS;
	};
	return (failed) => (mayPass(failed) ? pauseAfter(failed, random) : undefined);
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

function endOf(state: JobState): SeenJob {
	if (isFinished(state)) return { state };
	const seen = describeState(state);
	const problem = new Failure({
		message: `Job ${state.jobId} is not finished yet`,
		description: `${seen.charAt(0).toUpperCase()}${seen.slice(1)}. Try again later, or turn on 'Wait for Completion'.`,
		code: 'NOT_FINISHED',
		fromService: false,
		jobIds: [state.jobId],
		isPaid: true,
	});
	return { state, problem };
}

function notFinished(last: JobState, waited: string): Failure {
	return new Failure({
		message: `Job ${last.jobId} was not finished after ${waited}`,
		description: `When last seen, ${describeState(last)}. It goes on at ImaginePDF. ${WAIT_LONGER}`,
		code: 'TIMEOUT',
		fromService: false,
		jobIds: [last.jobId],
		isPaid: true,
	});
}

/** The service could not be asked, or refuses. Seen to run before the trouble began, a job may have ended. */
function unseen(
	jobId: string,
	error: unknown,
	wait?: { last: JobState | undefined; waited: string; isOver: boolean },
): SeenJob {
	const failure = toFailure(error, { doing: 'status', jobId });
	const state = stateOf(jobId, { designId: wait?.last?.designId });
	if (!wait?.isOver) return { state, problem: failure };
	const { message, description } = failure.details;
	const problem = failure.with({
		message: `Job ${jobId} was not seen to finish within ${wait.waited}`,
		description: `The last status request had no success: ${message}. When last seen, ${describeState(wait.last)}. ${WAIT_LONGER} ${description}`,
		code: 'TIMEOUT',
	});
	return { state, problem };
}

const WAIT_LONGER = "To wait longer, raise the option 'Timeout'.";
