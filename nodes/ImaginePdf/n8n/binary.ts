import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

import type { N8nHttp } from './http';
import { untilAborted } from '../core/abort';
import { coalesce } from '../core/files';

/**
 * Bytes that the store is given at once: as many as Node writes to a file in one go. With chunks as
 * they come from the network, each of 64 kB, a disk takes a third longer.
 */
const WRITE_BYTES = 512 * 1024;

/** What is stored, and under which name. */
export interface FileToStore {
	fileName: string;
	mimeType: 'application/zip' | 'application/pdf';
}

/** A file that streams in, and how to end that. */
export interface StoringStream {
	http: N8nHttp;
	signal: AbortSignal;
	/** Ends the download: a store that refuses a file does not read it to its end. */
	discard: () => void;
}

/**
 * Streams a file into the instance's binary store (disk, database, S3): it is never whole in
 * memory, except where n8n itself is set to keep binaries there.
 */
export async function storeStream(
	context: IExecuteFunctions,
	{ http: { streamClass }, signal, discard }: StoringStream,
	body: AsyncIterable<Uint8Array>,
	{ fileName, mimeType }: FileToStore,
): Promise<IBinaryData> {
	try {
		const content = streamClass
			? streamClass.from(coalesce(body, WRITE_BYTES), { objectMode: false })
			: await wholeOf(body);
		// Name and type are always given: without them n8n derives both from the presigned URL. A slow
		// store is not waited for after Stop.
		return await untilAborted(
			signal,
			context.helpers.prepareBinaryData(content, fileName, mimeType),
		);
	} finally {
		discard();
	}
}

/** Stores a file that is in memory, e.g. one PDF out of a ZIP. */
export async function storeBytes(
	context: IExecuteFunctions,
	bytes: Buffer,
	{ fileName, mimeType }: FileToStore,
): Promise<IBinaryData> {
	return await context.helpers.prepareBinaryData(bytes, fileName, mimeType);
}

/** Only where the runtime's streams are of an unknown make. */
async function wholeOf(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of body) chunks.push(chunk);
	return Buffer.concat(chunks);
}
