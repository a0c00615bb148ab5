import type { Mark, Progress } from './pace-progress';
import { PACE } from './pace-constants';

/** When a job is expected to end, by our own clock. */
export interface Expected {
	from: number;
	to: number;
	/** The end was expected earlier, and now there is no telling. */
	late: boolean;
}

/** The expected end of a job of whose work at least one mark was seen. */
export function expectEnd({ marks, stillMs, left }: Progress, now: number): Expected {
	const [start, first] = marks;
	const latest = marks.at(-1);
	if (!start || !first || !latest) return { from: now, to: now, late: true };
	const base = baseOf(start, first, latest);
	const middle = marks.find(({ done }) => done >= (base.done + latest.done) / 2) ?? base;
	const overall = rowTime(base, latest);
	const recent = middle === latest ? overall : rowTime(middle, latest);
	const row = 1 / ((1 - PACE.recentWeight) / overall + PACE.recentWeight / recent);
	const since = Math.max(0, now - latest.at);
	// What a burst brings at once may be through at any moment, all other rows take their time.
	const rest = Math.max(0, (left - 1) * row - stillMs * PACE.burstShare);
	const end = Math.max(latest.at + left * row, now + rest);
	const doubt =
		PACE.doubtMs +
		PACE.doubtPerRow * Math.min(row, PACE.slowRow) +
		PACE.doubtOfRest * (end - now) +
		PACE.doubtOfChange * left * Math.abs(overall - recent);
	const grace = PACE.lateFrom * left * row + Math.max(0, stillMs - left * row) * PACE.burstShare;
	if (since > grace) {
		return { from: now, to: now + Math.max(2 * doubt, PACE.lateShare * since), late: true };
	}
	return { from: end - doubt, to: end + doubt, late: false };
}

/**
 * Where to measure from. The start of the work is a guess, so the first mark is better, once enough
 * rows have followed it.
 */
function baseOf(start: Mark, first: Mark, latest: Mark): Mark {
	return latest.done - first.done >= PACE.baseFactor * first.done ? first : start;
}

function rowTime(from: Mark, to: Mark): number {
	return Math.max(1, to.at - from.at) / Math.max(1, to.done - from.done);
}
