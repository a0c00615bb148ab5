import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import {
	fetchPdfs,
	fetchZip,
	numberEqualFileNames,
	type FetchedFiles,
	type FileOrder,
} from './files';
import { inInputOrder } from './items';
import { openLedger, runIndexOf } from './memory';
import { addHint, errorItem, jobJson, pairedTo } from './output';
import type { Session } from './session';
import {
	readBinaryField,
	readOutput,
	readPaySettings,
	readWaits,
	readWaitSettings,
	textOption,
} from './settings';
import type { PdfProfile } from '../core/api/client';
import type { Ledger } from '../core/jobs/ledger';
import type { PlannedJob } from '../core/jobs/plan';
import { failedRowsHint, requirePdfs, runHint, summarise } from '../core/jobs/report';
import { runJobs, type FinishedJob, type JobOutcome } from '../core/jobs/run';

type Outcome = JobOutcome<FetchedFiles>;

/**
 * Submits the planned jobs, waits for them and hands on their files, as the node's parameters say.
 * @param refused error items of those that cannot be sent, which take their places in the output
 * @throws Failure naming every job that was paid for, unless On Error is Continue
 */
export async function runPlan(
	context: IExecuteFunctions,
	session: Session,
	jobs: PlannedJob[],
	profile: PdfProfile,
	refused: readonly INodeExecutionData[],
): Promise<INodeExecutionData[]> {
	const wait = readWaitSettings(context);
	const stopOnFailure = !context.continueOnFail();
	const ledger = openLedger(context, session.clock);
	const outcomes = await runJobs(
		jobs,
		{ ...session, ledger },
		{
			...wait,
			...readPaySettings(context),
			profile,
			account: session.account.digest,
			runIndex: runIndexOf(context),
			waitForCompletion: readWaits(context),
			stopOnFailure,
			signal: session.signal,
		},
		collector(context, session, wait.partialFailure),
	);
	noteFailedJobs(ledger, outcomes);
	if (stopOnFailure) {
		const failure = summarise(outcomes);
		if (failure) throw failure;
	}
	const items = inInputOrder([
		...outcomes.flatMap((outcome) => toItems(context, session, outcome)),
		...refused,
	]);
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
	partialFailure: 'continue' | 'error',
): (finished: FinishedJob, signal: AbortSignal) => Promise<FetchedFiles> {
	const output = readOutput(context);
	const binaryField = output === 'none' ? '' : readBinaryField(context);
	return async ({ job, accepted, state }, signal) => {
		requirePdfs({ job, accepted, state }, partialFailure);
		if (output === 'none') return { items: [stateItem({ job, accepted, state })], notes: [] };
		const order: FileOrder = {
			jobId: accepted.jobId,
			designId: job.designId,
			state,
			itemIndexes: job.itemIndexes,
			binaryField,
			fileName: textOption(context, 'fileName', job.itemIndexes[0] ?? 0),
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
		if (accepted && state?.status === 'failed' && state.completed === 0)
			ledger.gaveUp(accepted.key);
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
