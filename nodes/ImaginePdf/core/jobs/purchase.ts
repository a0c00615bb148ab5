import type { Ledger } from './ledger';
import { CUT_OFF, INTERRUPTED, type LedgerEntry } from './ledgerEntry';
import { decryptLink, encryptLink } from './linkEncryption';
import { labelOf, unknownFailure } from './jobMessages';
import type { AcceptedJob } from './outcome';
import type { PlannedJob } from './plan';
import { isFinished } from './state';
import type { ImaginePdfClient, PdfProfile } from '../api/client';
import { AnswerFault, ApiError, TransportError } from '../api/errors';
import { paidOutcomeOf, requestPolicy } from '../api/retry';
import { settle } from '../async';
import { Failure } from '../failure';
import { MAX_REQUEST_ATTEMPTS } from '../limits';
import type { Clock, Logger } from '../ports';
import { retrying } from '../retrying';
import type { PreparedRow } from '../rows/types';
import { toFailure } from '../messages';

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
	signal?: AbortSignal;
}

/**
 * Sends what costs credits: once, and again only where that cannot charge twice or where the user accepts
 * one possible second charge. What happened is in the ledger before and after each request.
 *
 * @throws Failure when the service refuses, or when it is not known whether it has charged; the signal's
 * reason when stopped
 */
export async function purchase(
	deps: PurchaseDeps,
	job: PlannedJob,
	options: PurchaseOptions,
): Promise<AcceptedJob> {
	const { ledger, logger, random } = deps;
	const { signal, unknownSubmit } = options;
	let entry: LedgerEntry | undefined;
	let isSecond = false;
	const policy = requestPolicy((error) => {
		const outcome = paidOutcomeOf(error);
		const isSecondCharge = outcome === 'unknown' && unknownSubmit === 'submitAgain' && !isSecond;
		return outcome === 'undone' || isSecondCharge;
	}, random);
	const bounds = { maxTries: MAX_REQUEST_ATTEMPTS, signal };
	const bought = await settle(() =>
		retrying(deps, policy, bounds, async () => {
			entry = ledger.sending(job.designId, job.rows);
			isSecond = entry.resubmitted;
			if (isSecond)
				logger.warn(
					`Submitting ${labelOf(job, ledger.scope.kind)} once more, as set in the options`,
				);
			const answer = await settle(() => send(deps, job, options));
			if (answer.ok) return accept(deps, job, entry, answer.value, options);
			if (paidOutcomeOf(answer.error) === 'unknown')
				recordUnknown(deps, job, entry, answer.error, signal);
			else ledger.notCharged(entry);
			throw answer.error;
		}),
	);
	if (bought.ok) return bought.value;
	signal?.throwIfAborted();
	const failure = failureOf(deps, job, bought.error);
	// However a repetition ended: what was sent before it may have been charged.
	if (entry?.state !== 'unknown') throw failure;
	const status = bought.error instanceof ApiError ? { httpStatus: bought.error.status } : {};
	const cause = causeText(bought.error, failure);
	throw unknownFailure(job, ledger.scope.kind, { cause, isSecond, ...status }).with({
		entries: [entry],
	});
}

/** What the service says of what it has accepted. */
type Answer = Pick<AcceptedJob, 'jobId' | 'status' | 'link' | 'fileName' | 'profileApplied'>;

/** The body of a batch submit (docs/imaginepdf-api.md, "Batch"); without a profile, it has no such key. */
export function rowsBody(
	rows: ReadonlyArray<Pick<PreparedRow, 'values'>>,
	pdfProfile?: string,
): string {
	return JSON.stringify({ rows: rows.map(({ values }) => values), pdfProfile });
}

/** The body of a single PDF (docs/imaginepdf-api.md, "Single PDF"). */
export function dataBody({ values }: Pick<PreparedRow, 'values'>, pdfProfile?: string): string {
	return JSON.stringify({ data: values, pdfProfile });
}

async function send(
	{ client, ledger }: PurchaseDeps,
	{ designId, rows }: PlannedJob,
	{ profile, signal }: PurchaseOptions,
): Promise<Answer> {
	const [row] = rows;
	if (ledger.scope.kind === 'batch' || !row) {
		const body = (known?: PdfProfile) => rowsBody(rows, known);
		return await client.submitBatch({ designId, body, profile }, { signal });
	}
	const body = (known?: PdfProfile) => dataBody(row, known);
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

/** What an earlier try has paid for. @throws Failure where that is not known */
export function alreadyAccepted(
	{ logger, ledger }: PurchaseDeps,
	job: PlannedJob,
	entry: LedgerEntry,
	{ secret }: PurchaseOptions,
): AcceptedJob {
	const { state, jobId = '', at, fileName, resubmitted: isSecond } = entry;
	if (state !== 'accepted') {
		const reason = entry.reason ?? INTERRUPTED;
		const when = reason === CUT_OFF ? '' : `, at ${new Date(at).toISOString()},`;
		const cause = `An earlier try${when} ended without an answer: ${reason}.`;
		const failure = unknownFailure(job, ledger.scope.kind, { cause, isSecond });
		throw failure.with({ entries: [entry] });
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
): Failure {
	const doing = ledger.scope.kind === 'batch' ? 'submit' : 'generate';
	return toFailure(error, { doing, designId, rows: rows.length });
}

function recordUnknown(
	deps: PurchaseDeps,
	job: PlannedJob,
	entry: LedgerEntry,
	error: unknown,
	signal: AbortSignal | undefined,
): void {
	const reason = signal?.aborted
		? 'the execution was stopped'
		: failureOf(deps, job, error).message;
	deps.ledger.unknown(entry, reason);
	deps.logger.warn(
		`It is not known whether ImaginePDF accepted ${labelOf(job, deps.ledger.scope.kind)}: ${reason}`,
		{ designId: job.designId },
	);
}

/** What happened, with the service's own words: its advice would not do where it may have charged. */
function causeText(error: unknown, { message }: Failure): string {
	if (error instanceof TransportError) return `${message} (${error.code}).`;
	if (!(error instanceof ApiError)) return `${message}.`;
	const { status, code, apiMessage } = error;
	const own = Object.values<string>(AnswerFault).includes(code) ? '' : ` ${code}`;
	return `${message} (HTTP ${status}${own}${apiMessage === '' ? '' : `: "${apiMessage}"`}).`;
}
