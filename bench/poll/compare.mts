import { makeJob, SHAPES, spreadOf, USUAL_SHAPES, type RowsOfJob, type Shape } from './job.mts';
import { adaptive, exponential, fixed, watch, type Watched } from './simulate.mts';

/** The lengths in question: half a second to half an hour, in steps of about two. */
export const LENGTHS_MS = [
	500, 1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000,
] as const;

/** Jobs per shape that make a mean worth comparing; long jobs cost more time, and need fewer. */
export function jobsFor(lengthMs: number): number {
	return lengthMs >= 300_000 ? 40 : 150;
}

export interface Means {
	delayMs: number;
	requests: number;
}

export interface Comparison {
	lengthMs: number;
	ours: Means;
	fixed: Means;
	exponential: Means;
	/** As many requests as ours, best placed by somebody who knows how long such jobs take. */
	informed: Means;
	/** The longest that any job's end went unseen by ours. */
	longestDelayMs: number;
}

/** Which jobs to take. */
export interface Sample {
	/** Another shift gives other jobs. */
	shift?: number;
	rows?: RowsOfJob;
}

/** The same jobs, watched by each policy. */
interface Watches {
	ours: Watched[];
	fixed: Watched[];
	exponential: Watched[];
}

/**
 * Watches jobs of each shape by each policy, and compares: those whose progress shows, and all. Every
 * job is made from its length, shape and number.
 */
export function compare(
	lengthMs: number,
	jobs: number,
	sample: Sample = {},
): { usual: Comparison; every: Comparison } {
	const shapes = new Map(SHAPES.map((shape) => [shape, watchAll(lengthMs, shape, jobs, sample)]));
	const of = (chosen: readonly Shape[]) =>
		comparison(
			lengthMs,
			chosen.flatMap((shape) => shapes.get(shape) ?? []),
		);
	return { usual: of(USUAL_SHAPES), every: of(SHAPES) };
}

function watchAll(lengthMs: number, shape: Shape, jobs: number, sample: Sample): Watches {
	const watches: Watches = { ours: [], fixed: [], exponential: [] };
	for (let number = 0; number < jobs; number++) {
		const seed = seedOf(lengthMs, shape, number) + (sample.shift ?? 0);
		const job = makeJob(lengthMs, shape, seed, sample.rows);
		watches.ours.push(watch(job, adaptive, seed + 1));
		watches.fixed.push(watch(job, fixed, seed + 1));
		watches.exponential.push(watch(job, exponential, seed + 1));
	}
	return watches;
}

function comparison(lengthMs: number, watches: readonly Watches[]): Comparison {
	const all = (policy: keyof Watches) => watches.flatMap((each) => each[policy]);
	const ours = mean(all('ours'));
	return {
		lengthMs,
		ours,
		fixed: mean(all('fixed')),
		exponential: mean(all('exponential')),
		informed: { requests: ours.requests, delayMs: informedDelay(lengthMs, ours.requests) },
		longestDelayMs: Math.max(...all('ours').map(({ delayMs }) => delayMs)),
	};
}

/** Half of an average round trip: the answer's way back. */
const WAY_BACK_MS = 50;

/**
 * Who knows that a job ends somewhere between two moments, and not where, does best with evenly
 * spaced looks from the one to the other. Of `k` looks, (k + 1) / 2 are needed on average.
 */
function informedDelay(lengthMs: number, requests: number): number {
	const looks = Math.max(1, 2 * requests - 1);
	return spreadOf(lengthMs) / looks + WAY_BACK_MS;
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
