import { untilAborted } from '../async';
import type { Clock } from '../ports';

/**
 * Requests of one node run per second, submits, status polls and download links together. The
 * API documents no rate limit, only "poll every few seconds": a hundred jobs, each polled every five
 * seconds, are these twenty.
 */
export const MAX_REQUESTS_PER_SECOND = 20;

/** Requests that may leave at the same moment after a pause, so that a small run is not held up. */
export const REQUEST_BURST = 5;

/** Lets requests leave at a bounded rate. */
export interface RateLimiter {
	/** Resolves when it is the caller's turn. @throws the signal's reason when it aborts */
	acquire(signal?: AbortSignal): Promise<void>;
}

/** How fast requests may leave. */
export interface RateLimiterOptions {
	clock: Clock;
	maxPerSecond?: number;
	burst?: number;
}

/**
 * One schedule for all requests of a node run: first come, first served, at most `maxPerSecond` of
 * them in the long run and `burst` at one moment. Each job has at most one request in the queue, so
 * that many jobs share the bound evenly. A place that Stop frees goes to the next request.
 */
export function createRateLimiter(options: RateLimiterOptions): RateLimiter {
	const { clock, maxPerSecond = MAX_REQUESTS_PER_SECOND, burst = REQUEST_BURST } = options;
	const spacingMs = 1000 / maxPerSecond;
	/** How far the schedule may lag behind the clock: what a pause has saved up. */
	const savedMs = (burst - 1) * spacingMs;
	let next = -Infinity;
	let queue: Promise<void> = Promise.resolve();

	const pass = async (signal?: AbortSignal) => {
		signal?.throwIfAborted();
		// Never more than one spacing ahead, unless the machine's clock was set back meanwhile.
		const wait = Math.min(next - clock.now(), spacingMs);
		if (wait > 0) await clock.sleep(wait, signal);
		const now = clock.now();
		next = Math.min(Math.max(next, now - savedMs), now) + spacingMs;
	};

	return {
		async acquire(signal) {
			const turn = queue.then(async () => await pass(signal));
			queue = turn.catch(() => undefined);
			await untilAborted(signal, turn);
		},
	};
}
