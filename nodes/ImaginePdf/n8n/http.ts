import type { IExecuteFunctions, IHttpRequestOptions, ILoadOptionsFunctions } from 'n8n-workflow';
import { z } from 'zod';

import { systemCodeIn } from './n8nCompat';
import { readableClassOf, type NodeStream, type ReadableClass } from './store';
import { codeOf, TransportError, wasConnecting } from '../core/api/errors';
import type { ApiAnswer, ApiRequest, Http, StorageAnswer, StorageRequest } from '../core/ports';

/** The name of the credential's type. */
export const CREDENTIAL_TYPE = 'imaginePdfApi';

type Context = IExecuteFunctions | ILoadOptionsFunctions;

const responseSchema = z.object({
	statusCode: z.number(),
	headers: z.record(z.unknown()).default({}),
	body: z.unknown(),
});

/**
 * HTTP through n8n's helpers, which honour the instance's proxy and egress rules. The key is added
 * by n8n to calls of the API only; storage is fetched without it.
 */
export class N8nHttp implements Http {
	/** Node's own stream class, taken from the last file's response: importing it is not allowed. */
	streamClass: ReadableClass | undefined;

	constructor(
		private readonly context: Context,
		readonly baseUrl: string,
	) {}

	async api(request: ApiRequest): Promise<ApiAnswer> {
		const { method, path, body, contentType = 'application/json', timeoutMs, signal } = request;
		const response = await this.request(
			{
				method,
				url: `${this.baseUrl}${path}`,
				headers: {
					Accept: 'application/json',
					...(body !== undefined && { 'Content-Type': contentType }),
				},
				...(body !== undefined && { body: typeof body === 'string' ? body : asBuffer(body) }),
				encoding: 'text',
				// A custom header follows redirects to other hosts, and the key is one.
				disableFollowRedirect: true,
				timeout: timeoutMs,
				...(signal && { abortSignal: signal }),
			},
			async (options) =>
				await this.context.helpers.httpRequestWithAuthentication.call(
					this.context,
					CREDENTIAL_TYPE,
					options,
				),
		);
		return { ...response, body: typeof response.body === 'string' ? response.body : '' };
	}

	async storage(request: StorageRequest): Promise<StorageAnswer> {
		const { url, headers, timeoutMs, signal } = request;
		const response = await this.request(
			{
				method: 'GET',
				url,
				headers,
				encoding: 'stream',
				timeout: timeoutMs,
				...(signal && { abortSignal: signal }),
			},
			async (options) => await this.context.helpers.httpRequest(options),
		);
		const stream = asStream(response.body);
		// A stream that is abandoned before its end may still report an error, which needs a listener.
		stream.on('error', () => undefined);
		this.streamClass ??= readableClassOf(stream);
		return { ...response, body: stream, discard: () => void stream.destroy() };
	}

	private async request(
		options: IHttpRequestOptions,
		send: (options: IHttpRequestOptions) => Promise<unknown>,
	): Promise<{ status: number; headers: Record<string, string>; body: unknown }> {
		try {
			const answer = await send({
				...options,
				returnFullResponse: true,
				// Statuses are ours to judge: the envelope of a refusal says what to do about it.
				ignoreHttpStatusErrors: true,
			});
			const { statusCode, headers, body } = responseSchema.parse(answer);
			return { status: statusCode, headers: plainHeaders(headers), body };
		} catch (error) {
			throw transportError(error, options.abortSignal);
		}
	}
}

/** The same bytes as what n8n's helpers (axios) send as they are; of other views they may send more. */
function asBuffer(bytes: Uint8Array): Buffer {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Keeps the code of a network error and drops the rest, which holds the URL and the headers. */
function transportError(error: unknown, signal: unknown): unknown {
	if (signal instanceof AbortSignal && signal.aborted) return signal.reason;
	const code = codeOf(error);
	const told = code === 'UNKNOWN' ? systemCodeIn(error) : code;
	return new TransportError(told, 'No answer', wasConnecting(error));
}

function asStream(body: unknown): NodeStream {
	const stream = body as Partial<NodeStream> | null;
	if (
		typeof stream === 'object' &&
		stream !== null &&
		typeof stream.destroy === 'function' &&
		typeof stream[Symbol.asyncIterator] === 'function'
	) {
		return stream as NodeStream;
	}
	throw new TransportError('UNKNOWN', 'The answer has no body that can be read');
}

function plainHeaders(headers: Record<string, unknown>): Record<string, string> {
	const plain: Record<string, string> = {};
	for (const [name, value] of Object.entries(headers)) {
		if (value === undefined || value === null) continue;
		plain[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : String(value);
	}
	return plain;
}
