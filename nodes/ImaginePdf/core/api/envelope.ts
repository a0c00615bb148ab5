import { z } from 'zod';

import type { ApiAnswer } from '../ports';
import { retryAfterMs } from './retry';
import { AnswerFault, ApiError } from './errors';

/** What data are to look like. */
export type Schema<T> = z.ZodType<T, z.ZodTypeDef, unknown>;

const envelopeSchema = z.object({
	status: z.enum(['success', 'error']),
	data: z.unknown(),
	error: z.object({ code: z.string().min(1), message: z.string().nullish() }).nullish(),
});

const MAX_SNIPPET_LENGTH = 120;

/**
 * Takes the data out of an answer and its envelope. A failure is a status other than 2xx or a set `error`
 * (docs/imaginepdf-api.md, "Envelope").
 * @param now milliseconds since the epoch
 * @param isBare for an answer that comes without an envelope when it succeeds, as the design tree does
 * @throws ApiError for every answer that is not a success with the expected data
 */
export function readAnswer<T>(
	{ status, headers, body }: ApiAnswer,
	schema: Schema<T>,
	now: number,
	isBare = false,
): T {
	const json = parseJson(body);
	const envelope = envelopeSchema.safeParse(json);
	const refusal = (code: string, message: string) =>
		new ApiError(status, code, message, retryAfterMs(headers, now));
	if (envelope.data?.error) {
		const { code, message } = envelope.data.error;
		throw refusal(code, message ?? '');
	}
	const isReadable = isBare ? json !== undefined : envelope.success;
	if (!isReadable || status < 200 || status >= 300) {
		throw refusal(AnswerFault.notImaginePdf, snippet(body));
	}
	const parsed = schema.safeParse(isBare ? json : envelope.data?.data);
	if (parsed.success) return parsed.data;
	const fields = parsed.error.issues.map(
		(issue) => `'${issue.path.join('.') || 'data'}' (${issue.message.toLowerCase()})`,
	);
	const named = [...new Set(fields)].slice(0, 5).join(', ');
	throw new ApiError(status, AnswerFault.unexpectedData, named);
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

function parseJson(body: string): unknown {
	try {
		return JSON.parse(body);
	} catch {
		return undefined;
	}
}
