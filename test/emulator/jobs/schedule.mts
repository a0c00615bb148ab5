import { seededRandom } from '../random.mts';
import type { JobTiming } from '../options.mts';
import type { Job, JobState, JobStatus } from '../model.mts';

/** Rows that come at once in a `bursty` job. */
const BURST_ROWS = 20;
/** Where a `stalled` job stands still, and for how many times its own working time. */
const STALL_AT_SHARE = 0.5;
const STALL_FACTOR = 3;
/** Rows differ in effort: each takes this share more or less than the average. */
const ROW_SPREAD = 0.3;

export interface Schedule {
	startsAt: number;
	/** Ascending. */
	rowEnds: number[];
}

/** When the rows of a job begin and end. The same seed gives the same schedule. */
export function schedule(now: number, rows: number, timing: JobTiming, seed: number): Schedule {
	const random = seededRandom(seed);
	const startsAt = now + timing.queueMs;
	let at = startsAt;
	const steady = Array.from({ length: rows }, () => {
		at += timing.rowMs * (1 + ROW_SPREAD * (2 * random() - 1));
		return at;
	});
	return { startsAt, rowEnds: SHAPERS[timing.shape](steady, startsAt) };
}

const SHAPERS: Record<JobTiming['shape'], (ends: number[], startsAt: number) => number[]> = {
	steady: (ends) => ends,
	hidden: (ends) => ends,
	bursty: (ends) => ends.map((end, index) => ends[lastOfBurst(index, ends.length)] ?? end),
	stalled: (ends, startsAt) => {
		const stalledFrom = Math.floor(ends.length * STALL_AT_SHARE);
		const pause = ((ends.at(-1) ?? startsAt) - startsAt) * STALL_FACTOR;
		return ends.map((end, index) => (index < stalledFrom ? end : end + pause));
	},
};

function lastOfBurst(index: number, rows: number): number {
	return Math.min(rows - 1, (Math.floor(index / BURST_ROWS) + 1) * BURST_ROWS - 1);
}

/** A job's state at a moment: a pure function of time, so that no timer can be late. */
export function stateAt(job: Job, now: number): JobState {
	const status = statusAt(job, now);
	const ended = now >= job.endsAt;
	const done = ended ? job.rows.length : countUntil(job.rowEnds, now);
	const shown = job.hidesProgress && !ended ? 0 : done;
	const failed = [...job.failing].filter((index) => index < shown).length;
	return {
		jobId: job.jobId,
		status,
		total: job.rows.length,
		completed: shown - failed,
		failed,
		createdAt: new Date(job.createdAt).toISOString(),
		updatedAt: new Date(lastChange(job, now, done)).toISOString(),
	};
}

/** When the state changes next, or undefined when the job has ended. */
export function nextChange(job: Job, now: number): number | undefined {
	if (now < job.startsAt) return job.startsAt;
	if (now >= job.endsAt) return undefined;
	return job.rowEnds.find((end) => end > now) ?? job.endsAt;
}

function statusAt(job: Job, now: number): JobStatus {
	if (now < job.startsAt) return 'queued';
	return now < job.endsAt ? 'processing' : job.outcome;
}

function lastChange(job: Job, now: number, done: number): number {
	if (now < job.startsAt) return job.createdAt;
	if (now >= job.endsAt) return job.endsAt;
	if (job.hidesProgress) return job.startsAt;
	return job.rowEnds[done - 1] ?? job.startsAt;
}

function countUntil(ascending: readonly number[], now: number): number {
	let low = 0;
	let high = ascending.length;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if ((ascending[middle] ?? Infinity) <= now) low = middle + 1;
		else high = middle;
	}
	return low;
}
