import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { pairedTo } from './output';
import type { GeneratedPdfOutput } from './outputTypes';
import { runPaid, type PaidSettings } from './paidRun';
import type { Session } from './session';
import { storeStream } from './store';
import { settle, unwrap } from '../core/async';
import { fetchFile, isRefusal } from '../core/download/fetchFile';
import { safeFileName } from '../core/fileName';
import { linkGone } from '../core/jobs/jobMessages';
import type { FinishedJob } from '../core/jobs/outcome';
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
	const link = async () => {
		if (!accepted.link) throw linkGone(job);
		return { url: accepted.link };
	};
	const stored = await settle(
		async () =>
			await fetchFile(
				session,
				{ link, isOnlyLink: true, expect: 'pdf', signal },
				async (body) => await storeStream(context, { http: session.http, signal }, body, file),
			),
	);
	if (!stored.ok && isRefusal(stored.error)) throw linkGone(job);
	const { binary, fileSize } = unwrap(stored);
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
