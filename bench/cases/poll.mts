import type { BenchCase, Figure } from '../figure.mts';
import { compare, LENGTHS_MS, type Compared, type Sample } from '../poll/compare.mts';
import { makeJob } from '../poll/job.mts';
import { watchMany } from '../poll/many.mts';

/** Share of the fixed loop's delay. */
const DELAY_AIM = { atMost: 50 };
const REQUESTS_AIM = { atMost: 100 };
/** Never a job whose end goes unseen for longer. */
const LONGEST_DELAY_AIM_S = { atMost: 10 };

export const poll: BenchCase = {
	name: 'poll',
	title: "A job's end to its detection, simulated clock, against a fixed 5 s loop",
	async run({ quick }) {
		const compared = LENGTHS_MS.map((length) => compare(length));
		return [
			...compared.map(delayFigure),
			requestsFigure('status requests, worst length', compared, 'steady'),
			...everyShape(compared),
			...(quick ? [] : limits()),
			...(await manyFigures()),
		];
	},
};

function delayFigure({ lengthMs, steady: { ours, fixed } }: Compared): Figure {
	const s = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
	return {
		name: `jobs of about ${lengthOf(lengthMs)}: delay`,
		value: percent(ours.delayMs, fixed.delayMs),
		unit: '%',
		aim: DELAY_AIM,
		note:
			`${s(ours.delayMs)} with ${ours.requests.toFixed(1)} requests; ` +
			`fixed ${s(fixed.delayMs)} with ${fixed.requests.toFixed(1)}`,
	};
}

function requestsFigure(name: string, compared: Compared[], jobs: 'steady' | 'every'): Figure {
	const shares = compared.map((one) => percent(one[jobs].ours.requests, one[jobs].fixed.requests));
	return {
		name,
		value: Math.max(...shares),
		unit: '%',
		aim: REQUESTS_AIM,
		note: eachLength(compared, shares),
	};
}

/** With jobs that queue, stall, show nothing, or hang at their last row. */
function everyShape(compared: Compared[]): Figure[] {
	const delays = compared.map(({ every }) => percent(every.ours.delayMs, every.fixed.delayMs));
	return [
		{
			name: 'longest delay of any job, every shape',
			value: Math.max(...compared.map(({ every }) => every.longestDelayMs)) / 1000,
			unit: 's',
			aim: LONGEST_DELAY_AIM_S,
			note: 'also jobs that queue, stall, show no progress, start slowly, or hang at their last row',
		},
		{
			name: 'every shape: delay, mean of all lengths',
			value: delays.reduce((sum, delay) => sum + delay, 0) / delays.length,
			unit: '%',
			note: eachLength(compared, delays),
		},
		requestsFigure('every shape: status requests, worst length', compared, 'every'),
	];
}

/** Another shift of the seeds gives other jobs. */
const OTHER_JOBS = 1_000_003;

/** Samples that make the pace's assumptions about jobs untrue; only the first has an aim. */
function limits(): Figure[] {
	const shift = OTHER_JOBS;
	return [
		{ ...limit('other jobs', LENGTHS_MS, { shift }), aim: DELAY_AIM },
		limit('lengths at which the fixed loop is lucky', [3000, 4000], { shift }),
		limit('rows of up to 10 s, not 3 s', LENGTHS_MS, { shift, rows: { slowestMs: 10_000 } }),
		limit('one-row jobs, however long', LENGTHS_MS, { shift, rows: { exactly: 1 } }),
		limit('hundred-row jobs, however short', LENGTHS_MS, { shift, rows: { exactly: 100 } }),
	];
}

/** The worst length of a sample; its note has all of them, delay and requests. */
function limit(name: string, lengths: readonly number[], sample: Sample): Figure {
	const shares = lengths.map((lengthMs) => {
		const { ours, fixed } = compare(lengthMs, sample).steady;
		const delay = percent(ours.delayMs, fixed.delayMs);
		return { lengthMs, delay, requests: percent(ours.requests, fixed.requests) };
	});
	const text = shares.map(
		({ lengthMs, delay, requests }) =>
			`${lengthOf(lengthMs)} ${delay.toFixed(0)} % ${requests.toFixed(0)} %`,
	);
	return {
		name: `${name}: delay, worst length`,
		value: Math.max(...shares.map(({ delay }) => delay)),
		unit: '%',
		note: `delay and requests: ${text.join(', ')}`,
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
		const ours = await watchMany(jobs, 0);
		const loop = await watchMany(jobs, 5000);
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

function eachLength(compared: Compared[], shares: number[]): string {
	return compared
		.map(({ lengthMs }, index) => `${lengthOf(lengthMs)}: ${(shares[index] ?? 0).toFixed(0)} %`)
		.join(', ');
}

function percent(one: number, other: number): number {
	return (one / other) * 100;
}

function lengthOf(ms: number): string {
	return ms < 60_000 ? `${ms / 1000} s` : `${ms / 60_000} min`;
}
