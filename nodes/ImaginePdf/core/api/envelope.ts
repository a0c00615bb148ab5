import { z } from 'zod';

import type { ApiAnswer } from '../ports';
import { retryAfterMs } from './retry';
import { AnswerFault, ApiError } from './errors';

const envelopeSchema = z.object({
	status: z.enum(['success', 'error']),
	data: z.unknown(),
	error: z.object({ code: z.string().min(1), message: z.string().nullish() }).nullish(),
});

const MAX_SNIPPET_LENGTH = 120;

/**
 * Takes the data out of the envelope. A failure is a status other than 2xx or a set `error`
 * (docs/imaginepdf-api.md, "Envelope").
 * @throws ApiError for every answer that is not a success with the expected data
 */
export function readEnvelope<T>(
	answer: ApiAnswer,
	schema: z.ZodType<T, z.ZodTypeDef, unknown>,
	now: number,
): T {
	const envelope = envelopeSchema.safeParse(parseJson(answer.body));
	if (!envelope.success) throw notImaginePdf(answer, now);
	const { error, data } = envelope.data;
	if (error) throw refusal(answer, error.code, error.message ?? '', now);
	if (!isSuccess(answer.status)) throw notImaginePdf(answer, now);
	return readData(answer.status, data, schema);
}

/**
 * Reads an answer that comes without an envelope when it succeeds, as the design tree does.
 * @throws ApiError as `readEnvelope` does
 */
export function readRaw<T>(
	answer: ApiAnswer,
	schema: z.ZodType<T, z.ZodTypeDef, unknown>,
	now: number,
): T {
	const body = parseJson(answer.body);
	const enveloped = envelopeSchema.safeParse(body);
	if (enveloped.success && enveloped.data.error) return readEnvelope(answer, schema, now);
	if (!isSuccess(answer.status) || body === undefined) throw notImaginePdf(answer, now);
	return readData(answer.status, body, schema);
}

function readData<T>(
	status: number,
	data: unknown,
	schema: z.ZodType<T, z.ZodTypeDef, unknown>,
): T {
	const parsed = schema.safeParse(data);
	if (parsed.success) return parsed.data;
	const fields = parsed.error.issues.map(
		(issue) => `'${issue.path.join('.') || 'data'}' (${issue.message.toLowerCase()})`,
	);
	throw new ApiError(
		status,
		AnswerFault.unexpectedData,
		[...new Set(fields)].slice(0, 5).join(', '),
	);
}

function refusal(answer: ApiAnswer, code: string, message: string, now: number): ApiError {
	return new ApiError(answer.status, code, message, retryAfterMs(answer.headers, now));
}

function notImaginePdf(answer: ApiAnswer, now: number): ApiError {
	return refusal(answer, AnswerFault.notImaginePdf, snippet(answer.body), now);
}

/** The beginning of a page's visible text, enough to recognise a gateway or a login page by. */
function snippet(body: string): string {
	const visible = body
		.slice(0, 4000)
		.replace(/<(script|style)[\s\S]*?<\/\1>/gi, ' ')
		.replace(/<[^>]*>/g, ' ')
		.replace(/\s+/g, ' ')
		.trim();
	return visible.length > MAX_SNIPPET_LENGTH ? `${visible.slice(0, MAX_SNIPPET_LENGTH)}…` : visible;
}

function isSuccess(status: number): boolean {
	return status >= 200 && status < 300;
}

function parseJson(body: string): unknown {
	try {
		return JSON.parse(body);
	} catch {
		return undefined;
	}
}
