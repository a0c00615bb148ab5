import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

import { isRecord } from '../core/objects';
import { untilAborted } from '../core/async';
import { fetchFile, type FetchDeps, type FileRequest } from '../core/download/fetchFile';

/** A Node.js `Readable`, as a type only: a verified node may not import `node:stream`. */
export type NodeStream = import('node:stream').Readable;

/** The part of the class that turns an async iterable into a stream. */
interface ReadableClass {
	from(source: AsyncIterable<Uint8Array>, options: { objectMode: boolean }): NodeStream;
}

/** The runtime's class, found behind the first stream that the runtime itself has made. */
let readableClass: ReadableClass | undefined;

/** To be called with the body of a file's answer, before the file is stored. */
export function findReadableClass(stream: NodeStream): void {
	if (readableClass) return;
	// The class nearest to the root that has a `from` of its own: `Duplex` has another.
	let prototype: unknown = stream;
	while (isRecord(prototype)) {
		const candidate = prototype.constructor;
		if (isReadableClass(candidate)) readableClass = candidate;
		prototype = Object.getPrototypeOf(prototype);
	}
}

function isReadableClass(candidate: unknown): candidate is ReadableClass {
	return typeof candidate === 'function' && Object.hasOwn(candidate, 'from');
}

/**
 * Bytes that the store is given at once: as many as Node writes to a file in one go. With chunks as
 * they come from the network, each of 64 kB, a disk takes a third longer.
 */
const WRITE_BYTES = 512 * 1024;

interface FileToStore {
	fileName: string;
	mimeType: 'application/zip' | 'application/pdf' | 'image/png';
}

/**
 * Streams a file into the instance's binary store (disk, database, S3): it is never whole in
 * memory, except where n8n itself is set to keep binaries there.
 */
export async function storeStream(
	context: IExecuteFunctions,
	signal: AbortSignal,
	body: AsyncIterable<Uint8Array>,
	{ fileName, mimeType }: FileToStore,
): Promise<{ binary: IBinaryData; fileSize: number }> {
	if (!readableClass) throw new Error('No stream of the runtime is known');
	let fileSize = 0;
	async function* pieces() {
		for await (const piece of coalesce(body, WRITE_BYTES)) {
			fileSize += piece.length;
			yield piece;
		}
	}
	const content = readableClass.from(pieces(), { objectMode: false });
	// Name and type are always given: without them n8n derives both from the presigned URL. A slow store is
	// not waited for after Stop.
	const storing = context.helpers.prepareBinaryData(content, fileName, mimeType);
	const binary = await untilAborted(signal, storing);
	return { binary, fileSize };
}

/** Fetches a file into the store, as it comes. @throws what `fetchFile` throws */
export async function fetchIntoStore(
	deps: FetchDeps & { context: IExecuteFunctions },
	request: FileRequest,
	file: FileToStore,
): Promise<{ binary: IBinaryData; fileSize: number }> {
	const { context } = deps;
	return await fetchFile(deps, request, (body) => storeStream(context, request.signal, body, file));
}

/**
 * Joins chunks to pieces of at least this many bytes; the last may be shorter, or empty.
 * @throws what the source throws
 */
export async function* coalesce(
	source: AsyncIterable<Uint8Array>,
	bytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
	let held: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of source) {
		held.push(chunk);
		size += chunk.length;
		if (size < bytes) continue;
		const piece = Buffer.concat(held);
		held = [];
		size = 0;
		yield piece;
	}
	yield Buffer.concat(held);
}
