import {
	blankedAdvice,
	CANCELLED,
	concerning,
	JOB_FAILED,
	linkGone,
	notSubmitted,
	PAID_AGAIN_HINT,
	sharedJob,
} from './jobMessages';
import type { Ledger } from './ledger';
import type { PlannedJob } from './plan';
import { stateOf } from './state';
import { submitJob, type AcceptedJob, type SubmitDeps, type SubmitOptions } from './submit';
import { waitForFile } from './wait';
import { childController, inLanes, ownSignal } from '../async';
import { AnswerFault } from '../api/errors';
import type { JobState } from '../api/schemas';
import type { Failure } from '../failure';
import { toFailure } from '../messages';
import { groupedBy } from '../objects';

/** How planned jobs are run. */
export interface RunOptions extends SubmitOptions {
	waitForCompletion: boolean;
	/** Cancel everything at the first failure. If false, the other jobs go on. */
	stopOnFailure: boolean;
	maxConcurrentJobs: number;
	/** Longest wait for one job, in milliseconds, from the moment it is accepted. */
	timeoutMs: number;
	pollIntervalMs: number;
}

/** A job of this run whose file can be fetched. */
export interface FinishedJob {
	job: PlannedJob;
	accepted: AcceptedJob;
	state: JobState;
	/** An unused link to the file, a fresh one for each call. */
	link: () => Promise<{ url: string }>;
}

/** What became of a planned job. `failure` and `result` exclude each other. */
export interface JobOutcome<T> {
	job: PlannedJob;
	/** Set from the moment the job was accepted: it is paid for. */
	accepted?: AcceptedJob;
	state?: JobState;
	result?: T;
	failure?: Failure;
}

/** Gets the files of a finished job. @throws what keeps them from being emitted */
export type Fetch<T> = (finished: FinishedJob, signal: AbortSignal) => Promise<T>;

/**
 * Submits planned jobs, waits for them and fetches their files, several at once, in the order of their numbers.
 * Never throws for a job: what became of each is in its outcome.
 * @throws the signal's reason when the execution is stopped
 */
export async function runJobs<T>(
	jobs: readonly PlannedJob[],
	deps: SubmitDeps,
	options: RunOptions,
	fetch: Fetch<T>,
): Promise<Array<JobOutcome<T>>> {
	const { signal, timeoutMs, pollIntervalMs } = options;
	const { kind } = deps.ledger.scope;
	const waits = kind === 'pdf' || options.waitForCompletion;
	// Aborts waits and downloads, but never a submit: its outcome would not be known.
	const { controller: cancel, release } = childController(signal);
	const failed: Array<JobOutcome<T>> = [];
	try {
		const outcomes = await inLanes(waits ? options.maxConcurrentJobs : 1, jobs, async (job) => {
			const outcome: JobOutcome<T> = { job };
			try {
				// A job that is paid for is fetched in any case: another one's refusal must not hide it.
				if (!job.earlier) {
					cancel.signal.throwIfAborted();
					const cause = failed.find((other) => appliesTo(job, other))?.failure;
					if (cause) throw notSubmitted(job, kind, cause);
				}
				const accepted = await submitJob(deps, job, {
					...options,
					signal: signal && ownSignal(signal),
				});
				const { jobId, at: submittedAt } = accepted.entry;
				outcome.accepted = accepted;
				outcome.state = stateAtSubmit(job, accepted);
				if (!waits) return outcome;
				const rows = job.rowCount;
				const known = { rows, submittedAt, isNew: !job.earlier };
				const wait = { ...known, timeoutMs, pollIntervalMs, signal: ownSignal(cancel.signal) };
				const { state, link } =
					kind === 'pdf'
						? { state: outcome.state, link: () => linkOf(job, accepted) }
						: await waitForFile(deps, jobId, wait);
				outcome.state = state;
				outcome.result = await fetch({ job, accepted, state, link }, ownSignal(cancel.signal));
			} catch (error) {
				signal?.throwIfAborted();
				outcome.failure = failureOf(error, outcome, deps.ledger);
				failed.push(outcome);
				if (options.stopOnFailure) cancel.abort(CANCELLED);
			}
			return outcome;
		});
		signal?.throwIfAborted();
		if (kind === 'batch') refuseShared(outcomes);
		return outcomes;
	} finally {
		release();
	}
}

/** Whether the refusal of one job says that another would be refused as well. */
function appliesTo(
	job: PlannedJob,
	{ failure, job: refused, accepted }: JobOutcome<unknown>,
): boolean {
	const { httpStatus, code, unknown } = failure?.details ?? {};
	if (accepted || unknown || code === AnswerFault.notImaginePdf) return false;
	if (httpStatus === 401 || httpStatus === 403) return true;
	// Credits that were not enough for one batch may be enough for a smaller one.
	if (httpStatus === 402) return job.rows.length >= refused.rows.length;
	return code === 'DESIGN_NOT_FOUND' && job.designId === refused.designId;
}

/** The state of a job that was not polled: as submitted, or a single PDF, which is made meanwhile. */
function stateAtSubmit(
	{ designId, rowCount: total }: PlannedJob,
	{ entry: { jobId, kind }, status = 'completed' }: AcceptedJob,
): JobState {
	const known = { designId, total, completed: 0, failed: 0 };
	if (kind === 'pdf') return stateOf(jobId, { ...known, status, completed: total });
	return stateOf(jobId, { ...known, status: 'queued' });
}

/** A single PDF has one link only. */
async function linkOf(job: PlannedJob, { link: url }: AcceptedJob): Promise<{ url: string }> {
	if (!url) throw linkGone(job);
	return { url };
}

function failureOf<T>(error: unknown, { job, accepted }: JobOutcome<T>, ledger: Ledger): Failure {
	const { kind } = ledger.scope;
	const { itemIndexes, designId } = job;
	const jobId = kind === 'pdf' ? undefined : accepted?.entry.jobId;
	const doing = kind === 'pdf' ? 'generate' : accepted ? 'download' : 'submit';
	const failure = toFailure(error, { doing, designId, ...(jobId && { jobId }) });
	const isFailed = failure.details.code === JOB_FAILED && accepted !== undefined;
	// Nothing will come of the job: a retry by hand asks for its rows again.
	if (isFailed) ledger.failedWithoutFiles(accepted.entry);
	const advice = isFailed ? [blankedAdvice(job).trim(), PAID_AGAIN_HINT] : [];
	return failure
		.with({
			...{ itemIndexes, designId, isPart: job.count > 1 },
			...(jobId && { jobIds: [jobId], isPaid: !isFailed }),
			...(accepted && { entries: [accepted.entry] }),
		})
		.adding(...advice, concerning(job, kind));
}

/** A job that several submits were given is not emitted: its rows are not known. */
function refuseShared<T>(outcomes: ReadonlyArray<JobOutcome<T>>): void {
	const accepted = outcomes.filter((outcome) => outcome.accepted);
	const byId = groupedBy(accepted, (outcome) => outcome.accepted?.entry.jobId ?? '');
	for (const [jobId, shared] of byId) {
		if (shared.length === 1) continue;
		const numbers = shared.map(({ job }) => job.number);
		for (const outcome of shared) {
			const { itemIndexes, designId } = outcome.job;
			delete outcome.result;
			outcome.failure = sharedJob(jobId, numbers).with({ itemIndexes, designId });
		}
	}
}
