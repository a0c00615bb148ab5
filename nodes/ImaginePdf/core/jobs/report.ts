import type { Ledger } from './ledger';
import { jobIdsIn, NAMED, OTHERS_HINT, unknownFailure } from './jobMessages';
import type { Kind, LedgerEntry } from './ledgerEntry';
import type { JobOutcome } from './outcome';
import type { PlannedJob } from './plan';
import { isFinished, isWithoutPdfs, phaseOf, rowsWithoutPdf } from './state';
import type { JobState } from '../api/schemas';
import { downloadLaterHint } from '../messages';
import { Failure } from '../failure';
import { firstFew, itemsText, lowerFirst, plural, showName } from '../text';

/** The code of a job that the service calls failed and that has no file: nothing will come of it. */
export const JOB_FAILED = 'JOB_FAILED';

/**
 * What there is to say of a job that the service calls failed, where it turns out to have no file. Nothing
 * of a job that is called just that and counts PDFs or nothing: the refusal of the file says more.
 */
export function failedJob(state: JobState, job?: PlannedJob): Failure | undefined {
	if (phaseOf(state) !== 'failed') return undefined;
	if (state.status === 'failed' && !isWithoutPdfs(state)) return undefined;
	return new Failure({
		message: lostMessage(state, rowsOf(state, job)),
		description: `ImaginePDF does not say why. Check the values of the rows, e.g. image references and tables.${blankedAdvice(job)}`,
		code: JOB_FAILED,
		fromService: false,
		jobIds: [state.jobId],
	});
}

/** @throws Failure when some rows of an ended job did not become a PDF and the user wants to stop then */
export function requireAllRows(
	state: JobState,
	partialFailure: 'continue' | 'error',
	job?: PlannedJob,
): void {
	const { jobId } = state;
	const failed = rowsWithoutPdf(state, job?.rowCount) ?? 0;
	if (failed === 0 || partialFailure === 'continue') return;
	throw new Failure({
		message: `${plural(failed, 'row')} of the ${rowsOf(state, job)} of job ${jobId} did not become a PDF`,
		description: `ImaginePDF does not say which or why.${blankedAdvice(job)} ${downloadLaterHint(jobId)} To hand on what there is, set the option 'If Some Rows Fail' to 'Continue'.`,
		code: 'ROWS_FAILED',
		fromService: false,
		jobIds: [jobId],
	});
}

/** The service may call the end of a job that has failed by another word, e.g. `cancelled`. */
function lostMessage(state: JobState, total: number): string {
	const { jobId, status } = state;
	const what =
		total === 0 || state.completed
			? 'there is no file'
			: total === 1
				? 'its row did not become a PDF'
				: `none of its ${total} rows became a PDF`;
	if (/^failed$/i.test(status)) return `Job ${jobId} failed: ${what}`;
	return `Job ${jobId} ended as '${status}': ${what}`;
}

/** "3 of 100 rows failed", for a hint; `undefined` when all went well. */
export function failedRowsHint(state: JobState, job?: PlannedJob): string | undefined {
	const failed = rowsWithoutPdf(state, job?.rowCount) ?? 0;
	if (failed <= 0) return undefined;
	return `${plural(failed, 'row')} of the ${rowsOf(state, job)} of job ${state.jobId} did not become a PDF. ImaginePDF does not say which.${blankedAdvice(job)}`;
}

function rowsOf({ total = 0 }: JobState, job: PlannedJob | undefined): number {
	return Math.max(total, job?.rowCount ?? 0);
}

/** A blank is only known to be right for text, so it is the first suspect. */
function blankedAdvice(job: PlannedJob | undefined): string {
	const distinct = [...new Set(job?.rows.flatMap((row) => row.blanked) ?? [])];
	if (distinct.length === 0) return '';
	const list = firstFew(distinct.slice(0, NAMED).map(showName), distinct.length);
	return ` Rows without a value were sent with blanks for ${list}: where such a variable is an image or a table, give every row a value.`;
}

/** What a run did and what it cost, for a hint; `undefined` when nothing was paid for. */
export function runHint<T>(outcomes: ReadonlyArray<JobOutcome<T>>, kind: Kind): string | undefined {
	const isPdf = kind === 'pdf';
	const paid = outcomes.filter(({ accepted, result }) => accepted && (!isPdf || result));
	if (paid.length === 0) return undefined;
	const credits = rowsIn(paid);
	const cost = costText(credits, rowsIn(paid.filter(({ accepted }) => accepted?.alreadyPaid)));
	if (isPdf) return `${plural(paid.length, 'PDF')} made. ${cost}`;
	const finished = paid.filter(({ state }) => state && isFinished(state));
	const pdfs = finished.reduce((sum, { job, state }) => sum + pdfsOf(job, state), 0);
	const jobs = plural(paid.length, 'job');
	const done =
		finished.length === 0
			? `${jobs} submitted with ${plural(credits, 'row')}`
			: `${jobs} with ${plural(credits, 'row')} gave ${plural(pdfs, 'PDF')}`;
	return `${done}. ${cost}`;
}

