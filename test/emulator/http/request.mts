import type { IncomingMessage } from 'node:http';

import { Refused } from './answer.mts';

/** Larger than any batch that the API takes. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** The whole body of a request. Rejects when the client goes away in the middle of it. */
export async function readRequestBody(request: IncomingMessage): Promise<Buffer> {
	const chunks: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of request) {
		const bytes: Uint8Array = chunk;
		size += bytes.length;
		if (size > MAX_BODY_BYTES) throw new Refused(400, 'VALIDATION_ERROR', 'The body is too large.');
		chunks.push(bytes);
	}
	return Buffer.concat(chunks);
}

/** Headers with one value each. */
export function flatHeaders(request: IncomingMessage): Record<string, string> {
	const result: Record<string, string> = {};
	for (const [name, value] of Object.entries(request.headers)) {
		if (value !== undefined) result[name] = Array.isArray(value) ? value.join(', ') : value;
	}
	return result;
}
