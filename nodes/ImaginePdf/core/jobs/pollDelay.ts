/**
 * How long to wait before a job is polled again. Pure functions of what was seen so far; times in
 * milliseconds. Reasons and figures: docs/performance.md, "The pace of polling".
 */

/** Bounds of every delay. The upper one leaves time for a slow answer within 10 s of a job's end. */
export const SHORTEST_DELAY_MS = 500;
export const LONGEST_DELAY_MS = 8000;

/** Delays are spread by this share to either side, so that jobs submitted together do not stay in step. */
export const JITTER = 0.05;

/** First poll of a job that was just accepted, so much later for each row, and at most this. */
const FIRST_MS = 1800;
const FIRST_PER_ROW_MS = 100;
const FIRST_AT_MOST_MS = 3500;

/** What a fixed loop takes from poll to poll. The poller spends no more polls than it, plus one. */
const FIXED_LOOP_MS = 5000;
/** The shortest delay while no row is through. */
const NO_PROGRESS_MS = 1600;
/** With more time left than this, the next poll comes after a part of it, to correct the estimate. */
const FAR_MS = 4000;
const PART_OF_FAR = 0.6;

/** A poll just before the end costs another one, a poll just after it hardly any time. */
const MARGIN_MS = 150;

/** After the expected end, the next poll comes after this share of the time without progress. */
const PART_OF_STANDSTILL = 0.5;

/** How many rows were through at a moment. */
export interface Mark {
	at: number;
	done: number;
}

/** What the polls of a job have shown. */
export interface PollHistory {
	/** Polls that were answered. */
	polls: number;
	/** Rows of the job; 0 while that is not known. */
	rows: number;
	/** The job's acceptance, or the first poll of a job from elsewhere. */
	start?: Mark;
	/** The first and the latest poll that showed progress since then. */
	first?: Mark;
	latest?: Mark;
}

/** The history with one more answered poll. */
export function withPoll(history: PollHistory, poll: Mark, rows: number): PollHistory {
	const { start = poll, first } = history;
	const next = { ...history, polls: history.polls + 1, rows, start };
	const doneBefore = history.latest?.done ?? start.done;
	return poll.done > doneBefore ? { ...next, first: first ?? poll, latest: poll } : next;
}

/**
 * Milliseconds until the next poll.
 *
 * @param now by the clock that the history's marks are taken from
 * @param random from 0 (inclusive) to 1 (exclusive), as `Math.random`
 */
export function pollDelay(history: PollHistory, now: number, random: () => number): number {
	const { start, polls, rows } = history;
	// A job from elsewhere may have ended long ago; one of our own has only just been queued.
	if (!start) return 0;
	const age = Math.max(0, now - start.at);
	const affordableIn = Math.min(FIXED_LOOP_MS, (polls - 1) * FIXED_LOOP_MS - age);
	const delay =
		polls === 0
			? Math.min(FIRST_AT_MOST_MS, FIRST_MS + FIRST_PER_ROW_MS * rows)
			: Math.max(untilWorthwhile(history, start, now), affordableIn);
	const spread = 1 + JITTER * (2 * random() - 1);
	return clamp(delay, SHORTEST_DELAY_MS, LONGEST_DELAY_MS) * spread;
}

/** Until a poll may show something new: about the job's expected end, or a part of the way there. */
function untilWorthwhile({ rows, first, latest }: PollHistory, start: Mark, now: number): number {
	// Nothing is through yet, or the service does not count: it may take as long again.
	if (!first || !latest) return clamp(now - start.at, NO_PROGRESS_MS, FIXED_LOOP_MS);
	// The start may have been a time in the queue, so the first progress is the better base once
	// as many rows have followed it. On average a row was half done at each poll.
	const late = latest.done - first.done >= first.done - start.done;
	const rowMs = late
		? (latest.at - first.at) / (latest.done - first.done)
		: (latest.at - start.at) / (latest.done - start.done + 0.5);
	const standstill = now - latest.at;
	const left = Math.max(0, rows - latest.done - 0.5) * rowMs - standstill;
	const untilEnd = left > FAR_MS ? left * PART_OF_FAR : left + MARGIN_MS;
	return Math.max(untilEnd, Math.min(FIXED_LOOP_MS, standstill * PART_OF_STANDSTILL));
}

function clamp(value: number, least: number, most: number): number {
	return Math.min(most, Math.max(least, value));
}
