import type { IExecuteFunctions, IHttpRequestOptions, ILoadOptionsFunctions } from 'n8n-workflow';
import { z } from 'zod';

import { systemCodeIn } from './n8nCompat';
import { findReadableClass, type NodeStream } from './store';
import { codeOf, TransportError, wasConnecting } from '../core/api/errors';
import { settle } from '../core/async';
import type { ApiAnswer, ApiRequest, Http, StorageAnswer, StorageRequest } from '../core/ports';

export const CREDENTIAL_TYPE = 'imaginePdfApi';

/** Statuses are ours to judge: the envelope of a refusal says what to do about it. */
const COMMON = { returnFullResponse: true, ignoreHttpStatusErrors: true } as const;

/** HTTP through n8n's helpers, which honour the instance's proxy and egress rules. */
export class N8nHttp implements Http {
	constructor(
		private readonly context: IExecuteFunctions | ILoadOptionsFunctions,
		readonly baseUrl: string,
	) {}

	async api(request: ApiRequest): Promise<ApiAnswer> {
		const { method, path, body, contentType = 'application/json', timeoutMs, signal } = request;
		const headers: Record<string, string> = { Accept: 'application/json' };
		if (body !== undefined) headers['Content-Type'] = contentType;
		const options: IHttpRequestOptions = {
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
		};
		const { httpRequestWithAuthentication } = this.context.helpers;
		const answer = await answered(
			httpRequestWithAuthentication.call(this.context, CREDENTIAL_TYPE, options),
			signal,
		);
		return { ...answer, body: typeof answer.body === 'string' ? answer.body : '' };
	}

	/** Without the key, which n8n adds to calls of the API only. */
	async storage({ url, headers, timeoutMs, signal }: StorageRequest): Promise<StorageAnswer> {
		const answer = await answered(
			this.context.helpers.httpRequest({
				...COMMON,
				method: 'GET',
				url,
				headers,
				encoding: 'stream',
				timeout: timeoutMs,
				...(signal && { abortSignal: signal }),
			}),
			signal,
		);
		// The encoding 'stream' gives no other.
		const body = answer.body as NodeStream;
		// A stream that is abandoned before its end may still report an error, which needs a listener.
		body.on('error', () => undefined);
		findReadableClass(body);
		return { ...answer, body, discard: () => void body.destroy() };
	}
}

/** Node.js gives the names of headers in lower case. */
const responseSchema = z.object({
	statusCode: z.number(),
	headers: z.record(z.coerce.string()).default({}),
	body: z.unknown(),
});

/** @throws TransportError with the code of a network error, and nothing of the rest: it holds the URL and the headers */
async function answered(
	request: Promise<unknown>,
	signal: AbortSignal | undefined,
): Promise<Omit<ApiAnswer, 'body'> & { body: unknown }> {
	const outcome = await settle(async () => responseSchema.parse(await request));
	if (outcome.ok) {
		const { statusCode: status, headers, body } = outcome.value;
		return { status, headers, body };
	}
	if (signal?.aborted) throw signal.reason;
	const { error } = outcome;
	const own = codeOf(error);
	const code = own === 'UNKNOWN' ? systemCodeIn(error) : own;
	throw new TransportError(code, `No answer (${code})`, wasConnecting(error));
}
