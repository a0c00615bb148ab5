import type { Ledger } from './ledger';
import { uncertain, type Purchase } from './purchase';
import { isKnownOutcome, pauseBefore, settle } from '../api/retry';
import type { CallOptions } from '../api/retry';
import { explain } from '../explain';
import { Failure } from '../failure';
import { MAX_REQUEST_ATTEMPTS, MAX_RETRY_AFTER_MS } from '../limits';
import type { Clock, Journal } from '../ports';

/** What a paid request needs. */
export interface PayDeps {
	clock: Clock;
	journal: Journal;
	random: () => number;
	ledger: Ledger;
}

/** What is done where nobody knows whether a request was charged. */
export interface PayOptions extends CallOptions {
	unknownSubmit: 'stop' | 'submitAgain';
}

/**
 * Sends a paid request once, or again only where that cannot charge twice or the user accepts that
 * it may. What happened to it is in the ledger before and after.
 *
 * @throws Failure when the service refuses, or when the outcome is not known; the signal's reason
 * when stopped
 */
export async function pay<T>(
	deps: PayDeps,
	purchase: Purchase<T>,
	options: PayOptions,
): Promise<T> {
	for (let tried = 1; ; tried++) {
		const outcome = await payOnce(deps, purchase, options);
		if (outcome.ok) return outcome.value;
		const { error, failure } = outcome;
		const mayRepeat = outcome.unknown && options.unknownSubmit === 'submitAgain';
		const pause = pauseBefore(error, tried - 1, deps.random);
		const tooLate = options.deadline !== undefined && deps.clock.now() + pause >= options.deadline;
		const tooLong = tooLate || pause > MAX_RETRY_AFTER_MS;
		if (!mayRepeat || tried >= MAX_REQUEST_ATTEMPTS || tooLong || options.signal?.aborted) {
			return await Promise.reject(failure);
		}
		deps.journal.warn(
			`The outcome of ${purchase.what} is not known; submitting again, as set in the options`,
		);
		await deps.clock.sleep(pause, options.signal);
	}
}

type Attempt<T> =
	{ ok: true; value: T } | { ok: false; unknown: boolean; error: unknown; failure: unknown };

async function payOnce<T>(
	deps: PayDeps,
	purchase: Purchase<T>,
	options: PayOptions,
): Promise<Attempt<T>> {
	const { signal, deadline } = options;
	signal?.throwIfAborted();
	deps.ledger.sending(purchase.keys);
	const answer = await settle(() => purchase.send({ signal, deadline }));
	if (answer.ok) {
		purchase.accept(answer.value);
		return answer;
	}
	const { error } = answer;
	const failure = explain(error, purchase.occasion);
	if (isKnownOutcome(error)) {
		deps.ledger.forget(purchase.keys.key);
		return { ok: false, unknown: false, error, failure };
	}
	return { ok: false, unknown: true, error, failure: lose(deps, purchase, failure, signal) };
}

/** Records a purchase whose outcome nobody knows, and says so. */
function lose<T>(
	deps: PayDeps,
	purchase: Purchase<T>,
	failure: unknown,
	signal: AbortSignal | undefined,
): unknown {
	const stopped = signal?.aborted === true;
	const details = failure instanceof Failure ? failure.details : undefined;
	const reason = stopped
		? 'the execution was stopped'
		: (details?.message ?? 'the connection was lost');
	deps.ledger.unknown(purchase.keys, reason);
	deps.journal.warn(`It is not known whether ImaginePDF accepted ${purchase.what}: ${reason}`, {
		designId: purchase.occasion.designId,
	});
	if (stopped) return signal.reason;
	const lost = uncertain(purchase, `${reason}.`);
	if (!details) return lost;
	const { description, httpStatus } = details;
	return lost.with({
		description: `${lost.details.description} ${description}`,
		fromService: true,
		...(httpStatus !== undefined && { httpStatus }),
	});
}
