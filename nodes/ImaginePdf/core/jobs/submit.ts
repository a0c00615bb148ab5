import { ledgerKey, type Ledger } from './ledger';
import type { PlannedJob } from './plan';
import type { ImaginePdfClient, PdfProfile } from '../api/client';
import { isKnownOutcome, pauseBefore, settle } from '../api/retry';
import { explain, plural } from '../explain';
import { Failure } from '../failure';
import { MAX_REQUEST_ATTEMPTS } from '../limits';
import type { Clock, Journal } from '../ports';
import { rowsBody } from '../rows/body';

export interface SubmitDeps {
	client: ImaginePdfClient;
	clock: Clock;
	journal: Journal;
	random: () => number;
	ledger: Ledger;
}

export interface SubmitOptions {
	runIndex: number;
	account: string;
	profile: PdfProfile;
	unknownSubmit: 'stop' | 'submitAgain';
	/** Milliseconds since the epoch. */
	deadline: number;
	signal?: AbortSignal;
}

export interface AcceptedJob {
	jobId: string;
	/** Where the ledger remembers it. */
	key: string;
	/** True when an earlier try had already submitted and paid for it. */
	reattached: boolean;
	acceptedAt?: number;
	/** False when a PDF profile was wished for that the service's routes do not know. */
	profileApplied: boolean;
	/** The service's answer to the submit, where this run made it. */
	total: number;
}

/** Counts equal submits of one run, so that twins are two jobs and a retry finds each of them. */
export class Occurrences {
	private readonly seen = new Map<string, number>();

	next(identity: string): number {
		const occurrence = this.seen.get(identity) ?? 0;
		this.seen.set(identity, occurrence + 1);
		return occurrence;
	}
}

/** The job's identity and body; both cost a pass over the rows, so they are made once. */
export function prepareSubmit(
	job: PlannedJob,
	options: Pick<SubmitOptions, 'runIndex' | 'account' | 'profile'>,
	occurrences: Occurrences,
): { key: string; body: (profile: PdfProfile | undefined) => string } {
	const plain = rowsBody(job.rows);
	const { runIndex, account, profile } = options;
	const identity = { runIndex, account: `${account} ${profile}`, designId: job.designId, body: plain };
	const occurrence = occurrences.next(ledgerKey({ ...identity, occurrence: 0 }));
	return {
		key: ledgerKey({ ...identity, occurrence }),
		body: (known) => (known === undefined ? plain : rowsBody(job.rows, known)),
	};
}

/**
 * Submits a job, or finds the one that an earlier try of this run has already paid for.
 * @throws Failure when the service refuses, or when the outcome of this or an earlier submit is not
 * known and `unknownSubmit` is `stop`; the signal's reason when stopped
 */
export async function submitJob(
	deps: SubmitDeps,
	job: PlannedJob,
	prepared: ReturnType<typeof prepareSubmit>,
	options: SubmitOptions,
): Promise<AcceptedJob> {
	const { key } = prepared;
	const known = deps.ledger.find(key);
	if (known?.state === 'accepted') {
		deps.journal.info(`Found job ${known.jobId}, submitted and paid for by an earlier try`);
		const { jobId } = known;
		return { jobId, key, reattached: true, profileApplied: true, total: job.rows.length };
	}
	if (known && options.unknownSubmit === 'stop') {
		throw uncertain(job, known.since, known.state === 'unknown' ? known.reason : 'it was interrupted');
	}
	for (let tried = 1; ; tried++) {
		const outcome = await submitOnce(deps, job, prepared, options);
		if (outcome.ok) return outcome.value;
		const again =
			outcome.unknown && options.unknownSubmit === 'submitAgain' && tried < MAX_REQUEST_ATTEMPTS;
		const pause = pauseBefore(outcome.error, tried - 1, deps.random);
		if (!again || deps.clock.now() + pause >= options.deadline) {
			return await Promise.reject(outcome.failure);
		}
		deps.journal.warn('The outcome of a submit is not known; submitting again as set in the options');
		await deps.clock.sleep(pause, options.signal);
	}
}

type Attempt =
	| { ok: true; value: AcceptedJob }
	| { ok: false; unknown: boolean; error: unknown; failure: unknown };

async function submitOnce(
	deps: SubmitDeps,
	job: PlannedJob,
	{ key, body }: ReturnType<typeof prepareSubmit>,
	options: SubmitOptions,
): Promise<Attempt> {
	const { signal, deadline, profile } = options;
	signal?.throwIfAborted();
	deps.ledger.sending(key);
	const request = { designId: job.designId, body, profile };
	const answer = await settle(() => deps.client.submitBatch(request, { signal, deadline }));
	if (answer.ok) {
		const { jobId, total, profileApplied } = answer.value;
		deps.ledger.accepted(key, jobId);
		deps.journal.info(`ImaginePDF accepted job ${jobId}`, {
			jobId,
			designId: job.designId,
			rows: job.rows.length,
			batch: `${job.number} of ${job.count}`,
		});
		const acceptedAt = deps.clock.now();
		return { ok: true, value: { jobId, key, total, reattached: false, acceptedAt, profileApplied } };
	}
	const { error } = answer;
	if (isKnownOutcome(error)) {
		deps.ledger.forget(key);
		const failure = explain(error, { doing: 'submit', designId: job.designId, rows: job.rows.length });
		return { ok: false, unknown: false, error, failure };
	}
	return { ok: false, unknown: true, error, failure: lost(deps, job, key, error, signal) };
}

/** Records a submit whose outcome nobody knows, and says so. */
function lost(
	deps: SubmitDeps,
	job: PlannedJob,
	key: string,
	error: unknown,
	signal: AbortSignal | undefined,
): unknown {
	const stopped = signal?.aborted === true;
	const explained = explain(error, { doing: 'submit', designId: job.designId });
	const details = explained instanceof Failure ? explained.details : undefined;
	const reason = stopped ? 'the execution was stopped' : (details?.message ?? 'the connection was lost');
	deps.ledger.unknown(key, reason);
	deps.journal.warn(
		`It is not known whether ImaginePDF accepted batch ${job.number} of ${job.count}: ${reason}`,
		{ designId: job.designId, rows: job.rows.length },
	);
	if (stopped) return signal.reason;
	const failure = uncertain(job, undefined, reason);
	return failure.with({
		description: `${failure.details.description} ${details?.description ?? ''}`.trim(),
		fromService: true,
		...(details?.httpStatus !== undefined && { httpStatus: details.httpStatus }),
	});
}

function uncertain(job: PlannedJob, since: string | undefined, reason: string): Failure {
	const rows = plural(job.rows.length, 'row');
	const when = since === undefined ? '' : ` An earlier try, at ${since}, ended the same way.`;
	return new Failure({
		message: `It is not known whether ImaginePDF accepted batch ${job.number} of ${job.count} (${rows})`,
		description: `${sentence(reason)}${when} To avoid paying twice, it was not submitted again. Check in ImaginePDF whether a job of ${rows} of design '${job.designId}' was started: if so, fetch it with the operation 'Download'; if not, start a new execution. The option 'If Submit Outcome Is Unknown' can be set to submit again regardless.`,
		code: 'SUBMIT_OUTCOME_UNKNOWN',
		fromService: false,
		designId: job.designId,
		itemIndexes: job.itemIndexes,
	});
}

function sentence(text: string): string {
	return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
