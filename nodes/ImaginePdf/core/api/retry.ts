import { AnswerFault, ApiError, TransportError } from './errors';
import { BACKOFF_BASE_MS, BACKOFF_CAP_MS, MAX_RETRY_AFTER_MS } from '../limits';
import type { FailedTry, RetryPolicy } from '../retrying';

/** Bounds of a call. */
export interface CallOptions {
	signal?: AbortSignal;
	/** By the monotonic clock, in milliseconds: nothing is waited for past this moment. */
	deadline?: number;
}

/** Codes that are not worth a second try: the certificate or the address itself is wrong. */
const HOPELESS = /^(ERR_INVALID_URL|ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/;

/** Statuses that say "later": the server took too long, is not ready, or has too much to do. */
export const LATER: ReadonlySet<number> = new Set([408, 425, 429]);

/**
 * Transient answers: for requests that cost nothing and may be repeated. The vendor says to retry
 * 5xx with backoff (docs/imaginepdf-api.md, "Errors"); an HTML page is what gateways send while the service is away.
 */
export function isTransient(error: unknown): boolean {
	if (error instanceof TransportError) return !HOPELESS.test(error.code);
	if (!(error instanceof ApiError)) return false;
	if (LATER.has(error.status) || error.status >= 500) return true;
	return error.code === AnswerFault.notImaginePdf && error.status >= 200 && error.status < 300;
}

/**
 * What became of a paid request that did not succeed.
 *
 * - `undone`: it never reached the service, so that it may be sent again.
 * - `refused`: the service said no before it did anything.
 * - `unknown`: anything else. It may have been charged, and there is no idempotency key.
 */
export type PaidOutcome = 'undone' | 'refused' | 'unknown';

/**
 * Statuses that refuse a request before anything is done about it (RFC 9110, section 15.5). Missing on
 * purpose: 408 and 499, with which a gateway ends a request that its service may have taken, and 409,
 * which may speak of the very job that was asked for.
 */
const REFUSALS = new Set([
	400, 401, 402, 403, 404, 405, 406, 407, 410, 411, 413, 414, 415, 417, 421, 422, 426, 428, 431,
	451,
]);

/** The one classification of what happens to requests that cost credits. */
export function paidOutcomeOf(error: unknown): PaidOutcome {
	if (error instanceof TransportError) {
		if (!error.neverSent) return 'unknown';
		return HOPELESS.test(error.code) ? 'refused' : 'undone';
	}
	if (!(error instanceof ApiError)) return 'unknown';
	if (error.status === 429 || isGatewayBusy(error)) return 'undone';
	return REFUSALS.has(error.status) ? 'refused' : 'unknown';
}

/**
 * A gateway that says "later" by itself. With ImaginePDF's envelope the service has spoken, and a 5xx of
 * its own may follow a charge; so it may with what looks like the envelope and is damaged.
 */
function isGatewayBusy({ status, code, retryAfterMs, apiMessage }: ApiError): boolean {
	const isPage = code === AnswerFault.notImaginePdf && !LIKE_THE_ENVELOPE.test(apiMessage);
	return status === 503 && retryAfterMs !== undefined && isPage;
}

const LIKE_THE_ENVELOPE = /^\{.*"(status|data|error)"/;

/** Repeats a request where `mayRepeat` allows it, unless the service asks for a pause that is too long. */
export function requestPolicy(
	mayRepeat: (error: unknown) => boolean,
	random: () => number,
): RetryPolicy {
	return (failed) => {
		const pauseMs = mayRepeat(failed.error) ? pauseBefore(failed, random) : Infinity;
		return pauseMs <= MAX_RETRY_AFTER_MS ? pauseMs : undefined;
	};
}

/**
 * The pause before the next try, in milliseconds: the service's `Retry-After`, however long, else a backoff.
 * A `Retry-After` of 0, or of a moment that has passed, does not count: clocks differ.
 */
export function pauseBefore(
	{ error, tries }: Pick<FailedTry, 'error' | 'tries'>,
	random: () => number,
): number {
	const asked = error instanceof ApiError ? error.retryAfterMs : undefined;
	return asked || backoffMs(tries, random);
}

/**
 * A pause that doubles from try to try, up to a bound. Half of it is left to chance, so that many jobs do not
 * come back at the same moment.
 *
 * @param tries tries so far, from 1
 * @param random from 0 (inclusive) to 1 (exclusive), as `Math.random`
 */
export function backoffMs(tries: number, random: () => number): number {
	const most = Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** (tries - 1));
	return Math.round(most * (0.5 + 0.5 * random()));
}
