import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

import { isRecord } from '../core/objects';
import { settle, untilAborted, unwrap, type Settled } from '../core/async';

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

/**
 * Joins chunks to pieces of at least this many bytes; the last may be shorter.
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
	if (size > 0) yield Buffer.concat(held);
}

/** Files that are stored together, and bytes of them: two groups are all that is in memory. */
const GROUP_FILES = 16;
const GROUP_BYTES = 4 * 1024 * 1024;

/**
 * Stores files while the next ones are read, since a store mostly waits for a disk, a database or S3: a
 * group of them while the next group is read. After Stop nothing is waited for, however slow the store is.
 */
export class StoreQueue {
	private group: Array<Promise<Settled<void>>> = [];
	private groupBefore: Array<Promise<Settled<void>>> = [];
	private bytes = 0;

	/** Ended by `finish`, also where something else has failed. */
	constructor(private readonly signal: AbortSignal) {}

	/**
	 * Starts to store a file, and waits until there is room for another.
	 * @throws what storing an earlier file threw, the signal's reason when it aborts
	 */
	async add(size: number, store: () => Promise<void>): Promise<void> {
		this.signal.throwIfAborted();
		this.group.push(settle(store));
		this.bytes += size;
		if (this.group.length < GROUP_FILES && this.bytes < GROUP_BYTES) return;
		const before = this.groupBefore;
		this.groupBefore = this.group;
		this.group = [];
		this.bytes = 0;
		await this.stored(before);
	}

	/** Waits for all that is on its way. @throws what storing one of them threw, or the signal's reason */
	async finish(): Promise<void> {
		await this.stored([...this.groupBefore, ...this.group]);
	}

	private async stored(files: ReadonlyArray<Promise<Settled<void>>>): Promise<void> {
		for (const outcome of await untilAborted(this.signal, Promise.all(files))) unwrap(outcome);
	}
}
