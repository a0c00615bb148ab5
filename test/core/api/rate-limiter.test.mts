import {
	createRateLimiter,
	MAX_REQUESTS_PER_SECOND,
	REQUEST_BURST,
} from '../../../nodes/ImaginePdf/core/api/rateLimiter.ts';
import { SimulatedClock } from '../../client/clock.mts';

const SECOND = 1000;

async function departures(count: number, gap = 0): Promise<number[]> {
	const clock = new SimulatedClock(0);
	const limiter = createRateLimiter({ clock });
	const left: number[] = [];
	const request = async (index: number) => {
		if (gap > 0) await clock.sleep(index * gap);
		await limiter.acquire();
		left.push(clock.now());
	};
	await clock.run(Promise.all(Array.from({ length: count }, (_, index) => request(index))));
	return left;
}

function mostWithin(times: readonly number[], windowMs: number): number {
	return Math.max(
		...times.map((start) => times.filter((t) => t >= start && t < start + windowMs).length),
	);
}

describe('rate limiter', () => {
	it('the rate limiter lets a small run through without any wait', async () => {
		expect(await departures(REQUEST_BURST)).toEqual(Array(REQUEST_BURST).fill(0));
	});

	it('the rate limiter keeps a hundred jobs that start at once below the bound, in every second', async () => {
		const left = await departures(100);
		expect(mostWithin(left, SECOND)).toBeLessThanOrEqual(MAX_REQUESTS_PER_SECOND + REQUEST_BURST);
		expect(mostWithin(left, 10)).toBe(REQUEST_BURST);
		const ideal = ((100 - REQUEST_BURST) / MAX_REQUESTS_PER_SECOND) * SECOND;
		expect(left.at(-1)).toBeCloseTo(ideal, 3);
	});

	it('the rate limiter does not hold up requests that come more slowly than the bound', async () => {
		const left = await departures(50, 60);
		expect(left).toEqual(Array.from({ length: 50 }, (_, index) => index * 60));
	});

	it('the rate limiter saves up no more than one burst during a pause', async () => {
		const clock = new SimulatedClock(0);
		const limiter = createRateLimiter({ clock });
		await clock.run(limiter.acquire());
		await clock.advance(60 * SECOND);
		const left: number[] = [];
		const takes = Array.from({ length: 20 }, async () => {
			await limiter.acquire();
			left.push(clock.now());
		});
		await clock.run(Promise.all(takes));
		expect(left.filter((at) => at === 60 * SECOND)).toHaveLength(REQUEST_BURST);
	});

	it('the rate limiter serves requests in the order in which they asked', async () => {
		const clock = new SimulatedClock(0);
		const limiter = createRateLimiter({ clock, maxPerSecond: 1, burst: 1 });
		const order: string[] = [];
		const ask = async (name: string) => {
			await limiter.acquire();
			order.push(name);
		};
		await clock.run(Promise.all(['a', 'b', 'c', 'd'].map(ask)));
		expect(order).toEqual(['a', 'b', 'c', 'd']);
	});

	it('the rate limiter gives a place that Stop frees to the next request, and leaves no timer behind', async () => {
		const clock = new SimulatedClock(0);
		const limiter = createRateLimiter({ clock, maxPerSecond: 1, burst: 1 });
		const stop = new AbortController();
		await clock.run(limiter.acquire());
		const stopped = [limiter.acquire(stop.signal), limiter.acquire(stop.signal)];
		const refused = Promise.allSettled(stopped);
		const next = limiter.acquire();
		await clock.advance(500);
		stop.abort(new Error('stopped'));
		for (const { status } of await refused) expect(status).toBe('rejected');
		await clock.run(next);
		expect(clock.now()).toBe(SECOND);
		expect(clock.pending).toBe(0);
	});

	it('the rate limiter refuses at once when the execution has already been stopped', async () => {
		const clock = new SimulatedClock(0);
		const limiter = createRateLimiter({ clock });
		await expect(limiter.acquire(AbortSignal.abort(new Error('stopped')))).rejects.toThrow(
			'stopped',
		);
		expect(clock.pending).toBe(0);
	});

	it('the rate limiter does not stand still when the machine’s clock is set back', async () => {
		const clock = new SimulatedClock(0);
		const limiter = createRateLimiter({ clock, maxPerSecond: 1, burst: 1 });
		await clock.run(limiter.acquire());
		clock.jump(-3600 * SECOND);
		await clock.run(limiter.acquire());
		await clock.run(limiter.acquire());
		expect(clock.monotonicNow()).toBe(2 * SECOND);
	});
});
