import fc from 'fast-check';

import { LENGTHS_MS } from '../../../bench/poll/compare.mts';
import { runSimulation, type Compared } from '../../../bench/poll/simulation.mts';
import { nextDelay, PACE, type Observation } from '../../../nodes/ImaginePdf/core/jobs/pace.ts';
import { seededRandom } from '../../emulator/random.mts';

const NOW = Date.UTC(2026, 0, 1);
const SECOND = 1000;
/** Some seconds of work, on a busy machine more. */
const SIMULATION_TIMEOUT_MS = 120_000;
/** Halfway, so that jitter is none. */
const still = () => 0.5;

/** A look, `at` milliseconds after the job was accepted. */
function look(at: number, completed: number, more: Partial<Observation> = {}): Observation {
	return { at: NOW + at, status: 'processing', total: 100, completed, failed: 0, ...more };
}

function delayAfter(looks: readonly Observation[], random = still): number {
	const now = looks.at(-1)?.at ?? NOW;
	return nextDelay(looks, now, { rows: 100, random, acceptedAt: NOW });
}

describe('poll pace against a fixed 5 s loop, simulated', () => {
	let simulation: Compared[] = [];

	beforeAll(async () => {
		simulation = await runSimulation();
	}, SIMULATION_TIMEOUT_MS);

	const of = (lengthMs: number): Compared => {
		const found = simulation.find(({ every }) => every.lengthMs === lengthMs);
		if (!found) throw new Error(`No jobs of ${lengthMs} ms were simulated`);
		return found;
	};

	describe.each(LENGTHS_MS)('jobs of about %i ms', (lengthMs) => {
		it('sees the end with at most 40 % of its delay', () => {
			const { ours, fixed } = of(lengthMs).usual;
			expect(ours.delayMs).toBeLessThanOrEqual(0.4 * fixed.delayMs);
		});

		it('asks no more often', () => {
			const { ours, fixed } = of(lengthMs).usual;
			expect(ours.requests).toBeLessThanOrEqual(fixed.requests);
		});

		it('keeps well ahead of it with the shapes that show nothing or mislead', () => {
			const { ours, fixed } = of(lengthMs).every;
			expect(ours.delayMs).toBeLessThanOrEqual(0.55 * fixed.delayMs);
			expect(ours.requests).toBeLessThanOrEqual(fixed.requests);
		});

		it('never lets 10 seconds pass', () => {
			expect(of(lengthMs).every.longestDelayMs).toBeLessThanOrEqual(10 * SECOND);
		});
	});
});

