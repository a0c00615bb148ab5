import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { storeBytes, storeStream } from './binary';
import { jobJson, pairedTo } from './output';
import type { PdfOutput, ZipOutput } from './outputTypes';
import type { Session } from './session';
import { openDownload, type Download } from '../core/files';
import { zipTail } from '../core/files/zipTail';
import type { JobState } from '../core/api/schemas';
import { DOWNLOAD_STALL_MS, DOWNLOAD_TIMEOUT_MS } from '../core/limits';
import { limitsFor, readPdfEntries, safeFileName } from '../core/zip';

/** A finished job whose files are to be fetched. */
export interface FileOrder {
	jobId: string;
	designId?: string;
	state: JobState;
	itemIndexes: readonly number[];
	binaryField: string;
	/** Name of the ZIP as the user wants it; empty for the default. */
	fileName: string;
	/** Names given so far in this run. */
	taken: Set<string>;
	/** Added to the JSON of every item. */
	extra: Record<string, number>;
}

/** What a job's files became. */
export interface FetchedFiles {
	items: INodeExecutionData[];
	/** Entries of the ZIP that were left out, in words. */
	skipped: string[];
}

/** Streams a job's ZIP into the binary store: one item. */
export async function fetchZip(
	context: IExecuteFunctions,
	session: Session,
	order: FileOrder,
	signal: AbortSignal,
): Promise<FetchedFiles> {
	const { jobId, designId, state, itemIndexes, binaryField, extra } = order;
	const download = await openJobDownload(session, jobId, signal);
	const tail = zipTail(download.body);
	const wished = order.fileName || `imaginepdf-${jobId}.zip`;
	const fileName = safeFileName(wished, order.taken, `imaginepdf-${jobId}`, '.zip');
	const file = { fileName, mimeType: 'application/zip' as const };
	const binary = await storeStream(context, session.http, tail.body, file);
	const { bytes, entries } = tail.summary();
	const item: INodeExecutionData = {
		json: {
			...jobJson(state, designId),
			...extra,
			fileName,
			fileSize: bytes,
			fileCount: entries,
		} satisfies ZipOutput & IDataObject,
		binary: { [binaryField]: binary },
		pairedItem: pairedTo(itemIndexes),
	};
	return { items: [item], skipped: [] };
}

/** Takes a job's ZIP apart while it streams in: one item per PDF. */
export async function fetchPdfs(
	context: IExecuteFunctions,
	session: Session,
	order: FileOrder,
	signal: AbortSignal,
): Promise<FetchedFiles> {
	const { jobId, state, itemIndexes, binaryField, taken } = order;
	const designId = state.designId ?? order.designId;
	const download = await openJobDownload(session, jobId, signal);
	const pause = async () => await session.clock.sleep(0, signal);
	const items: Array<INodeExecutionData & { json: PdfOutput }> = [];
	const skipped: string[] = [];
	// One list for all: a job's PDFs cannot be told apart, so each comes from all of its items.
	const pairedItem = pairedTo(itemIndexes);
	for await (const entry of readPdfEntries(download.body, limitsFor(state.total), pause)) {
		signal.throwIfAborted();
		if (entry.kind === 'skipped') {
			skipped.push(entry.name);
			continue;
		}
		const pdfNumber = items.length + 1;
		const fileName = safeFileName(entry.name, taken, `${jobId}-${pdfNumber}`);
		const file = { fileName, mimeType: 'application/pdf' as const };
		const binary = await storeBytes(context, entry.bytes, file);
		items.push({
			json: {
				jobId,
				...(designId && { designId }),
				fileName,
				fileSize: entry.bytes.length,
				pdfNumber,
				pdfCount: 0,
			},
			binary: { [binaryField]: binary },
			pairedItem,
		});
	}
	// Only the end of the archive tells how many there are.
	for (const { json } of items) json.pdfCount = items.length;
	return { items, skipped };
}

async function openJobDownload(
	session: Session,
	jobId: string,
	signal: AbortSignal,
): Promise<Download> {
	const { client, clock, http, journal, random } = session;
	const deadline = clock.now() + DOWNLOAD_TIMEOUT_MS;
	return await openDownload(
		{
			http,
			clock,
			journal,
			random,
			getUrl: async () => await client.downloadLink(jobId, { signal, deadline }),
		},
		{ signal, deadline, stallMs: DOWNLOAD_STALL_MS, expect: 'zip' },
	);
}
