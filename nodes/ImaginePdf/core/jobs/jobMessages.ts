import { itemsIn, type Kind, type LedgerEntry } from './ledgerEntry';
import type { JobOutcome, UnknownOutcome } from './outcome';
import type { PlannedJob } from './plan';
import { Failure } from '../failure';
import { firstFew, itemsText, lowerFirst, plural } from '../text';

/*
 * What is said where rows are paid for, each message with what to do next. A new execution pays for every
 * row again, so it is advised only where nothing else of the run is paid for, and a retry of the execution
 * only where n8n offers one. What is said of a finished run stands in `report.ts`.
 */

/** How many jobs or batches a message lists before it counts. */
export const NAMED = 10;

/** For the middle of a sentence: "batch 2 of 3 (100 rows)", "the PDF of item 4". */
export function labelOf({ number, count, rowCount, itemIndexes }: PlannedJob, kind: Kind): string {
	return kind === 'pdf'
		? `the PDF of ${itemsText(itemIndexes)}`
		: `batch ${number} of ${count} (${plural(rowCount, 'row')})`;
}

/** It is not known whether this was charged: of all failures the one to check first. */
export function unknownFailure(
	{ job, unknown }: { job: PlannedJob; unknown: UnknownOutcome },
	kind: Kind,
	{ canRetry, paid }: { canRetry: boolean; paid: readonly string[] },
): Failure {
	const { story, again, httpStatus } = unknown;
	const { designId, itemIndexes } = job;
	const once = again
		? 'It was submitted a second time already, so it is not submitted once more.'
		: 'To avoid paying twice, it was not submitted again.';
	const check =
		kind === 'pdf'
			? `Check in ImaginePDF whether a PDF of design '${designId}' was made.`
			: `Check in ImaginePDF whether a job of ${plural(job.rowCount, 'row')} of design '${designId}' was started. If so, fetch it with the operation 'Download'.`;
	return new Failure({
		message: `It is not known whether ImaginePDF accepted ${labelOf(job, kind)}`,
		description: `${story} ${once}${paidFirst(paid, kind)} ${check} ${afterUnknown(job, { canRetry, again, nothingPaid: paid.length === 0 })}`,
		code: 'SUBMIT_OUTCOME_UNKNOWN',
		fromService: httpStatus !== undefined,
		...(httpStatus !== undefined && { httpStatus }),
		designId,
		itemIndexes,
	});
}

/** What would be paid for again by a new execution. A plain retry stops at what is not known once more. */
function paidFirst(paid: readonly string[], kind: Kind): string {
	if (paid.length === 0) return '';
	const list = firstFew(paid.slice(0, NAMED), paid.length);
	const them = paid.length === 1 ? 'it' : 'them';
	const fetch = kind === 'pdf' ? '' : `Fetch ${them} with the operation 'Download'. `;
	return ` Also accepted and paid for: ${list}. ${fetch}A new execution would pay for ${them} again.`;
}

function afterUnknown(
	{ itemIndexes }: PlannedJob,
	{ canRetry, again, nothingPaid }: { canRetry: boolean; again: boolean; nothingPaid: boolean },
): string {
	const not = again ? 'If neither was accepted' : 'If it was not accepted';
	const only = `send only ${itemIndexes.length === 1 ? 'this item' : 'these items'} again (${itemsText(itemIndexes)})`;
	if (!canRetry) return `${not}, ${only}.`;
	const submitAgain =
		"set the option 'If Submit Outcome Is Unknown' to 'Submit Again' and retry this execution with the saved workflow: only this is submitted again then, at the risk of a second charge";
	if (again) return nothingPaid ? `${not}, start a new execution.` : `${not}, ${only}.`;
	return nothingPaid
		? `${not}, start a new execution. Or ${submitAgain}.`
		: `${not}, ${submitAgain}.`;
}

/** A retry would pay for rows that an earlier try has paid for in another form. */
export function alreadyPaid(unclaimed: readonly LedgerEntry[], canRetry: boolean): Failure {
	const unknown = unclaimed.filter(({ state }) => state !== 'accepted');
	const jobIds = jobIdsIn(unclaimed);
	const items = itemsText(itemsIn(unclaimed.flatMap(({ rows }) => rows)));
	const [first] = unknown;
	const submits = plural(unknown.length, 'submit');
	const jobs = `${jobIds.length === 1 ? 'job' : 'jobs'} ${firstFew(jobIds.slice(0, NAMED), jobIds.length)}`;
	const paid =
		jobIds.length > 0
			? `These items were already submitted in another form as ${jobs}`
			: 'These items already became PDFs in another form';
	const retry = canRetry ? ', or retry with what they were made with' : '';
	const description = [
		`The values, the design, the operation, the credential or an option that changes the PDFs is another one now (${items}), so nothing was submitted.`,
		...(first
			? [
					`Check in ImaginePDF whether ${submits} of ${new Date(first.at).toISOString()} was accepted.`,
				]
			: []),
		...(jobIds.length > 0
			? [
					`To get what is paid for, fetch it with the operation 'Download' and the credential that paid for it: ${jobIds.join(', ')}.`,
				]
			: []),
		...(jobIds.length + unknown.length < unclaimed.length
			? [`Look for the single PDFs in ImaginePDF${retry}.`]
			: []),
		'To pay for the items as they are now, start a new execution.',
	];
	return new Failure({
		message: first
			? `It is not known whether ImaginePDF accepted ${submits} of an earlier try, which sent ${items} in another form`
			: paid,
		description: description.join(' '),
		code: first ? 'SUBMIT_OUTCOME_UNKNOWN' : 'ALREADY_SUBMITTED',
		fromService: false,
		...(jobIds.length > 0 && { jobIds }),
	});
}

