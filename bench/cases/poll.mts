import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import type { BenchCase, Figure } from '../figure.mts';
import { compare, jobsFor, LENGTHS_MS, type Comparison, type Sample } from '../poll/compare.mts';
import { makeJob } from '../poll/job.mts';
import { watchMany } from '../poll/many.mts';
import { plot } from '../poll/plot.mts';

const PLOT = 'docs/poll-pace.svg';

/** Issue 6: never a job whose end goes unseen for longer. */
const LONGEST_DELAY_S = 10;

export const poll: BenchCase = {
	name: 'poll',
	title: "A job's end to its detection, simulated clock, against a fixed 5 s loop",
	async run({ quick }) {
		const compared = LENGTHS_MS.map((length) => compare(length, jobsFor(length)));
		const usual = compared.map((one) => one.usual);
		const all = compared.map((one) => one.every);
		// The plot is part of the documentation, and comes from the full form.
		if (!quick) writePlot(usual);
		return [
			...usual.map(delayFigure),
			requestsFigure(usual),
			...overall(all),
			...(quick ? [] : limits()),
			...(await manyFigures()),
		];
	},
};

function delayFigure({ lengthMs, ours, fixed, exponential, informed }: Comparison): Figure {
	const s = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
	const n = (requests: number) => requests.toFixed(1);
	return {
		name: `jobs of about ${lengthOf(lengthMs)}: delay`,
		value: percent(ours.delayMs, fixed.delayMs),
		unit: '%',
		aim: { atMost: 40 },
		note:
			`${s(ours.delayMs)} with ${n(ours.requests)} requests; fixed ${s(fixed.delayMs)} with ${n(fixed.requests)}; ` +
			`exponential ${s(exponential.delayMs)} with ${n(exponential.requests)}; ` +
			`knowing the usual length, with as many requests as ours: ${s(informed.delayMs)}`,
	};
}

function requestsFigure(comparisons: readonly Comparison[]): Figure {
	const shares = comparisons.map(({ ours, fixed, lengthMs }) => ({
		lengthMs,
		share: percent(ours.requests, fixed.requests),
	}));
	return {
		name: 'status requests, worst length',
		value: Math.max(...shares.map(({ share }) => share)),
		unit: '%',
		aim: { atMost: 100 },
		note: shares
			.map(({ lengthMs, share }) => `${lengthOf(lengthMs)}: ${share.toFixed(0)} %`)
			.join(', '),
	};
}

/** With the shapes of which progress shows nothing or misleads. */
function overall(comparisons: readonly Comparison[]): Figure[] {
	const delays = comparisons.map(({ ours, fixed }) => percent(ours.delayMs, fixed.delayMs));
	return [
		{
			name: 'longest delay of any job, every shape',
			value: Math.max(...comparisons.map(({ longestDelayMs }) => longestDelayMs)) / 1000,
			unit: 's',
			aim: { atMost: LONGEST_DELAY_S },
			note: 'also jobs that show no progress, start slowly, or hang at their last row',
		},
		{
			name: 'with those shapes: delay, mean of all lengths',
			value: delays.reduce((sum, delay) => sum + delay, 0) / delays.length,
			unit: '%',
			note: comparisons
				.map(({ lengthMs }, index) => `${lengthOf(lengthMs)}: ${(delays[index] ?? 0).toFixed(0)} %`)
				.join(', '),
		},
		{
			...requestsFigure(comparisons),
			name: 'with those shapes: status requests, worst length',
		},
	];
}

/** Jobs that had no say in any constant of the pace. */
const UNSEEN = 1_000_003;

/** Where the pace's advantage ends: samples that make its assumptions about jobs untrue. */
function limits(): Figure[] {
	return [
		limit('jobs that no constant was fitted to', LENGTHS_MS, { shift: UNSEEN }, 40),
		limit('lengths at which the fixed loop is lucky', [3000, 4000], { shift: UNSEEN }),
		limit('rows of up to 10 s, not 3 s', LENGTHS_MS, {
			shift: UNSEEN,
			rows: { slowestMs: 10_000 },
		}),
		limit('one-row jobs, however long', LENGTHS_MS, { shift: UNSEEN, rows: { exactly: 1 } }),
		limit('hundred-row jobs, however short', LENGTHS_MS, {
			shift: UNSEEN,
			rows: { exactly: 100 },
		}),
	];
}

/** The worst length of a sample; its note has all of them, delay and requests. */
function limit(name: string, lengths: readonly number[], sample: Sample, atMost?: number): Figure {
	const shares = lengths.map((lengthMs) => {
		const { ours, fixed } = compare(lengthMs, jobsFor(lengthMs), sample).usual;
		return {
			lengthMs,
			delay: percent(ours.delayMs, fixed.delayMs),
			requests: percent(ours.requests, fixed.requests),
		};
	});
	return {
		name: `${name}: delay, worst length`,
		value: Math.max(...shares.map(({ delay }) => delay)),
		unit: '%',
		...(atMost !== undefined && { aim: { atMost } }),
		note: `delay and requests: ${shares
			.map(
				(one) => `${lengthOf(one.lengthMs)} ${one.delay.toFixed(0)} % ${one.requests.toFixed(0)} %`,
			)
			.join(', ')}`,
	};
}

/** A hundred jobs in flight, of one row and of a hundred rows. */
async function manyFigures(): Promise<Figure[]> {
	const kinds = [
		{ name: '100 one-row jobs of about 2 s at once', lengthMs: 2000, rows: 1 },
		{ name: '100 hundred-row jobs of about 30 s at once', lengthMs: 30_000, rows: 100 },
	];
	const figures = kinds.map(async ({ name, lengthMs, rows }): Promise<Figure> => {
		const jobs = Array.from({ length: 100 }, (_, seed) =>
			makeJob(lengthMs, 'steady', seed, { exactly: rows }),
		);
		const ours = await watchMany(jobs, { pollIntervalMs: 0, gated: true });
		const loop = await watchMany(jobs, { pollIntervalMs: 5000, gated: false });
		return {
			name: `${name}: busiest second`,
			value: percent(ours.busiestSecond, loop.busiestSecond),
			unit: '%',
			aim: { atMost: 100 },
			note:
				`${ours.busiestSecond} requests, ${ours.busiestMoment} of them within 10 ms; ` +
				`a hundred fixed loops: ${loop.busiestSecond} and ${loop.busiestMoment}. ` +
				`Delay ${(ours.meanDelayMs / 1000).toFixed(2)} s (longest ${(ours.longestDelayMs / 1000).toFixed(1)} s) with ${ours.requests} requests; ` +
				`loops ${(loop.meanDelayMs / 1000).toFixed(2)} s with ${loop.requests}`,
		};
	});
	return await Promise.all(figures);
}

function writePlot(comparisons: readonly Comparison[]): void {
	mkdirSync(path.dirname(PLOT), { recursive: true });
	writeFileSync(PLOT, plot(comparisons));
}

function percent(one: number, other: number): number {
	return (one / other) * 100;
}

function lengthOf(ms: number): string {
	return ms < 60_000 ? `${ms / 1000} s` : `${ms / 60_000} min`;
}
