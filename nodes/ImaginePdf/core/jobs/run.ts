import {
	concerning,
	halted,
	notSubmitted,
	PAID_AGAIN_HINT,
	sharedJob,
	unknownFailure,
} from './jobMessages';
import type { AcceptedJob, FinishedJob, JobOutcome } from './outcome';
import type { PlannedJob } from './plan';
import {
	alreadyAccepted,
	purchase,
	UnknownOutcomeError,
	type PurchaseDeps,
	type PurchaseOptions,
} from './purchase';
import { JOB_FAILED } from './report';
import { phaseOf, progressOf } from './state';
import { waitForJob } from './wait';
import { childController, ownSignal, settle } from '../async';
import { AnswerFault, ApiError } from '../api/errors';
import type { JobState } from '../api/schemas';
import { toFailure } from '../toFailure';
import { Failure } from '../failure';
import { groupedBy } from '../objects';

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

/** Gets the files of a finished job. @throws what keeps them from being handed on */
export type Fetch<T> = (finished: FinishedJob, signal: AbortSignal) => Promise<T>;

/** Another job's failure ended this one's wait. */
class HaltedError extends Error {
	override readonly name = 'HaltedError';
}

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
	const run = new Run<T>(deps, options, fetch);
	const outcomes = jobs.map((job): JobOutcome<T> => ({ job }));
	const waiting = outcomes[Symbol.iterator]();
	const isSubmitOnly = deps.ledger.scope.kind === 'batch' && !options.waitForCompletion;
	const lanes = isSubmitOnly ? 1 : options.maxConcurrentJobs;
	const lane = async () => {
		for (const outcome of waiting) await run.take(outcome);
	};
	try {
		await Promise.all(Array.from({ length: Math.min(lanes, jobs.length) }, lane));
	} finally {
		run.release();
	}
	options.signal?.throwIfAborted();
	if (deps.ledger.scope.kind === 'batch') refuseShared(outcomes);
	return outcomes;
}

class Run<T> {
	/** Aborts waits and downloads, but never a submit: its outcome would not be known. */
	private readonly halt: AbortController;
	readonly release: () => void;
	/** A refusal that concerns every job of at least so many rows. */
	private accountRefusal: { failure: Failure; fewestRows: number } | undefined;
	private readonly refusedDesigns = new Map<string, Failure>();

	constructor(
		private readonly deps: PurchaseDeps,
		private readonly options: RunOptions,
		private readonly fetch: Fetch<T>,
	) {
		const { controller, release } = childController(options.signal);
		this.halt = controller;
		this.release = release;
	}

	/** Fills in the outcome; rejects only when the execution is stopped. */
	async take(outcome: JobOutcome<T>): Promise<void> {
		const done = await settle(() => this.trip(outcome));
		if (done.ok) return;
		this.options.signal?.throwIfAborted();
		if (done.error instanceof UnknownOutcomeError) outcome.unknown = done.error.outcome;
		outcome.failure = this.failureOf(done.error, outcome);
		if (outcome.accepted && isWithoutFile(done.error, outcome.state)) {
			// Nothing will come of the job: a retry by hand asks for its rows again.
			this.deps.ledger.failedWithoutFiles(outcome.accepted.entry);
			const description = `${outcome.failure.details.description} ${PAID_AGAIN_HINT}`;
			outcome.failure = outcome.failure.with({ description });
		}
		this.learn(outcome.failure, outcome);
	}

	/** A job's trip: it is paid for, waited for, and its files are fetched. */
	private async trip(outcome: JobOutcome<T>): Promise<void> {
		const { job } = outcome;
		const accepted = await this.submit(job);
		outcome.accepted = accepted;
		const state = await this.wait(job, accepted);
		outcome.state = state;
		if (!this.isWaiting) return;
		outcome.result = await this.fetch({ job, accepted, state }, ownSignal(this.halt.signal));
	}

	/** What is paid for is taken first: no other job's refusal may hide it. */
	private async submit(job: PlannedJob): Promise<AcceptedJob> {
		if (job.earlier) return alreadyAccepted(this.deps, job.earlier, this.options);
		this.refuseIfHopeless(job);
		const signal = this.options.signal && ownSignal(this.options.signal);
		return await purchase(this.deps, job, { ...this.options, ...(signal && { signal }) });
	}

