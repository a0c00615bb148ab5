import type { Ledger, LedgerEntry } from './ledger';
import { isKnownOutcome, pauseBefore, settle } from '../api/retry';
import type { CallOptions } from '../api/retry';
import { explain, type Occasion } from '../explain';
import { Failure } from '../failure';
import { MAX_REQUEST_ATTEMPTS } from '../limits';
import type { Clock, Journal } from '../ports';

export interface PayDeps {
	clock: Clock;
	journal: Journal;
	random: () => number;
	ledger: Ledger;
}

export interface PayOptions extends CallOptions {
	unknownSubmit: 'stop' | 'submitAgain';
}

/** A request that costs credits, with what messages about it need. */
export interface Purchase<T> {
	/** Its identity in the ledger. */
	key: string;
	/** For the middle of a sentence, e.g. "batch 2 of 3 (100 rows)". */
	what: string;
	/** What to look for in ImaginePDF, and how to get at it, when the outcome is not known. */
	check: string;
	occasion: Occasion & { designId: string };
	itemIndexes: number[];
	send: (options: CallOptions) => Promise<T>;
	/** Writes the accepted purchase into the ledger and the log. */
	accept: (answer: T) => void;
}

/**
 * Sends a paid request once, or again only where that cannot charge twice or the user accepts that
 * it may. What happened to it is in the ledger before and after.
 *
 * @param known what the ledger says of an earlier try; one that was accepted is the caller's to use
 * @throws Failure when the service refuses, or when the outcome of this or an earlier try is not
 * known; the signal's reason when stopped
 */
export async function pay<T>(
	deps: PayDeps,
	purchase: Purchase<T>,
	options: PayOptions,
	known: LedgerEntry | undefined,
): Promise<T> {
	if (known && known.state !== 'accepted' && options.unknownSubmit === 'stop') {
		const reason = known.state === 'unknown' ? known.reason : 'it was interrupted';
		throw uncertain(
			purchase,
			`An earlier try, at ${known.since}, ended without an answer: ${reason}.`,
		);
	}
	for (let tried = 1; ; tried++) {
		const outcome = await payOnce(deps, purchase, options);
		if (outcome.ok) return outcome.value;
		const { error, failure } = outcome;
		const mayRepeat = outcome.unknown && options.unknownSubmit === 'submitAgain';
		const pause = pauseBefore(error, tried - 1, deps.random);
		const tooLate = options.deadline !== undefined && deps.clock.now() + pause >= options.deadline;
		if (!mayRepeat || tried >= MAX_REQUEST_ATTEMPTS || tooLate || options.signal?.aborted) {
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
	deps.ledger.sending(purchase.key);
	const answer = await settle(() => purchase.send({ signal, deadline }));
	if (answer.ok) {
		purchase.accept(answer.value);
		return answer;
	}
	const { error } = answer;
	const failure = explain(error, purchase.occasion);
	if (isKnownOutcome(error)) {
		deps.ledger.forget(purchase.key);
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
	deps.ledger.unknown(purchase.key, reason);
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

function uncertain<T>({ what, check, itemIndexes, occasion }: Purchase<T>, story: string): Failure {
	return new Failure({
		message: `It is not known whether ImaginePDF accepted ${what}`,
		description: `${story} To avoid paying twice, it was not submitted again. ${check} If it was not accepted, start a new execution. The option 'If Submit Outcome Is Unknown' can be set to submit again regardless, at the risk of a second charge.`,
		code: 'SUBMIT_OUTCOME_UNKNOWN',
		fromService: false,
		designId: occasion.designId,
		itemIndexes,
	});
}