describe('poll pace', () => {
	it('looks at a job from elsewhere at once, and at one of its own after a moment', () => {
		const first = (more: object) => nextDelay([], NOW, { rows: 1, random: still, ...more });
		expect(first({})).toBe(0);
		expect(first({ acceptedAt: NOW })).toBeGreaterThan(SECOND);
	});

	it('gives a job of many rows more time before the first look', () => {
		const first = (rows: number) => nextDelay([], NOW, { rows, random: still, acceptedAt: NOW });
		expect(first(100)).toBeGreaterThan(first(1));
		expect(first(1_000_000)).toBeLessThanOrEqual(PACE.firstMost);
	});

	it('keeps to the interval the user has set', () => {
		const options = { rows: 100, random: still, acceptedAt: NOW, fixedIntervalMs: 7 * SECOND };
		expect(nextDelay([], NOW, options)).toBe(0);
		expect(nextDelay([look(100, 99)], NOW + 100, options)).toBe(7 * SECOND);
	});

	it('thins out while the end is far and gathers near it', () => {
		const steady = (untilRow: number) =>
			Array.from({ length: untilRow / 10 }, (_, index) =>
				look((index + 1) * 30 * SECOND, (index + 1) * 10),
			);
		expect(delayAfter(steady(50))).toBeGreaterThan(6 * SECOND);
		const last = [...steady(90), look(294 * SECOND, 98)];
		expect(delayAfter(last)).toBeLessThan(7 * SECOND);
		expect(delayAfter([...last, look(300 * SECOND, 99)])).toBeLessThan(4 * SECOND);
	});

	it('goes to the expected end in one step once the rate is known', () => {
		const looks = [look(4000, 40), look(8000, 80)];
		const end = 10_000 - 8000;
		expect(delayAfter(looks)).toBeGreaterThan(0.8 * end);
		expect(delayAfter(looks)).toBeLessThan(1.5 * end);
	});

	it('backs off from a job that stands still, up to the ceiling', () => {
		const looks = [look(5 * SECOND, 25), look(10 * SECOND, 50)];
		const delays: number[] = [];
		for (let count = 0; count < 60; count++) {
			const delay = delayAfter(looks);
			delays.push(delay);
			looks.push(look((looks.at(-1)?.at ?? NOW) - NOW + delay, 50));
		}
		expect(Math.max(...delays)).toBeLessThanOrEqual(PACE.ceiling);
		expect(Math.min(...delays.slice(-20))).toBeGreaterThan(4 * SECOND);
	});

	it('uses the dates of the service, however wrong its clock is', () => {
		const dated = (skew: number) => [
			look(5000, 0, { createdAt: NOW + skew - 50, updatedAt: NOW + skew + 3000 }),
			look(9000, 50, { createdAt: NOW + skew - 50, updatedAt: NOW + skew + 8000 }),
		];
		const right = delayAfter(dated(0));
		expect(right).not.toBe(delayAfter([look(5000, 0), look(9000, 50)]));
		for (const skew of [-86_400_000, -5000, 5000, 86_400_000]) {
			expect(delayAfter(dated(skew))).toBeCloseTo(right, 3);
		}
	});

	it('leaves dates out of account that contradict each other', () => {
		const plain = [look(5000, 10), look(9000, 50), look(13_000, 60)];
		const absurd = plain.map((one, index) => ({
			...one,
			createdAt: NOW + 1e9,
			updatedAt: NOW + (index % 2 ? 1e12 : -1e12),
		}));
		expect(delayAfter(absurd)).toBe(delayAfter(plain));
	});

	it('spreads looks by a few percent and no more', () => {
		const looks = [look(4000, 10)];
		const middle = delayAfter(looks);
		const random = seededRandom(1);
		const delays = Array.from({ length: 200 }, () => delayAfter(looks, random));
		expect(new Set(delays).size).toBeGreaterThan(150);
		for (const delay of delays)
			expect(Math.abs(delay - middle)).toBeLessThanOrEqual(PACE.jitter * middle);
	});

	it('stays within floor and ceiling whatever it is told', () => {
		const time = fc.oneof(fc.double(), fc.integer({ min: NOW - 1e7, max: NOW + 1e7 }));
		const count = fc.oneof(fc.integer({ min: -5, max: 200 }), fc.double());
		const ownTime = fc.integer({ min: NOW - 1e7, max: NOW + 1e7 });
		const observation = fc.record<Observation>(
			{
				at: fc.integer({ min: NOW - 1e6, max: NOW + 1e7 }),
				status: fc.constantFrom('queued', 'processing', 'completed', 'failed'),
				total: count,
				completed: count,
				failed: count,
				createdAt: time,
				updatedAt: time,
			},
			{ requiredKeys: ['at', 'status', 'total', 'completed', 'failed'] },
		);
		fc.assert(
			fc.property(
				fc.array(observation, { minLength: 1, maxLength: 150 }),
				ownTime,
				fc.option(ownTime, { nil: undefined }),
				count,
				fc.double({ min: 0, max: 0.999, noNaN: true }),
				(history, now, acceptedAt, rows, chance) => {
					const random = () => chance;
					const delay = nextDelay(history, now, {
						rows,
						random,
						...(acceptedAt !== undefined && { acceptedAt }),
					});
					expect(delay).toBeGreaterThanOrEqual(PACE.floor);
					expect(delay).toBeLessThanOrEqual(PACE.ceiling);
				},
			),
			{ numRuns: 2000 },
		);
	});

	it('changes nothing that it is given', () => {
		const history = [look(4000, 40), look(8000, 80)].map((one) => Object.freeze(one));
		expect(() => delayAfter(Object.freeze(history))).not.toThrow();
	});
});
