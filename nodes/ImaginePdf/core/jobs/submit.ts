import { labelOf, unknownFailure } from './jobMessages';
import type { Ledger } from './ledger';
import { CUT_OFF, INTERRUPTED, type LedgerEntry } from './ledgerEntry';
import { decryptLink, encryptLink } from './linkEncryption';
import type { PlannedJob } from './plan';
import type { WaitDeps } from './wait';
import type { Paid, PdfProfile } from '../api/client';
import { paidOutcomeOf, requestPolicy } from '../api/retry';
import type { GeneratedPdf, SubmittedJob } from '../api/schemas';
import { settle } from '../async';
import type { Failure } from '../failure';
import { MAX_REQUEST_ATTEMPTS } from '../limits';
import { serviceWords, toFailure } from '../messages';
import { retrying } from '../retrying';
import type { PreparedRow } from '../rows/types';

/** What a submit needs. */
export interface SubmitDeps extends WaitDeps {
	ledger: Ledger;
}

/** How rows are submitted. */
export interface SubmitOptions {
	profile: PdfProfile;
	/** What is done where it is not known whether a request was charged. */
	unknownSubmit: 'stop' | 'submitAgain';
	/** Encrypts the link of a single PDF for a later try; see `linkEncryption.ts`. */
	secret: string;
	signal?: AbortSignal;
}

/** A batch job or a single PDF that the service has accepted, and that is paid for. */
export interface AcceptedJob {
	/** Where the ledger remembers it. */
	entry: LedgerEntry;
	/** Where to fetch a single PDF. */
	link?: string | undefined;
	/** Its status, where the service gave one. */
	status?: string | undefined;
}

/** The body of a batch submit (docs/imaginepdf-api.md, "Batch"); without a profile, it has no such key. */
export function rowsBody(
	rows: ReadonlyArray<Pick<PreparedRow, 'values'>>,
	pdfProfile?: string,
): string {
	return JSON.stringify({ rows: rows.map(({ values }) => values), pdfProfile });
}

/** The body of a single PDF (docs/imaginepdf-api.md, "Single PDF"). */
export function dataBody(
	row: Pick<PreparedRow, 'values'> | undefined,
	pdfProfile?: string,
): string {
	return JSON.stringify({ data: row?.values, pdfProfile });
}

/** What the service says of what it has accepted. */
type Answer = Paid<Partial<SubmittedJob & GeneratedPdf>>;

/**
 * Sends what costs credits: once, and again only where that cannot charge twice or where the user accepts
 * one possible second charge. The ledger is written before and after each request. What an earlier try has paid
 * for is taken from it instead.
 *
 * @throws Failure when the service refuses, or when it is not known whether it has charged; the signal's
 * reason when stopped
 */
export async function submitJob(
	deps: SubmitDeps,
	job: PlannedJob,
	options: SubmitOptions,
): Promise<AcceptedJob> {
	if (job.earlier) return alreadyAccepted(deps, job, job.earlier, options);
	const { client, ledger, logger, random } = deps;
	const { profile, signal, unknownSubmit } = options;
	const { designId, rows } = job;
	const { kind } = ledger.scope;
	let entry: LedgerEntry | undefined;
	const policy = requestPolicy((error) => {
		const outcome = paidOutcomeOf(error);
		const maySubmitAgain = unknownSubmit === 'submitAgain' && !entry?.resubmitted;
		return outcome === 'undone' || (outcome === 'unknown' && maySubmitAgain);
	}, random);
	const bounds = { maxTries: MAX_REQUEST_ATTEMPTS, signal };
	const bought = await settle(() =>
		retrying<AcceptedJob>(deps, policy, bounds, async () => {
			entry = ledger.sending(designId, rows);
			if (entry.resubmitted)
				logger.warn(`Submitting ${labelOf(job, kind)} once more, as set in the options`);
			const body = (known?: PdfProfile) =>
				kind === 'pdf' ? dataBody(rows[0], known) : rowsBody(rows, known);
			const request = { designId, body, profile };
			const answer = await settle<Answer>(() =>
				kind === 'pdf'
					? client.generatePdf(request, { signal })
					: client.submitBatch(request, { signal }),
			);
			if (answer.ok) return accept(deps, job, entry, answer.value, options);
			recordFailure(deps, job, entry, answer.error, signal);
			throw answer.error;
		}),
	);
	if (bought.ok) return bought.value;
	signal?.throwIfAborted();
	const failure = submitFailure(deps, job, bought.error);
	// However the repetition ended, the request before it may have been charged.
	if (!entry || entry.rows.length === 0) throw failure;
	const cause = `${failure.message}.${serviceWords(bought.error)}`;
	throw unknownFailure(job, entry, cause, failure.details.httpStatus);
}

function accept(
	{ ledger, logger }: SubmitDeps,
	job: PlannedJob,
	entry: LedgerEntry,
	answer: Answer,
	{ secret }: SubmitOptions,
): AcceptedJob {
	const { generationId, jobId = generationId ?? '', filename: fileName = '' } = answer;
	const { downloadUrl: link, status, profileApplied } = answer;
	const saved = link ? encryptLink(link, secret) : '';
	ledger.accepted(entry, { jobId, fileName, isPlain: !profileApplied, link: saved });
	const { kind, design: designId } = entry;
	const named = jobId && ` as ${jobId}`;
	const details = { ...idOf(entry), designId, rows: job.rowCount };
	logger.info(`ImaginePDF accepted ${labelOf(job, kind)}${named}`, details);
	return { entry, link, status };
}

/** What an earlier try has paid for. @throws Failure where that is not known */
function alreadyAccepted(
	{ logger }: SubmitDeps,
	job: PlannedJob,
	entry: LedgerEntry,
	{ secret }: SubmitOptions,
): AcceptedJob {
	const { state, jobId, at, design: designId } = entry;
	if (state === 'unknown') {
		const reason = entry.reason || INTERRUPTED;
		const when = reason === CUT_OFF ? '' : `, at ${new Date(at).toISOString()},`;
		const cause = `An earlier try${when} ended without an answer: ${reason}.`;
		throw unknownFailure(job, entry, cause);
	}
	const details = { designId, ...idOf(entry) };
	logger.info(`Found ${jobId || 'a PDF'}, paid for by an earlier try`, details);
	const link = entry.link === '' ? undefined : decryptLink(entry.link, secret);
	return { entry, link };
}

/** The service's ID of what is paid for, where it gave one, under the service's name for it. */
export function idOf({ kind, jobId }: LedgerEntry): Record<string, string> {
	if (jobId === '') return {};
	return kind === 'pdf' ? { generationId: jobId } : { jobId };
}

/** The error in the words of a user. */
function submitFailure(
	{ ledger }: SubmitDeps,
	{ designId, rows }: PlannedJob,
	error: unknown,
): Failure {
	const doing = ledger.scope.kind === 'batch' ? 'submit' : 'generate';
	return toFailure(error, { doing, designId, rows: rows.length });
}

function recordFailure(
	deps: SubmitDeps,
	job: PlannedJob,
	entry: LedgerEntry,
	error: unknown,
	signal: AbortSignal | undefined,
): void {
	if (paidOutcomeOf(error) !== 'unknown') return deps.ledger.notCharged(entry);
	const words = submitFailure(deps, job, error).message;
	const reason = signal?.aborted ? 'the execution was stopped' : words;
	deps.ledger.unknown(entry, reason);
	const label = labelOf(job, entry.kind);
	deps.logger.warn(`It is not known whether ImaginePDF accepted ${label}: ${reason}`, {
		designId: job.designId,
	});
}
