import type { RateLimiter } from './rateLimiter';
import { childController, settle, untilAborted } from '../async';
import type { CallOptions } from './retry';
import { NO_TIME_LEFT, TransportError } from './errors';
import type { ApiAnswer, ApiRequest, Clock, Http } from '../ports';

/** What sending a request needs; without a rate limiter it leaves at once. */
export interface SendDeps {
	clock: Clock;
	http: Http;
	rateLimiter?: RateLimiter;
}

/**
 * Sends a request when its turn has come, and waits for the answer, both within its own time limit and
 * the deadline. Requests that cost credits come without a deadline: one that is cut off leaves its outcome
 * unknown.
 * @throws TransportError without an answer: `NO_TIME_LEFT` where it was not even sent; the signal's
 * reason
 */
export async function sendInTime(
	{ clock, http, rateLimiter }: SendDeps,
	request: ApiRequest,
	{ signal, deadline = Infinity }: CallOptions,
): Promise<ApiAnswer> {
	if (rateLimiter) await waitForTurn(rateLimiter, clock, deadline, signal);
	const left = deadline - clock.monotonicNow();
	if (left < 1) throw outOfTime();
	const timeoutMs = Math.min(request.timeoutMs, left);
	return await withTimeout(
		clock,
		timeoutMs,
		signal,
		async (limited) => await http.api({ ...request, timeoutMs, signal: limited }),
	);
}

async function waitForTurn(
	rateLimiter: RateLimiter,
	clock: Clock,
	deadline: number,
	signal: AbortSignal | undefined,
): Promise<void> {
	if (deadline === Infinity) return await rateLimiter.acquire(signal);
	const turn = await settle(() =>
		withTimeout(
			clock,
			Math.max(1, deadline - clock.monotonicNow()),
			signal,
			async (limited) => await rateLimiter.acquire(limited),
		),
	);
	signal?.throwIfAborted();
	if (!turn.ok) throw outOfTime();
}

function outOfTime(): TransportError {
	return new TransportError(NO_TIME_LEFT, 'No time was left', true);
}

/**
 * Runs `work` for at most `ms` milliseconds of the given clock.
 * @throws TransportError `ETIMEDOUT` when the time is over, the signal's reason when it aborts
 */
async function withTimeout<T>(
	clock: Clock,
	ms: number,
	signal: AbortSignal | undefined,
	work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
	const { controller, release } = childController(signal);
	const expired = clock.sleep(ms, controller.signal).then(() => {
		throw new TransportError('ETIMEDOUT', `No answer within ${Math.round(ms / 1000)} seconds`);
	});
	expired.catch(() => undefined);
	try {
		return await untilAborted(signal, Promise.race([work(controller.signal), expired]));
	} finally {
		release();
		controller.abort();
	}
}
