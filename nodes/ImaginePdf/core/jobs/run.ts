import {
	blankedAdvice,
	CANCELLED,
	cancelled,
	concerning,
	JOB_FAILED,
	linkGone,
	notSubmitted,
	PAID_AGAIN_HINT,
	sharedJob,
} from './jobMessages';
import type { AcceptedJob, FinishedJob, JobOutcome } from './outcome';
import type { PlannedJob } from './plan';
import { alreadyAccepted, purchase, type PurchaseDeps, type PurchaseOptions } from './purchase';
import { progressOf, stateOf } from './state';
import { waitForFile } from './wait';
import { childController, inLanes, ownSignal, settle } from '../async';
import { AnswerFault } from '../api/errors';
import type { JobState } from '../api/schemas';
import type { Failure } from '../failure';
import { groupedBy } from '../objects';
import { toFailure } from '../messages';

/** How planned jobs are taken to their end. */
export interface RunOptions extends PurchaseOptions {
	waitForCompletion: boolean;
	/** End everything at the first failure; otherwise what can be done is done. */
	stopOnFailure: boolean;
	maxConcurrentJobs: number;
	/** Longest wait for one job, in milliseconds, from the moment it is accepted. */
	timeoutMs: number;
	pollIntervalMs: number;
}

/** Gets the files of a finished job. @throws what keeps them from being emitted */
export type Fetch<T> = (finished: FinishedJob, signal: AbortSignal) => Promise<T>;

/** Refusals that the next job of the same account would meet as well. */
const ACCOUNT_WIDE = new Set([401, 402, 403]);

/**
 * Takes planned jobs through submit, wait and fetch, several at once, in the order of their numbers.
 * Never throws for a job: what became of each is in its outcome.
 * @throws the signal's reason when the execution is stopped
 */
export async function runJobs<T>(
	jobs: readonly PlannedJob[],
	deps: PurchaseDeps,
	options: RunOptions,
	fetch: Fetch<T>,
): Promise<Array<JobOutcome<T>>> {
	const isBatch = deps.ledger.scope.kind === 'batch';
	const lanes = isBatch && !options.waitForCompletion ? 1 : options.maxConcurrentJobs;
	// Aborts waits and downloads, but never a submit: its outcome would not be known.
	const { controller: cancel, release } = childController(options.signal);
	const run = new Run(deps, options, fetch, cancel);
	try {
		const outcomes = await inLanes(lanes, jobs, async (job) => await run.outcomeOf(job));
		options.signal?.throwIfAborted();
		if (isBatch) refuseShared(outcomes);
		return outcomes;
	} finally {
		release();
	}
}

class Run<T> {
	/** A refusal that concerns every job of at least so many rows. */
	private accountRefusal: { failure: Failure; fewestRows: number } | undefined;
	private readonly refusedDesigns = new Map<string, Failure>();

	constructor(
		private readonly deps: PurchaseDeps,
		private readonly options: RunOptions,
		private readonly fetch: Fetch<T>,
		private readonly cancel: AbortController,
	) {}

	/** @throws the signal's reason when the execution is stopped */
	async outcomeOf(job: PlannedJob): Promise<JobOutcome<T>> {
		const outcome: JobOutcome<T> = { job };
		const done = await settle(() => this.runJob(outcome));
		if (done.ok) return outcome;
		this.options.signal?.throwIfAborted();
		const failure = this.failureOf(done.error, outcome);
		outcome.failure = failure;
		this.rememberRefusal(failure, outcome);
		if (this.options.stopOnFailure) this.cancel.abort(cancelled());
		return outcome;
	}

	/** Pays for a job, waits for it, and fetches its files. */
	private async runJob(outcome: JobOutcome<T>): Promise<void> {
		const { job } = outcome;
		const accepted = await this.submit(job);
		outcome.accepted = accepted;
		outcome.state = stateAtSubmit(job, accepted, this.isPdf);
		if (!this.isPdf && !this.options.waitForCompletion) return;
		const ready = this.isPdf
			? pdfAtSubmit(outcome.state, job, accepted)
			: await this.wait(job, accepted);
		outcome.state = ready.state;
		outcome.result = await this.fetch({ job, accepted, ...ready }, ownSignal(this.cancel.signal));
	}

	/** What is paid for is taken first: no other job's refusal may hide it. */
	private async submit(job: PlannedJob): Promise<AcceptedJob> {
		if (job.earlier) return alreadyAccepted(this.deps, job, job.earlier, this.options);
		this.refuseIfHopeless(job);
		const signal = this.options.signal && ownSignal(this.options.signal);
		return await purchase(this.deps, job, { ...this.options, ...(signal && { signal }) });
	}

