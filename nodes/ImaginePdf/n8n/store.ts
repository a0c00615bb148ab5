import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

import { untilAborted } from '../core/async';

/** A Node.js `Readable`, as a type only: a verified node may not import `node:stream`. */
export type NodeStream = import('node:stream').Readable;

/** The part of the class that turns an async iterable into a stream. */
export interface ReadableClass {
	from(source: AsyncIterable<Uint8Array>, options: { objectMode: boolean }): NodeStream;
}

/**
 * Node's `Readable` class, found behind a stream that Node itself made: the class nearest to the
 * root that has a `from` of its own (`Duplex` has another).
 */
export function readableClassOf(stream: NodeStream): ReadableClass | undefined {
	let found: ReadableClass | undefined;
	let prototype: unknown = Object.getPrototypeOf(stream);
	while (typeof prototype === 'object' && prototype !== null) {
		const candidate: unknown = prototype.constructor;
		if (typeof candidate === 'function' && Object.hasOwn(candidate, 'from') && hasFrom(candidate)) {
			found = candidate;
		}
		prototype = Object.getPrototypeOf(prototype);
	}
	return found;
}

function hasFrom(candidate: object): candidate is ReadableClass {
	return 'from' in candidate && typeof candidate.from === 'function';
}

/**
 * Bytes that the store is given at once: as many as Node writes to a file in one go. With chunks as
 * they come from the network, each of 64 kB, a disk takes a third longer.
 */
const WRITE_BYTES = 512 * 1024;

/** What is stored, and under which name. */
export interface FileToStore {
	fileName: string;
	mimeType: 'application/zip' | 'application/pdf' | 'image/png';
}

/** What storing a file that streams in needs. */
export interface StoringDeps {
	/** n8n's HTTP, which knows the runtime's streams. */
	http: { readonly streamClass: ReadableClass | undefined };
	signal: AbortSignal;
}

/**
 * Streams a file into the instance's binary store (disk, database, S3): it is never whole in
 * memory, except where n8n itself is set to keep binaries there.
 */
export async function storeStream(
	context: IExecuteFunctions,
	{ http: { streamClass }, signal }: StoringDeps,
	body: AsyncIterable<Uint8Array>,
	{ fileName, mimeType }: FileToStore,
): Promise<{ binary: IBinaryData; fileSize: number }> {
	let fileSize = 0;
	async function* pieces() {
		for await (const piece of coalesce(body, WRITE_BYTES)) {
			fileSize += piece.length;
			yield piece;
		}
	}
	const content = streamClass
		? streamClass.from(pieces(), { objectMode: false })
		: await wholeOf(pieces());
	// Name and type are always given: without them n8n derives both from the presigned URL. A slow store is
	// not waited for after Stop.
	const storing = context.helpers.prepareBinaryData(content, fileName, mimeType);
	const binary = await untilAborted(signal, storing);
	return { binary, fileSize };
}

/** Stores a file that is in memory, e.g. one PDF out of a ZIP. */
export async function storeBytes(
	context: IExecuteFunctions,
	bytes: Buffer,
	{ fileName, mimeType }: FileToStore,
): Promise<IBinaryData> {
	return await context.helpers.prepareBinaryData(bytes, fileName, mimeType);
}

/** Only where the runtime's stream class is not known. */
async function wholeOf(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of body) chunks.push(chunk);
	return Buffer.concat(chunks);
}

/**
 * Joins small chunks to larger ones. A chunk that is large enough by itself passes uncopied; what is
 * left at the end follows at once.
 *
 * @param bytes a chunk is handed on as soon as it has at least this size
 * @throws what the source throws
 */
export async function* coalesce(
	source: AsyncIterable<Uint8Array>,
	bytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
	let held: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of source) {
		if (chunk.length === 0) continue;
		held.push(chunk);
		size += chunk.length;
		if (size < bytes) continue;
		const joined = join(held);
		held = [];
		size = 0;
		yield joined;
	}
	if (size > 0) yield join(held);
}

function join(chunks: Uint8Array[]): Uint8Array {
	const [only] = chunks;
	return chunks.length === 1 && only ? only : Buffer.concat(chunks);
}

/** Files that may be on their way to the store while the next one is read. */
const MAX_FILES = 16;
/**
 * Files that are left when reading goes on: larger steps wake the runtime's threads less often, which
 * costs more than storing a small file does.
 */
const RESUME_FILES = 4;
/** Bytes of them: with the one that is being read, this is all that is in memory. */
const MAX_BYTES = 8 * 1024 * 1024;

/**
 * Stores files while the next ones are read, since a store mostly waits for a disk, a database or S3.
 * The number of files and bytes at once is limited, so a large file is waited for. After Stop nothing
 * is waited for, however slow the store is.
 */
export class StoreQueue {
	private files = 0;
	private bytes = 0;
	private failure: { reason: unknown } | undefined;
	/** Wakes what waits for a change. */
	private wake: () => void = () => undefined;

	/** Ended by `finish` or `settle`. */
	constructor(private readonly signal: AbortSignal) {
		if (signal.aborted) this.onAbort();
		// One listener for all files: one for each of thousands costs more than it should.
		else signal.addEventListener('abort', this.onAbort, { once: true });
	}

	/**
	 * Starts to store a file, and waits until there is room for another.
	 * @throws what storing this or an earlier file threw, the signal's reason when it aborts
	 */
	async add(size: number, store: () => Promise<void>): Promise<void> {
		this.throwFailure();
		void this.track(size, store);
		if (this.isFull()) while (!this.hasRoomAgain()) await this.change();
		this.throwFailure();
	}

	/** Waits for all that is on its way. @throws what storing one of them threw, or the signal's reason */
	async finish(): Promise<void> {
		await this.settle();
		this.throwFailure();
	}

	/** The same without throwing, for when something else has failed already. */
	async settle(): Promise<void> {
		while (this.files > 0 && !this.signal.aborted) await this.change();
		this.signal.removeEventListener('abort', this.onAbort);
	}

	private isFull(): boolean {
		return this.files >= MAX_FILES || this.bytes > MAX_BYTES;
	}

	private hasRoomAgain(): boolean {
		return !!this.failure || (this.files <= RESUME_FILES && this.bytes <= MAX_BYTES);
	}

	private async change(): Promise<void> {
		await new Promise<void>((resolve) => (this.wake = resolve));
	}

	private async track(size: number, store: () => Promise<void>): Promise<void> {
		this.files++;
		this.bytes += size;
		try {
			await store();
		} catch (reason) {
			this.failure ??= { reason };
		}
		this.files--;
		this.bytes -= size;
		this.wake();
	}

	private readonly onAbort = (): void => {
		this.failure ??= { reason: this.signal.reason };
		this.wake();
	};

	private throwFailure(): void {
		if (this.failure) throw this.failure.reason;
	}
}
