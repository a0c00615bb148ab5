import { checkedFromHead, FileError, type ExpectedFile } from './expectedFile';
import {
	classify,
	explainRefusal,
	type Classified,
	type FileIdentity,
	type Interruption,
} from './response';
import { connectionError, InterruptedError, RetryBudget } from './retryBudget';
import { StallTimer } from './stallTimer';
import { settle } from '../async';
import type { Clock, Http, Logger, StorageAnswer } from '../ports';

/** A link to a file that needs no key, and is secret for that reason. */
export interface PresignedUrl {
	url: string;
}

/** What fetching a file needs. */
export interface DownloadDeps {
	http: Http;
	clock: Clock;
	logger: Logger;
	/** 0 (inclusive) to 1 (exclusive). */
	random: () => number;
	/**
	 * Asked at the start, and again when the storage refuses the URL, with the status of that. What it
	 * throws is handed on.
	 */
	getUrl: (refusedWith?: number) => Promise<PresignedUrl>;
}

/** Bounds of a download, and what it must bring. */
export interface DownloadOptions {
	signal?: AbortSignal;
	/** No byte for this long counts as a stalled connection, in milliseconds. */
	stallMs: number;
	/** By the monotonic clock, in milliseconds: then the download ends, complete or not. */
	deadline: number;
	expect: ExpectedFile;
}

/** A file that is on its way. Either its body is read, to the end or not, or it is discarded. */
export interface Download {
	/** Length in bytes; `undefined` where the storage does not announce it. */
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

type Chunks = AsyncIterable<Uint8Array>;
type ChunkGenerator<T> = AsyncGenerator<Uint8Array, T, undefined>;

/** The reason inside when the consumer leaves early; it is not shown. */
class Discarded extends Error {
	override readonly name = 'Discarded';
}

/**
 * Fetches a file by its presigned URL. A connection that breaks or stalls is made again: from the
 * start while no byte has been handed on, then by a range, which needs a storage that gives a strong
 * ETag. On any other storage the file ends with FileError `notResumable`. A URL that is refused is
 * asked for again.
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
	const timer = new StallTimer(deps.clock, options);
	const stream = new FileStream(deps, timer, options);
	const chunks = endingTimer(stream, timer);
	const first = await chunks.next();
	let replayed = false;
	const discard = (): void => {
		replayed = true;
		timer.end(new Discarded('The download was discarded'));
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

async function* endingTimer(stream: FileStream, timer: StallTimer): ChunkGenerator<void> {
	try {
		yield* stream.bytes();
	} finally {
		timer.end(new Discarded('The download has ended'));
	}
}

/** One file over as many connections as it takes. */
class FileStream {
	private readonly budget: RetryBudget;
	private url: PresignedUrl | undefined;
	private refusedWith: number | undefined;
	private file: FileIdentity = {};
	private received = 0;

	constructor(
		private readonly deps: DownloadDeps,
		private readonly timer: StallTimer,
		private readonly options: DownloadOptions,
	) {
		this.budget = new RetryBudget(timer, deps.logger, deps.random);
	}

	/** Length of the file, as soon as the storage has announced it. */
	get size(): number | undefined {
		return this.file.size;
	}

	/** The bytes of the file, each once and in order. */
	async *bytes(): ChunkGenerator<void> {
		for (;;) {
			const interruption = yield* this.overOneConnection();
			if (interruption === undefined) return;
			// Only a strong ETag proves that the rest belongs to what was handed on.
			if (this.received > 0 && this.file.etag === undefined) throw this.notResumable();
			await this.budget.waitForNext(interruption, this.received);
		}
	}

	/** What one connection brings. Returns why that is not the whole rest, if it is not. */
	private async *overOneConnection(): ChunkGenerator<Interruption | undefined> {
		let discard: (() => void) | undefined;
		let hasEnded = false;
		try {
			const answer = await this.request();
			discard = () => answer.discard();
			// Stop ends the connection also while the consumer works on what it has.
			this.timer.over.addEventListener('abort', discard, { once: true });
			const classified = classify(answer, this.received, this.file, this.deps.clock.now());
			for await (const chunk of this.accepted(answer, classified)) {
				this.account(chunk);
				yield chunk;
			}
			// Its connection may serve another request by now.
			hasEnded = true;
			return this.shortfall();
		} catch (thrown) {
			if (!(thrown instanceof InterruptedError)) return await Promise.reject(thrown);
			return this.received === this.size ? undefined : thrown.interruption;
		} finally {
			if (discard) this.timer.over.removeEventListener('abort', discard);
			if (!hasEnded) discard?.();
		}
	}

	private async request(): Promise<StorageAnswer> {
		this.timer.over.throwIfAborted();
		this.url ??= await this.timer.guard(this.deps.getUrl(this.refusedWith), Infinity);
		// A connection that is abandoned must not stay open, neither while it is made nor later: a body that
		// a client has wrapped may leave the connection behind it open when it is destroyed.
		const controller = new AbortController();
		const request = this.deps.http.storage({
			url: this.url.url,
			headers: this.headers(),
			timeoutMs: Math.max(1, Math.min(this.options.stallMs, this.timer.left)),
			signal: controller.signal,
		});
		const outcome = await settle(() => this.timer.guard(request));
		if (outcome.ok) {
			const { value: answer } = outcome;
			const discard = () => {
				controller.abort();
				answer.discard();
			};
			return { ...answer, discard };
		}
		controller.abort();
		request.then(
			(late) => late.discard(),
			() => undefined,
		);
		throw connectionError(outcome.error, this.timer);
	}

	private headers(): Record<string, string> {
		const { etag } = this.file;
		return {
			'Accept-Encoding': 'identity',
			...(this.received > 0 && etag && { Range: `bytes=${this.received}-`, 'If-Range': etag }),
		};
	}

	/** The new bytes of an answer. */
	private async *accepted(answer: StorageAnswer, classified: Classified): ChunkGenerator<void> {
		switch (classified.kind) {
			case 'whole':
				this.file = classified.identity;
				return yield* checkedFromHead(this.chunks(answer.body), this.options.expect, this.size);
			case 'rest':
				return yield* this.chunks(answer.body);
			case 'notTheRest':
				throw this.notResumable();
			case 'refused':
				this.url = undefined;
				this.refusedWith = classified.httpStatus;
				throw new InterruptedError(await explainRefusal(classified, this.chunks(answer.body)));
			case 'transient':
				throw new InterruptedError(classified);
		}
	}

	private async *chunks(body: Chunks): ChunkGenerator<void> {
		// Not `for await`: closing the body would wait for a read that never ends.
		const iterator = body[Symbol.asyncIterator]();
		for (;;) {
			const outcome = await settle(() => this.timer.guard(iterator.next()));
			if (!outcome.ok) throw connectionError(outcome.error, this.timer);
			if (outcome.value.done === true) return;
			if (outcome.value.value.length > 0) yield outcome.value.value;
		}
	}

	private account(chunk: Uint8Array): void {
		this.received += chunk.length;
		if (this.size !== undefined && this.received > this.size) {
			throw new FileError('length', 'The file is longer than the storage announced');
		}
		this.budget.progress();
	}

	private shortfall(): Interruption | undefined {
		if (this.size === undefined || this.received === this.size) return undefined;
		const missing = this.size - this.received;
		return { kind: 'transient', code: 'length', what: `the last ${missing} bytes are missing` };
	}

	private notResumable(): FileError {
		const of = this.size === undefined ? '' : ` of ${this.size}`;
		return new FileError(
			'notResumable',
			`The connection was lost after ${this.received}${of} bytes, and the storage cannot resume a download`,
		);
	}
}
