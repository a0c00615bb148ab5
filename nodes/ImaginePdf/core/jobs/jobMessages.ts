import type { JobKind, LedgerEntry } from './ledgerEntry';
import type { PlannedJob } from './plan';
import { describeState, isWithoutPdfs, phaseOf, rowsWithoutPdf } from './state';
import type { JobState } from '../api/schemas';
import { Failure } from '../failure';
import { groupedBy } from '../objects';
import { firstFew, itemsText, lowerFirst, NAMED, plural, showNames, upperFirst } from '../text';

/* What is said of one job. What else of the run is paid for is added in `paidMessages.ts`. */

/** The code of a job that the service calls failed and that has no file: nothing will come of it. */
export const JOB_FAILED = 'JOB_FAILED';

/** What another job's failure ended; that one is reported instead. */
export const CANCELLED = new Failure({ message: 'Cancelled', description: '', code: 'CANCELLED' });

export const PROFILE_NOT_APPLIED =
	'The PDF profile was not applied: this ImaginePDF service does not offer profiles. The PDFs are standard ones.';

/** For the middle of a sentence: "batch 2 of 3 (100 rows)", "the PDF of item 4". */
export function labelOf(
	{ number, count, rowCount, itemIndexes }: PlannedJob,
	kind: JobKind,
): string {
	if (kind === 'pdf') return `the PDF of ${itemsText(itemIndexes)}`;
	return `batch ${number} of ${count} (${plural(rowCount, 'row')})`;
}

/**
 * It is not known whether a request was charged. Of all failures this is the one to check first.
 * @param cause what happened, in a sentence
 */
export function unknownFailure(
	job: PlannedJob,
	entry: LedgerEntry,
	cause: string,
	httpStatus?: number,
): Failure {
	const { designId, itemIndexes, rowCount } = job;
	const { resubmitted: isSecond } = entry;
	const once = isSecond
		? "The repetition that 'Submit Again' allows is used up, so it is not submitted once more."
		: 'To avoid paying twice, it was not submitted again.';
	const [what, fetch] =
		entry.kind === 'pdf'
			? ['a PDF', '']
			: [`a job of ${plural(rowCount, 'row')}`, " If so, fetch it with the operation 'Download'."];
	const check = `Check in ImaginePDF whether ${what} of design '${designId}' was made.${fetch}`;
	return new Failure({
		message: `It is not known whether ImaginePDF accepted ${labelOf(job, entry.kind)}`,
		description: `${cause} ${once} ${check}`,
		code: 'SUBMIT_OUTCOME_UNKNOWN',
		fromService: httpStatus !== undefined,
		...(httpStatus !== undefined && { httpStatus }),
		...{ designId, itemIndexes, unknown: { isSecond }, stopsAgain: true, entries: [entry] },
	});
}

/** A paid PDF whose link has expired or cannot be read; there is no route to ask for another. */
export function linkGone({ itemIndexes, designId }: PlannedJob): Failure {
	return new Failure({
		message: `The PDF of ${itemsText(itemIndexes)} was made and paid for, but its link is no longer valid`,
		description:
			"ImaginePDF gives no second link to a single PDF. Look for it in ImaginePDF, or send only this item again for another credit. With 'Batch' instead of 'PDF', files stay reachable by their job ID.",
		code: 'LINK_EXPIRED',
		...{ designId, itemIndexes, stopsAgain: true },
	});
}

/** Another job's refusal concerns this one, too. */
export function notSubmitted(job: PlannedJob, kind: JobKind, cause: Failure): Failure {
	const done = kind === 'pdf' ? 'made' : 'submitted';
	const message = `${upperFirst(labelOf(job, kind))} was not ${done}: ${lowerFirst(cause.message)}`;
	return cause.with({ message, itemIndexes: job.itemIndexes });
}

/** The batch that a failure concerns, where there are several; of lists of rows also which rows, from 1. */
export function concerning(job: PlannedJob, kind: JobKind): string {
	const { number, count, itemIndexes, rows } = job;
	if (count === 1 || kind === 'pdf') return '';
	const listed = rows.filter(({ rowIndex }) => rowIndex !== undefined);
	const lists = Array.from(
		groupedBy(listed, ({ itemIndex }) => itemIndex),
		([item, own]) => {
			const numbers = own.map(({ rowIndex = 0 }) => rowIndex + 1);
			return `${itemsText(numbers, 'row')} of item ${item}`;
		},
	);
	const which =
		lists.length > 0 && lists.length <= NAMED ? `: ${firstFew(lists, lists.length)}` : '';
	return `Concerned: batch ${number} of ${count}, ${itemsText(itemIndexes)}${which}.`;
}

/** Submits that were given the same job: which rows are in it is not known. */
export function sharedJob(jobId: string, batches: readonly number[]): Failure {
	const named = firstFew(batches.map(String), batches.length);
	return new Failure({
		message: `ImaginePDF gave the batches ${named} the same job ${jobId}`,
		description:
			"It cannot be told whose PDFs it holds, so none is emitted. Ask ImaginePDF's support, and look at the job's PDFs with the operation 'Download'.",
		code: 'SHARED_JOB',
		jobIds: [jobId],
	});
}

