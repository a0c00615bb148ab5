import type { PlannedJob } from './plan';
import { concerning, halted, notSubmitted, refuseShared, unforeseen } from './runFailures';
import { progressOf } from './state';
import { Occurrences, prepareSubmit, recallJob, submitJob } from './submit';
import type { AcceptedJob, SubmitDeps, SubmitOptions } from './submit';
import { waitForJob } from './wait';
import { childController, ownSignal } from '../abort';
import { settle } from '../api/retry';
import { AnswerFault } from '../api/errors';
import type { JobState } from '../api/schemas';
import { explain } from '../explain';
import { Failure } from '../failure';

/** How planned jobs are taken to their end. */
export interface RunOptions extends Omit<SubmitOptions, 'deadline'> {
	waitForCompletion: boolean;
	/** End everything at the first failure; otherwise what can be done is done. */
	stopOnFailure: boolean;
	maxConcurrentJobs: number;
	/** Longest wait for one job, in milliseconds, from the moment it is submitted. */
	timeoutMs: number;
	pollIntervalMs: number;
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

/** A job of this run that is through. */
export interface FinishedJob {
	job: PlannedJob;
	accepted: AcceptedJob;
	state: JobState;
}

/** Another job's failure ended this one's wait. */
class HaltedError extends Error {
	override readonly name = 'HaltedError';
}

/** Refusals that the next job of the same account would meet as well. */
const ACCOUNT_WIDE = new Set([401, 402, 403]);

/**
 * Takes planned jobs through submit, wait and `collect`, several at once, in the order of their
 * numbers. Never throws for a job: what became of each is in its outcome.
 * @throws the signal's reason when the execution is stopped
 */
export async function runJobs<T>(
	jobs: readonly PlannedJob[],
	deps: SubmitDeps,
	options: RunOptions,
	collect: (finished: FinishedJob, signal: AbortSignal) => Promise<T>,
): Promise<Array<JobOutcome<T>>> {
	const run = new Run<T>(deps, options, collect);
	const outcomes = jobs.map((job): JobOutcome<T> => ({ job }));
	const waiting = outcomes[Symbol.iterator]();
	const lanes = options.waitForCompletion ? options.maxConcurrentJobs : 1;
	const lane = async () => {
		for (const outcome of waiting) await run.take(outcome);
	};
	try {
		await Promise.all(Array.from({ length: Math.min(lanes, jobs.length) }, lane));
	} finally {
		run.release();
		if (options.signal?.aborted) noteLeftBehind(outcomes, deps);
	}
	options.signal?.throwIfAborted();
	refuseShared(outcomes);
	return outcomes;
}

/** After Stop, the log is where paid jobs can still be found. */
function noteLeftBehind<T>(outcomes: Array<JobOutcome<T>>, { journal }: SubmitDeps): void {
	const jobIds = outcomes.flatMap(({ accepted, result }) =>
		accepted && !result ? accepted.jobId : [],
	);
	if (jobIds.length === 0) return;
	journal.warn(
		`Stopped. These jobs go on at ImaginePDF and are paid for; the operation 'Download' fetches them: ${jobIds.join(', ')}`,
		{ jobIds },
	);
}

class Run<T> {
	private readonly occurrences = new Occurrences();
	/** Aborts waits and downloads, but never a submit: cutting that would lose what it paid for. */
	private readonly halt: AbortController;
	readonly release: () => void;
	/** A refusal that concerns every job of at least so many rows. */
	private accountRefusal: { failure: Failure; fewestRows: number } | undefined;
	private readonly refusedDesigns = new Map<string, Failure>();

	constructor(
		private readonly deps: SubmitDeps,
		private readonly options: RunOptions,
		private readonly collect: (finished: FinishedJob, signal: AbortSignal) => Promise<T>,
	) {
		const { controller, release } = childController(options.signal);
		this.halt = controller;
		this.release = release;
	}

