import { makeJob, SHAPES, type RowsOfJob, type Shape } from './job.mts';
import { fixedLoop, nodePace, watch, type Watched } from './simulate.mts';

/** The lengths in question: half a second to half an hour, in steps of about two. */
export const LENGTHS_MS = [
	500, 1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000,
] as const;

export interface Means {
	delayMs: number;
	requests: number;
}

export interface Comparison {
	ours: Means;
	fixed: Means;
	/** The longest that any job's end went unseen by ours. */
	longestDelayMs: number;
}

/** Jobs of one length: those with steady progress, and those of every shape. */
export interface Compared {
	lengthMs: number;
	steady: Comparison;
	every: Comparison;
}

/** Which jobs to take. */
export interface Sample {
	/** Another shift gives other jobs. */
	shift?: number;
	rows?: RowsOfJob;
}

/** Jobs that were each watched by both. */
interface Watches {
	ours: Watched[];
	fixed: Watched[];
}

/**
 * Watches the same jobs by the node's pace and by a fixed loop. Every job is made from its length,
 * shape and number.
 */
export function compare(lengthMs: number, sample: Sample = {}): Compared {
	const steady = watchAll(lengthMs, 'steady', sample);
	const others = SHAPES.filter((shape) => shape !== 'steady');
	const every = [steady, ...others.map((shape) => watchAll(lengthMs, shape, sample))];
	return { lengthMs, steady: comparison([steady]), every: comparison(every) };
}

function watchAll(lengthMs: number, shape: Shape, { shift = 0, rows }: Sample): Watches {
	const watches: Watches = { ours: [], fixed: [] };
	for (let number = 0; number < jobsFor(lengthMs); number++) {
		const seed = seedOf(lengthMs, shape, number) + shift;
		const job = makeJob(lengthMs, shape, seed, rows);
		watches.ours.push(watch(job, nodePace, seed + 1));
		watches.fixed.push(watch(job, fixedLoop, seed + 1));
	}
	return watches;
}

/** Jobs per shape that make a mean worth comparing; long jobs cost more time, and need fewer. */
function jobsFor(lengthMs: number): number {
	return lengthMs >= 300_000 ? 40 : 150;
}

function comparison(watches: readonly Watches[]): Comparison {
	const ours = watches.flatMap((each) => each.ours);
	const fixed = watches.flatMap((each) => each.fixed);
	return {
		ours: mean(ours),
		fixed: mean(fixed),
		longestDelayMs: Math.max(...ours.map(({ delayMs }) => delayMs)),
	};
}

function seedOf(lengthMs: number, shape: Shape, number: number): number {
	return [...`${shape} ${lengthMs}`].reduce(
		(hash, letter) => (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0,
		number * 7919,
	);
}

function mean(watched: readonly Watched[]): Means {
	const sum = (value: (one: Watched) => number) =>
		watched.reduce((total, one) => total + value(one), 0);
	return {
		delayMs: sum(({ delayMs }) => delayMs) / watched.length,
		requests: sum(({ requests }) => requests) / watched.length,
	};
}
