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

/** All jobs that were accepted. */
export class JobStore {
	private readonly jobs = new Map<string, Job>();

	constructor(private readonly world: World) {}

	get all(): Job[] {
		return [...this.jobs.values()];
	}

	find(jobId: string): Job | undefined {
		return this.jobs.get(jobId);
	}

	/** Jobs of one workspace are invisible to another. */
	findIn(workspace: Workspace, jobId: string): Job | undefined {
		const job = this.jobs.get(jobId);
		return job?.workspaceId === workspace.workspaceId ? job : undefined;
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
		const job: Job = {
			jobId,
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
		this.jobs.set(jobId, job);
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
		const { clock, closing, hooks } = this.world;
		for (;;) {
			const now = clock.now();
			hooks.emit('job', { job, state: stateAt(job, now) });
			const next = nextChange(job, now);
			if (next === undefined) return;
			try {
				await clock.sleep(next - now, closing);
			} catch {
				return;
			}
		}
	}
}
