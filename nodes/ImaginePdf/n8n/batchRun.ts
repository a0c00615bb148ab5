import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { fetchPdfs, fetchZip, type FetchedFiles } from './files';
import { jobJson, pairedTo } from './output';
import { runPaid, type PaidSettings } from './paidRun';
import type { Session } from './session';
import type { FinishedJob, JobOutcome } from '../core/jobs/outcome';
import type { PlannedJob } from '../core/jobs/plan';
import { failedJob, failedRowsHint, requireAllRows } from '../core/jobs/report';
import { isWithoutPdfs } from '../core/jobs/state';
import { zipLink } from '../core/jobs/zipLink';
import type { PreparedRow } from '../core/rows/types';

/** The parameters of 'Batch: Submit' that count once the rows are there. */
export interface BatchSettings extends PaidSettings {
	rowsPerBatch: number;
	waitForCompletion: boolean;
	output: 'none' | 'pdfs' | 'zip';
	/** Not needed where no file is wanted. */
	binaryField: string;
	timeoutMs: number;
	/** 0 adapts to the job. */
	pollIntervalMs: number;
	partialFailure: 'continue' | 'error';
}

/**
 * Submits rows in batches, waits for the jobs and hands on their files.
 * @throws as `runPaid` does
 */
export async function runBatch(
	context: IExecuteFunctions,
	session: Session,
	rows: readonly PreparedRow[],
	settings: BatchSettings,
): Promise<INodeExecutionData[]> {
	const { rowsPerBatch: rowsPerJob, waitForCompletion, timeoutMs, pollIntervalMs } = settings;
	const fetch = fetchAs(context, session, settings);
	const waiting = { waitForCompletion, timeoutMs, pollIntervalMs };
	const run = { kind: 'batch' as const, rowsPerJob, ...waiting, fetch, itemsOf, notesOf };
	return await runPaid(context, session, rows, settings, run);
}

/** What happens with a finished job: its files are fetched as the parameters say. */
function fetchAs(
	context: IExecuteFunctions,
	session: Session,
	{ output, binaryField, partialFailure, fileNameOf }: BatchSettings,
): (finished: FinishedJob, signal: AbortSignal) => Promise<FetchedFiles> {
	return async ({ job, accepted, state }, signal) => {
		const { jobId } = accepted;
		const otherwise = failedJob(state, job);
		if (otherwise && isWithoutPdfs(state)) throw otherwise;
		requireAllRows(state, partialFailure, job);
		const end = { state, ...(otherwise && { otherwise }) };
		if (output === 'none') {
			// Only the link shows whether there is a file.
			if (otherwise) await zipLink(session, jobId, end, { signal });
			return { items: [stateItem(job, state)], notes: [] };
		}
		const order = {
			jobId,
			designId: job.designId,
			...end,
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

function itemsOf({ job, state, result }: JobOutcome<FetchedFiles>): INodeExecutionData[] {
	if (result) return result.items;
	return state ? [stateItem(job, state)] : [];
}

function notesOf({ job, state, result }: JobOutcome<FetchedFiles>): string[] {
	if (!state || !result) return [];
	const failed = failedRowsHint(state, job);
	return failed ? [failed, ...result.notes] : result.notes;
}
