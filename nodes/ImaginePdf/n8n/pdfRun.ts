import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { storeStream } from './binary';
import { handOn, openLedger } from './ledgerStore';
import { addHint, errorItem, pairedTo } from './output';
import type { GeneratedPdfOutput } from './outputTypes';
import type { Session } from './session';
import { textOption, type PaySettings, type RowSettings } from './settings';
import { openDownload, wholePdf } from '../core/files';
import { claimRows } from '../core/jobs/claims';
import { linkGone, PROFILE_NOT_APPLIED, severalRows } from '../core/jobs/messages';
import type { FinishedJob } from '../core/jobs/outcome';
import { planTry, type PlannedJob } from '../core/jobs/plan';
import { runHint, summarise } from '../core/jobs/report';
import { runJobs } from '../core/jobs/run';
import { DOWNLOAD_STALL_MS, DOWNLOAD_TIMEOUT_MS } from '../core/limits';
import type { PreparedRow } from '../core/rows/types';
import { safeFileName } from '../core/zip';

/** The parameters of 'PDF: Generate'. */
export interface PdfSettings
	extends PaySettings, Pick<RowSettings, 'pdfProfile' | 'missingVariables'> {
	binaryField: string;
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
	requireOneRowPerItem(rows);
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
	{ binaryField }: PdfSettings,
	{ job, accepted }: FinishedJob,
	signal: AbortSignal,
): Promise<INodeExecutionData> {
	const { itemIndexes, designId } = job;
	const { jobId: generationId, status = 'completed' } = accepted;
	const itemIndex = itemIndexes[0] ?? 0;
	const wished = textOption(context, 'fileName', itemIndex);
	const base = (accepted.fileName ?? 'document').replace(/\.pdf$/i, '');
	const fallback = `document-${itemIndex + 1}`;
	const fileName = safeFileName(wished || `${base}-${itemIndex + 1}`, fallback);
	const download = await openPdf(session, job, accepted.link, signal);
	const body = counted(wholePdf(download.body));
	const file = { fileName, mimeType: 'application/pdf' as const };
	const storing = { http: session.http, signal, discard: download.discard };
	const binary = await storeStream(context, storing, body.chunks(), file);
	return {
		json: {
			designId,
			...(generationId !== '' && { generationId }),
			status,
			fileName,
			fileSize: body.bytes(),
		} satisfies GeneratedPdfOutput,
		binary: { [binaryField]: binary },
		pairedItem: pairedTo(itemIndexes),
	};
}

async function openPdf(
	{ http, clock, journal, random }: Session,
	job: PlannedJob,
	link: string | undefined,
	signal: AbortSignal,
) {
	let given = false;
	const getUrl = async () => {
		// The service has no route for a second link, so a refused one is the end.
		if (given || !link) throw linkGone(job);
		given = true;
		return { url: link, expiresIn: undefined };
	};
	const deadline = clock.now() + DOWNLOAD_TIMEOUT_MS;
	const options = { signal, deadline, stallMs: DOWNLOAD_STALL_MS, expect: 'pdf' } as const;
	return await openDownload({ http, clock, journal, random, getUrl }, options);
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
