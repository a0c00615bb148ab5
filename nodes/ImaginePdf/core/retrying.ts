import { settle, unwrap } from './async';
import type { Clock, Logger } from './ports';

/** A try that did not succeed. */
export interface FailedTry {
	error: unknown;
	/** Tries so far, from 1. */
	tries: number;
	/** Milliseconds since the first try began, by the monotonic clock. */
	elapsedMs: number;
}

/** How many milliseconds to pause before the next try; `undefined` to stop with the error. */
export type RetryPolicy = (failed: FailedTry) => number | undefined;

/** What may end the tries, beside the policy. */
export interface RetryBounds {
	/** Tries in all. */
	maxTries?: number;
	/** By the monotonic clock, in milliseconds: no pause reaches past this moment. */
	deadline?: number;
	signal?: AbortSignal | undefined;
}

/**
 * The one loop that repeats things. What may be repeated, and after which pause, is the policy's to say;
 * policies stand beside the constants that they use.
 * @throws the last try's error; the signal's reason when it aborts
 */
export async function retrying<T>(
	{ clock, logger }: { clock: Clock; logger: Logger },
	policy: RetryPolicy,
	{ maxTries = Infinity, deadline = Infinity, signal }: RetryBounds,
	work: (tries: number) => Promise<T>,
): Promise<T> {
	const startedAt = clock.monotonicNow();
	for (let tries = 1; ; tries++) {
		signal?.throwIfAborted();
		const outcome = await settle(() => work(tries));
		if (outcome.ok) return outcome.value;
		signal?.throwIfAborted();
		const { error } = outcome;
		const now = clock.monotonicNow();
		const pauseMs =
			tries < maxTries ? policy({ error, tries, elapsedMs: now - startedAt }) : undefined;
		if (pauseMs === undefined || now + pauseMs >= deadline) return unwrap(outcome);
		const count = maxTries === Infinity ? `try ${tries + 1}` : `${tries + 1} of ${maxTries}`;
		logger.info(`${nameOf(error)}; retrying in ${Math.ceil(pauseMs / 1000)} s (${count})`);
		await clock.sleep(pauseMs, signal);
	}
}

/** Never with a URL in it: errors of this package name statuses and codes only. */
function nameOf(error: unknown): string {
	return error instanceof Error ? error.message : 'No success';
}
