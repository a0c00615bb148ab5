import type { INodeExecutionData } from 'n8n-workflow';

import { jobJson, pairedTo } from './output';
import type { Session } from './session';
import { storeStream } from './store';
import type { JobState } from '../core/api/schemas';
import { inLanes, untilAborted } from '../core/async';
import { fetchFile, type FileBody } from '../core/download/fetchFile';
import { pairingNotes, requireAllRows, stateNotes } from '../core/jobs/jobMessages';
import type { PlannedJob } from '../core/jobs/plan';
import type { ReadyJob } from '../core/jobs/wait';
import { Failure } from '../core/failure';
import { distinctName, entryFileName, safeFileName } from '../core/fileName';
import { firstFew } from '../core/text';
import { ArchiveError } from '../core/zip/archive';
import { zipTail } from '../core/zip/directory';
import { readPdfEntries, type ArchiveEntry } from '../core/zip/readPdfEntries';

/** Names in a note about skipped files. */
const NAMES_SHOWN = 5;

/** A finished job, and what is to be made of it. */
export interface FileOrder extends ReadyJob {
	/** One item with the whole ZIP, one per PDF, or one with the job's state. */
	output: 'zip' | 'pdfs' | 'none';
	/** As it was planned, where this run has submitted it. */
	job?: PlannedJob;
	itemIndexes: readonly number[];
	binaryField: string;
	/** Name of the ZIP as the user wants it; empty for the default. */
	fileName: string;
	/** Whether fewer PDFs than rows are a result. */
	partialFailure: 'continue' | 'error';
}

/** What a job's files became. */
export interface FetchedFiles {
	items: INodeExecutionData[];
	/** What the user should know about them, in whole sentences. */
	notes: string[];
}

/**
 * Fetches a job's ZIP into the binary store, whole or taken apart while it streams in, unless no file is wanted.
 * What a failed try has stored belongs to the execution and goes with it.
 * @throws Failure where rows are missing and the user wants all or nothing; what `fetchFile` throws
 */
export async function fetchFiles(
	session: Session,
	order: FileOrder,
	signal: AbortSignal,
): Promise<FetchedFiles> {
	const { state, job, link, output, itemIndexes, partialFailure } = order;
	requireAllRows(state, partialFailure, job);
	const notes = stateNotes(state, job);
	if (output === 'none') return { items: [stateItem(session, state, itemIndexes, job)], notes };
	const receive = output === 'pdfs' ? receivePdfs : receiveZip;
	const files = await fetchFile(session, { link, expect: 'zip', signal }, (body) =>
		receive(session, order, body, signal),
	);
	return { items: files.items, notes: [...notes, ...files.notes] };
}

/** The item of a job without a file. */
export function stateItem(
	session: Session,
	state: JobState,
	itemIndexes: readonly number[],
	job?: PlannedJob,
): INodeExecutionData {
	const ofRun = job && { batchNumber: job.number, batchCount: job.count, rows: job.rowCount };
	const json = { ...jobJson(session, state, job?.designId), ...ofRun };
	return { json, pairedItem: pairedTo(itemIndexes) };
}

type Receive = (
	session: Session,
	order: FileOrder,
	body: FileBody,
	signal: AbortSignal,
) => Promise<FetchedFiles>;

const receiveZip: Receive = async (session, order, body, signal) => {
	const { state, itemIndexes, binaryField, job } = order;
	const name = `imaginepdf-${state.jobId}`;
	const fileName = safeFileName(order.fileName || `${name}.zip`, name, '.zip');
	const tail = zipTail(body);
	const file = { fileName, mimeType: 'application/zip' } as const;
	const { binary, fileSize } = await storeStream(session.context, signal, tail.body, file);
	const fileCount = tail.fileCount();
	const { json, pairedItem } = stateItem(session, state, itemIndexes, job);
	// The file shows what the state may not.
	Object.assign(json, { done: true, progress: 1, fileName, fileSize, fileCount });
	const item = { json, binary: { [binaryField]: binary }, pairedItem };
	return { items: [item], notes: missingNotes(order, fileCount) };
};

/**
 * Entries that are stored together, and bytes of them. Small files are stored together, large ones one by one:
 * the runtime inflates with the same few threads that write files.
 */
