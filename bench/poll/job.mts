import { seededRandom } from '../../test/emulator/random.mts';

/*
 * A made-up service: when each row of a job ends, and what a status request shows at a moment. Times
 * are milliseconds from the moment the service accepted the job.
 */

/** How the rows of a job get through. */
export const SHAPES = [
	'steady',
	'queued first',
	'bursty',
	'stalled',
	'hidden',
	'slow start',
	'slow tail',
] as const;

export type Shape = (typeof SHAPES)[number];

export interface SimulatedJob {
	shape: Shape;
	rows: number;
	/** When processing begins. */
	startsAt: number;
	/** Ascending; the last one is the job's end. */
	rowEnds: number[];
	endsAt: number;
}

/**
 * A row takes something between these, its share of queue and stalls included: from a third of what
 * the emulator takes for realistic (0.3 s) to ten times as much. The API documents no figures.
 */
const FASTEST_ROW_MS = 100;
const SLOWEST_ROW_MS = 3000;
/** The first generation's maximum depends on the plan (docs/imaginepdf-api.md, "Batch"). */
const MOST_ROWS = 1000;

/** Jobs of a nominal length are spread by this share, so that no fixed loop hits them by luck. */
const LENGTH_SPREAD = 0.2;
/** From a fixed loop's interval on, at least a whole interval wide: that averages its phase. */
const FULL_PHASE_FROM_MS = 5000;
const HALF_PHASE_MS = 2550;

/** How far the length of a job "of `lengthMs`" may be off, in milliseconds to either side. */
function spreadOf(lengthMs: number): number {
	return Math.max(lengthMs >= FULL_PHASE_FROM_MS ? HALF_PHASE_MS : 0, LENGTH_SPREAD * lengthMs);
}

/** What to leave to chance about a job's rows, and what not. */
export interface RowsOfJob {
	/** Exactly so many; else any number that leaves each row a plausible time. */
	exactly?: number;
	/** The longest plausible time of a row, in milliseconds. */
	slowestMs?: number;
}

/** A job of about `lengthMs`. The same seed gives the same job. */
export function makeJob(
	lengthMs: number,
	shape: Shape,
	seed: number,
	{ exactly, slowestMs = SLOWEST_ROW_MS }: RowsOfJob = {},
): SimulatedJob {
	const random = seededRandom(seed);
	const between = (low: number, high: number) => low + (high - low) * random();
	const spread = spreadOf(lengthMs);
	const length = lengthMs + between(-spread, spread);
	const fewest = Math.max(1, Math.ceil(length / slowestMs));
	const most = Math.max(fewest, Math.min(MOST_ROWS, Math.floor(length / FASTEST_ROW_MS)));
	const rows = exactly ?? Math.round(Math.exp(between(Math.log(fewest), Math.log(most))));
	const { startsAt, shares } = SHAPERS[shape](rows, between);
	const start = startsAt * length;
	const rowEnds = shares.map((share) => start + share * (length - start));
	return {
		shape,
		rows,
		startsAt: start,
		rowEnds,
		endsAt: length,
	};
}

type Between = (low: number, high: number) => number;

/** `startsAt` is a share of the job's length; `shares`, of the time after it, say when rows end. */
type Shaper = (rows: number, between: Between) => { startsAt: number; shares: number[] };

const SHAPERS: Record<Shape, Shaper> = {
	steady: (rows, between) => ({ startsAt: between(0, 0.1), shares: even(rows, between) }),
	'queued first': (rows, between) => ({ startsAt: between(0.3, 0.7), shares: even(rows, between) }),
	bursty: (rows, between) => {
		const burst = Math.max(1, Math.round(rows / between(3, 8)));
		const shares = even(rows, between);
		const ends = shares.map(
			(_, i) => shares[Math.min(rows - 1, (Math.floor(i / burst) + 1) * burst - 1)] ?? 1,
		);
		return { startsAt: between(0, 0.1), shares: ends };
	},
	stalled: (rows, between) => {
		const at = between(0.3, 0.7);
		const stall = between(0.3, 0.6);
		const shares = even(rows, between).map((s) => s * (1 - stall) + (s > at ? stall : 0));
		return { startsAt: between(0, 0.1), shares };
	},
	hidden: (rows, between) => ({ startsAt: between(0, 0.1), shares: even(rows, between) }),
	'slow start': (rows, between) => {
		const bend = between(1.5, 2.5);
		return { startsAt: between(0, 0.1), shares: even(rows, between).map((s) => s ** (1 / bend)) };
	},
	'slow tail': (rows, between) => {
		const rest = between(0.6, 0.9);
		const shares = even(rows, between).map((s, i) => (i === rows - 1 ? 1 : s * rest));
		return { startsAt: between(0, 0.1), shares };
	},
};

/** Rows differ in effort: each takes this share more or less than the average. */
const ROW_SPREAD = 0.3;

function even(rows: number, between: Between): number[] {
	let sum = 0;
	const ends = Array.from({ length: rows }, () => (sum += between(1 - ROW_SPREAD, 1 + ROW_SPREAD)));
	return ends.map((end) => end / sum);
}

/** What the service shows of a job at a moment of its own time. */
export interface Shown {
	status: 'queued' | 'processing' | 'completed';
	total: number;
	completed: number;
	failed: number;
}

/** @param time milliseconds from the job's acceptance */
export function shownAt(job: SimulatedJob, time: number): Shown {
	const ended = time >= job.endsAt;
	const hidden = job.shape === 'hidden' && !ended;
	const done = ended ? job.rows : countUntil(job.rowEnds, time);
	return {
		status: ended ? 'completed' : time < job.startsAt ? 'queued' : 'processing',
		total: job.rows,
		completed: hidden ? 0 : done,
		failed: 0,
	};
}

function countUntil(ascending: readonly number[], time: number): number {
	let low = 0;
	let high = ascending.length;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if ((ascending[middle] ?? Infinity) <= time) low = middle + 1;
		else high = middle;
	}
	return low;
}
