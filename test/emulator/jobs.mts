import { DEFAULT_TIMING, type JobTiming } from './options.mts';
import type { Design, Generation, Job, JobState, PdfProfile, Row, Workspace } from './model.mts';
import { seededRandom, seedFrom } from './random.mts';
import { resolveRow, type Rules } from './values.mts';
import type { World } from './world.mts';

/** Rows that come at once in a `bursty` job. */
const BURST_ROWS = 20;
/** Where a `stalled` job stands still, and for how many times its own working time. */
const STALL_AT_SHARE = 0.5;
const STALL_FACTOR = 3;
/** Rows differ in effort: each takes this share more or less than the average. */
const ROW_SPREAD = 0.3;

/** When the rows of a job end, ascending. The same seed gives the same schedule. */
function schedule(startsAt: number, rows: number, timing: JobTiming, seed: number): number[] {
	const random = seededRandom(seed);
	let at = startsAt;
	const ends = Array.from({ length: rows }, () => {
		at += timing.rowMs * (1 + ROW_SPREAD * (2 * random() - 1));
		return at;
	});
	if (timing.shape === 'bursty') {
		const lastOfBurst = (index: number) => (Math.floor(index / BURST_ROWS) + 1) * BURST_ROWS - 1;
		return ends.map((end, index) => ends[Math.min(rows - 1, lastOfBurst(index))] ?? end);
	}
	if (timing.shape === 'stalled') {
		const stalledFrom = Math.floor(rows * STALL_AT_SHARE);
		return ends.map((end, index) =>
			index < stalledFrom ? end : end + (at - startsAt) * STALL_FACTOR,
		);
	}
	return ends;
}

/** A job's state at a moment: a pure function of time, so that no timer can be late. */
export function stateAt(job: Job, now: number): JobState {
	const ended = now >= job.endsAt;
	const done = ended ? job.rows.length : countUntil(job.rowEnds, now);
	const shown = job.hidesProgress && !ended ? 0 : done;
	const failed = [...job.failing].filter((index) => index < shown).length;
	const status = ended ? job.outcome : now < job.startsAt ? 'queued' : 'processing';
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
function nextChange(job: Job, now: number): number | undefined {
	if (now < job.startsAt) return job.startsAt;
	if (now >= job.endsAt) return undefined;
	return job.rowEnds.find((end) => end > now) ?? job.endsAt;
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

export interface NewJob {
	workspace: Workspace;
	design: Design;
	generation: Generation;
	profile: PdfProfile;
	rows: Row[];
}

/** Where the large numbers of jobs begin. */
const FIRST_NUMBER = 48_210_001;

/** All jobs that were accepted. */
export class JobStore {
	/** In order. */
	readonly all: Job[] = [];
	private readonly byId = new Map<string, Job>();

	constructor(private readonly world: World) {}

	/** The newest job with this ID, or the one with this file. */
	find(id: string): Job | undefined {
		return this.byId.get(id);
	}

	/** Jobs of one workspace are invisible to another. */
	findIn({ workspaceId }: Workspace, jobId: string): Job | undefined {
		return this.byId.get(`${workspaceId} ${jobId}`);
	}

	/** An ID for the next job, as chosen. */
	newId(): string {
		const before = this.all.length;
		const ids = { number: FIRST_NUMBER + before, sequence: 1 + before, 'same number': 1 };
		const { jobIds } = this.world.behaviour.choices;
		return jobIds === 'text' ? this.world.newId('job') : String(ids[jobIds]);
	}

	/** Queues a job; what it costs has been taken already. */
	accept(jobId: string, { workspace, design, generation, profile, rows }: NewJob): Job {
		const { behaviour, clock } = this.world;
		const { timing: wanted } = behaviour;
		const own = typeof wanted === 'function' ? wanted(rows) : wanted;
		const timing = { ...DEFAULT_TIMING, ...own };
		const createdAt = clock.now();
		const startsAt = createdAt + timing.queueMs;
		const rowEnds = schedule(startsAt, rows.length, timing, seedFrom(jobId));
		const rules = this.world.rulesFor(workspace.workspaceId, generation);
		const failing = this.failingRows(design, rows, rules);
		const hasFailed =
			failing.size === rows.length ||
			(failing.size > 0 && behaviour.choices.partialFailure === 'failed');
		const fileId = /^\d+$/.test(jobId) ? `${jobId}-${this.all.length + 1}` : jobId;
		const job: Job = {
			jobId,
			fileId,
			workspaceId: workspace.workspaceId,
			design,
			generation,
			profile,
			rows,
			createdAt,
			startsAt,
			rowEnds,
			endsAt: rowEnds.at(-1) ?? startsAt,
			failing,
			hidesProgress: timing.shape === 'hidden',
			outcome: hasFailed ? 'failed' : 'completed',
		};
		this.all.push(job);
		for (const id of [jobId, fileId, `${workspace.workspaceId} ${jobId}`]) this.byId.set(id, job);
		void this.announce(job);
		return job;
	}

	private failingRows(design: Design, rows: Row[], rules: Rules): Set<number> {
		const { failRows } = this.world.behaviour;
		const fails = (row: Row, index: number) => {
			try {
				resolveRow(design, row, rules);
				return failRows(row, index, { design, rows });
			} catch {
				return true;
			}
		};
		return new Set(rows.flatMap((row, index) => (fails(row, index) ? [index] : [])));
	}

	/** Tells the hooks of every change; the state itself needs no timer. */
	private async announce(job: Job): Promise<void> {
		const { clock, hooks } = this.world;
		for (;;) {
			const now = clock.now();
			hooks.emit('job', { job, state: stateAt(job, now) });
			const next = nextChange(job, now);
			if (next === undefined) return;
			try {
				await this.world.sleepInBackground(next - now);
			} catch {
				return;
			}
		}
	}
}
