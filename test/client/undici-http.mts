import type { Readable } from 'node:stream';

import { Agent, request } from 'undici';

import { codeOf, TransportError, wasConnecting } from '../../nodes/ImaginePdf/core/api/errors.ts';
import type {
	ApiAnswer,
	ApiRequest,
	Http,
	StorageAnswer,
	StorageRequest,
} from '../../nodes/ImaginePdf/core/ports.ts';

export interface UndiciHttp extends Http {
	/** Ends all connections, also those in the middle of an answer. */
	close(): Promise<void>;
}

export interface UndiciHttpOptions {
	/** Base URL of the API; a trailing slash is tolerated. */
	baseUrl: string;
	/** Sent as `X-API-Key`, to the API only. Without it no such header is sent. */
	apiKey?: string;
}

/** The core's HTTP port over undici: the core runs headless with it. Never follows a redirect. */
export function createUndiciHttp({ baseUrl, apiKey }: UndiciHttpOptions): UndiciHttp {
	const base = baseUrl.replace(/\/+$/, '');
	// Time-outs are this client's own (undici's have a resolution of about a second).
	const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0 });

	async function api(wanted: ApiRequest): Promise<ApiAnswer> {
		const { method, path, body, contentType = 'application/json', timeoutMs, signal } = wanted;
		const headers: Record<string, string> = { accept: 'application/json' };
		if (apiKey !== undefined) headers['x-api-key'] = apiKey;
		if (body !== undefined) headers['content-type'] = contentType;
		return await limited(timeoutMs, signal, async (either) => {
			const url = `${base}${path}`;
			const answer = await request(url, {
				method,
				headers,
				body,
				signal: either,
				dispatcher: agent,
			});
			return {
				status: answer.statusCode,
				headers: flat(answer.headers),
				body: await answer.body.text(),
			};
		});
	}

	async function storage(wanted: StorageRequest): Promise<StorageAnswer> {
		const { url, headers, timeoutMs, signal } = wanted;
		const answer = await limited(
			timeoutMs,
			signal,
			async (either) =>
				await request(url, { method: 'GET', headers, signal: either, dispatcher: agent }),
		);
		return {
			status: answer.statusCode,
			headers: flat(answer.headers),
			...closeableBody(answer.body, signal),
		};
	}

	return { baseUrl: base, api, storage, close: async () => await agent.destroy() };
}

/** Runs `work` with a signal that also aborts after `timeoutMs`; failures become the port's own. */
async function limited<T>(
	timeoutMs: number,
	signal: AbortSignal | undefined,
	work: (either: AbortSignal) => Promise<T>,
): Promise<T> {
	const controller = new AbortController();
	const stop = () => controller.abort(signal?.reason);
	const expired = new TransportError('ETIMEDOUT', `No answer within ${timeoutMs} ms`);
	const timer = setTimeout(() => controller.abort(expired), timeoutMs);
	if (signal?.aborted) stop();
	else signal?.addEventListener('abort', stop, { once: true });
	try {
		return await work(controller.signal);
	} catch (error) {
		throw controller.signal.aborted ? controller.signal.reason : toTransportError(error);
	} finally {
		clearTimeout(timer);
		signal?.removeEventListener('abort', stop);
	}
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
	const result: Record<string, string> = {};
	for (const [name, value] of Object.entries(headers)) {
		if (value !== undefined)
			result[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
	}
	return result;
}

/**
 * A stream as the port's body: ends with the signal's reason when that aborts, with a
 * `TransportError` when the connection breaks, and quietly when it is discarded.
 */
function closeableBody(
	stream: Readable,
	signal: AbortSignal | undefined,
): Pick<StorageAnswer, 'body' | 'discard'> {
	let discarded = false;
	const stop = () => stream.destroy();
	const release = () => signal?.removeEventListener('abort', stop);
	// A stream that is destroyed before anybody reads it must not end the process.
	stream.on('error', () => undefined);
	stream.on('close', release);
	if (signal?.aborted) stop();
	else signal?.addEventListener('abort', stop, { once: true });

	async function* body(): AsyncGenerator<Uint8Array> {
		try {
			for await (const chunk of stream) yield chunk;
		} catch (error) {
			if (discarded) return;
			throw signal?.aborted ? signal.reason : toTransportError(error);
		} finally {
			release();
		}
		signal?.throwIfAborted();
	}

	const discard = () => {
		discarded = true;
		stop();
	};
	return { body: body(), discard };
}

/** An undici failure as the core knows it. */
function toTransportError(error: unknown): TransportError {
	if (error instanceof TransportError) return error;
	const message = error instanceof Error ? error.message : String(error);
	return new TransportError(codeOf(error), message, wasConnecting(error));
}
