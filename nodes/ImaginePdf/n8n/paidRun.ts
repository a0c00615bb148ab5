import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { numberEqualFileNames } from './files';
import { openLedger } from './ledgerStore';
import { addHint, errorItem, inInputOrder } from './output';
import type { Session } from './session';
import type { PdfProfile } from '../core/api/client';
import { PROFILE_NOT_APPLIED } from '../core/jobs/jobMessages';
import type { Ledger } from '../core/jobs/ledger';
import type { Kind } from '../core/jobs/ledgerEntry';
import type { JobOutcome } from '../core/jobs/outcome';
import { findPaidRows } from '../core/jobs/paidRows';
import { planTry } from '../core/jobs/plan';
import { runHint, summarise } from '../core/jobs/report';
import { runJobs, type Fetch } from '../core/jobs/run';
import type { MissingVariables, PreparedRow } from '../core/rows/types';

/** Parameters of everything that costs credits. */
export interface PaidSettings {
	pdfProfile: PdfProfile;
	missingVariables: MissingVariables;
	/** The name that an item's file is to have; empty for the default. */
	fileNameOf: (itemIndex: number) => string;
	maxConcurrentJobs: number;
	unknownSubmit: 'stop' | 'submitAgain';
}

/** What tells batches from single PDFs. */
export interface PaidRun<T> {
	kind: Kind;
	rowsPerJob: number;
	waitForCompletion: boolean;
	timeoutMs: number;
	pollIntervalMs: number;
	fetch: Fetch<T>;
	/** The items of a job that succeeded. */
	itemsOf: (outcome: JobOutcome<T>) => INodeExecutionData[];
	/** What the user should know about it, in whole sentences. */
	notesOf: (outcome: JobOutcome<T>) => string[];
}

/**
 * Pays for rows, waits for their jobs and hands on what `fetch` gets. Rows that an earlier try has paid
 * for are fetched from their jobs, whatever the batch size is now; only the rest is paid for.
 * @throws Failure naming every job that was paid for, unless On Error is Continue
 */
export async function runPaid<T>(
	context: IExecuteFunctions,
	session: Session,
	rows: readonly PreparedRow[],
	settings: PaidSettings,
	run: PaidRun<T>,
): Promise<INodeExecutionData[]> {
	const { pdfProfile: profile, missingVariables, maxConcurrentJobs, unknownSubmit } = settings;
	const { account, clock, redact, signal } = session;
	const { kind } = run;
	const stopOnFailure = !context.continueOnFail();
	const ledger = openLedger(context, clock, {
		account: account.digest,
		kind,
		look: { profile, missingVariables },
	});
	try {
		const found = findPaidRows(ledger, rows, unknownSubmit, stopOnFailure);
		const jobs = planTry(rows, found, run.rowsPerJob);
		const options = {
			...run,
			profile,
			maxConcurrentJobs,
			unknownSubmit,
			secret: account.apiKey,
			stopOnFailure,
			// n8n offers a retry of the execution only where the node stops with an error.
			canRetry: stopOnFailure,
			signal,
		};
		const outcomes = await runJobs(jobs, { ...session, ledger }, options, run.fetch);
		const failure = stopOnFailure && summarise(outcomes, kind, stopOnFailure);
		if (failure) throw failure;
		const items = outcomes.flatMap((outcome) =>
			outcome.failure
				? [errorItem(context, outcome.failure, redact, outcome.job.itemIndexes)]
				: run.itemsOf(outcome),
		);
		addHints(context, session, outcomes, run);
		for (const note of found.notes) addHint(context, redact(note));
		return handOn(context, ledger, { rows, items, outcomes });
	} finally {
		ledger.close();
	}
}

function addHints<T>(
	context: IExecuteFunctions,
	{ redact }: Session,
	outcomes: ReadonlyArray<JobOutcome<T>>,
	{ kind, notesOf }: PaidRun<T>,
): void {
	const hint = runHint(outcomes, kind);
	if (hint) addHint(context, hint, 'info');
	for (const note of outcomes.flatMap(notesOf)) addHint(context, redact(note));
	const isPlain = ({ accepted, failure }: JobOutcome<T>) =>
		!failure && accepted?.profileApplied === false;
	if (outcomes.some(isPlain)) addHint(context, PROFILE_NOT_APPLIED);
}

interface HandedOn {
	rows: readonly PreparedRow[];
	items: INodeExecutionData[];
	outcomes: ReadonlyArray<JobOutcome<unknown>>;
}

/**
 * The node's output, in input order. What it holds need not be remembered any more, unless n8n runs the
 * node again: with Retry On Fail it does so when the first item has an `error` field, as has the item that
 * stands for an input without a row.
 */
function handOn(
	context: IExecuteFunctions,
	ledger: Ledger,
	{ rows, items, outcomes }: HandedOn,
): INodeExecutionData[] {
	const ordered = inInputOrder(items);
	numberEqualFileNames(ordered);
	const startsWell = rows.some(({ itemIndexes }) => itemIndexes.includes(0));
	if (context.getNode().retryOnFail && (ordered[0]?.json.error || !startsWell)) return ordered;
	const through = outcomes.filter(({ accepted, failure }) => accepted && !failure);
	ledger.handedOn(through.flatMap(({ job }) => job.rows));
	return ordered;
}
