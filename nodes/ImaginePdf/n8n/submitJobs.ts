import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import {
	fetchPdfs,
	fetchZip,
	numberEqualFileNames,
	type FetchedFiles,
	type FileOrder,
} from './files';
import { openLedger, runIndexOf } from './memory';
import { addHint, errorItem, jobJson, pairedTo } from './output';
import type { Session } from './session';
import type { PdfProfile } from '../core/api/client';
import type { Ledger } from '../core/jobs/ledger';
import type { PlannedJob } from '../core/jobs/plan';
import { failedRowsHint, requirePdfs, runHint, summarise } from '../core/jobs/report';
import { isWithoutPdfs } from '../core/jobs/state';
import { runJobs, type FinishedJob, type JobOutcome } from '../core/jobs/run';

type Outcome = JobOutcome<FetchedFiles>;

/** The parameters of 'Batch: Submit'. */
export interface SubmitSettings {
	profile: PdfProfile;
	waitForCompletion: boolean;
	output: 'none' | 'pdfs' | 'zip';
	binaryField: string;
	timeoutMs: number;
	pollIntervalMs: number;
	partialFailure: 'continue' | 'error';
	maxConcurrentJobs: number;
	unknownSubmit: 'stop' | 'submitAgain';
}

/**
 * Submits the planned jobs, waits for them and hands on their files, as the node's parameters say.
 * @throws Failure naming every job that was paid for, unless On Error is Continue
 */
export async function runPlan(
	context: IExecuteFunctions,
	session: Session,
	jobs: PlannedJob[],
	settings: SubmitSettings,
): Promise<INodeExecutionData[]> {
	const stopOnFailure = !context.continueOnFail();
	const ledger = openLedger(context, session.clock);
	const outcomes = await runJobs(
		jobs,
		{ ...session, ledger },
		{
			...settings,
			account: session.account.digest,
			runIndex: runIndexOf(context),
			stopOnFailure,
			signal: session.signal,
		},
		collector(context, session, settings),
	);
	noteFailedJobs(ledger, outcomes);
	if (stopOnFailure) {
		const failure = summarise(outcomes);
		if (failure) throw failure;
	}
	const items = outcomes.flatMap((outcome) => toItems(context, session, outcome));
	numberEqualFileNames(items);
	tellAfterwards(context, session, outcomes);
	if (isTaken(context, items))
		for (const { accepted } of outcomes) if (accepted) ledger.forget(accepted.key);
	return items;
}

/** What happens with a finished job: its files are fetched as the parameters say. */
function collector(
	context: IExecuteFunctions,
	session: Session,
	{ partialFailure, output, binaryField }: SubmitSettings,
): (finished: FinishedJob, signal: AbortSignal) => Promise<FetchedFiles> {
	return async ({ job, accepted, state }, signal) => {
		requirePdfs({ job, accepted, state }, partialFailure);
		if (output === 'none') return { items: [stateItem({ job, accepted, state })], notes: [] };
		const order: FileOrder = {
			jobId: accepted.jobId,
			designId: job.designId,
			state,
			itemIndexes: job.itemIndexes,
			binaryField,
			fileName: String(
				context.getNodeParameter('options.fileName', job.itemIndexes[0] ?? 0, ''),
			).trim(),
			complete: partialFailure === 'error',
			extra: batchFields(job),
		};
		const fetch = output === 'pdfs' ? fetchPdfs : fetchZip;
		return await fetch(context, session, order, signal);
	};
}

function batchFields(job: PlannedJob): Record<string, number> {
	return { batchNumber: job.number, batchCount: job.count, rows: job.rows.length };
}

function stateItem({
	job,
	state,
}: Pick<FinishedJob, 'job' | 'accepted' | 'state'>): INodeExecutionData {
	return {
		json: { ...jobJson(state, job.designId), ...batchFields(job) },
		pairedItem: pairedTo(job.itemIndexes),
	};
}

function toItems(
	context: IExecuteFunctions,
	session: Session,
	outcome: Outcome,
): INodeExecutionData[] {
	const { failure, result, job, accepted, state } = outcome;
	if (failure) return [errorItem(context, failure, session.redact, job.itemIndexes)];
	if (result) return result.items;
	return accepted && state ? [stateItem({ job, accepted, state })] : [];
}

/**
 * A job that ImaginePDF itself gave up without a single PDF has nothing to come back to: only it is
 * submitted again when somebody retries the execution. An automatic try would pay for the same rows
 * again, which mostly fail for the same reason.
 */
function noteFailedJobs(ledger: Ledger, outcomes: Outcome[]): void {
	for (const { accepted, state } of outcomes) {
		if (accepted && state && isWithoutPdfs(state)) ledger.gaveUp(accepted.key);
	}
}

/**
 * Whether n8n takes these items as the node's result. With Retry On Fail it runs the node again
 * when the first item has an `error` field, and then everything must still be remembered.
 */
function isTaken(context: IExecuteFunctions, items: INodeExecutionData[]): boolean {
	return !(context.getNode().retryOnFail && items[0]?.json.error);
}

function tellAfterwards(context: IExecuteFunctions, session: Session, outcomes: Outcome[]): void {
	const run = runHint(outcomes);
	if (run) addHint(context, run, 'info');
	for (const { job, state, result } of outcomes) {
		if (!state || !result) continue;
		const failed = failedRowsHint(state, job);
		if (failed) addHint(context, session.redact(failed));
		for (const note of result.notes) addHint(context, session.redact(note));
	}
	if (outcomes.some(({ accepted }) => accepted && !accepted.profileApplied)) {
		addHint(
			context,
			'The PDF profile was not applied: this ImaginePDF service does not offer profiles. The PDFs are standard ones.',
		);
	}
}