const GROUP_ENTRIES = 16;
const GROUP_BYTES = 512 * 1024;
/** Groups in memory: one is read, the others are stored. */
const GROUPS_AT_ONCE = 3;

async function* inGroups(
	entries: AsyncIterable<ArchiveEntry>,
): AsyncGenerator<ArchiveEntry[], void, undefined> {
	let group: ArchiveEntry[] = [];
	let bytes = 0;
	for await (const entry of entries) {
		group.push(entry);
		bytes += entry.pdf?.length ?? 0;
		if (group.length < GROUP_ENTRIES && bytes < GROUP_BYTES) continue;
		yield group;
		group = [];
		bytes = 0;
	}
	yield group;
}

/** A group of PDFs is stored while the next one is read: a store mostly waits for a disk, a database or S3. */
const receivePdfs: Receive = async ({ context, clock }, order, body, signal) => {
	const { state, binaryField, itemIndexes, job } = order;
	const { jobId, designId = job?.designId } = state;
	// One list for all: a job's PDFs cannot be matched to rows, so each comes from all of its items.
	const pairedItem = pairedTo(itemIndexes);
	const items: INodeExecutionData[] = [];
	// Only a few names: an archive may hold a hundred thousand long ones.
	const skipped: string[] = [];
	let skippedCount = 0;
	const store = async ({ name, pdf }: ArchiveEntry) => {
		if (!pdf) {
			if (skippedCount++ < NAMES_SHOWN) skipped.push(name);
			return;
		}
		const pdfNumber = items.length + 1;
		const fileName = entryFileName(name, `${jobId}-${pdfNumber}`);
		const about = { fileName, fileSize: pdf.length, pdfNumber, pdfCount: 0 };
		const item: INodeExecutionData = {
			json: { jobId, ...(designId && { designId }), ...about },
			pairedItem,
		};
		items.push(item);
		const mimeType = 'application/pdf';
		const stored = await context.helpers.prepareBinaryData(pdf, fileName, mimeType);
		item.binary = { [binaryField]: stored };
	};
	const entries = readPdfEntries(body, async () => await clock.sleep(0, signal));
	// After Stop a slow store is not waited for.
	await inLanes(GROUPS_AT_ONCE, inGroups(entries), async (group) => {
		await untilAborted(signal, Promise.all(group.map(store)));
	});
	if (items.length === 0) throw new ArchiveError('empty', 'The ZIP file holds no PDF');
	// How many there are is known only at the end of the archive.
	for (const { json } of items) json.pdfCount = items.length;
	const names = firstFew(skipped, skippedCount);
	const leftOut = `Left out of the ZIP of job ${jobId}, since they cannot be read as PDFs: ${names}.`;
	const notes = [
		...(skippedCount > 0 ? [leftOut] : []),
		...pairingNotes(state, job?.rowCount, items.length),
		...missingNotes(order, items.length),
	];
	return { items, notes };
};

/**
 * The ZIP holds one PDF per successful row (docs/imaginepdf-api.md, "Batch: the contract").
 * @throws Failure where it does not and the user wants all or nothing
 */
function missingNotes(
	{ state: { jobId, completed }, partialFailure }: FileOrder,
	files: number,
): string[] {
	if (completed === undefined || files >= completed) return [];
	const message = `The ZIP of job ${jobId} holds ${files} of the ${completed} PDFs that ImaginePDF reports`;
	const remedy = "Ask ImaginePDF's support about the others.";
	if (partialFailure === 'continue') return [`${message}. ${remedy}`];
	throw new Failure({
		message,
		description: `${remedy} To get what there is, set the option 'If Some Rows Fail' to 'Continue'.`,
		code: 'PDFS_MISSING',
		jobIds: [jobId],
		isPaid: true,
	});
}

/**
 * Numbers files of equal names, in the order of the output. It waits for the whole output, since jobs
 * run side by side: whichever was through first would otherwise get the plain name.
 */
export function numberEqualFileNames(items: readonly INodeExecutionData[]): void {
	const taken = new Map<string, number>();
	for (const { json, binary } of items) {
		for (const file of Object.values(binary ?? {})) {
			if (file.fileName === undefined) continue;
			file.fileName = distinctName(file.fileName, taken);
			json.fileName = file.fileName;
		}
	}
}