	/** Fills in the outcome; rejects only when the execution is stopped. */
	async take(outcome: JobOutcome<T>): Promise<void> {
		const { job } = outcome;
		// Made for every job, also for those never sent, so that a retry counts twins the same way.
		const prepared = prepareSubmit(job, this.options, this.occurrences);
		const done = await settle(async () => {
			// What is paid for is looked up first: no other job's refusal may hide it.
			outcome.accepted = recallJob(this.deps, job, prepared, this.options);
			const deadline = this.deps.clock.now() + this.options.timeoutMs;
			if (!outcome.accepted) {
				this.refuseIfHopeless(job);
				const signal = this.options.signal && ownSignal(this.options.signal);
				const options = { ...this.options, signal, deadline };
				outcome.accepted = await submitJob(this.deps, job, prepared, options);
			}
			if (this.options.waitForCompletion) await this.finish(outcome, outcome.accepted, deadline);
			else outcome.state = queuedState(outcome.accepted, job);
		});
		if (done.ok) return;
		this.options.signal?.throwIfAborted();
		outcome.failure = this.asFailure(done.error, outcome);
		this.learn(outcome.failure, outcome);
	}

	private async finish(
		outcome: JobOutcome<T>,
		accepted: AcceptedJob,
		deadline: number,
	): Promise<void> {
		const signal = ownSignal(this.halt.signal);
		const { pollIntervalMs } = this.options;
		const { acceptedAt, submittedAt } = accepted;
		const rows = outcome.job.rows.length;
		const state = await waitForJob(this.deps, accepted.jobId, {
			rows,
			timeoutMs: deadline - this.deps.clock.now(),
			signal,
			pollIntervalMs,
			submittedAt,
			...(acceptedAt !== undefined && { acceptedAt }),
		});
		outcome.state = state;
		this.deps.journal.info(`Job ${accepted.jobId} is ${state.status}`, {
			progress: progressOf(state),
		});
		outcome.result = await this.collect({ job: outcome.job, accepted, state }, signal);
	}

	private refuseIfHopeless(job: PlannedJob): void {
		if (this.halt.signal.aborted) throw this.halt.signal.reason;
		const { accountRefusal: refusal } = this;
		// Credits that did not do for one batch may do for a smaller one.
		const isHopeless = refusal && job.rows.length >= refusal.fewestRows;
		const cause = isHopeless ? refusal.failure : this.refusedDesigns.get(job.designId);
		if (cause) throw notSubmitted(job, cause);
	}

	/** What one refusal says about the jobs that are still to come. */
	private learn(failure: Failure, { job, accepted }: JobOutcome<T>): void {
		const { httpStatus, code } = failure.details;
		const isOurs = code !== AnswerFault.notImaginePdf && code !== 'HALTED';
		if (!accepted && httpStatus !== undefined && ACCOUNT_WIDE.has(httpStatus) && isOurs) {
			const fewestRows = httpStatus === 402 ? job.rows.length : 0;
			if (fewestRows < (this.accountRefusal?.fewestRows ?? Infinity))
				this.accountRefusal = { failure, fewestRows };
		}
		if (!accepted && code === 'DESIGN_NOT_FOUND') this.refusedDesigns.set(job.designId, failure);
		if (this.options.stopOnFailure) this.halt.abort(new HaltedError('Another job did not succeed'));
	}

	private asFailure(error: unknown, outcome: JobOutcome<T>): Failure {
		const { job, accepted } = outcome;
		const { itemIndexes, designId } = job;
		const jobId = accepted?.jobId;
		const about = { itemIndexes, designId, ...(jobId && { jobIds: [jobId] }) };
		if (error instanceof HaltedError) return halted(job, jobId).with(about);
		const occasion = {
			doing: jobId ? 'download' : 'submit',
			designId,
			...(jobId && { jobId }),
		} as const;
		const explained = explain(error, occasion);
		const failure = explained instanceof Failure ? explained : unforeseen(explained, jobId);
		return failure.with({ ...about, description: concerning(failure, outcome.job) });
	}
}

/** The state of a job that was only submitted. */
function queuedState({ jobId, total }: AcceptedJob, job: PlannedJob): JobState {
	const { designId } = job;
	return {
		jobId,
		designId,
		status: 'queued',
		total,
		completed: 0,
		failed: 0,
		createdAt: undefined,
		updatedAt: undefined,
	};
}
