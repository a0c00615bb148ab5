import type { Ledger } from './ledger';
import type { PlannedJob } from './plan';
import type { JobState } from '../api/schemas';
import type { JobOutcome } from './run';
import { isFinished, isWithoutPdfs, phaseOf, rowsWithoutPdf } from './state';
import { wayBack } from '../explain';
import { showName } from '../rows/labels';
import { firstFew, itemsText, lowerFirst, plural } from '../wording';
import { Failure } from '../failure';

/**
 * Whether a finished job has something to hand on.
 * @throws Failure when none of its rows became a PDF, or when some did not and the user wants to
 * stop then
 */
export function requirePdfs(
	{ job, accepted, state }: { job?: PlannedJob; accepted: { jobId: string }; state: JobState },
	partialFailure: 'continue' | 'error',
): void {
	const { jobId } = accepted;
	const { failed, total } = lostRows(state, job);
	const code = phaseOf(state) === 'failed' ? 'JOB_FAILED' : 'ROWS_FAILED';
	const about = { code, fromService: false, jobIds: [jobId] };
	const blanked = blankedAdvice(job?.rows.flatMap((row) => row.blanked) ?? []);
	if (isWithoutPdfs(state)) {
		throw new Failure({
			...about,
			message:
				total === 1
					? `The row of job ${jobId} did not become a PDF`
					: `None of the ${total} rows of job ${jobId} became a PDF`,
			description: `ImaginePDF does not say why. Check the values of the rows, e.g. image references and tables.${blanked}`,
		});
	}
	if (failed > 0 && partialFailure === 'error') {
		throw new Failure({
			...about,
			message: `${plural(failed, 'row')} of the ${total} of job ${jobId} did not become a PDF`,
			description: `ImaginePDF does not say which or why.${blanked} ${wayBack(jobId)} To hand on what there is, set the option 'If Some Rows Fail' to 'Continue'.`,
		});
	}
}

/** "3 of 100 rows failed", for a hint; `undefined` when all went well. */
export function failedRowsHint(state: JobState, job?: PlannedJob): string | undefined {
	const { failed, total } = lostRows(state, job);
	if (failed <= 0) return undefined;
	const blanked = blankedAdvice(job?.rows.flatMap((row) => row.blanked) ?? []);
	return `${plural(failed, 'row')} of the ${total} of job ${state.jobId} did not become a PDF. ImaginePDF does not say which.${blanked}`;
}

/** Rows that were paid for and did not become a PDF, of how many: also those the service never counted. */
function lostRows(state: JobState, job: PlannedJob | undefined): { failed: number; total: number } {
	const total = Math.max(state.total ?? 0, job?.rows.length ?? 0);
	return { failed: rowsWithoutPdf(state, total) ?? 0, total };
}

/** What a run did and what it cost, for a hint; `undefined` when nothing was paid for. */
export function runHint<T>(outcomes: ReadonlyArray<JobOutcome<T>>): string | undefined {
	const paid = outcomes.filter(({ accepted }) => accepted !== undefined);
	if (paid.length === 0) return undefined;
	const credits = rowsOf(paid);
	const earlier = rowsOf(paid.filter(({ accepted }) => accepted?.foundAgain));
	const finished = paid.filter(({ state }) => state && isFinished(state));
	const pdfs = finished.reduce((sum, { state }) => sum + (state?.completed ?? 0), 0);
	const jobs = plural(paid.length, 'job');
	const done =
		finished.length === 0
			? `${jobs} submitted with ${plural(credits, 'row')}`
			: `${jobs} with ${plural(credits, 'row')} gave ${plural(pdfs, 'PDF')}`;
	return `${done}. ${costText(credits, earlier)}`;
}

/** What a run would cost that is only checked, for a hint. */
export function checkHint(jobs: readonly PlannedJob[]): string {
	const rows = rowsOf(jobs.map((job) => ({ job })));
	return `Nothing was submitted. ${plural(jobs.length, 'job')} with ${plural(rows, 'row')} would cost ${plural(rows, 'credit')}.`;
}

/** A row costs one credit, and only when its job is accepted. */
function rowsOf(outcomes: ReadonlyArray<{ job: PlannedJob }>): number {
	return outcomes.reduce((sum, { job }) => sum + job.rows.length, 0);
}

