import {
	checkAnswer,
	checkedFile,
	FileError,
	type ExpectedFile,
	type FileErrorCode,
} from './expectedFile';
import { codeOf, TransportError } from '../api/errors';
import { backoffMs, isTransient, type CallOptions } from '../api/retry';
import { childController, onAbort, settle, unwrap, untilAborted } from '../async';
import { DOWNLOAD_STALL_MS, DOWNLOAD_TIMEOUT_MS, MAX_RETRY_AFTER_MS } from '../limits';
import type { Clock, Http, Runtime, StorageAnswer } from '../ports';
import { retrying, type RetryPolicy } from '../retrying';

export interface FetchDeps extends Runtime {
	http: Pick<Http, 'storage'>;
}

/** A file that is wanted. */
export interface FileRequest {
	/** Asked before each try; the link needs no key, and is secret for that reason. What it throws ends the tries. */
	link: (bounds: CallOptions) => Promise<{ url: string }>;
	/** True where each try gets the same link, since the service has no route for another. */
	isOnlyLink?: boolean;
	expect: ExpectedFile;
	signal: AbortSignal;
}

/** The bytes of a file as they come in, each once and in order. Nothing is read ahead. */
export type FileBody = AsyncIterable<Uint8Array>;

/**
 * Fetches a file into `receive`, which throws away what it has made when it throws. A try that fails is
 * begun again from the first byte, with a new link, over a new connection. `receive` is called when
 * the first bytes are there and are those of the expected file, so that nothing else is stored.
 *
 * @returns what `receive` returns
 * @throws FileError, what `link` and `receive` throw, the signal's reason
 */
export async function fetchFile<T>(
	deps: FetchDeps,
	request: FileRequest,
	receive: (body: FileBody) => Promise<T>,
): Promise<T> {
	const deadline = deps.clock.monotonicNow() + DOWNLOAD_TIMEOUT_MS;
	const bounds = { deadline, signal: request.signal };
	const policy = filePolicy(deps.random, request.isOnlyLink);
	return await retrying(deps, policy, { ...bounds, maxTries: MAX_TRIES }, async () => {
		const guard = new StallGuard(deps.clock, deadline, request.signal);
		try {
			return await fetchOnce(deps, request, bounds, guard, receive);
		} finally {
			// Closes the connection, also where the body is not read to its end.
			guard.end(new Error('The try is over'));
		}
	});
}

/** Tries of one file. With backoff they outlast a short outage. */
const MAX_TRIES = 6;

/** Tries while the storage refuses the link: then it is not its age. */
const MAX_REFUSED_LINKS = 4;

/** What may pass by itself. A file that is wrong stays so. */
const PASSING: ReadonlySet<FileErrorCode> = new Set(['busy', 'interrupted', 'stalled']);

function filePolicy(random: () => number, isOnlyLink = false): RetryPolicy {
	return ({ error, tries }) => {
		if (!(error instanceof FileError)) return undefined;
		// A new link may do, and the file of one that is new may come a moment later.
		const mayPass = isRefusal(error)
			? tries < MAX_REFUSED_LINKS && (!isOnlyLink || error.httpStatus === 404)
			: PASSING.has(error.code);
		if (!mayPass) return undefined;
		return Math.min(error.retryAfterMs || backoffMs(tries, random), MAX_RETRY_AFTER_MS);
	};
}

/** True where the storage does not take the link. */
export function isRefusal(error: unknown): boolean {
	return error instanceof FileError && (error.code === 'expired' || error.code === 'refused');
}

