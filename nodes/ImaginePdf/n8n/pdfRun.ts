import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { handOn, openLedger } from './ledgerStore';
import { addHint, errorItem, pairedTo } from './output';
import type { GeneratedPdfOutput } from './outputTypes';
import type { Session } from './session';
import { storeStream } from './store';
import type { PdfProfile } from '../core/api/client';
import { openDownload } from '../core/download/download';
import { wholePdf } from '../core/download/expectedFile';
import { withRestarts, type TransferOptions } from '../core/download/retryBudget';
import { safeFileName } from '../core/fileName';
import { claimRows } from '../core/jobs/claims';
import { linkGone, PROFILE_NOT_APPLIED, severalRows } from '../core/jobs/jobMessages';
import type { FinishedJob } from '../core/jobs/outcome';
import { planTry, type PlannedJob } from '../core/jobs/plan';
import { runHint, summarise } from '../core/jobs/report';
import { runJobs } from '../core/jobs/run';
import { DOWNLOAD_STALL_MS, DOWNLOAD_TIMEOUT_MS } from '../core/limits';
import type { MissingVariables, PreparedRow } from '../core/rows/types';

/** The parameters of 'PDF: Generate'. */
export interface PdfSettings {
	binaryField: string;
	pdfProfile: PdfProfile;
	missingVariables: MissingVariables;
	/** The name that an item's file is to have; empty for the default. */
	fileNameOf: (itemIndex: number) => string;
	maxConcurrentJobs: number;
	unknownSubmit: 'stop' | 'submitAgain';
}

/**
 * Makes one PDF per row, several at once, each paired with its items.
 * @throws Failure, unless On Error is Continue
 */
export async function runPdfs(
	context: IExecuteFunctions,
	session: Session,
	rows: readonly PreparedRow[],
	settings: PdfSettings,
): Promise<INodeExecutionData[]> {
	const { pdfProfile: profile, missingVariables, unknownSubmit } = settings;
	const { account, clock, redact, signal } = session;
	const stopOnFailure = !context.continueOnFail();
	const options = {
		...settings,
		profile,
		secret: account.apiKey,
		stopOnFailure,
		canRetry: stopOnFailure,
		waitForCompletion: true,
		// A single PDF is made while its request is open, so there is nothing to wait for.
		timeoutMs: 0,
		pollIntervalMs: 0,
		signal,
	};
	const ledger = openLedger(context, clock, {
		account: account.digest,
		kind: 'pdf',
		look: { profile, missingVariables },
	});
	try {
		const claims = claimRows(ledger, rows, unknownSubmit, stopOnFailure);
		const jobs = planTry(rows, claims, 1);
		const outcomes = await runJobs(jobs, { ...session, ledger }, options, async (finished, to) =>
			fetchPdf(context, session, settings, finished, to),
		);
		const failure = stopOnFailure && summarise(outcomes, 'pdf', stopOnFailure);
		if (failure) throw failure;
		const items = outcomes.flatMap(({ failure: own, job, result }) =>
			own ? errorItem(context, own, redact, job.itemIndexes) : (result ?? []),
		);
		const run = runHint(outcomes, 'pdf');
		if (run) addHint(context, run, 'info');
		if (outcomes.some(({ accepted, result }) => result && accepted?.profileApplied === false))
			addHint(context, PROFILE_NOT_APPLIED);
		return handOn(context, ledger, { rows, items, outcomes });
	} finally {
		ledger.close();
	}
}

/** Fetches a paid PDF into the binary store. */
async function fetchPdf(
	context: IExecuteFunctions,
	session: Session,
	{ binaryField, fileNameOf }: PdfSettings,
	{ job, accepted }: FinishedJob,
	signal: AbortSignal,
): Promise<INodeExecutionData> {
	const { itemIndexes, designId } = job;
	const { jobId: generationId, status = 'completed' } = accepted;
	const itemIndex = itemIndexes[0] ?? 0;
	const wished = fileNameOf(itemIndex);
	const base = (accepted.fileName ?? 'document').replace(/\.pdf$/i, '');
	const fallback = `document-${itemIndex + 1}`;
	const fileName = safeFileName(wished || `${base}-${itemIndex + 1}`, fallback);
	const file = { fileName, mimeType: 'application/pdf' as const };
	const bounds = { signal, deadline: session.clock.now() + DOWNLOAD_TIMEOUT_MS };
	const { binary, fileSize } = await withRestarts(session, bounds, async () => {
		const download = await openPdf(session, job, accepted.link, bounds);
		const body = counted(wholePdf(download.body));
		const storing = { http: session.http, signal, discard: download.discard };
		const stored = await storeStream(context, storing, body.chunks(), file);
		return { binary: stored, fileSize: body.bytes() };
	});
	return {
		json: {
			designId,
			...(generationId !== '' && { generationId }),
			status,
			fileName,
			fileSize,
		} satisfies GeneratedPdfOutput,
		binary: { [binaryField]: binary },
		pairedItem: pairedTo(itemIndexes),
	};
}

async function openPdf(
	{ http, clock, logger, random }: Session,
	job: PlannedJob,
	link: string | undefined,
	bounds: TransferOptions,
) {
	let given = false;
	const getUrl = async () => {
		// The service has no route for a second link, so a refused one is the end.
		if (given || !link) throw linkGone(job);
		given = true;
		return { url: link, expiresIn: undefined };
	};
	const options = { ...bounds, stallMs: DOWNLOAD_STALL_MS, expect: 'pdf' } as const;
	return await openDownload({ http, clock, logger, random, getUrl }, options);
}

/** A body that counts what goes through it. */
function counted(source: AsyncIterable<Uint8Array>) {
	let total = 0;
	async function* chunks() {
		for await (const chunk of source) {
			total += chunk.length;
			yield chunk;
		}
	}
	return { chunks, bytes: () => total };
}

/** @throws Failure naming the items that bring several rows */
export function requireOneRowPerItem(rows: readonly PreparedRow[]): void {
	const several = rows.filter((row) => (row.rowIndex ?? 0) > 0).map((row) => row.itemIndex);
	if (several.length > 0) throw severalRows([...new Set(several)]);
}