/** Jobs that can be fetched; a single PDF has a link instead. */
export function jobIdsIn(known: readonly LedgerEntry[]): string[] {
	return known.flatMap(({ kind, state, jobId }) =>
		state === 'accepted' && kind === 'batch' && jobId ? [jobId] : [],
	);
}

/** Of a job without a PDF; Retry On Fail reports it again instead. */
export const PAID_AGAIN_HINT =
	'Submitting its rows again, also by a retry of the saved execution, pays for them again.';

/** A plain retry meets the same again and stops there. */
export const OTHERS_HINT =
	"To get the others, set 'On Error' in the settings of this node to 'Continue' and retry this execution with the saved workflow: what is paid for is not paid for again.";

/** A paid PDF whose link has expired or cannot be read; there is no route to ask for another. */
export function linkGone({ itemIndexes, designId }: PlannedJob): Failure {
	return new Failure({
		message: `The PDF of ${itemsText(itemIndexes)} was made and paid for, but its link is no longer valid`,
		description:
			"ImaginePDF gives no second link to a single PDF. Look for it in ImaginePDF, or send only this item again for another credit. With 'Batch' instead of 'PDF', files stay reachable by their job ID.",
		code: 'LINK_EXPIRED',
		fromService: false,
		designId,
		itemIndexes,
	});
}

/** Another job's failure ended this one, and is told instead of this. */
export function halted({ message }: Error): Failure {
	const description = 'The message of that one says why.';
	return new Failure({ message, description, code: 'HALTED', fromService: false });
}

/** Another job's refusal concerns this one, too. */
export function notSubmitted(job: PlannedJob, kind: Kind, cause: Failure): Failure {
	const { number, count, rows, itemIndexes } = job;
	const why = lowerFirst(cause.message);
	return cause.with({
		message:
			kind === 'pdf'
				? `The PDF of ${itemsText(itemIndexes)} was not made: ${why}`
				: `Batch ${number} of ${count} (${plural(rows.length, 'row')}) was not submitted: ${why}`,
		itemIndexes,
	});
}

/** The failure's description, with the batch it concerns where there are several. */
export function concerning({ details }: Failure, job: PlannedJob, kind: Kind): string {
	return job.count === 1 || kind === 'pdf'
		? details.description
		: `${details.description} Concerned: batch ${job.number} of ${job.count}, ${itemsText(job.itemIndexes)}.`;
}

/** Submits that were given the same job: which rows are in it is not known. */
export function sharedJob<T>(
	jobId: string,
	shared: ReadonlyArray<JobOutcome<T>>,
	{ itemIndexes, designId }: PlannedJob,
): Failure {
	const batches = firstFew(
		shared.map(({ job }) => String(job.number)),
		shared.length,
	);
	return new Failure({
		message: `ImaginePDF gave the batches ${batches} the same job ${jobId}`,
		description:
			"It cannot be told whose PDFs it holds, so none is handed on. Ask ImaginePDF's support, and look at the job's PDFs with the operation 'Download'.",
		code: 'SHARED_JOB',
		fromService: true,
		jobIds: [jobId],
		designId,
		itemIndexes,
	});
}

/**
 * After Stop nothing is handed on, not even what was fetched, and the log is where it can still be found.
 * @param left what this run and its earlier tries have paid for
 */
export function stoppedNote(left: readonly LedgerEntry[]): string | undefined {
	const jobIds = jobIdsIn(left);
	const pdfs = left.filter(({ kind, state }) => kind === 'pdf' && state === 'accepted');
	const items = itemsIn(pdfs.flatMap(({ rows }) => rows));
	const notes = [
		...(jobIds.length > 0
			? [
					`These jobs go on at ImaginePDF and are paid for; the operation 'Download' fetches them: ${jobIds.join(', ')}`,
				]
			: []),
		...(pdfs.length > 0
			? [`Made and paid for: the PDFs of ${itemsText(items)}. Look for them in ImaginePDF`]
			: []),
	];
	return notes.length === 0 ? undefined : `Stopped. ${notes.join('. ')}`;
}

export const PROFILE_NOT_APPLIED =
	'The PDF profile was not applied: this ImaginePDF service does not offer profiles. The PDFs are standard ones.';
