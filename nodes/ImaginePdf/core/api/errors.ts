import { z } from 'zod';

import type { ApiAnswer } from '../ports';

/**
 * The service answered, and the answer is a no (or not an answer of ImaginePDF at all). What it
 * means to a user and what to do about it is in `messages.ts`. The message is for the log: it has nothing
 * of the answer but its status and code.
 */
export class ApiError extends Error {
	override readonly name = 'ApiError';

	constructor(
		/** HTTP status of the answer. */
		readonly status: number,
		/** `error.code` of the envelope, or one of our own `AnswerFault`s where there was none. */
		readonly code: string,
		/** The service's own words, unchanged; empty where it gave none. */
		readonly apiMessage: string,
		/** Milliseconds the service asked us to wait (`Retry-After`). */
		readonly retryAfterMs?: number,
	) {
		super(`HTTP ${status}${code === AnswerFault.notImaginePdf ? '' : ` ${code}`}`);
	}
}

/** Stands in for `error.code` when the body is not what ImaginePDF sends. */
export const AnswerFault = {
	/** No JSON, or JSON that is not the envelope: a gateway, a proxy, a wrong base URL. */
	notImaginePdf: 'NOT_IMAGINEPDF',
	/** The envelope is right, the data inside lacks a field or has it in another type. */
	unexpectedData: 'UNEXPECTED_DATA',
} as const;

/** The data are those of another job than the one that was asked for. */
export class OtherJobError extends ApiError {
	constructor() {
		super(200, AnswerFault.unexpectedData, 'jobId');
	}
}

/** True for a 404 or 405 that is about the route, not about a design, a job's output or a file. */
export function isRouteMissing(error: unknown): error is ApiError {
	return (
		error instanceof ApiError &&
		(error.status === 404 || error.status === 405) &&
		(error.code === 'NOT_FOUND' || error.code === AnswerFault.notImaginePdf)
	);
}

/**
 * Codes that prove by themselves that the request never left: they come only while a connection is
 * made. Every other code can also come after the service has read the request, "no route to host" and
 * "network is unreachable" among them (tcp(7): a connection that was open reports them, too).
 * Source: Node.js `errors` documentation (system and TLS errors).
 */
const NEVER_SENT = new Set([
	'ECONNREFUSED',
	'ENOTFOUND',
	'EAI_AGAIN',
	'EAI_NODATA',
	'EAI_NONAME',
	'EADDRNOTAVAIL',
	'UND_ERR_CONNECT_TIMEOUT',
	'DEPTH_ZERO_SELF_SIGNED_CERT',
	'SELF_SIGNED_CERT_IN_CHAIN',
	'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
	'UNABLE_TO_GET_ISSUER_CERT',
	'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
	'CERT_HAS_EXPIRED',
	'CERT_NOT_YET_VALID',
	'CERT_REVOKED',
	'CERT_UNTRUSTED',
	'ERR_TLS_CERT_ALTNAME_INVALID',
	'ERR_SSL_WRONG_VERSION_NUMBER',
	'ERR_INVALID_URL',
]);

/** Not a system code: the time was over before the request was sent. */
export const NO_TIME_LEFT = 'NO_TIME_LEFT';

/**
 * No HTTP answer came: there is no status and no body, only the question that decides about money, whether
 * the request can have reached the service. The message is for the log: no URL stands in it.
 */
export class TransportError extends Error {
	override readonly name = 'TransportError';

	constructor(
		/** System code, e.g. `ECONNRESET`; `UNKNOWN` where the runtime gives none. */
		readonly code: string,
		message: string,
		/** True where the runtime says that it was connecting; see `wasConnecting`. */
		private readonly connecting = false,
	) {
		super(message);
	}

	/** True when the service cannot have seen the request, so that repeating it costs nothing. */
	get neverSent(): boolean {
		return this.connecting || NEVER_SENT.has(this.code);
	}
}

/** The first system code in an error and its causes, or `UNKNOWN`. */
export function codeOf(error: unknown): string {
	for (const one of causesOf(error)) {
		if ('code' in one && typeof one.code === 'string' && one.code !== '') return one.code;
	}
	return 'UNKNOWN';
}

/**
 * Whether the error came from opening the connection, whatever its code: Node names the system call.
 * Where it tried several addresses, it lists an error for each.
 */
export function wasConnecting(error: unknown): boolean {
	return causesOf(error).some((one) =>
		'errors' in one && Array.isArray(one.errors) && one.errors.length > 0
			? one.errors.every(wasConnecting)
			: 'syscall' in one && one.syscall === 'connect',
	);
}

function causesOf(error: unknown): object[] {
	const causes = new Set<object>();
	let current = error;
	while (typeof current === 'object' && current !== null && !causes.has(current)) {
		causes.add(current);
		current = 'cause' in current ? current.cause : undefined;
	}
	return [...causes];
}

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

/** The form of an HTTP date that is in use. Checked first, since V8 makes dates of texts like "maybe 7", too. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * What `Retry-After` asks for: seconds or an HTTP date (RFC 9110, sections 10.2.3 and 5.6.7).
 *
 * @param headers header names in lower case
 * @param now milliseconds since the epoch
 * @returns milliseconds from `now`, not capped; 0 for a time that has passed; `undefined` without
 * the header or where it says neither
 */
export function retryAfterMs(
	headers: Readonly<Record<string, string>>,
	now: number,
): number | undefined {
	const text = headers['retry-after']?.trim() ?? '';
	// Decimals and signs are not in the RFC, but their meaning is plain.
	if (/^[+-]?\d+(\.\d+)?$/.test(text)) return Math.max(0, Math.ceil(Number(text) * 1000));
	const time = HTTP_DATE.test(text) ? Date.parse(text) : NaN;
	return Number.isNaN(time) ? undefined : Math.max(0, time - now);
}
