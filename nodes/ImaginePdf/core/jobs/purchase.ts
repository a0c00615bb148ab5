import type { Ledger } from './ledger';
import { INTERRUPTED, type LedgerEntry } from './ledgerEntry';
import { decryptLink, encryptLink } from './linkEncryption';
import { labelOf } from './jobMessages';
import type { AcceptedJob, UnknownOutcome } from './outcome';
import type { PlannedJob } from './plan';
import { isFinished } from './state';
import type { ImaginePdfClient, PdfProfile } from '../api/client';
import { AnswerFault, ApiError, TransportError } from '../api/errors';
import { paidOutcomeOf, pauseBefore } from '../api/retry';
import { settle } from '../async';
import { toFailure } from '../toFailure';
import { Failure } from '../failure';
import { MAX_REQUEST_ATTEMPTS, MAX_RETRY_AFTER_MS } from '../limits';
import type { Clock, Logger } from '../ports';
import { dataBody, rowsBody } from './body';

/** What a purchase needs. */
export interface PurchaseDeps {
	client: ImaginePdfClient;
	clock: Clock;
	logger: Logger;
	random: () => number;
	ledger: Ledger;
}

/** How purchases are made. */
export interface PurchaseOptions {
	profile: PdfProfile;
	/** What is done where it is not known whether a request was charged. */
	unknownSubmit: 'stop' | 'submitAgain';
	/** Encrypts the link of a single PDF for a later try; see `linkEncryption.ts`. */
	secret: string;
	/** Whether n8n offers to retry the execution; advice names it only then. */
	canRetry: boolean;
	signal?: AbortSignal;
}

/** It is not known whether a purchase was charged, now or by an earlier try. */
export class UnknownOutcomeError extends Error {
	override readonly name = 'UnknownOutcomeError';

	constructor(readonly outcome: UnknownOutcome) {
		super(outcome.story);
	}
}

/**
 * Sends what costs credits: once, and again only where that cannot charge twice or where the user accepts
 * one possible second charge. What happened is in the ledger before and after each request.
 *
 * @throws Failure when the service refuses; UnknownOutcomeError; the signal's reason when stopped
 */
export async function purchase(
	deps: PurchaseDeps,
	job: PlannedJob,
	options: PurchaseOptions,
): Promise<AcceptedJob> {
	const { ledger, clock, logger } = deps;
	const { signal, unknownSubmit } = options;
	for (let tried = 1; ; tried++) {
		signal?.throwIfAborted();
		const entry = ledger.sending(job.designId, job.rows);
		const again = entry.resubmitted;
		const answer = await settle(() => send(deps, job, options));
		if (answer.ok) return accept(deps, job, entry, answer.value, options);
		const failure = failureOf(deps, job, answer.error, options);
		const outcome = paidOutcomeOf(answer.error);
		if (outcome === 'unknown') recordUnknownOutcome(deps, job, entry, failure, signal);
		else ledger.notCharged(entry);
		signal?.throwIfAborted();
		const isSecondCharge = outcome === 'unknown' && unknownSubmit === 'submitAgain' && !again;
		const pause = pauseBefore(answer.error, tried - 1, deps.random);
		const mayRepeat = outcome === 'undone' || isSecondCharge;
		if (!mayRepeat || tried >= MAX_REQUEST_ATTEMPTS || pause > MAX_RETRY_AFTER_MS) {
			// However a repetition ended: what was sent before it may have been charged.
			if (entry.state === 'unknown') throw unknownNow(answer.error, failure, again);
			return await Promise.reject(failure);
		}
		const seconds = Math.ceil(pause / 1000);
		logger.info(
			`${failureText(failure)}; trying again in ${seconds} s (${tried + 1} of ${MAX_REQUEST_ATTEMPTS})`,
		);
		if (isSecondCharge) {
			logger.warn(`Submitting ${labelOf(job, ledger.scope.kind)} once more, as set in the options`);
		}
		await clock.sleep(pause, signal);
	}
}

/** What the service says of what it has accepted. */
type Answer = Pick<AcceptedJob, 'jobId' | 'status' | 'link' | 'fileName' | 'profileApplied'>;

