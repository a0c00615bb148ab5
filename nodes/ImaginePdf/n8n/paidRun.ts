import type { INodeExecutionData } from 'n8n-workflow';

import { findCutOff } from './crashMark';
import { Exit, type FailedItems } from './exit';
import { fetchFiles, stateItem, type FetchedFiles } from './files';
import { openLedger } from './ledgerStore';
import { addHint, inInputOrder, pairedTo } from './output';
import type { Session } from './session';
import { fetchIntoStore } from './store';
import type { PdfProfile } from '../core/api/client';
import { settle, unwrap } from '../core/async';
import { isRefusal } from '../core/download/fetchFile';
import { safeFileName } from '../core/fileName';
import { linkGone, PROFILE_NOT_APPLIED } from '../core/jobs/jobMessages';
import type { Ledger } from '../core/jobs/ledger';
import type { JobKind } from '../core/jobs/ledgerEntry';
import { causeOf, runHint } from '../core/jobs/paidMessages';
import { planTry, recordCutOff } from '../core/jobs/paidRows';
import { runJobs, type FinishedJob, type JobOutcome, type RunOptions } from '../core/jobs/run';
import { idOf } from '../core/jobs/submit';
import { itemsIn } from '../core/objects';
import type { MissingVariables, PreparedRow } from '../core/rows/types';

/** Parameters of everything that costs credits. */
interface PaidSettings extends Pick<RunOptions, 'maxConcurrentJobs' | 'unknownSubmit'> {
	pdfProfile: PdfProfile;
	missingVariables: MissingVariables;
	/** The name that an item's file is to have; empty for the default. */
	fileNameOf: (itemIndex: number) => string;
	/** Not needed where no file is wanted. */
	binaryField: string;
}

/** The parameters of 'PDF: Generate' that count once the rows are there. */
export interface PdfSettings extends PaidSettings {
	kind: 'pdf';
}

/** The parameters of 'Batch: Submit' that count once the rows are there. */
export interface BatchSettings
	extends PaidSettings, Pick<RunOptions, 'waitForCompletion' | 'timeoutMs' | 'pollIntervalMs'> {
	kind: 'batch';
	rowsPerBatch: number;
	output: 'none' | 'pdfs' | 'zip';
	partialFailure: 'continue' | 'error';
}

/** A single PDF is a job of one row, and it is made while its request is open: nothing to wait for. */
const SINGLE = { rowsPerBatch: 1, waitForCompletion: true, timeoutMs: 0, pollIntervalMs: 0 };

/**
 * Pays for rows, waits for their jobs and emits their files. Rows that an earlier try has paid for are
 * fetched from their jobs, whatever the batch size is now; only the rest is paid for.
 * @param refused items that become error items: what is paid for of their other rows is said with them
 * @throws Failure, unless On Error is Continue; the signal's reason when stopped
 */
export async function runPaid(
	session: Session,
	rows: readonly PreparedRow[],
	refused: readonly FailedItems[],
	settings: BatchSettings | PdfSettings,
): Promise<INodeExecutionData[]> {
	const { kind, pdfProfile: profile, missingVariables, unknownSubmit } = settings;
	const { context, account, clock, signal } = session;
	const { rowsPerBatch, ...pace } = settings.kind === 'pdf' ? SINGLE : settings;
	const stopOnFailure = !context.continueOnFail();
	const renderOptions = { profile, missingVariables };
	const ledger = openLedger(context, clock, { account: account.digest, kind, renderOptions });
	try {
		const without = new Set(itemsIn(refused));
		for (const item of itemsIn(rows)) without.delete(item);
		let plan = planTry(ledger, rows, rowsPerBatch, unknownSubmit, without);
		if (plan.jobs.some(({ earlier }) => !earlier)) {
			const content = rows.map((row) => ledger.identify(row).digest).join('');
			const cutOff = await findCutOff(context, session, content);
			if (cutOff) {
				const isLost = recordCutOff(ledger, rows, rowsPerBatch, cutOff.isProven);
				// Once is enough: each pass of a loop comes here.
				const isNews = isLost && cutOff.isFirst;
				plan = planTry(ledger, rows, rowsPerBatch, isNews ? 'stop' : unknownSubmit, without);
			}
		}
		const { maxConcurrentJobs } = settings;
		const pay = { profile, unknownSubmit, secret: account.apiKey, signal };
		const options = { ...pace, ...pay, maxConcurrentJobs, stopOnFailure };
		const fetch = async (finished: FinishedJob, own: AbortSignal) =>
			settings.kind === 'pdf'
				? await fetchPdf(session, settings, finished, own)
				: await fetchBatch(session, settings, finished, own);
		const outcomes = await runJobs(plan.jobs, { ...session, ledger }, options, fetch);
		const cause = stopOnFailure && causeOf(outcomes);
		if (cause) throw cause;
		addHints(session, outcomes, plan.notes, kind);
		return emit(session, ledger, rows, refused, outcomes);
	} finally {
		ledger.close();
	}
}

