/**
 * Network trouble below HTTP: there is no status and no body, only the question that decides
 * about money: can the request have reached the service?
 */

/**
 * Codes that prove the request never left: the connection was not made. Every other code (a reset,
 * a time-out, a broken pipe) can also come after the service has read the request.
 * Source: Node.js `errors` documentation (system and TLS errors).
 */
const NEVER_SENT = new Set([
	'ECONNREFUSED',
	'ENOTFOUND',
	'EAI_AGAIN',
	'EAI_NODATA',
	'EAI_NONAME',
	'EHOSTUNREACH',
	'ENETUNREACH',
	'ENETDOWN',
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

/** No HTTP answer came. `code` is the system's own code where there is one. */
export class TransportError extends Error {
	override readonly name = 'TransportError';

	constructor(
		/** System code, e.g. `ECONNRESET`; `UNKNOWN` where the runtime gives none. */
		readonly code: string,
		message: string,
	) {
		super(message);
	}

	/** True when the service cannot have seen the request, so that repeating it costs nothing. */
	get neverSent(): boolean {
		return NEVER_SENT.has(this.code);
	}
}

/** The first system code in an error and its causes, or `UNKNOWN`. */
export function codeOf(error: unknown): string {
	const seen = new Set<unknown>();
	let current: unknown = error;
	while (typeof current === 'object' && current !== null && !seen.has(current)) {
		seen.add(current);
		if ('code' in current && typeof current.code === 'string' && current.code !== '') {
			return current.code;
		}
		current = 'cause' in current ? current.cause : undefined;
	}
	return 'UNKNOWN';
}