export function notFinished(state: JobState): Failure {
	return aboutPaid(state.jobId, {
		message: `Job ${state.jobId} is not finished yet`,
		description: `${upperFirst(describeState(state))}. Try again later, or turn on 'Wait for Completion'.`,
		code: 'NOT_FINISHED',
	});
}

/**
 * The end of the wait.
 * @param waited how long, in words
 * @param cause why the last request did not show the job's state
 */
export function timedOut(
	jobId: string,
	last: JobState | undefined,
	waited: string,
	cause?: Failure,
): Failure {
	const details = {
		message: `Job ${jobId} was not seen to finish within ${waited}`,
		description: `When last seen, ${describeState(last)}. To wait longer, raise the option 'Timeout'.`,
		code: 'TIMEOUT',
	};
	if (!cause) return aboutPaid(jobId, details);
	const { message, description } = cause.details;
	const trouble = `The last status request had no success: ${message}. ${description}`;
	return cause.with(details).adding(trouble);
}

/**
 * A job that the service calls failed, or whose counts say so, where it turns out to have no file. The end of
 * such a job may have another word, e.g. `cancelled`.
 */
export function failedJob(state: JobState): Failure | undefined {
	const { jobId, status } = state;
	if (phaseOf(state) !== 'failed' && !isWithoutPdfs(state)) return undefined;
	return new Failure({
		message:
			status === 'failed'
				? `Job ${jobId} failed: there is no file`
				: `Job ${jobId} ended as '${status}': there is no file`,
		description:
			'ImaginePDF does not say why. Check the values of the rows, e.g. image references and tables.',
		code: JOB_FAILED,
		jobIds: [jobId],
	});
}

/** For a job without a PDF. Retry On Fail only reports it again. */
export const PAID_AGAIN_HINT =
	'Submitting its rows again, also by a retry of the saved execution, pays for them again.';

/** @throws Failure when some rows of an ended job did not become a PDF and the user wants to stop then */
export function requireAllRows(
	state: JobState,
	partialFailure: 'continue' | 'error',
	job?: PlannedJob,
): void {
	const message = partialFailure === 'error' && failedRows(state, job);
	if (!message) return;
	throw aboutPaid(state.jobId, {
		message,
		description: `ImaginePDF does not say which or why.${blankedAdvice(job)} To get what there is, set the option 'If Some Rows Fail' to 'Continue'.`,
		code: 'ROWS_FAILED',
	});
}

/** What a hint has to say of a job whose files were fetched. */
export function stateNotes(state: JobState, job?: PlannedJob): string[] {
	const phase = phaseOf(state);
	if (phase === 'running' || (phase === 'failed' && !state.completed))
		return [
			`Job ${state.jobId} has a file, although its state does not show it: ${describeState(state)}.`,
		];
	const failed = failedRows(state, job);
	return failed ? [`${failed}. ${reasonsIn(state)}${blankedAdvice(job)}`] : [];
}

/** "3 rows of the 100 of job … did not become a PDF"; `undefined` when all went well. */
function failedRows(state: JobState, job?: PlannedJob): string | undefined {
	const failed = rowsWithoutPdf(state, job?.rowCount) ?? 0;
	if (failed <= 0) return undefined;
	const total = Math.max(state.total ?? 0, job?.rowCount ?? 0);
	return `${plural(failed, 'row')} of the ${total} of job ${state.jobId} did not become a PDF`;
}

/**
 * What users must know about PDFs out of a ZIP: their order is not documented.
 * @param rows of the submit, where they are known
 */
export function pairingNotes({ jobId, total }: JobState, rows = total, pdfs = 0): string[] {
	if (pdfs < 2) return [];
	if (rows === 1)
		return [
			`Job ${jobId} has one row, and its ZIP holds ${pdfs} PDFs. Which of them is the row's is not known: look at them before you send them on.`,
		];
	return [
		"The PDFs of a job with several rows are in no known order: do not merge them with items by position. With 'Rows per Batch' at 1 each PDF is paired with its own row.",
	];
}

/** Characters of the service's own words in a hint. */
const MOST_QUOTED = 400;

/** Further fields of a state that look like reasons, as the service gives them. */
function reasonsIn({ more }: JobState): string {
	const reasons = Object.entries(more).filter(([name]) =>
		/error|fail|message|reason|warn/i.test(name),
	);
	if (reasons.length === 0) return 'ImaginePDF does not say which.';
	const text = JSON.stringify(Object.fromEntries(reasons));
	return `ImaginePDF says: ${text.length > MOST_QUOTED ? `${text.slice(0, MOST_QUOTED)}…` : text}`;
}

/** A blank is only known to be right for text, so it is the first suspect. */
export function blankedAdvice(job: PlannedJob | undefined): string {
	const distinct = [...new Set(job?.rows.flatMap((row) => row.blanked) ?? [])];
	if (distinct.length === 0) return '';
	return ` Rows without a value were sent with blanks for ${showNames(distinct, NAMED)}: where such a variable is an image or a table, give every row a value.`;
}

function aboutPaid(
	jobId: string,
	details: { message: string; description: string; code: string },
): Failure {
	return new Failure({ ...details, jobIds: [jobId], isPaid: true });
}
