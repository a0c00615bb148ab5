import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { wasCutOff } from './crashMark';
import { Exit } from './exit';
import { fetchFiles, numberEqualFileNames, type FetchedFiles } from './files';
import { openLedger } from './ledgerStore';
import { addHint, inInputOrder, jobJson, pairedTo } from './output';
import { fetchPdf } from './pdfRun';
import type { Session } from './session';
import type { PdfProfile } from '../core/api/client';
import {
	failedRowsHint,
	hiddenFileHint,
	PROFILE_NOT_APPLIED,
	requireAllRows,
} from '../core/jobs/jobMessages';
import type { Ledger } from '../core/jobs/ledger';
import type { Kind } from '../core/jobs/ledgerEntry';
import type { FinishedJob, JobOutcome } from '../core/jobs/outcome';
import { causeOf, runHint } from '../core/jobs/paidMessages';
import { findPaidRows, recordCutOff } from '../core/jobs/paidRows';
import { planTry, type PlannedJob } from '../core/jobs/plan';
import { runJobs } from '../core/jobs/run';
import type { MissingVariables, PreparedRow } from '../core/rows/types';

/** Parameters of everything that costs credits. */
export interface PaidSettings {
	pdfProfile: PdfProfile;
	missingVariables: MissingVariables;
	/** The name that an item's file is to have; empty for the default. */
	fileNameOf: (itemIndex: number) => string;
	maxConcurrentJobs: number;
	unknownSubmit: 'stop' | 'submitAgain';
	/** Not needed where no file is wanted. */
	binaryField: string;
}

/** The parameters of 'Batch: Submit' that count once the rows are there. */
export interface BatchSettings extends PaidSettings {
	rowsPerBatch: number;
	waitForCompletion: boolean;
	output: 'none' | 'pdfs' | 'zip';
	timeoutMs: number;
	/** 0 adapts to the job. */
	pollIntervalMs: number;
	partialFailure: 'continue' | 'error';
}

/** What tells batches from single PDFs. */
interface PaidKind {
	kind: Kind;
	rowsPerJob: number;
	waitForCompletion: boolean;
	timeoutMs: number;
	pollIntervalMs: number;
	fetch: (finished: FinishedJob, signal: AbortSignal) => Promise<FetchedFiles>;
}

/** Submits rows in batches, waits for the jobs and emits their files. @throws as `runPaid` does */
export async function runBatch(
	context: IExecuteFunctions,
	session: Session,
	rows: readonly PreparedRow[],
	settings: BatchSettings,
): Promise<INodeExecutionData[]> {
	return await runPaid(context, session, rows, settings, {
		kind: 'batch',
		rowsPerJob: settings.rowsPerBatch,
		waitForCompletion: settings.waitForCompletion,
		timeoutMs: settings.timeoutMs,
		pollIntervalMs: settings.pollIntervalMs,
		fetch: async (finished, signal) =>
			await fetchBatch(context, session, settings, finished, signal),
	});
}

/** Makes one PDF per row, several at once, each paired with its items. @throws as `runPaid` does */
export async function runPdfs(
	context: IExecuteFunctions,
	session: Session,
	rows: readonly PreparedRow[],
	settings: PaidSettings,
): Promise<INodeExecutionData[]> {
	return await runPaid(context, session, rows, settings, {
		kind: 'pdf',
		rowsPerJob: 1,
		// A single PDF is made while its request is open, so there is nothing to wait for.
		waitForCompletion: true,
		timeoutMs: 0,
		pollIntervalMs: 0,
		fetch: async (finished, signal) => await fetchPdf(context, session, settings, finished, signal),
	});
}

/**
 * Pays for rows, waits for their jobs and emits their files. Rows that an earlier try has paid for are
 * fetched from their jobs, whatever the batch size is now; only the rest is paid for.
 * @throws Failure, unless On Error is Continue; the signal's reason when stopped
 */