/** Where the service counts nothing, all rows are taken to have become PDFs. */
function pdfsOf({ rowCount }: PlannedJob, state: JobState | undefined): number {
	if (!state) return 0;
	return state.completed || (isWithoutPdfs(state) ? 0 : rowCount - (rowsWithoutPdf(state) ?? 0));
}

/** A row costs one credit, and only when its job is accepted. */
function rowsIn(outcomes: ReadonlyArray<{ job: PlannedJob }>): number {
	return outcomes.reduce((sum, { job }) => sum + job.rowCount, 0);
}

/** "Cost: 5 credits, 2 of them paid by an earlier try." */
function costText(credits: number, earlier: number): string {
	const before =
		earlier === 0
			? ''
			: earlier === credits
				? ', paid by an earlier try'
				: `, ${earlier} of them paid by an earlier try`;
	return `Cost: ${plural(credits, 'credit')}${before}.`;
}

/**
 * The one failure to stop with: an unknown outcome first, else the first that is not only a consequence
 * of another, with everything that is already paid for and how to fetch it later.
 */
export function summarise<T>(
	outcomes: ReadonlyArray<JobOutcome<T>>,
	kind: Kind,
	canRetry: boolean,
): Failure | undefined {
	const [first, ...more] = outcomes.flatMap(({ job, unknown }) =>
		unknown ? [{ job, unknown }] : [],
	);
	const paid = outcomes.filter(({ accepted }) => accepted !== undefined);
	if (first) {
		const failure = unknownFailure(first, kind, { canRetry, paid: paid.map(paidText(kind)) });
		const all = paid.length > 0 ? failure.with({ jobIds: idsOf(paid, kind) }) : failure;
		const named = withMoreUnknown(
			all,
			more.map(({ job }) => job),
			kind,
		);
		return more.length + 1 < outcomes.length ? withOthersHint(named) : named;
	}
	const failures = outcomes.flatMap(({ failure }) => failure ?? []);
	const cause = failures.find(({ details }) => details.code !== 'HALTED') ?? failures[0];
	if (!cause) return undefined;
	return kind === 'pdf' ? withPaidPdfs(cause, outcomes) : withPaidJobs(cause, paid);
}

function withOthersHint(failure: Failure): Failure {
	return failure.with({ description: `${failure.details.description} ${OTHERS_HINT}` });
}

const paidText =
	(kind: Kind) =>
	<T>({ accepted, job }: JobOutcome<T>): string =>
		kind === 'pdf'
			? `the PDF of ${itemsText(job.itemIndexes)}`
			: `${accepted?.jobId} (batch ${job.number}, ${plural(job.rowCount, 'row')})`;

function idsOf<T>(paid: ReadonlyArray<JobOutcome<T>>, kind: Kind): string[] {
	return kind === 'pdf' ? [] : paid.flatMap(({ accepted }) => accepted?.jobId ?? []);
}

function withMoreUnknown(cause: Failure, jobs: readonly PlannedJob[], kind: Kind): Failure {
	if (jobs.length === 0) return cause;
	const { description } = cause.details;
	if (kind === 'pdf') {
		const items = jobs.flatMap(({ itemIndexes }) => itemIndexes);
		return cause.with({
			description: `${description} The same is not known of ${itemsText(items)}.`,
		});
	}
	const list = jobs
		.slice(0, NAMED)
		.map(
			({ number, rowCount, designId, itemIndexes }) =>
				`batch ${number} (${plural(rowCount, 'row')} of design '${designId}', ${itemsText(itemIndexes)})`,
		);
	return cause.with({
		description: `${description} The same is not known of ${firstFew(list, jobs.length)}: check each of them.`,
	});
}

function withPaidJobs<T>(cause: Failure, paid: ReadonlyArray<JobOutcome<T>>): Failure {
	const told = new Set(cause.details.jobIds);
	const others = paid.filter(({ accepted }) => !told.has(accepted?.jobId ?? ''));
	if (others.length === 0) return cause;
	const list = others.map(paidText('batch'));
	return cause.with({
		description: `${cause.details.description} Also accepted and paid for: ${list.join(', ')}. ${howToReturn(others.length, true)}`,
		jobIds: idsOf(paid, 'batch'),
	});
}

