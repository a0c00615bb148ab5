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