async function runPaid(
	context: IExecuteFunctions,
	session: Session,
	rows: readonly PreparedRow[],
	settings: PaidSettings,
	kind: PaidKind,
): Promise<INodeExecutionData[]> {
	const { pdfProfile: profile, missingVariables, maxConcurrentJobs, unknownSubmit } = settings;
	const { account, clock, signal } = session;
	const stopOnFailure = !context.continueOnFail();
	const look = { profile, missingVariables };
	const paying = { account: account.digest, kind: kind.kind, look };
	const ledger = openLedger(context, clock, paying);
	try {
		const find = () => findPaidRows(ledger, rows, unknownSubmit);
		let found = find();
		const content = () => rows.map((row) => ledger.identify(row).digest).join('');
		if (found.toSubmit.flat().length > 0 && (await wasCutOff(context, session, content))) {
			recordCutOff(ledger, rows, kind.rowsPerJob);
			found = find();
		}
		const jobs = planTry(rows, found, kind.rowsPerJob);
		const pay = { profile, unknownSubmit, secret: account.apiKey, signal };
		const options = { ...kind, ...pay, maxConcurrentJobs, stopOnFailure };
		const outcomes = await runJobs(jobs, { ...session, ledger }, options, kind.fetch);
		const cause = stopOnFailure && causeOf(outcomes);
		if (cause) throw cause;
		addHints(context, session, outcomes, kind.kind);
		for (const note of found.notes) addHint(context, session.redact(note));
		const exit = new Exit(context, session);
		const items = outcomes.flatMap(({ job, state, result, failure }) => {
			if (failure) return [exit.outcome(failure)];
			return result?.items ?? (state ? [stateItem(job, state)] : []);
		});
		return emit(context, ledger, { rows, items, outcomes });
	} finally {
		ledger.close();
	}
}

/** A finished job's files, as the parameters say. */
async function fetchBatch(
	context: IExecuteFunctions,
	session: Session,
	{ output, binaryField, partialFailure, fileNameOf }: BatchSettings,
	{ job, state, link }: FinishedJob,
	signal: AbortSignal,
): Promise<FetchedFiles> {
	requireAllRows(state, partialFailure, job);
	const note = hiddenFileHint(state) ?? failedRowsHint(state, job);
	const notes = note ? [note] : [];
	if (output === 'none') return { items: [stateItem(job, state)], notes };
	const order = {
		designId: job.designId,
		state,
		link,
		output,
		rows: job.rowCount,
		itemIndexes: job.itemIndexes,
		binaryField,
		fileName: fileNameOf(job.itemIndexes[0] ?? 0),
		complete: partialFailure === 'error',
		extra: batchFields(job),
	};
	const files = await fetchFiles(context, session, order, signal);
	return { items: files.items, notes: [...notes, ...files.notes] };
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

function addHints(
	context: IExecuteFunctions,
	{ redact }: Session,
	outcomes: ReadonlyArray<JobOutcome<FetchedFiles>>,
	kind: Kind,
): void {
	const hint = runHint(outcomes, kind);
	if (hint) addHint(context, hint, 'info');
	const notes = new Set(outcomes.flatMap(({ result }) => result?.notes ?? []));
	for (const note of notes) addHint(context, redact(note));
	const isPlain = ({ accepted, failure }: JobOutcome<FetchedFiles>) =>
		!failure && accepted?.profileApplied === false;
	if (outcomes.some(isPlain)) addHint(context, PROFILE_NOT_APPLIED);
}

interface Emitted {
	rows: readonly PreparedRow[];
	items: INodeExecutionData[];
	outcomes: ReadonlyArray<JobOutcome<unknown>>;
}

/**
 * The node's output, in input order. What it holds need not be remembered any more, unless n8n runs the
 * node again: with Retry On Fail it does so when the first item has an `error` field, as has the item that
 * stands for an input without a row.
 */
function emit(
	context: IExecuteFunctions,
	ledger: Ledger,
	{ rows, items, outcomes }: Emitted,
): INodeExecutionData[] {
	const ordered = inInputOrder(items);
	numberEqualFileNames(ordered);
	const startsWell = rows.some(({ itemIndexes }) => itemIndexes.includes(0));
	if (context.getNode().retryOnFail && (ordered[0]?.json.error || !startsWell)) return ordered;
	const through = outcomes.filter(({ accepted, failure }) => accepted && !failure);
	ledger.handedOn(through.flatMap(({ job }) => job.rows));
	return ordered;
}
