import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { storeBytes, storeStream } from './binary';
import { jobJson, pairedTo } from './output';
import type { PdfOutput, ZipOutput } from './outputTypes';
import type { Session } from './session';
import { Storing } from './storing';
import { openDownload, type Download } from '../core/files';
import { zipTail } from '../core/files/zipTail';
import type { JobState } from '../core/api/schemas';
import { wayBack } from '../core/explain';
import { Failure } from '../core/failure';
import { DOWNLOAD_STALL_MS, DOWNLOAD_TIMEOUT_MS } from '../core/limits';
import { firstFew } from '../core/wording';
import { ArchiveError, limitsFor, readPdfEntries, safeFileName } from '../core/zip';

/** Names that are told; a note is no list. */
const NAMES_SHOWN = 5;

/** Taken for a job's rows where the service does not tell them: all that a plain ZIP can list. */
const ROWS_AT_MOST = 65_535;

/** A finished job whose files are to be fetched. */
export interface FileOrder {
	jobId: string;
	designId?: string;
	state: JobState;
	itemIndexes: readonly number[];
	binaryField: string;
	/** Name of the ZIP as the user wants it; empty for the default. */
	fileName: string;
	/** Whether fewer PDFs than the service reports are no result. */
	complete: boolean;
	/** Added to the JSON of every item. */
	extra: Record<string, number>;
}

/** What a job's files became. */
export interface FetchedFiles {
	items: INodeExecutionData[];
	/** What the user should know about them, in whole sentences. */
	notes: string[];
}

/** Streams a job's ZIP into the binary store: one item. */
export async function fetchZip(
	context: IExecuteFunctions,
	session: Session,
	order: FileOrder,
	signal: AbortSignal,
): Promise<FetchedFiles> {
	const { jobId, designId, state, itemIndexes, binaryField, extra } = order;
	const wished = order.fileName || `imaginepdf-${jobId}.zip`;
	const fileName = safeFileName(wished, `imaginepdf-${jobId}`, '.zip');
	const download = await openJobDownload(session, jobId, signal);
	const tail = zipTail(download.body);
	const file = { fileName, mimeType: 'application/zip' as const };
	const storing = { http: session.http, signal, discard: download.discard };
	const binary = await storeStream(context, storing, tail.body, file);
	const { bytes, entries } = tail.summary();
	const notes = missingNotes(order, entries);
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
	return { items: [item], notes };
}

/** Takes a job's ZIP apart while it streams in: one item per PDF. */
export async function fetchPdfs(
	context: IExecuteFunctions,
	session: Session,
	order: FileOrder,
	signal: AbortSignal,
): Promise<FetchedFiles> {
	const { jobId, state, itemIndexes, binaryField } = order;
	const designId = state.designId ?? order.designId;
	const download = await openJobDownload(session, jobId, signal);
	const pause = async () => await session.clock.sleep(0, signal);
	const items: Array<INodeExecutionData & { json: PdfOutput }> = [];
	const skipped: string[] = [];
	const storing = new Storing(signal);
	// One list for all: a job's PDFs cannot be told apart, so each comes from all of its items.
	const pairedItem = pairedTo(itemIndexes);
	try {
		for await (const entry of readPdfEntries(
			download.body,
			limitsFor(state.total ?? ROWS_AT_MOST),
			pause,
		)) {
			signal.throwIfAborted();
			if (entry.kind === 'skipped') {
				skipped.push(entry.name);
				continue;
			}
			const { name, bytes } = entry;
			const pdfNumber = items.length + 1;
			const fileName = safeFileName(name, `${jobId}-${pdfNumber}`);
			const fileSize = bytes.length;
			const item: INodeExecutionData & { json: PdfOutput } = {
				json: { jobId, ...(designId && { designId }), fileName, fileSize, pdfNumber, pdfCount: 0 },
				pairedItem,
			};
			items.push(item);
			await storing.add(fileSize, async () => {
				const file = { fileName, mimeType: 'application/pdf' as const };
				item.binary = { [binaryField]: await storeBytes(context, bytes, file) };
			});
		}
		await storing.finish();
	} finally {
		download.discard();
		await storing.settle();
	}
	if (items.length === 0) throw new ArchiveError('empty', 'The ZIP file holds no PDF');
	// Only the end of the archive tells how many there are.
	for (const { json } of items) json.pdfCount = items.length;
	return { items, notes: [...skippedNote(jobId, skipped), ...missingNotes(order, items.length)] };
}

function skippedNote(jobId: string, names: readonly string[]): string[] {
	if (names.length === 0) return [];
	const shown = firstFew(names.slice(0, NAMES_SHOWN), names.length);
	return [`Left out of the ZIP of job ${jobId}, since they are not PDFs: ${shown}.`];
}

/**
 * The ZIP holds one PDF per successful row (API page, "Download").
 * @throws Failure where it does not and the user wants all or nothing
 */
function missingNotes(
	{ state: { jobId, completed }, complete }: Pick<FileOrder, 'state' | 'complete'>,
	files: number,
): string[] {
	if (completed === undefined || files >= completed) return [];
	const message = `The ZIP of job ${jobId} holds ${files} of the ${completed} PDFs that ImaginePDF reports`;
	const remedy = "Ask ImaginePDF's support about the others.";
	if (!complete) return [`${message}. ${remedy}`];
	throw new Failure({
		message,
		description: `${remedy} ${wayBack(jobId)} To hand on what there is, set the option 'If Some Rows Fail' to 'Continue'.`,
		code: 'PDFS_MISSING',
		fromService: false,
		jobIds: [jobId],
	});
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
