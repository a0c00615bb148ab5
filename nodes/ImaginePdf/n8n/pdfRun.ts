import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { pairedTo } from './output';
import type { GeneratedPdfOutput } from './outputTypes';
import { runPaid, type PaidSettings } from './paidRun';
import type { Session } from './session';
import { storeStream } from './store';
import { openDownload } from '../core/download/download';
import { wholePdf } from '../core/download/expectedFile';
import { withRestarts, type TransferOptions } from '../core/download/retryBudget';
import { safeFileName } from '../core/fileName';
import { linkGone } from '../core/jobs/jobMessages';
import type { FinishedJob } from '../core/jobs/outcome';
import type { PlannedJob } from '../core/jobs/plan';
import { DOWNLOAD_STALL_MS, DOWNLOAD_TIMEOUT_MS } from '../core/limits';
import type { PreparedRow } from '../core/rows/types';

/** The parameters of 'PDF: Generate'. */
export interface PdfSettings extends PaidSettings {
	binaryField: string;
}

/**
 * Makes one PDF per row, several at once, each paired with its items.
 * @throws as `runPaid` does
 */
export async function runPdfs(
	context: IExecuteFunctions,
	session: Session,
	rows: readonly PreparedRow[],
	settings: PdfSettings,
): Promise<INodeExecutionData[]> {
	return await runPaid<INodeExecutionData>(context, session, rows, settings, {
		kind: 'pdf',
		rowsPerJob: 1,
		// A single PDF is made while its request is open, so there is nothing to wait for.
		waitForCompletion: true,
		timeoutMs: 0,
		pollIntervalMs: 0,
		fetch: async (finished, signal) => await fetchPdf(context, session, settings, finished, signal),
		itemsOf: ({ result }) => (result ? [result] : []),
		notesOf: () => [],
	});
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
	const bounds = { signal, deadline: session.clock.monotonicNow() + DOWNLOAD_TIMEOUT_MS };
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

/** Before a link is tried again of which the storage does not have the file yet. */
const LATE_FILE_PAUSES_MS = [1000, 3000];

async function openPdf(
	session: Session,
	job: PlannedJob,
	link: string | undefined,
	bounds: TransferOptions,
) {
	const pauses = LATE_FILE_PAUSES_MS.values();
	const getUrl = async (refusedWith?: number) => {
		if (!link) throw linkGone(job);
		if (refusedWith === undefined) return { url: link };
		// The service has no route for a second link, so a refused one is the end, unless the file is late.
		const pause = refusedWith === 404 ? pauses.next().value : undefined;
		if (pause === undefined) throw linkGone(job);
		await session.clock.sleep(pause, bounds.signal);
		return { url: link };
	};
	const options = { ...bounds, stallMs: DOWNLOAD_STALL_MS, expect: 'pdf' } as const;
	return await openDownload({ ...session, getUrl }, options);
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
