import { CANCELLED, NAMED } from './jobMessages';
import { entriesOf, itemsIn, type Kind, type LedgerEntry, type LedgerRow } from './ledgerEntry';
import type { RowIdentity } from './rowIdentity';
import type { JobOutcome } from './run';
import { isFinished, isWithoutPdfs, rowsWithoutPdf } from './state';
import { Failure } from '../failure';
import { firstFew, itemsText, lowerFirst, plural } from '../text';

/*
 * What is paid for, as told with a failure or in a hint. A new execution pays for every row again, so it is
 * advised only where nothing else of the run is paid for, and a retry of the execution only where n8n
 * offers one.
 */

/** A plain retry meets the same again and stops there. */
const OTHERS_HINT =
	"To get the others, set 'On Error' in the settings of this node to 'Continue' and retry this execution with the saved workflow: what is paid for is not paid for again.";

/**
 * A failure as it leaves the node: with everything around it that is paid for, or may be, and what to do.
 * @param entries of the run, or of what the failure concerns
 * @param canRetry whether n8n offers to retry the execution
 */
export function withPaid(
	failure: Failure,
	entries: readonly LedgerEntry[],
	canRetry: boolean,
): Failure {
	const { jobIds = [], isPaid, isPart, isRepeatable, isBeforePaying } = failure.details;
	const { unknown, code, httpStatus } = failure.details;
	const own = new Set(failure.details.entries);
	const others = entries.filter((entry) => !own.has(entry));
	const jobs = others.filter((one) => isPaidJob(one) && !jobIds.includes(one.jobId));
	// The message of an expired link speaks of its own PDF itself.
	const isGone = code === 'LINK_EXPIRED';
	const pdfs = (isGone ? others : entries).filter(isPaidPdf);
	const doubts = others.filter(isInDoubt);
	const isKeyRefused = httpStatus === 401;
	const stopsAgain = unknown !== undefined || isGone;
	const isOthersHint = canRetry && isPart && (stopsAgain || (isKeyRefused && pdfs.length > 0));
	const headed = unknown || doubts.length === 0 ? failure : inDoubt(failure, doubts);
	const told = headed.adding(
		...(isPaid ? jobIds.map(downloadLaterHint) : []),
		isRepeatable ? howToRepeat(canRetry) : '',
		jobsText(jobs, canRetry && !stopsAgain),
		pdfsText(pdfs, { canRetry, isKeyRefused, stopsAgain }),
		isBeforePaying && entries.length === 0 ? 'Nothing was submitted.' : '',
		doubtsText(doubts, unknown !== undefined),
		unknown ? afterUnknown(failure, unknown, canRetry, jobs.length + pdfs.length === 0) : '',
		isOthersHint ? OTHERS_HINT : '',
	);
	const all = [...jobIds, ...jobIdsIn(jobs)];
	return all.length > 0 ? told.with({ jobIds: all }) : told;
}

function isInDoubt({ state }: LedgerEntry): boolean {
	return state === 'unknown';
}

/** A job that has failed is paid for, too. */
function isPaidJob({ kind, state }: LedgerEntry): boolean {
	return kind === 'batch' && state !== 'unknown';
}

function isPaidPdf({ kind, state }: LedgerEntry): boolean {
	return kind === 'pdf' && state !== 'unknown';
}

/** Jobs that can be fetched; a single PDF has a link instead. */
export function jobIdsIn(entries: readonly LedgerEntry[]): string[] {
	return entries.filter(isPaidJob).map(({ jobId }) => jobId);
}

function itemsOf(entries: readonly LedgerEntry[]): string {
	return itemsText(itemsIn(entries.flatMap(({ rows }) => rows)));
}

/** How to come back to a paid job. */
function downloadLaterHint(jobId: string): string {
	return `The job is paid for: fetch it later with the operation 'Download' and the job ID ${jobId}.`;
}

function howToRepeat(canRetry: boolean): string {
	return canRetry
		? 'After that, retry this execution: what was accepted before is not paid for again.'
		: 'After that, send these items again.';
}

function jobsText(jobs: readonly LedgerEntry[], canRetry: boolean): string {
	if (jobs.length === 0) return '';
	const them = jobs.length === 1 ? 'it' : 'them';
	const named = jobs.map(({ jobId, rows }) => `${jobId} (${plural(rows.length, 'row')})`);
	const retry = canRetry
		? `a retry of this execution finds ${them} without paying again, and `
		: '';
	return `Also paid for: ${firstFew(named, jobs.length)}. Nothing is lost: ${retry}the operation 'Download' fetches ${them} by job ID.`;
}