/** A finished job's files, as the parameters say. */
async function fetchBatch(
	session: Session,
	settings: BatchSettings,
	{ job, state, link }: FinishedJob,
	signal: AbortSignal,
): Promise<FetchedFiles> {
	const { itemIndexes } = job;
	const fileName = settings.fileNameOf(itemIndexes[0] ?? 0);
	const order = { ...settings, job, state, link, itemIndexes, fileName };
	return await fetchFiles(session, order, signal);
}

/** A single PDF, from its one link. */
async function fetchPdf(
	session: Session,
	{ binaryField, fileNameOf }: PdfSettings,
	{ job, accepted, link }: FinishedJob,
	signal: AbortSignal,
): Promise<FetchedFiles> {
	const { itemIndexes, designId } = job;
	const { entry, status = 'completed' } = accepted;
	const [itemIndex = 0] = itemIndexes;
	const base = (entry.fileName || 'document').replace(/\.pdf$/i, '');
	const wished = fileNameOf(itemIndex) || `${base}-${itemIndex + 1}`;
	const fileName = safeFileName(wished, `document-${itemIndex + 1}`);
	const request = { link, isOnlyLink: true, expect: 'pdf', signal } as const;
	const file = { fileName, mimeType: 'application/pdf' } as const;
	const stored = await settle(() => fetchIntoStore(session, request, file));
	if (!stored.ok && isRefusal(stored.error)) throw linkGone(job);
	const { binary, fileSize } = unwrap(stored);
	const json = { designId, ...idOf(entry), status, fileName, fileSize };
	const item = { json, binary: { [binaryField]: binary }, pairedItem: pairedTo(itemIndexes) };
	return { items: [item], notes: [] };
}

function addHints(
	{ context, redact }: Session,
	outcomes: ReadonlyArray<JobOutcome<FetchedFiles>>,
	notes: readonly string[],
	kind: JobKind,
): void {
	const hint = runHint(outcomes, kind);
	if (hint) addHint(context, hint, 'info');
	const ofFiles = outcomes.flatMap(({ result }) => result?.notes ?? []);
	for (const note of new Set([...ofFiles, ...notes])) addHint(context, redact(note));
	const isPlain = ({ accepted, failure }: JobOutcome<FetchedFiles>) =>
		!failure && accepted?.entry.isPlain === true;
	if (outcomes.some(isPlain)) addHint(context, PROFILE_NOT_APPLIED);
}

/**
 * The node's output, in input order. The ledger forgets what is in it, unless n8n runs the node again: with Retry
 * On Fail it does so when the first item has an `error` field, as the error item of an input without a row has.
 */
function emit(
	session: Session,
	ledger: Ledger,
	rows: readonly PreparedRow[],
	refused: readonly FailedItems[],
	outcomes: ReadonlyArray<JobOutcome<FetchedFiles>>,
): INodeExecutionData[] {
	const exit = new Exit(session.context, session);
	const items = outcomes.flatMap(({ job, accepted, state, result, failure }) => {
		// Its own job only, or where it has none, what is paid for of its items in other jobs.
		if (failure) return exit.item(failure, job.itemIndexes, accepted && [accepted.entry]);
		return result?.items ?? (state ? stateItem(session, state, job.itemIndexes, job) : []);
	});
	const ordered = inInputOrder([...items, ...exit.items(refused)]);
	const startsWell = rows.some(({ itemIndexes }) => itemIndexes.includes(0));
	if (session.context.getNode().retryOnFail && (ordered[0]?.json.error || !startsWell))
		return ordered;
	const through = outcomes.filter(({ accepted, failure }) => accepted && !failure);
	ledger.handedOn(through.flatMap(({ job }) => job.rows));
	return ordered;
}
