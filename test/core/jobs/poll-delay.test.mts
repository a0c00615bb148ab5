import fc from 'fast-check';

import { LENGTHS_MS, type Compared } from '../../../bench/poll/compare.mts';
import { runSimulation } from '../../../bench/poll/simulation.mts';
import {
	JITTER,
	LONGEST_DELAY_MS,
	pollDelay,
	SHORTEST_DELAY_MS,
	withPoll,
	type Mark,
	type PollHistory,
} from '../../../nodes/ImaginePdf/core/jobs/pollDelay.ts';
import { seededRandom } from '../../emulator/random.mts';

const SECOND = 1000;
/** Some seconds of work, on a busy machine more. */
const SIMULATION_TIMEOUT_MS = 120_000;
/** Halfway, so that jitter is none. */
const still = () => 0.5;
/** Clocks do not begin at 0. */
const BEGIN = 7_654_321;

/** A job of a hundred rows that this run has submitted at `BEGIN`. */
const ACCEPTED: PollHistory = { polls: 0, rows: 100, start: { at: BEGIN, done: 0 } };

/** The same job after polls of `[at, done]`. */
function polled(...polls: Array<[at: number, done: number]>): PollHistory {
	const marks = polls.map(([at, done]): Mark => ({ at: BEGIN + at, done }));
	return marks.reduce((history, mark) => withPoll(history, mark, 100), ACCEPTED);
}

function delayAfter(...polls: Array<[at: number, done: number]>): number {
	return pollDelay(polled(...polls), BEGIN + (polls.at(-1)?.[0] ?? 0), still);
}

describe('The pace of polling against a fixed 5 s loop, simulated', () => {
	let simulation: Compared[] = [];

	beforeAll(async () => {
		simulation = await runSimulation();
	}, SIMULATION_TIMEOUT_MS);

	const of = (lengthMs: number): Compared => {
		const found = simulation.find((one) => one.lengthMs === lengthMs);
		if (!found) throw new Error(`No jobs of ${lengthMs} ms were simulated`);
		return found;
	};

	describe.each(LENGTHS_MS)('jobs of about %i ms', (lengthMs) => {
		it(`pollDelay sees the end of steady jobs of ${lengthMs} ms with at most half the delay of a fixed 5 s loop`, () => {
			const { ours, fixed } = of(lengthMs).steady;
			expect(ours.delayMs).toBeLessThanOrEqual(0.5 * fixed.delayMs);
		});

		it(`pollDelay polls steady jobs of ${lengthMs} ms no more often than a fixed 5 s loop`, () => {
			const { ours, fixed } = of(lengthMs).steady;
			expect(ours.requests).toBeLessThanOrEqual(fixed.requests);
		});

		it(`pollDelay is ahead of a fixed 5 s loop for jobs of ${lengthMs} ms of every shape, with no more requests`, () => {
			const { ours, fixed } = of(lengthMs).every;
			expect(ours.delayMs).toBeLessThanOrEqual(0.8 * fixed.delayMs);
			expect(ours.requests).toBeLessThanOrEqual(fixed.requests);
		});

		it(`pollDelay never leaves the end of a job of ${lengthMs} ms unseen for 10 seconds`, () => {
			expect(of(lengthMs).every.longestDelayMs).toBeLessThanOrEqual(10 * SECOND);
		});
	});
});

describe('pollDelay', () => {
	it('pollDelay polls a job from elsewhere at once, and one of its own after a moment', () => {
		expect(pollDelay({ polls: 0, rows: 1 }, 0, still)).toBe(0);
		expect(delayAfter()).toBeGreaterThan(SECOND);
	});

	it('pollDelay waits about as long as a job is old while no row is through, at most as long as a fixed loop', () => {
		expect(delayAfter([3000, 0])).toBe(3000);
		expect(delayAfter([60_000, 0])).toBe(5000);
	});

	it('pollDelay polls rarely while the end is far, and often near it', () => {
		const steady = (untilRow: number) =>
			Array.from({ length: untilRow / 10 }, (_, index): [number, number] => [
				(index + 1) * 30 * SECOND,
				(index + 1) * 10,
			]);
		expect(delayAfter(...steady(50))).toBe(8 * SECOND);
		expect(delayAfter(...steady(90), [294 * SECOND, 98])).toBeLessThan(6 * SECOND);
		expect(delayAfter(...steady(90), [297 * SECOND, 99])).toBeLessThan(3 * SECOND);
	});

	it('pollDelay measures the rate from the first progress, so that a time in the queue does not count', () => {
		// An hour in the queue, then a row in 100 ms.
		const queued = delayAfter([3_600_000, 10], [3_601_000, 20]);
		expect(queued).toBeLessThan(5000);
	});

	it('pollDelay polls a job that stands still ever more rarely, and no more often than a fixed loop', () => {
		const polls: Array<[number, number]> = [
			[5 * SECOND, 25],
			[10 * SECOND, 99],
		];
		for (let count = 0; count < 60; count++) {
			const at = (polls.at(-1)?.[0] ?? 0) + delayAfter(...polls);
			polls.push([at, 99]);
		}
		const [last = 0] = polls.at(-1) ?? [];
		expect(polls.length).toBeLessThanOrEqual(last / (5 * SECOND) + 2);
		expect(delayAfter(...polls)).toBe(5 * SECOND);
	});

	it('pollDelay spreads delays by a few percent and no more', () => {
		const random = seededRandom(1);
		const history = polled([4000, 10]);
		const delays = Array.from({ length: 200 }, () => pollDelay(history, BEGIN + 4000, random));
		const middle = delayAfter([4000, 10]);
		expect(new Set(delays).size).toBeGreaterThan(150);
		for (const delay of delays)
			expect(Math.abs(delay - middle)).toBeLessThanOrEqual(JITTER * middle);
	});

	it('pollDelay stays within its bounds whatever a service reports', () => {
		const time = fc.integer({ min: 0, max: 1e10 });
		const count = fc.integer({ min: 0, max: 1e9 });
		const poll = fc.record({ at: time, done: count, rows: count });
		fc.assert(
			fc.property(
				fc.array(poll, { minLength: 1, maxLength: 50 }),
				time,
				fc.boolean(),
				fc.double({ min: 0, max: 0.999, noNaN: true }),
				(polls, now, isOwn, chance) => {
					const start: PollHistory = isOwn ? ACCEPTED : { polls: 0, rows: 0 };
					const history = polls.reduce(
						(before, { rows, ...mark }) => withPoll(before, mark, rows),
						start,
					);
					const delay = pollDelay(history, now, () => chance);
					expect(delay).toBeGreaterThanOrEqual(SHORTEST_DELAY_MS * (1 - JITTER));
					expect(delay).toBeLessThanOrEqual(LONGEST_DELAY_MS * (1 + JITTER));
				},
			),
			{ numRuns: 2000 },
		);
	});
});