/** "Cost: 5 credits, 2 of them paid by an earlier try." */
export function costText(credits: number, earlier: number): string {
	const before =
		earlier === 0
			? ''
			: earlier === credits
				? ', paid by an earlier try'
				: `, ${earlier} of them paid by an earlier try`;
	return `Cost: ${plural(credits, 'credit')}${before}.`;
}

/** How many names or batches a message lists before it counts. */
const NAMED = 10;

/** A blank is only known to be right for text, so it is the first suspect. */
function blankedAdvice(names: string[]): string {
	const distinct = [...new Set(names)];
	if (distinct.length === 0) return '';
	const list = firstFew(distinct.slice(0, NAMED).map(showName), distinct.length);
	return ` Rows without a value were sent with blanks for ${list}: where such a variable is an image or a table, give every row a value.`;
}

/**
 * The one failure to stop with: the first that is not only a consequence of another, with every job
 * that is already paid for and how to come back to it.
 */
export function summarise<T>(outcomes: ReadonlyArray<JobOutcome<T>>): Failure | undefined {
	const failures = outcomes.flatMap(({ failure }) => failure ?? []);
	const doubts = outcomes.filter(({ failure }) => failure && isUnknown(failure));
	const cause =
		doubts[0]?.failure ?? failures.find(({ details }) => details.code !== 'HALTED') ?? failures[0];
	if (!cause) return undefined;
	return withDoubts(withPaid(cause, outcomes), doubts.slice(1));
}

/** Nobody knows whether it was charged: of all failures the one to look after first. */
export function isUnknown({ details }: Failure): boolean {
	return details.code === 'SUBMIT_OUTCOME_UNKNOWN';
}

function withDoubts<T>(cause: Failure, doubts: ReadonlyArray<JobOutcome<T>>): Failure {
	if (doubts.length === 0) return cause;
	const list = doubts.map(
		({ job }) =>
			`batch ${job.number} (${plural(job.rows.length, 'row')} of design '${job.designId}', ${itemsText(job.itemIndexes)})`,
	);
	return cause.with({
		description: `${cause.details.description} The same is not known of ${firstFew(list.slice(0, NAMED), list.length)}: check each of them.`,
	});
}

function withPaid<T>(cause: Failure, outcomes: ReadonlyArray<JobOutcome<T>>): Failure {
	const paid = outcomes.filter(({ accepted }) => accepted !== undefined);
	const others = paid.filter(
		({ accepted }) => !cause.details.jobIds?.includes(accepted?.jobId ?? ''),
	);
	if (others.length === 0) return cause;
	const list = others.map(
		({ accepted, job }) =>
			`${accepted?.jobId} (batch ${job.number}, ${plural(job.rows.length, 'row')})`,
	);
	return cause.with({
		description: `${cause.details.description} Also accepted and paid for: ${list.join(', ')}. ${howToReturn(others.length)}`,
		jobIds: paid.flatMap(({ accepted }) => accepted?.jobId ?? []),
	});
}

/** The failure of a try that did not come to its jobs, with what earlier tries have left behind. */
export function withEarlier(failure: Failure, ledger: Ledger): Failure {
	return withEarlierDoubts(withEarlierJobs(failure, ledger.paidJobIds()), ledger.doubts());
}

function withEarlierJobs(failure: Failure, paidJobIds: readonly string[]): Failure {
	const { jobIds = [], description } = failure.details;
	const others = paidJobIds.filter((jobId) => !jobIds.includes(jobId));
	if (others.length === 0) return failure;
	return failure.with({
		description: `${description} Paid for by an earlier try: ${others.join(', ')}. ${howToReturn(others.length)}`,
		jobIds: [...jobIds, ...others],
	});
}

/** What may have been paid for comes first, whatever this try has met. */
function withEarlierDoubts(failure: Failure, doubts: readonly string[]): Failure {
	if (doubts.length === 0 || isUnknown(failure)) return failure;
	const { message, description } = failure.details;
	return failure.with({
		message: `It is not known whether ImaginePDF accepted ${plural(doubts.length, 'submit')} of an earlier try. This try: ${lowerFirst(message)}`,
		description: `${description} The earlier try was at ${doubts[0]}. Check in ImaginePDF whether its jobs or PDFs exist before you start a new execution, which would pay again.`,
		code: 'SUBMIT_OUTCOME_UNKNOWN',
	});
}

function howToReturn(count: number): string {
	const them = count === 1 ? 'it' : 'them';
	return `Nothing is lost: a retry of this execution finds ${them} without paying again, and the operation 'Download' fetches ${them} by job ID.`;
}
