import type { AcceptedEntry, Ledger, LedgerKeys } from './ledger';
import type { CallOptions } from '../api/retry';
import type { Occasion } from '../explain';
import { Failure } from '../failure';

/** A request that costs credits, with what messages about it need. */
export interface Purchase<T> {
	/** Its identity in the ledger. */
	keys: LedgerKeys;
	/** For the middle of a sentence, e.g. "batch 2 of 3 (100 rows)". */
	what: string;
	/** What to look for in ImaginePDF, and how to get at it, when the outcome is not known. */
	check: string;
	/** Says that an earlier try has paid for it with other values. */
	already: (jobId: string) => string;
	occasion: Occasion & { designId: string };
	itemIndexes: number[];
	send: (options: CallOptions) => Promise<T>;
	/** Writes the accepted purchase into the ledger and the log. */
	accept: (answer: T) => void;
}

/** What an earlier try has paid for, and where the ledger keeps it. */
export interface PaidEarlier extends Pick<AcceptedEntry, 'jobId' | 'sealedLink' | 'fileName'> {
	key: string;
	/** When it was accepted, in milliseconds since the epoch. */
	since: number;
}

/**
 * What an earlier try of this run has paid for, so that it is not paid for again. An automatic try of
 * the same execution takes it whatever its values, which then only differ because an expression gives
 * others with every look. After a retry by hand, other values may be meant.
 *
 * @throws Failure where an earlier try's outcome is not known, and where a retry by hand brings other
 * values than those that are paid for
 */
export function recall<T>(
	ledger: Ledger,
	purchase: Purchase<T>,
	unknownSubmit: 'stop' | 'submitAgain',
): PaidEarlier | undefined {
	const found = ledger.recall(purchase.keys);
	if (!found) return undefined;
	const { key, entry, isSame } = found;
	if (entry.state !== 'accepted') {
		const reason = entry.state === 'unknown' ? entry.reason : 'it was interrupted';
		if (unknownSubmit === 'stop') {
			throw uncertain(
				purchase,
				`An earlier try, at ${entry.since}, ended without an answer: ${reason}.`,
			);
		}
		ledger.forget(key);
		return undefined;
	}
	const isOwn = entry.execution === ledger.execution;
	if (entry.gaveUpIn !== undefined && entry.gaveUpIn !== ledger.execution) {
		// The service gave the job up, and somebody who has read that asks for another one.
		ledger.forget(key);
		return undefined;
	}
	if (!isSame && !isOwn) throw alreadyPaid(purchase, entry.jobId);
	const { jobId, sealedLink, fileName } = entry;
	return { key, jobId, sealedLink, fileName, since: Date.parse(entry.since) };
}

/** Nobody knows whether this was charged. */
export function uncertain<T>(
	{ what, check, itemIndexes, occasion }: Purchase<T>,
	story: string,
): Failure {
	return new Failure({
		message: `It is not known whether ImaginePDF accepted ${what}`,
		description: `${story} To avoid paying twice, it was not submitted again. ${check} If it was not accepted, start a new execution. The option 'If Submit Outcome Is Unknown' can be set to submit again regardless, at the risk of a second charge.`,
		code: 'SUBMIT_OUTCOME_UNKNOWN',
		fromService: false,
		designId: occasion.designId,
		itemIndexes,
	});
}

function alreadyPaid<T>({ already, itemIndexes, occasion }: Purchase<T>, jobId: string): Failure {
	const fetchIt = jobId === '' ? '' : ` Fetch it with the operation 'Download'.`;
	return new Failure({
		message: already(jobId),
		description: `That is paid for, so the new values were not submitted.${fetchIt} To submit the new values, and pay for them, start a new execution.`,
		code: 'ALREADY_SUBMITTED',
		fromService: false,
		...(jobId !== '' && { jobIds: [jobId] }),
		designId: occasion.designId,
		itemIndexes,
	});
}
