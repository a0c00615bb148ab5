import { checkAnswer } from './answer';
import { checkedFile, FileError, type ExpectedFile, type FileErrorCode } from './expectedFile';
import { StallGuard } from './stallGuard';
import { backoffMs, isTransient, type CallOptions } from '../api/retry';
import { settle, unwrap } from '../async';
import { codeOf, TransportError } from '../api/errors';
import { DOWNLOAD_TIMEOUT_MS, MAX_RETRY_AFTER_MS } from '../limits';
import type { Clock, Http, Logger, StorageAnswer } from '../ports';
import { retrying, type RetryPolicy } from '../retrying';

/** What fetching a file needs. */
export interface FetchDeps {
	http: Pick<Http, 'storage'>;
	clock: Clock;
	logger: Logger;
	/** 0 (inclusive) to 1 (exclusive). */
	random: () => number;
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
		const guard = new StallGuard(deps.clock, bounds);
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

/** Links that are tried while the storage refuses them: then it is not their age. */
const MAX_REFUSED_LINKS = 4;

/** Before a link is tried again of which the storage does not have the file yet. */
const LATE_FILE_PAUSES_MS = [1000, 3000];

/** What may pass by itself or with a new link. A file that is wrong stays so. */
const PASSING: ReadonlySet<FileErrorCode> = new Set([
	'busy',
	'interrupted',
	'stalled',
	'expired',
	'refused',
]);

function filePolicy(random: () => number, isOnlyLink = false): RetryPolicy {
	return ({ error, tries }) => {
		if (!(error instanceof FileError) || !PASSING.has(error.code)) return undefined;
		if (isRefusal(error)) {
			if (isOnlyLink) return error.httpStatus === 404 ? LATE_FILE_PAUSES_MS[tries - 1] : undefined;
			if (tries >= MAX_REFUSED_LINKS) return undefined;
			// Links expire in the normal course of things: the first new one is asked for at once.
			if (tries === 1) return 0;
		}
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
	const { url } = await guard.until(link(bounds), Infinity);
	const answer = await connect(http, url, guard);
	const chunks = chunksOf(answer, guard);
	const size = await checkAnswer(answer, chunks, clock.now());
	const file = checkedFile(chunks, expect, size);
	const first = await file.next();
	const outcome = await settle(async () => await receive(handedOn(first, file, guard)));
	// What ended the download is the reason, whatever a store makes of it.
	guard.over.throwIfAborted();
	return unwrap(outcome);
}

async function connect(
	http: FetchDeps['http'],
	url: string,
	guard: StallGuard,
): Promise<StorageAnswer> {
	const headers = { 'Accept-Encoding': 'identity' };
	const request = http.storage({ url, headers, timeoutMs: guard.stallMs, signal: guard.over });
	// Neither an answer that comes too late nor one that is abandoned may stay open. Stop closes it also
	// while the receiver works.
	const closing = request.then((answer) => {
		if (guard.over.aborted) answer.discard();
		else guard.over.addEventListener('abort', () => answer.discard(), { once: true });
	});
	closing.catch(() => undefined);
	return await waitFor(request, guard);
}

async function* chunksOf(
	{ body }: StorageAnswer,
	guard: StallGuard,
): AsyncGenerator<Uint8Array, void, undefined> {
	// Not `for await`: closing the body would wait for a read that never ends.
	const iterator = body[Symbol.asyncIterator]();
	for (;;) {
		const next = await waitFor(iterator.next(), guard);
		if (next.done === true) return;
		if (next.value.length > 0) yield next.value;
	}
}

/** @throws FileError for what breaks a connection, the reason when the try is over */
async function waitFor<T>(work: Promise<T>, guard: StallGuard): Promise<T> {
	try {
		return await guard.until(work);
	} catch (error) {
		throw guard.over.aborted ? guard.over.reason : connectionError(error);
	}
}

function connectionError(error: unknown): FileError {
	// Only the code: the text of a network error may contain the URL.
	const code = codeOf(error);
	if (code === 'ETIMEDOUT') return new FileError('stalled', 'No more bytes arrived');
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