/** A retry finds PDFs by their links, which only the key can read that was used to make them. */
function withPaidPdfs<T>(cause: Failure, outcomes: ReadonlyArray<JobOutcome<T>>): Failure {
	const isGone = ({ failure }: JobOutcome<T>) => failure?.details.code === 'LINK_EXPIRED';
	const paid = outcomes.filter((outcome) => outcome.accepted && !isGone(outcome));
	const needsNewKey = cause.details.httpStatus === 401;
	const stops = cause.details.code === 'LINK_EXPIRED' || (needsNewKey && paid.length > 0);
	const failure = paid.length === 0 ? cause : withPaidList(cause, paid, stops, needsNewKey);
	return stops && outcomes.length > 1 ? withOthersHint(failure) : failure;
}

function withPaidList<T>(
	cause: Failure,
	paid: ReadonlyArray<JobOutcome<T>>,
	stops: boolean,
	needsNewKey: boolean,
): Failure {
	const [are, them] = paid.length === 1 ? ['is', 'it'] : ['are', 'them'];
	const items = itemsText(paid.flatMap(({ job }) => job.itemIndexes));
	const told = `${cause.details.description} ${plural(paid.length, 'PDF')} of this run ${are} made and paid for (${items})`;
	const next = needsNewKey
		? `: look for ${them} in ImaginePDF, since a retry with another key cannot fetch ${them}.`
		: stops
			? '.'
			: `: a retry of this execution fetches ${them} without paying again, as long as the links are valid.`;
	return cause.with({ description: `${told}${next}` });
}

/** Jobs of earlier tries of this run that hold rows of these items, or of any. */
export function jobIdsOf(ledger: Ledger, itemIndexes?: readonly number[]): string[] {
	return jobIdsIn(ledger.left(itemIndexes));
}

/**
 * The failure of a try that did not come to its jobs, with what earlier tries have left behind: of the
 * whole run where the node stops, else of the items that it concerns.
 *
 * @param canRetry whether n8n offers to retry the execution
 */
export function withEarlier(failure: Failure, ledger: Ledger, canRetry = true): Failure {
	const { jobIds = [], message, itemIndexes, code } = failure.details;
	// A new execution would pay for all of it again; an item of its own speaks of its own rows only.
	const earlier = ledger.left(canRetry ? undefined : itemIndexes);
	const told = new Set(jobIds);
	const others = jobIdsIn(earlier).filter((jobId) => !told.has(jobId));
	const withPdfs = withEarlierPdfs(failure, earlier, canRetry);
	const withJobs =
		others.length === 0
			? withPdfs
			: withPdfs.with({
					description: `${withPdfs.details.description} Paid for by an earlier try: ${others.join(', ')}. ${howToReturn(others.length, canRetry)}`,
					jobIds: [...jobIds, ...others],
				});
	const unknown = earlier.filter(({ state }) => state !== 'accepted');
	const [first] = unknown;
	if (!first || code === 'SUBMIT_OUTCOME_UNKNOWN') return withJobs;
	// What may have been paid for comes first, whatever this try has met.
	return withJobs.with({
		message: `It is not known whether ImaginePDF accepted ${plural(unknown.length, 'submit')} of an earlier try. This try: ${lowerFirst(message)}`,
		description: `${withJobs.details.description} The earlier try was at ${new Date(first.at).toISOString()}. Check in ImaginePDF whether its jobs or PDFs exist before you ${canRetry ? 'start a new execution' : 'send the items again'}, which would pay again.`,
		code: 'SUBMIT_OUTCOME_UNKNOWN',
	});
}

function withEarlierPdfs(
	failure: Failure,
	earlier: readonly LedgerEntry[],
	canRetry: boolean,
): Failure {
	const { description, code } = failure.details;
	const pdfs = earlier.filter(({ kind, state }) => kind === 'pdf' && state === 'accepted');
	// These name what is paid for themselves.
	if (pdfs.length === 0 || /^(ALREADY_SUBMITTED|LINK_EXPIRED|SUBMIT_OUTCOME)/.test(code))
		return failure;
	const [are, them] = pdfs.length === 1 ? ['is', 'it'] : ['are', 'them'];
	const retry = canRetry
		? `: a retry with what ${pdfs.length === 1 ? 'it was' : 'they were'} made with fetches ${them} without paying again, as long as the links are valid`
		: `: look for ${them} in ImaginePDF`;
	return description.includes('made and paid for')
		? failure
		: failure.with({
				description: `${description} ${plural(pdfs.length, 'PDF')} of an earlier try ${are} paid for${retry}.`,
			});
}

function howToReturn(count: number, canRetry: boolean): string {
	const them = count === 1 ? 'it' : 'them';
	return canRetry
		? `Nothing is lost: a retry of this execution finds ${them} without paying again, and the operation 'Download' fetches ${them} by job ID.`
		: `Nothing is lost: the operation 'Download' fetches ${them} by job ID.`;
}
