import { DEFAULT_TIMING, type JobTiming } from '../options.mts';
import type { Design, Generation, Job, PdfProfile, Row, Workspace } from '../model.mts';
import { seedFrom } from '../random.mts';
import { resolveRow, type Rules } from '../values.mts';
import type { World } from '../world.mts';
import { nextChange, schedule, stateAt } from './schedule.mts';

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
	private readonly refusals = new Map<Job, number>();

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
		switch (this.world.behaviour.choices.jobIds) {
			case 'text':
				return this.world.newId('job');
			case 'number':
				return String(FIRST_NUMBER + this.all.length);
			case 'sequence':
				return String(this.all.length + 1);
			case 'same number':
				return '1';
		}
	}

	/** Whether the job's link is still to be refused; counts the refusals. */
	isLate(job: Job): boolean {
		const refused = this.refusals.get(job) ?? 0;
		if (refused >= this.world.behaviour.choices.lateDownloads) return false;
		this.refusals.set(job, refused + 1);
		return true;
	}

	/** Queues a job; what it costs has been taken already. */
	accept(jobId: string, { workspace, design, generation, profile, rows }: NewJob): Job {
		const { behaviour, clock } = this.world;
		const timing = this.timingFor(rows);
		const createdAt = clock.now();
		const { startsAt, rowEnds } = schedule(createdAt, rows.length, timing, seedFrom(jobId));
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

	private timingFor(rows: Row[]): JobTiming {
		const { timing } = this.world.behaviour;
		return { ...DEFAULT_TIMING, ...(typeof timing === 'function' ? timing(rows) : timing) };
	}

	private failingRows(design: Design, rows: Row[], rules: Rules): Set<number> {
		const { failRows } = this.world.behaviour;
		const fails = (row: Row, index: number) =>
			failRows(row, index, { design, rows }) || !resolveRow(design, row, rules).ok;
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
