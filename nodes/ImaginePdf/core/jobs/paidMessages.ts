import { CANCELLED } from './jobMessages';
import { entriesOf, type JobKind, type LedgerEntry, type LedgerRow } from './ledgerEntry';
import type { RowIdentity } from './rowIdentity';
import type { JobOutcome } from './run';
import { isFinished, isWithoutPdfs, rowsWithoutPdf } from './state';
import { Failure } from '../failure';
import { itemsIn } from '../objects';
import { firstFew, itemsText, lowerFirst, NAMED, plural } from '../text';

/*
 * What is paid for, as reported with a failure or in a hint. A new execution pays for every row again, so it is
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
 * @param isFirstRun whether no earlier run of the node, e.g. in a loop, may have paid
 */
export function withPaid(
	failure: Failure,
	entries: readonly LedgerEntry[],
	canRetry: boolean,
	isFirstRun = true,
): Failure {
	const { jobIds = [], isPaid, isPart, isRepeatable, isBeforePaying } = failure.details;
	const { unknown, stopsAgain, httpStatus } = failure.details;
	const own = new Set(failure.details.entries);
	const others = entries.filter((entry) => !own.has(entry));
	const items = failure.details.itemIndexes ?? [];
	const again = sendAgain(items, others);
	const isNew = (jobId: string) => !jobIds.includes(jobId);
	const failedIds = jobIdsIn(others.filter(isFailed)).filter(isNew);
	const otherIds = jobIdsIn(others.filter((entry) => !isFailed(entry))).filter(isNew);
	// A message whose retry stops again speaks of its own PDF itself.
	const pdfs = (stopsAgain ? others : entries).filter(isPaidPdf);
	const doubts = others.filter(isInDoubt);
	// A PDF's link can be read only with the key that was used to make it.
	const isKeyRefused = httpStatus === 401;
	const finds = canRetry && !stopsAgain;
	const isOthersHint = canRetry && isPart && (stopsAgain || (isKeyRefused && pdfs.length > 0));
	const headed = unknown || doubts.length === 0 ? failure : inDoubt(failure, doubts);
	const complete = headed.adding(
		isRepeatable ? `After that, ${canRetry ? RETRY : again}.` : '',
		jobsText([...(isPaid ? jobIds : []), ...otherIds], finds),
		failedText(failedIds, canRetry),
		pdfsText(pdfs, finds && !isKeyRefused),
		isBeforePaying && entries.length === 0 ? 'Nothing was submitted.' : '',
		doubtsText(doubts),
		unknown ? afterUnknown(unknown, canRetry, isFirstRun, others, again) : '',
		isOthersHint ? OTHERS_HINT : '',
	);
	const all = [...jobIds, ...otherIds, ...failedIds];
	return all.length > 0 ? complete.with({ jobIds: all }) : complete;
}

function isFailed({ state }: LedgerEntry): boolean {
	return state === 'failed';
}

function isInDoubt({ state }: LedgerEntry): boolean {
	return state === 'unknown';
}

function isPaidPdf({ kind, state }: LedgerEntry): boolean {
	return kind === 'pdf' && state !== 'unknown';
}

/** Jobs that can be fetched, failed ones among them; a single PDF has a link instead. */
export function jobIdsIn(entries: readonly LedgerEntry[]): string[] {
	const jobs = entries.filter(({ kind, state }) => kind === 'batch' && state !== 'unknown');
	return jobs.map(({ jobId }) => jobId);
}

function itemsOf(entries: readonly LedgerEntry[]): string {
	return itemsText(itemsIn(entries.flatMap(({ rows }) => rows)));
}

const RETRY = 'retry this execution: what was accepted before is not paid for again';

/** How to send items in a new execution, where some of their rows may be paid for in other jobs. */
function sendAgain(items: readonly number[], others: readonly LedgerEntry[]): string {
	const paid = new Set(itemsIn(others.flatMap(({ rows }) => rows)));
	const these = items.length === 1 ? 'this item' : 'these items';
	const which = items.length === 0 ? '' : ` (${itemsText(items)})`;
	return items.some((item) => paid.has(item))
		? `send only the rows of ${these} that are not paid for${which}`
		: `send only ${these} again${which}`;
}

/** @param finds whether a retry of the execution fetches them */
function jobsText(jobIds: readonly string[], finds: boolean): string {
	if (jobIds.length === 0) return '';
	const [ids, them] = jobIds.length === 1 ? ['job ID', 'it'] : ['job IDs', 'them'];
	const retry = finds ? `; a retry of this execution finds ${them} without paying again` : '';
	return `What is paid for is fetched with the operation 'Download' and the ${ids} ${firstFew(jobIds, jobIds.length)}${retry}.`;
}

/** Jobs of which nothing will come. */
function failedText(jobIds: readonly string[], canRetry: boolean): string {
	if (jobIds.length === 0) return '';
	const [jobs, are, their] = jobIds.length === 1 ? ['Job', 'is', 'its'] : ['Jobs', 'are', 'their'];
	const retry = canRetry ? `; a retry of this execution pays for ${their} rows again` : '';
	return `${jobs} ${firstFew(jobIds, jobIds.length)} ended without a PDF and ${are} paid for${retry}.`;
}