	private async wait(job: PlannedJob, { jobId, acceptedAt, submittedAt }: AcceptedJob) {
		const { pollIntervalMs, timeoutMs } = this.options;
		const ready = await waitForFile(this.deps, jobId, {
			rows: job.rowCount,
			timeoutMs,
			signal: ownSignal(this.cancel.signal),
			pollIntervalMs,
			submittedAt,
			...(acceptedAt !== undefined && { acceptedAt }),
		});
		const { state } = ready;
		this.deps.logger.info(`Job ${jobId} is ${state.status}`, { progress: progressOf(state) });
		return ready;
	}

	private get isPdf(): boolean {
		return this.deps.ledger.scope.kind === 'pdf';
	}

	private refuseIfHopeless(job: PlannedJob): void {
		this.cancel.signal.throwIfAborted();
		const { accountRefusal: refusal } = this;
		// Credits that did not do for one batch may do for a smaller one.
		const isHopeless = refusal && job.rows.length >= refusal.fewestRows;
		const cause = isHopeless ? refusal.failure : this.refusedDesigns.get(job.designId);
		if (cause) throw notSubmitted(job, this.deps.ledger.scope.kind, cause);
	}

	/** Whether one refusal also applies to the jobs that are still to come. */
	private rememberRefusal(failure: Failure, { job, accepted }: JobOutcome<T>): void {
		const { httpStatus, code, unknown } = failure.details;
		if (accepted || unknown || code === AnswerFault.notImaginePdf || code === CANCELLED) return;
		if (httpStatus !== undefined && ACCOUNT_WIDE.has(httpStatus)) {
			const fewestRows = httpStatus === 402 ? job.rows.length : 0;
			if (fewestRows < (this.accountRefusal?.fewestRows ?? Infinity))
				this.accountRefusal = { failure, fewestRows };
		}
		if (code === 'DESIGN_NOT_FOUND') this.refusedDesigns.set(job.designId, failure);
	}

	private failureOf(error: unknown, { job, accepted }: JobOutcome<T>): Failure {
		const { kind } = this.deps.ledger.scope;
		const { itemIndexes, designId } = job;
		const jobId = this.isPdf ? undefined : accepted?.jobId;
		const doing = this.isPdf ? 'generate' : accepted ? 'download' : 'submit';
		const failure = toFailure(error, { doing, designId, ...(jobId && { jobId }) });
		const isFailed = failure.details.code === JOB_FAILED && accepted !== undefined;
		// Nothing will come of the job: a retry by hand asks for its rows again.
		if (isFailed) this.deps.ledger.failedWithoutFiles(accepted.entry);
		return failure
			.with({
				itemIndexes,
				designId,
				isPart: job.count > 1,
				...(jobId && { jobIds: [jobId], isPaid: !isFailed }),
				...(accepted && { entries: [accepted.entry] }),
			})
			.adding(
				isFailed ? `${blankedAdvice(job).trim()} ${PAID_AGAIN_HINT}`.trim() : '',
				concerning(job, kind),
			);
	}
}

/** The state of a job that was not polled: as submitted, or a single PDF that is made. */
function stateAtSubmit(
	{ designId, rowCount: total }: PlannedJob,
	{ jobId, status }: AcceptedJob,
	isPdf: boolean,
): JobState {
	const made = isPdf ? (status ?? 'completed') : 'queued';
	return stateOf(jobId, { designId, status: made, total, completed: isPdf ? total : 0, failed: 0 });
}

/** A single PDF is made while its request is open, and has one link only. */
function pdfAtSubmit(state: JobState, job: PlannedJob, { link: url }: AcceptedJob) {
	const link = async () => {
		if (!url) throw linkGone(job);
		return { url };
	};
	return { state, link };
}

/** A job that several submits were given is not emitted: its rows are not known. */
function refuseShared<T>(outcomes: ReadonlyArray<JobOutcome<T>>): void {
	const accepted = outcomes.filter((outcome) => outcome.accepted);
	const byId = groupedBy(accepted, (outcome) => outcome.accepted?.jobId ?? '');
	for (const [jobId, shared] of byId) {
		if (shared.length === 1) continue;
		const failure = sharedJob(
			jobId,
			shared.map(({ job }) => job.number),
		);
		for (const outcome of shared) {
			const { itemIndexes, designId } = outcome.job;
			delete outcome.result;
			outcome.failure = failure.with({ itemIndexes, designId });
		}
	}
}