/** A retry finds PDFs by their links, which only the key can read that was used to make them. */
function pdfsText(
	pdfs: readonly LedgerEntry[],
	when: { canRetry: boolean; isKeyRefused: boolean; stopsAgain: boolean },
): string {
	if (pdfs.length === 0) return '';
	const [are, them] = pdfs.length === 1 ? ['is', 'it'] : ['are', 'them'];
	const told = `${plural(pdfs.length, 'PDF')} of this run ${are} made and paid for (${itemsOf(pdfs)})`;
	if (when.isKeyRefused)
		return `${told}: look for ${them} in ImaginePDF, since a retry with another key cannot fetch ${them}.`;
	if (!when.canRetry)
		return `${told}: look for ${them} in ImaginePDF. Sending ${them} again costs ${plural(pdfs.length, 'credit')} more.`;
	if (when.stopsAgain) return `${told}.`;
	return `${told}: a retry of this execution fetches ${them} without paying again, as long as the links are valid.`;
}

/** What may have been paid for comes first, whatever this try has met. */
function inDoubt(failure: Failure, doubts: readonly LedgerEntry[]): Failure {
	return failure.with({
		message: `It is not known whether ImaginePDF accepted ${plural(doubts.length, 'submit')} of an earlier try. This try: ${lowerFirst(failure.message)}`,
		code: 'SUBMIT_OUTCOME_UNKNOWN',
	});
}

function doubtsText(doubts: readonly LedgerEntry[], isSame: boolean): string {
	if (doubts.length === 0) return '';
	const named = doubts.slice(0, NAMED).map((entry) => {
		const at = new Date(entry.at).toISOString();
		return `${plural(entry.rows.length, 'row')} of design '${entry.design}' (${itemsOf([entry])}, sent at ${at})`;
	});
	const list = firstFew(named, doubts.length);
	return isSame
		? `The same is not known of ${list}: check each of them.`
		: `It is not known of ${list}. Check in ImaginePDF whether the jobs or PDFs exist before you send these items again, which would pay again.`;
}

function afterUnknown(
	{ details: { itemIndexes = [] } }: Failure,
	{ isSecond }: { isSecond: boolean },
	canRetry: boolean,
	nothingPaid: boolean,
): string {
	const not = isSecond ? 'If neither was accepted' : 'If it was not accepted';
	const these = itemIndexes.length === 1 ? 'this item' : 'these items';
	const only = `send only ${these} again (${itemsText(itemIndexes)})`;
	if (!canRetry) return `${not}, ${only}.`;
	if (isSecond) return `${not}, ${nothingPaid ? 'start a new execution' : only}.`;
	const submitAgain =
		"set the option 'If Submit Outcome Is Unknown' to 'Submit Again' and retry this execution with the saved workflow: only this is submitted again then, at the risk of a second charge";
	return `${not}, ${nothingPaid ? 'start a new execution. Or ' : ''}${submitAgain}.`;
}

/** A retry would pay for rows that an earlier try has paid for in another form. */
export function alreadyPaid(unclaimed: readonly LedgerEntry[]): Failure {
	const doubts = unclaimed.filter(isInDoubt);
	const jobIds = jobIdsIn(unclaimed);
	const items = itemsOf(unclaimed);
	const [first] = doubts;
	const submits = plural(doubts.length, 'submit');
	const jobs = `${jobIds.length === 1 ? 'job' : 'jobs'} ${firstFew(jobIds.slice(0, NAMED), jobIds.length)}`;
	const paid =
		jobIds.length > 0
			? `These items were already submitted in another form as ${jobs}`
			: 'These items already became PDFs in another form';
	return new Failure({
		message: first
			? `It is not known whether ImaginePDF accepted ${submits} of an earlier try, which sent ${items} in another form`
			: paid,
		description: `The values, the design, the operation, the credential or an option that changes the PDFs is another one now (${items}), so nothing was submitted.`,
		code: first ? 'SUBMIT_OUTCOME_UNKNOWN' : 'ALREADY_SUBMITTED',
		...(jobIds.length > 0 && { jobIds }),
		entries: unclaimed,
	}).adding(
		first
			? `Check in ImaginePDF whether ${submits} of ${new Date(first.at).toISOString()} was accepted.`
			: '',
		jobIds.length > 0
			? `To get what is paid for, fetch it with the operation 'Download' and the credential that paid for it: ${jobIds.join(', ')}.`
			: '',
		unclaimed.some(isPaidPdf)
			? 'Look for the single PDFs in ImaginePDF, or retry with what they were made with.'
			: '',
		'To pay for the items as they are now, start a new execution.',
	);
}