/** @param finds whether a retry of the execution fetches them */
function pdfsText(pdfs: readonly LedgerEntry[], finds: boolean): string {
	if (pdfs.length === 0) return '';
	const [are, them] = pdfs.length === 1 ? ['is', 'it'] : ['are', 'them'];
	const way = finds
		? `a retry of this execution fetches ${them} without paying again, as long as the links are valid`
		: `look for ${them} in ImaginePDF. Sending ${them} again costs ${plural(pdfs.length, 'credit')} more`;
	return `${plural(pdfs.length, 'PDF')} of this run ${are} made and paid for (${itemsOf(pdfs)}): ${way}.`;
}

/** What may have been paid for comes first, whatever this try has met. */
function inDoubt(failure: Failure, doubts: readonly LedgerEntry[]): Failure {
	return failure.with({
		message: `It is not known whether ImaginePDF accepted ${plural(doubts.length, 'submit')} of these items. Besides: ${lowerFirst(failure.message)}`,
		code: 'SUBMIT_OUTCOME_UNKNOWN',
	});
}

function doubtsText(doubts: readonly LedgerEntry[]): string {
	if (doubts.length === 0) return '';
	const named = doubts.slice(0, NAMED).map((entry) => {
		const at = new Date(entry.at).toISOString();
		return `${plural(entry.rows.length, 'row')} of design '${entry.design}' (${itemsOf([entry])}, sent at ${at})`;
	});
	return `It is not known of ${firstFew(named, doubts.length)} whether this was accepted: look in ImaginePDF before you send these items again, which would pay again.`;
}

/** @param others what else of the run is paid for, or may be */
function afterUnknown(
	{ isSecond }: { isSecond: boolean },
	canRetry: boolean,
	isFirstRun: boolean,
	others: readonly LedgerEntry[],
	again: string,
): string {
	// A retry by hand also sends what failed, and what else nobody knows of.
	const isAlone = !others.some((entry) => isFailed(entry) || isInDoubt(entry));
	const what = isAlone ? 'only this is submitted' : 'this and the others named here are submitted';
	const submitAgain = `set the option 'If Submit Outcome Is Unknown' to 'Submit Again' and retry this execution with the saved workflow: ${what} again then, at the risk of a second charge`;
	const ways = canRetry && !isSecond ? [submitAgain] : [];
	if (canRetry && isFirstRun && others.length === 0) ways.unshift('start a new execution');
	const when = isSecond ? 'If neither was accepted' : 'If it was not accepted';
	return `${when}, ${(ways.length > 0 ? ways : [again]).join('. Or ')}.`;
}

/** A retry would pay for rows that an earlier try has paid for in another form. */
export function otherForm(unmatched: readonly LedgerEntry[]): Failure {
	const jobIds = jobIdsIn(unmatched);
	const named = firstFew(jobIds.slice(0, NAMED), jobIds.length);
	const items = itemsOf(unmatched);
	return new Failure({
		message: `These items were already sent in another form: ${named || items}`,
		description: `The values, the design, the operation, the credential or an option that changes the PDFs is another one now (${items}), so nothing was submitted. Fetch what is paid for with the credential that paid for it or, where n8n offers a retry, retry with what it was made with. To pay for the items as they are now, start a new execution.`,
		code: 'ALREADY_SUBMITTED',
		stopsAgain: true,
		...(jobIds.length > 0 && { jobIds, isPaid: true }),
	});
}

/** Rows of earlier tries that are not sent any more. */
export function unmatchedNotes(rows: readonly LedgerRow[]): string[] {
	const text = paidText(entriesOf(rows));
	if (text === '') return [];
	return [`An earlier try has sent ${rowsText(rows)} that this one does not. ${text}`];
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
 * What is paid for or may be, and how to get it; empty where nothing is. After Stop nothing is emitted, not
 * even what was fetched, so this goes to the log.
 */
export function paidText(entries: readonly LedgerEntry[]): string {
	const pdfs = entries.filter(isPaidPdf);
	const doubts = entries.filter(isInDoubt);
	const left = entries.filter((entry) => !isFailed(entry));
	const texts = [
		jobsText(jobIdsIn(left), false),
		failedText(jobIdsIn(entries.filter(isFailed)), false),
		pdfsText(pdfs, false),
		doubtsText(doubts),
	];
	return texts.filter((text) => text !== '').join(' ');
}

/**
 * The failure that the node stops with: an unknown outcome first, else the first that is not only a
 * consequence of another.
 */
export function causeOf<T>(outcomes: ReadonlyArray<JobOutcome<T>>): Failure | undefined {
	const failures = outcomes.flatMap(({ failure }) => failure ?? []);
	return (
		failures.find(({ details }) => details.unknown) ??
		failures.find(({ details }) => details.code !== CANCELLED.details.code) ??
		failures[0]
	);
}

/** What a run did and what it cost, for a hint; `undefined` when nothing was paid for. */
export function runHint<T>(
	outcomes: ReadonlyArray<JobOutcome<T>>,
	kind: JobKind,
): string | undefined {
	const isSingle = kind === 'pdf';
	const paid = outcomes.filter(({ accepted }) => accepted);
	if (paid.length === 0) return undefined;
	// A row costs one credit, and only when its job is accepted.
	const credits = rowsIn(paid);
	const before = rowsIn(paid.filter(({ job }) => job.earlier));
	const earlier = before === 0 ? '' : `, ${before} of them paid by an earlier try`;
	const cost = `Cost: ${plural(credits, 'credit')}${earlier}.`;
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
