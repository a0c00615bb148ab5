import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { jobJson, pairedTo } from './output';
import type { PdfOutput, ZipOutput } from './outputTypes';
import type { Session } from './session';
import { StoreQueue, storeBytes, storeStream } from './store';
import { fetchFile, type FileBody } from '../core/download/fetchFile';
import { pairingNotes } from '../core/jobs/jobMessages';
import type { ReadyJob } from '../core/jobs/wait';
import { Failure } from '../core/failure';
import { distinctName, entryFileName, safeFileName } from '../core/fileName';
import { firstFew } from '../core/text';
import { ArchiveError } from '../core/zip/archive';
import { readPdfEntries, type PdfEntry } from '../core/zip/readPdfEntries';
import { zipTail } from '../core/zip/directory';

/** Names in a note about skipped files. */
const NAMES_SHOWN = 5;

/** A finished job whose files are to be fetched. */
export interface FileOrder extends ReadyJob {
	designId?: string;
	/** Rows of the job, where they are known. */
	rows?: number;
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
	const { designId, state, itemIndexes, binaryField, extra } = order;
	const { jobId } = state;
	const wished = order.fileName || `imaginepdf-${jobId}.zip`;
	const fileName = safeFileName(wished, `imaginepdf-${jobId}`, '.zip');
	const file = { fileName, mimeType: 'application/zip' as const };
	const { binary, fileSize, fileCount } = await fetchJobFile(
		session,
		order,
		signal,
		async (body) => {
			const tail = zipTail(body);
			const stored = await storeStream(context, { http: session.http, signal }, tail.body, file);
			return { ...stored, fileCount: tail.fileCount() };
		},
	);
	const notes = missingNotes(order, fileCount);
	const item: INodeExecutionData = {
		json: {
			...jobJson(state, designId),
			// The file shows what the state may not.
			done: true,
			progress: 1,
			...extra,
			fileName,
			fileSize,
			fileCount,
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
	const { items, skipped } = await fetchJobFile(session, order, signal, async (body) => {
		const pdfs = new PdfItems(context, order, signal);
		const pause = async () => await session.clock.sleep(0, signal);
		try {
			for await (const entry of readPdfEntries(body, pause)) {
				signal.throwIfAborted();
				if (entry.kind === 'pdf') await pdfs.add(entry);
				else pdfs.skip(entry.name);
			}
			await pdfs.finish();
		} finally {
			await pdfs.settle();
		}
		return pdfs;
	});
	if (items.length === 0) throw new ArchiveError('empty', 'The ZIP file holds no PDF');
	// How many there are is known only at the end of the archive.
	for (const { json } of items) json.pdfCount = items.length;
	const notes = [
		...skippedNote(order.state.jobId, skipped),
		...missingNotes(order, items.length),
		...pairingNotes(order.state, order.rows, items.length),
	];
	return { items, notes };
}

/** The items of a job's PDFs, which are stored while the next ones are read. */
class PdfItems {
	readonly items: Array<INodeExecutionData & { json: PdfOutput }> = [];
	/** Entries that are no PDFs: how many, and the names of the first. */
	readonly skipped = { count: 0, names: [] as string[] };
	private readonly queue: StoreQueue;
	/** One list for all: a job's PDFs cannot be matched to rows, so each comes from all of its items. */
	private readonly pairedItem: ReturnType<typeof pairedTo>;

	/** Ended by `finish` or `settle`. */
	constructor(
		private readonly context: IExecuteFunctions,
		private readonly order: FileOrder,
		signal: AbortSignal,
	) {
		this.queue = new StoreQueue(signal);
		this.pairedItem = pairedTo(order.itemIndexes);
	}

	/** @throws what storing this or an earlier PDF threw */
	async add({ name, bytes }: PdfEntry): Promise<void> {
		const { state, binaryField } = this.order;
		const { jobId } = state;
		const designId = state.designId ?? this.order.designId;
		const pdfNumber = this.items.length + 1;
		const fileName = entryFileName(name, `${jobId}-${pdfNumber}`);
		const fileSize = bytes.length;
		const item: INodeExecutionData & { json: PdfOutput } = {
			json: { jobId, ...(designId && { designId }), fileName, fileSize, pdfNumber, pdfCount: 0 },
			pairedItem: this.pairedItem,
		};
		this.items.push(item);
		await this.queue.add(fileSize, async () => {
			const file = { fileName, mimeType: 'application/pdf' as const };
			item.binary = { [binaryField]: await storeBytes(this.context, bytes, file) };
		});
	}

	skip(name: string): void {
		const { names } = this.skipped;
		this.skipped.count++;
		if (names.length < NAMES_SHOWN) names.push(name);
	}

	/** Waits for what is being stored. @throws what storing threw */
	async finish(): Promise<void> {
		await this.queue.finish();
	}

	/** The same without throwing. */
	async settle(): Promise<void> {
		await this.queue.settle();
	}
}

function skippedNote(jobId: string, { count, names }: PdfItems['skipped']): string[] {
	if (count === 0) return [];
	const shown = firstFew(names, count);
	return [`Left out of the ZIP of job ${jobId}, since they are not PDFs: ${shown}.`];
}

/**
 * The ZIP holds one PDF per successful row (docs/imaginepdf-api.md, "Batch: the contract").
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
		description: `${remedy} To get what there is, set the option 'If Some Rows Fail' to 'Continue'.`,
		code: 'PDFS_MISSING',
		fromService: false,
		jobIds: [jobId],
		isPaid: true,
	});
}

/** What a failed try has stored belongs to the execution and goes with it. */
async function fetchJobFile<T>(
	session: Session,
	order: FileOrder,
	signal: AbortSignal,
	receive: (body: FileBody) => Promise<T>,
): Promise<T> {
	return await fetchFile(session, { link: order.link, expect: 'zip', signal }, receive);
}

/**
 * Numbers files of equal names, in the order of the output. It waits for the whole output, since jobs
 * run side by side: whichever was through first would otherwise get the plain name.
 */
export function numberEqualFileNames(items: readonly INodeExecutionData[]): void {
	const taken = new Set<string>();
	for (const { json, binary } of items) {
		for (const file of Object.values(binary ?? {})) {
			if (file.fileName === undefined) continue;
			file.fileName = distinctName(file.fileName, taken);
			json.fileName = file.fileName;
		}
	}
}