/** Rows of earlier tries that are not sent any more. */
export function unclaimedNotes(rows: readonly LedgerRow[]): string[] {
	const paid = rows.filter(({ entry }) => !isInDoubt(entry));
	const unknown = rows.filter(({ entry }) => isInDoubt(entry));
	const jobIds = jobIdsIn(entriesOf(paid));
	const remedy =
		jobIds.length > 0
			? `fetch ${jobIds.join(', ')} with the operation 'Download'`
			: 'look for the PDFs in ImaginePDF';
	const notes = [
		`An earlier try has paid for ${rowsText(paid)} that this one does not send: ${remedy}.`,
		`It is not known whether ImaginePDF accepted ${rowsText(unknown)} that an earlier try has sent and this one does not: look for them in ImaginePDF.`,
	];
	return notes.filter((_, index) => [paid, unknown][index]?.length);
}

/** A PDF shows the values that it was made with. */
export function otherValuesNote(changed: readonly RowIdentity[]): string[] {
	if (changed.length === 0) return [];
	return [
		`The values of ${rowsText(changed)} were others in the try that sent them, and the PDFs show those.`,
	];
}

function rowsText(rows: readonly RowIdentity[]): string {
	return `${plural(rows.length, 'row')} of ${itemsText(itemsIn(rows))}`;
}

/**
 * After Stop nothing is emitted, not even what was fetched, and the log is where it can still be found.
 * @param left what this run and its earlier tries have paid for
 */
export function stoppedNote(left: readonly LedgerEntry[]): string | undefined {
	const jobIds = jobIdsIn(left).join(', ');
	const pdfs = left.filter(isPaidPdf);
	const jobs = `These jobs go on at ImaginePDF and are paid for; the operation 'Download' fetches them: ${jobIds}`;
	const made = `Made and paid for: the PDFs of ${itemsOf(pdfs)}. Look for them in ImaginePDF`;
	const notes = [...(jobIds ? [jobs] : []), ...(pdfs.length > 0 ? [made] : [])];
	return notes.length === 0 ? undefined : `Stopped. ${notes.join('. ')}`;
}

/**
 * The failure that the node stops with: an unknown outcome first, else the first that is not only a
 * consequence of another.
 */
export function causeOf<T>(outcomes: ReadonlyArray<JobOutcome<T>>): Failure | undefined {
	const failures = outcomes.flatMap(({ failure }) => failure ?? []);
	return (
		failures.find(({ details }) => details.unknown) ??
		failures.find(({ details }) => details.code !== CANCELLED) ??
		failures[0]
	);
}

/** What a run did and what it cost, for a hint; `undefined` when nothing was paid for. */
export function runHint<T>(outcomes: ReadonlyArray<JobOutcome<T>>, kind: Kind): string | undefined {
	const isSingle = kind === 'pdf';
	const paid = outcomes.filter(({ accepted, result }) => accepted && (!isSingle || result));
	if (paid.length === 0) return undefined;
	// A row costs one credit, and only when its job is accepted.
	const credits = rowsIn(paid);
	const before = rowsIn(paid.filter(({ accepted }) => accepted?.alreadyPaid));
	const part = before === credits ? '' : `${before} of them `;
	const cost = `Cost: ${plural(credits, 'credit')}${before === 0 ? '' : `, ${part}paid by an earlier try`}.`;
	if (isSingle) return `${plural(paid.length, 'PDF')} made. ${cost}`;
	const finished = paid.filter(({ state }) => state && isFinished(state));
	const pdfs = finished.reduce((sum, outcome) => sum + pdfsOf(outcome), 0);
	const jobs = plural(paid.length, 'job');
	const rows = plural(credits, 'row');
	return finished.length === 0
		? `${jobs} submitted with ${rows}. ${cost}`
		: `${jobs} with ${rows} gave ${plural(pdfs, 'PDF')}. ${cost}`;
}

/** Where the service counts nothing, all rows are taken to have become PDFs. */
function pdfsOf({ job: { rowCount }, state }: JobOutcome<unknown>): number {
	if (!state) return 0;
	return state.completed || (isWithoutPdfs(state) ? 0 : rowCount - (rowsWithoutPdf(state) ?? 0));
}

function rowsIn(outcomes: ReadonlyArray<{ job: { rowCount: number } }>): number {
	return outcomes.reduce((sum, { job }) => sum + job.rowCount, 0);
}
