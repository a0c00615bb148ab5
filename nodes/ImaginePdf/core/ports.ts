/**
 * What the core needs from the outside. n8n (`../n8n`) and the headless client (`test/client`)
 * each bring their own implementation; the core itself imports neither.
 */

/** Time as the core sees it, so that tests and simulations can run it faster. */
export interface Clock {
	/** Milliseconds since the epoch. Jumps when the machine's clock is set. */
	now(): number;
	/** Milliseconds since some fixed moment. Never jumps, so it is what waits are measured by. */
	monotonicNow(): number;
	/**
	 * Resolves after `ms` milliseconds, however many. Rejects with the signal's reason at once when `signal`
	 * aborts, and leaves no timer behind.
	 */
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A call to the ImaginePDF API. The port adds the key, and never follows a redirect. */
export interface ApiRequest {
	method: 'GET' | 'POST';
	/** Path and query below the base URL, starting with a slash, already URL-encoded. */
	path: string;
	/** JSON where nothing is said of its type. */
	body?: string | Buffer;
	contentType?: string;
	/** Longest time without an answer, in milliseconds. */
	timeoutMs: number;
	signal?: AbortSignal;
}

/** The answer to an API call, whatever its status. */
export interface ApiAnswer {
	status: number;
	/** Header names in lower case. */
	headers: Record<string, string>;
	/** The body as text, not yet parsed. */
	body: string;
}

/** A plain GET of a presigned URL. The port must not add the API key. */
export interface StorageRequest {
	url: string;
	/** `Accept-Encoding`. */
	headers: Record<string, string>;
	/** Longest time until the answer's headers, in milliseconds. */
	timeoutMs: number;
	signal?: AbortSignal;
}

/** The answer of the storage, its body not yet read. */
export interface StorageAnswer {
	status: number;
	/** Header names in lower case. */
	headers: Record<string, string>;
	body: AsyncIterable<Uint8Array>;
	/** Closes the connection without reading the rest. Safe to call twice. */
	discard(): void;
}

/** HTTP as the core sees it. Both methods throw `TransportError` when there is no HTTP answer. */
export interface Http {
	/** Names the API for memories that are kept per service, e.g. which routes answered. */
	readonly baseUrl: string;
	api(request: ApiRequest): Promise<ApiAnswer>;
	storage(request: StorageRequest): Promise<StorageAnswer>;
}

/** Time, chance and the log: what all of the core's work is given. */
export interface Runtime {
	clock: Clock;
	logger: Logger;
	/** 0 (inclusive) to 1 (exclusive). */
	random: () => number;
}

/** Where a note goes that must survive the process: job ids, retries, give-ups. Never secrets. */
export interface Logger {
	info(message: string, details?: Record<string, unknown>): void;
	warn(message: string, details?: Record<string, unknown>): void;
}
