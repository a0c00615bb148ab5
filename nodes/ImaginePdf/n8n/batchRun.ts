import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { fetchPdfs, fetchZip, type FetchedFiles } from './files';
import { handOn, openLedger } from './ledgerStore';
import { addHint, errorItem, jobJson, pairedTo } from './output';
import type { Session } from './session';
import type { PdfProfile } from '../core/api/client';
import { claimRows } from '../core/jobs/claims';
import { PROFILE_NOT_APPLIED } from '../core/jobs/jobMessages';
import type { FinishedJob, JobOutcome } from '../core/jobs/outcome';
import { planTry, type PlannedJob } from '../core/jobs/plan';
import { failedRowsHint, requirePdfs, runHint, summarise } from '../core/jobs/report';
import { runJobs } from '../core/jobs/run';
import type { MissingVariables, PreparedRow } from '../core/rows/types';

/** The parameters of 'Batch: Submit' that count once the rows are there. */
export interface BatchSettings {
	rowsPerBatch: number;
	waitForCompletion: boolean;
	output: 'none' | 'pdfs' | 'zip';
	/** Not needed where no file is wanted. */
	binaryField: string;
	pdfProfile: PdfProfile;
	missingVariables: MissingVariables;
	/** The name that an item's file is to have; empty for the default. */
	fileNameOf: (itemIndex: number) => string;
	timeoutMs: number;
	/** 0 adapts to the job. */
	pollIntervalMs: number;
	partialFailure: 'continue' | 'error';
	maxConcurrentJobs: number;
	unknownSubmit: 'stop' | 'submitAgain';
}

type Outcome = JobOutcome<FetchedFiles>;

/**
 * Submits rows in batches, waits for the jobs and hands on their files. Rows that an earlier try has paid
 * for are fetched from their jobs, whatever the batch size is now; only the rest is paid for.
 * @throws Failure naming every job that was paid for, unless On Error is Continue
 */
export async function runBatch(
	context: IExecuteFunctions,
	session: Session,
	rows: readonly PreparedRow[],
	settings: BatchSettings,
): Promise<INodeExecutionData[]> {
	const { pdfProfile: profile, missingVariables, unknownSubmit } = settings;
	const { account, clock, signal } = session;
	const stopOnFailure = !context.continueOnFail();
	const options = {
		...settings,
		profile,
		secret: account.apiKey,
		stopOnFailure,
		canRetry: stopOnFailure,
		signal,
	};
	const ledger = openLedger(context, clock, {
		account: account.digest,
		kind: 'batch',
		look: { profile, missingVariables },
	});
	try {
		const claims = claimRows(ledger, rows, unknownSubmit, stopOnFailure);
		const jobs = planTry(rows, claims, settings.rowsPerBatch);
		const fetch = fetchAs(context, session, settings);
		const outcomes = await runJobs(jobs, { ...session, ledger }, options, fetch);
		const failure = stopOnFailure && summarise(outcomes, 'batch', stopOnFailure);
		if (failure) throw failure;
		const items = outcomes.flatMap((outcome) => toItems(context, session, outcome));
		sayAfterwards(context, session, outcomes);
		return handOn(context, ledger, { rows, items, outcomes });
	} finally {
		ledger.close();
	}
}

/** What happens with a finished job: its files are fetched as the parameters say. */
function fetchAs(
	context: IExecuteFunctions,
	session: Session,
	{ output, binaryField, partialFailure, fileNameOf }: BatchSettings,
): (finished: FinishedJob, signal: AbortSignal) => Promise<FetchedFiles> {
	return async ({ job, accepted, state }, signal) => {
		requirePdfs({ job, accepted, state }, partialFailure);
		if (output === 'none') return { items: [stateItem(job, state)], notes: [] };
		const order = {
			jobId: accepted.jobId,
			designId: job.designId,
			state,
			itemIndexes: job.itemIndexes,
			binaryField,
			fileName: fileNameOf(job.itemIndexes[0] ?? 0),
			complete: partialFailure === 'error',
			extra: batchFields(job),
		};
		const fetch = output === 'pdfs' ? fetchPdfs : fetchZip;
		return await fetch(context, session, order, signal);
	};
}

function batchFields({ number, count, rowCount }: PlannedJob): Record<string, number> {
	return { batchNumber: number, batchCount: count, rows: rowCount };
}

function stateItem(job: PlannedJob, state: FinishedJob['state']): INodeExecutionData {
	return {
		json: { ...jobJson(state, job.designId), ...batchFields(job) },
		pairedItem: pairedTo(job.itemIndexes),
	};
}

function toItems(
	context: IExecuteFunctions,
	session: Session,
	{ failure, result, job, state }: Outcome,
): INodeExecutionData[] {
	if (failure) return [errorItem(context, failure, session.redact, job.itemIndexes)];
	if (result) return result.items;
	return state ? [stateItem(job, state)] : [];
}

function sayAfterwards(context: IExecuteFunctions, session: Session, outcomes: Outcome[]): void {
	const run = runHint(outcomes, 'batch');
	if (run) addHint(context, run, 'info');
	for (const { job, state, result } of outcomes) {
		if (!state || !result) continue;
		const failed = failedRowsHint(state, job);
		if (failed) addHint(context, session.redact(failed));
		for (const note of result.notes) addHint(context, session.redact(note));
	}
	if (outcomes.some(({ accepted }) => accepted?.profileApplied === false))
		addHint(context, PROFILE_NOT_APPLIED);
}