	private async wait(job: PlannedJob, accepted: AcceptedJob): Promise<JobState> {
		// A single PDF is made while its request is open.
		if (this.isPdf || !this.isWaiting) return stateAtSubmit(job, accepted, this.isPdf);
		const { jobId, acceptedAt, submittedAt } = accepted;
		const { pollIntervalMs, timeoutMs } = this.options;
		const state = await waitForJob(this.deps, jobId, {
			rows: job.rowCount,
			timeoutMs,
			signal: ownSignal(this.halt.signal),
			pollIntervalMs,
			submittedAt,
			...(acceptedAt !== undefined && { acceptedAt }),
		});
		const progress = progressOf(state);
		this.deps.logger.info(`Job ${jobId} is ${state.status}`, { progress });
		return state;
	}

	private get isPdf(): boolean {
		return this.deps.ledger.scope.kind === 'pdf';
	}

	private get isWaiting(): boolean {
		return this.isPdf || this.options.waitForCompletion;
	}

	private refuseIfHopeless(job: PlannedJob): void {
		if (this.halt.signal.aborted) throw this.halt.signal.reason;
		const { accountRefusal: refusal } = this;
		// Credits that did not do for one batch may do for a smaller one.
		const isHopeless = refusal && job.rows.length >= refusal.fewestRows;
		const cause = isHopeless ? refusal.failure : this.refusedDesigns.get(job.designId);
		if (cause) throw notSubmitted(job, this.deps.ledger.scope.kind, cause);
	}

	/** Whether one refusal also applies to the jobs that are still to come. */
	private learn(failure: Failure, { job, accepted, unknown }: JobOutcome<T>): void {
		const { httpStatus, code } = failure.details;
		const isOurs = code !== AnswerFault.notImaginePdf && code !== 'HALTED';
		const isRefusal = !accepted && !unknown && isOurs;
		if (isRefusal && httpStatus !== undefined && ACCOUNT_WIDE.has(httpStatus)) {
			const fewestRows = httpStatus === 402 ? job.rows.length : 0;
			if (fewestRows < (this.accountRefusal?.fewestRows ?? Infinity))
				this.accountRefusal = { failure, fewestRows };
		}
		if (isRefusal && code === 'DESIGN_NOT_FOUND') this.refusedDesigns.set(job.designId, failure);
		if (this.options.stopOnFailure) this.halt.abort(new HaltedError('Another job did not succeed'));
	}

	private failureOf(error: unknown, { job, accepted }: JobOutcome<T>): Failure {
		const { kind } = this.deps.ledger.scope;
		const { canRetry } = this.options;
		const { itemIndexes, designId } = job;
		const jobId = accepted?.jobId;
		const about = {
			itemIndexes,
			designId,
			...(jobId && !this.isPdf && { jobIds: [jobId] }),
		};
		if (error instanceof UnknownOutcomeError)
			return unknownFailure({ job, unknown: error.outcome }, kind, { canRetry, paid: [] });
		if (error instanceof HaltedError) return halted(error).with(about);
		const doing = this.isPdf ? 'generate' : accepted ? 'download' : 'submit';
		const failure = toFailure(error, {
			doing,
			designId,
			canRetry,
			...(jobId && !this.isPdf && { jobId }),
		});
		return failure.with({ ...about, description: concerning(failure, job, kind) });
	}
}

/** Whether a job that the service calls failed has turned out to have no file. */
function isWithoutFile(error: unknown, state: JobState | undefined): boolean {
	if (!state || phaseOf(state) !== 'failed') return false;
	if (error instanceof Failure) return error.details.code === JOB_FAILED;
	return error instanceof ApiError && error.code === 'PDF_NOT_FOUND';
}

/** The state of a job that was not polled: as submitted, or a single PDF that is made. */
function stateAtSubmit(
	{ designId, rowCount }: PlannedJob,
	{ jobId, status }: AcceptedJob,
	isPdf: boolean,
): JobState {
	return {
		jobId,
		designId,
		status: isPdf ? (status ?? 'completed') : 'queued',
		total: rowCount,
		completed: isPdf ? rowCount : 0,
		failed: 0,
		createdAt: undefined,
		updatedAt: undefined,
	};
}

/** A job that several submits were given is not handed on: its rows are not known. */
function refuseShared<T>(outcomes: ReadonlyArray<JobOutcome<T>>): void {
	const accepted = outcomes.filter((outcome) => outcome.accepted);
	const byId = groupedBy(accepted, (outcome) => outcome.accepted?.jobId ?? '');
	for (const [jobId, shared] of byId) {
		if (shared.length === 1) continue;
		for (const outcome of shared) {
			delete outcome.result;
			outcome.failure = sharedJob(jobId, shared, outcome.job);
		}
	}
}
