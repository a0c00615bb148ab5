import { PACE } from './pace-constants';
import { expectEnd } from './pace-estimate';
import { readProgress, type Progress } from './pace-progress';

export { PACE };

/** A look at a job: what the service answered, and when its answer was there. */
export interface Observation {
	/** Milliseconds since the epoch, by our own clock. */
	at: number;
	status: 'queued' | 'processing' | 'completed' | 'failed';
	total: number;
	completed: number;
	failed: number;
	/** Milliseconds since the epoch by the service's clock, which may differ from ours. */
	createdAt?: number;
	updatedAt?: number;
}

/** What the pace knows besides what was seen of the job. */
export interface PaceOptions {
	/** Rows of the job. */
	rows: number;
	/** From 0 (inclusive) to 1 (exclusive), as `Math.random`. */
	random: () => number;
	/** When this run submitted the job, by our own clock; unset for a job from elsewhere. */
	acceptedAt?: number;
	/** The user's own interval in milliseconds; 0 or unset adapts to the job. */
	fixedIntervalMs?: number;
}

/**
 * Milliseconds until the next look at a job. A pure function of what was seen, the time and chance;
 * its reasoning and its simulation are in docs/poll-pace.md.
 *
 * @param history all looks so far, the oldest first; none before the first look
 * @param now milliseconds since the epoch, by our own clock
 */
export function nextDelay(
	history: readonly Observation[],
	now: number,
	options: PaceOptions,
): number {
	const { fixedIntervalMs = 0, acceptedAt, rows, random } = options;
	if (fixedIntervalMs > 0) return history.length === 0 ? 0 : fixedIntervalMs;
	const [firstLook] = history;
	// A job from elsewhere may have ended long ago; one of our own has only just been queued.
	if (!firstLook) return acceptedAt === undefined ? 0 : bounded(untilFirstLook(rows), random);
	const startedAt = Math.min(acceptedAt ?? firstLook.at, now);
	const progress = readProgress(history, rows, startedAt, acceptedAt);
	const wish =
		progress.marks.length === 0
			? whileUnseen(now - startedAt)
			: towardsEnd(progress, now, startedAt, history.length);
	return bounded(wish, random);
}

function untilFirstLook(rows: number): number {
	return Math.min(PACE.firstMost, PACE.first + PACE.firstPerRow * Math.max(0, rows));
}

/** No row is through yet: queued, or the service does not count. */
function whileUnseen(age: number): number {
	const most = Math.min(PACE.every, PACE.unseenMost + PACE.unseenGrowth * age);
	return Math.min(most, Math.max(PACE.unseenLeast, age));
}

function towardsEnd(progress: Progress, now: number, startedAt: number, looks: number): number {
	const { from, to } = expectEnd(progress, now);
	const credit = creditAt(to - startedAt) - looks;
	const begin = Math.max(now, from);
	const affordable = Math.max(1, Math.floor(credit));
	const wish =
		affordable === 1
			? to - now + Math.max(0, 1 - credit) * PACE.every
			: begin - now + (to - begin) / affordable;
	const middle = (from + to) / 2 - now;
	const probing = progress.marks.length < 3 && middle > PACE.probeFrom;
	return Math.min(wish + PACE.margin, probing ? middle * PACE.probeShare : Infinity);
}

/** Looks that a job of this age may have cost. */
function creditAt(age: number): number {
	return PACE.creditStart + age / PACE.every + (PACE.creditExtra * age) / (age + PACE.creditHalf);
}

/** Within floor and ceiling, and never at the very moment at which other jobs look. */
function bounded(wish: number, random: () => number): number {
	const parts = Math.max(1, Math.ceil(wish / PACE.ceiling));
	const jittered = (wish / parts) * (1 + PACE.jitter * (2 * random() - 1));
	return Math.min(PACE.ceiling, Math.max(PACE.floor, jittered));
}
