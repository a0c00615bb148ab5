import { FileStream, type DownloadDeps } from './fileStream';
import type { ExpectedFile } from './head';
import { Watch } from './watch';

/** Bounds of a download, and what it must bring. */
export interface DownloadOptions {
	signal?: AbortSignal;
	/** No byte for this long counts as a stalled connection, in milliseconds. */
	stallMs: number;
	/** Milliseconds since the epoch: then the download ends, complete or not. */
	deadline: number;
	expect: ExpectedFile;
}

/** A file that is on its way. Either its body is read, to the end or not, or it is discarded. */
export interface Download {
	/** Length in bytes; `undefined` where the storage does not tell it. */
	readonly size: number | undefined;
	/**
	 * The bytes of the file, each once and in order, over as many connections as it takes. To be
	 * iterated once; nothing is read ahead. Throws FileError, the signal's reason, or what `getUrl`
	 * throws.
	 */
	readonly body: AsyncIterable<Uint8Array>;
	/** Ends the download without reading the rest. Safe to call twice. */
	discard(): void;
}

/** The reason inside when the consumer leaves early; nobody sees it. */
class Discarded extends Error {
	override readonly name = 'Discarded';
}

/**
 * Fetches a file by its presigned URL. A connection that drops or stalls is continued where it
 * stopped, by a range where the storage can, else by skipping what is there already, provided that
 * the file is provably the same. A URL that is refused is asked for again.
 *
 * Resolves when the first bytes are there and are those of the expected file, so that nothing needs
 * to be stored before.
 *
 * @throws FileError, the signal's reason, or what `getUrl` throws
 */
export async function openDownload(
	deps: DownloadDeps,
	options: DownloadOptions,
): Promise<Download> {
	const watch = new Watch(deps.clock, options);
	const stream = new FileStream(deps, watch, options.stallMs, options.expect);
	const chunks = endingWatch(stream, watch);
	const first = await chunks.next();
	let replayed = false;
	const discard = (): void => {
		replayed = true;
		watch.end(new Discarded('The download was discarded'));
		chunks.return().catch(() => undefined);
	};
	const iterator: AsyncIterator<Uint8Array, void, undefined> = {
		next: async () => {
			if (replayed) return await chunks.next();
			replayed = true;
			return first;
		},
		return: async () => {
			discard();
			return { done: true, value: undefined };
		},
	};
	return {
		get size() {
			return stream.size;
		},
		body: { [Symbol.asyncIterator]: () => iterator },
		discard,
	};
}

async function* endingWatch(
	stream: FileStream,
	watch: Watch,
): AsyncGenerator<Uint8Array, void, undefined> {
	try {
		yield* stream.bytes();
	} finally {
		watch.end(new Discarded('The download has ended'));
	}
}