async function send(
	{ client, ledger }: PurchaseDeps,
	{ designId, rows }: PlannedJob,
	{ profile, signal }: PurchaseOptions,
): Promise<Answer> {
	const [row] = rows;
	if (ledger.scope.kind === 'batch' || !row) {
		const body = (known: PdfProfile | undefined) => rowsBody(rows, known);
		return await client.submitBatch({ designId, body, profile }, { signal });
	}
	const body = (known: PdfProfile | undefined) => dataBody(row, known);
	const pdf = await client.generatePdf({ designId, body, profile }, { signal });
	const { generationId: jobId = '', status, downloadUrl: link, filename, profileApplied } = pdf;
	return { jobId, status, link, fileName: filename, profileApplied };
}

function accept(
	{ ledger, clock, logger }: PurchaseDeps,
	job: PlannedJob,
	entry: LedgerEntry,
	{ jobId, status, link, fileName, profileApplied }: Answer,
	{ secret }: PurchaseOptions,
): AcceptedJob {
	const encrypted = link === undefined ? {} : { link: encryptLink(link, secret) };
	ledger.accepted(entry, { jobId, ...encrypted, ...(fileName !== undefined && { fileName }) });
	const label = labelOf(job, ledger.scope.kind);
	const named = jobId === '' ? label : `${label} as ${link === undefined ? `job ${jobId}` : jobId}`;
	logger.info(`ImaginePDF accepted ${named}`, {
		...(jobId !== '' && (link === undefined ? { jobId } : { generationId: jobId })),
		designId: job.designId,
		rows: job.rows.length,
	});
	const submittedAt = clock.now();
	const isOver = status !== undefined && isFinished({ status });
	return {
		jobId,
		entry,
		submittedAt,
		...(!isOver && { acceptedAt: submittedAt }),
		profileApplied,
		alreadyPaid: false,
		link,
		fileName,
		status,
	};
}

/** What an earlier try has paid for. @throws UnknownOutcomeError where that is not known */
export function alreadyAccepted(
	{ logger }: PurchaseDeps,
	entry: LedgerEntry,
	{ secret }: PurchaseOptions,
): AcceptedJob {
	const { state, jobId = '', at, fileName, resubmitted: again } = entry;
	if (state !== 'accepted') {
		const reason = entry.reason ?? INTERRUPTED;
		const story = `An earlier try, at ${new Date(at).toISOString()}, ended without an answer: ${reason}.`;
		throw new UnknownOutcomeError({ story, again });
	}
	logger.info(`Found ${jobId || 'a PDF'}, paid for by an earlier try`, {
		designId: entry.design,
		...(jobId && { jobId }),
	});
	const link = entry.link && decryptLink(entry.link, secret);
	return { jobId, entry, submittedAt: at, profileApplied: true, alreadyPaid: true, link, fileName };
}

/** The same error in the words of a user, where this package has words for it. */
function failureOf(
	{ ledger }: PurchaseDeps,
	{ designId, rows }: PlannedJob,
	error: unknown,
	{ canRetry }: PurchaseOptions,
): unknown {
	const doing = ledger.scope.kind === 'batch' ? 'submit' : 'generate';
	return toFailure(error, { doing, designId, rows: rows.length, canRetry });
}

function recordUnknownOutcome(
	{ ledger, logger }: PurchaseDeps,
	job: PlannedJob,
	entry: LedgerEntry,
	failure: unknown,
	signal: AbortSignal | undefined,
): void {
	const reason = signal?.aborted ? 'the execution was stopped' : failureText(failure);
	ledger.unknown(entry, reason);
	logger.warn(
		`It is not known whether ImaginePDF accepted ${labelOf(job, ledger.scope.kind)}: ${reason}`,
		{ designId: job.designId },
	);
}

function unknownNow(error: unknown, failure: unknown, again: boolean): UnknownOutcomeError {
	const status = error instanceof ApiError ? { httpStatus: error.status } : {};
	return new UnknownOutcomeError({ story: storyOf(error, failure), again, ...status });
}

/** What happened, with the service's own words: its advice would not do where it may have charged. */
function storyOf(error: unknown, failure: unknown): string {
	const text = failureText(failure);
	if (error instanceof TransportError) return `${text} (${error.code}).`;
	if (!(error instanceof ApiError)) return `${text}.`;
	const { status, code, apiMessage } = error;
	const own = Object.values<string>(AnswerFault).includes(code) ? '' : ` ${code}`;
	return `${text} (HTTP ${status}${own}${apiMessage === '' ? '' : `: "${apiMessage}"`}).`;
}

function failureText(failure: unknown): string {
	return failure instanceof Failure ? failure.message : 'The connection was lost';
}