async function fetchOnce<T>(
	{ http, clock }: FetchDeps,
	{ link, expect }: FileRequest,
	bounds: CallOptions,
	guard: StallGuard,
	receive: (body: FileBody) => Promise<T>,
): Promise<T> {
	const { url } = await untilAborted(guard.over, link(bounds));
	const headers = { 'Accept-Encoding': 'identity' };
	const request = http.storage({ url, headers, timeoutMs: DOWNLOAD_STALL_MS, signal: guard.over });
	// Neither an answer that comes too late nor one that is abandoned may stay open. Stop closes it also
	// while the receiver works.
	request.then(
		(answer) => onAbort(guard.over, () => answer.discard()),
		() => undefined,
	);
	const answer = await guard.until(request);
	const chunks = chunksOf(answer, guard);
	const size = await checkAnswer(answer, chunks, clock.now());
	const file = checkedFile(chunks, expect, size);
	const first = await file.next();
	// What ended the download is the reason, whatever a store makes of it.
	return unwrap(await settle(() => receive(handedOn(first, file, guard)), guard.over));
}

async function* chunksOf(
	{ body }: StorageAnswer,
	guard: StallGuard,
): AsyncGenerator<Uint8Array, void, undefined> {
	// Not `for await`: closing the body would wait for a read that never ends.
	const iterator = body[Symbol.asyncIterator]();
	for (;;) {
		const next = await guard.until(iterator.next());
		if (next.done === true) return;
		if (next.value.length > 0) yield next.value;
	}
}

function connectionError(error: unknown): FileError {
	// Only the code: the text of a network error may contain the URL.
	const code = codeOf(error);
	if (code === 'ETIMEDOUT') return stalled();
	if (error instanceof TransportError && !isTransient(error)) {
		return new FileError('unreachable', `The storage cannot be reached (${code})`);
	}
	return new FileError('interrupted', `The connection broke (${code})`);
}

/** The file for its receiver. What breaks it ends the try. */
async function* handedOn(
	first: IteratorResult<Uint8Array, void>,
	file: AsyncGenerator<Uint8Array, void, undefined>,
	guard: StallGuard,
): AsyncGenerator<Uint8Array, void, undefined> {
	try {
		for (let next = first; next.done !== true; next = await file.next()) yield next.value;
	} catch (error) {
		guard.end(error);
		throw guard.over.reason;
	}
}

/**
 * Limits all that one try of a download waits for, by stall, deadline and Stop, with a single timer: one for
 * each chunk would cost more than the chunk. Only waiting counts: while the receiver works on what it
 * has, nothing stalls.
 */
class StallGuard {
	private readonly own: ReturnType<typeof childController>;
	/** By the monotonic clock, in milliseconds: then what is waited for now counts as stalled. */
	private stallsAt = Infinity;

	/** Lives until `end`. */
	constructor(
		private readonly clock: Clock,
		private readonly deadline: number,
		signal: AbortSignal,
	) {
		this.own = childController(signal);
		this.watch().catch(() => undefined);
	}

	/** Aborts when the try is over, with the reason. */
	get over(): AbortSignal {
		return this.own.controller.signal;
	}

	/**
	 * Settles as `work` of the connection does. One at a time.
	 * @throws FileError for what breaks the connection; the reason of `over`
	 */
	async until<T>(work: Promise<T>): Promise<T> {
		this.stallsAt = this.clock.monotonicNow() + DOWNLOAD_STALL_MS;
		try {
			return await untilAborted(this.over, work);
		} catch (error) {
			throw this.over.aborted ? this.over.reason : connectionError(error);
		} finally {
			this.stallsAt = Infinity;
		}
	}

	/** Ends the try, unless it is over. */
	end(reason: unknown): void {
		this.own.release();
		this.own.controller.abort(reason);
	}

	private async watch(): Promise<void> {
		const { clock, deadline } = this;
		while (!this.over.aborted) {
			const now = clock.monotonicNow();
			if (now >= deadline) this.end(timeIsOver());
			else if (now >= this.stallsAt) this.end(stalled());
			// Never longer than a stall: what is waited for may change in the meantime.
			const next = Math.min(this.stallsAt, deadline, now + DOWNLOAD_STALL_MS);
			await clock.sleep(next - now, this.over);
		}
	}
}

function stalled(): FileError {
	return new FileError('stalled', 'No more bytes arrived');
}

function timeIsOver(): FileError {
	return new FileError('deadline', 'The time for the download is over before the file is complete');
}
