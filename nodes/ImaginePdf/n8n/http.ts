import type { IExecuteFunctions, ILoadOptionsFunctions } from 'n8n-workflow';
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
		const headers: Record<string, string> = { Accept: 'application/json' };
		if (body !== undefined) headers['Content-Type'] = contentType;
		try {
			const answer = readResponse(
				await this.context.helpers.httpRequestWithAuthentication.call(
					this.context,
					CREDENTIAL_TYPE,
					{
						...COMMON,
						method,
						url: `${this.baseUrl}${path}`,
						headers,
						...(body !== undefined && { body }),
						encoding: 'text',
						// A custom header follows redirects to other hosts, and the key is one.
						disableFollowRedirect: true,
						// n8n sets a signal of its own in the place of this one: closing the connection is left to it.
						timeout: timeoutMs,
						...(signal && { abortSignal: signal }),
					},
				),
			);
			return { ...answer, body: typeof answer.body === 'string' ? answer.body : '' };
		} catch (error) {
			throw transportError(error, signal);
		}
	}

	async storage({ url, headers, timeoutMs, signal }: StorageRequest): Promise<StorageAnswer> {
		try {
			const answer = readResponse(
				await this.context.helpers.httpRequest({
					...COMMON,
					method: 'GET',
					url,
					headers,
					encoding: 'stream',
					timeout: timeoutMs,
					...(signal && { abortSignal: signal }),
				}),
			);
			const stream = asStream(answer.body);
			// A stream that is abandoned before its end may still report an error, which needs a listener.
			stream.on('error', () => undefined);
			this.streamClass ??= readableClassOf(stream);
			return { ...answer, body: stream, discard: () => void stream.destroy() };
		} catch (error) {
			throw transportError(error, signal);
		}
	}
}

/** Statuses are ours to judge: the envelope of a refusal says what to do about it. */
const COMMON = { returnFullResponse: true, ignoreHttpStatusErrors: true } as const;

function readResponse(answer: unknown): {
	status: number;
	headers: Record<string, string>;
	body: unknown;
} {
	const { statusCode, headers, body } = responseSchema.parse(answer);
	return { status: statusCode, headers: plainHeaders(headers), body };
}

/** Keeps the code of a network error and drops the rest, which holds the URL and the headers. */
function transportError(error: unknown, signal: AbortSignal | undefined): unknown {
	if (signal?.aborted) return signal.reason;
	if (error instanceof TransportError) return error;
	const own = codeOf(error);
	const code = own === 'UNKNOWN' ? systemCodeIn(error) : own;
	return new TransportError(code, `No answer (${code})`, wasConnecting(error));
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
	throw new TransportError('UNKNOWN', 'An answer without a body');
}

function plainHeaders(headers: Record<string, unknown>): Record<string, string> {
	const plain: Record<string, string> = {};
	for (const [name, value] of Object.entries(headers)) {
		if (value === undefined || value === null) continue;
		plain[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : String(value);
	}
	return plain;
}
