/**
 * The service answered, and the answer is a no (or not an answer of ImaginePDF at all). What it
 * means to a user and what to do about it is told by `explain.ts`.
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
		super(apiMessage || `HTTP ${status} ${code}`);
	}
}

/** Stands in for `error.code` when the body is not what ImaginePDF sends. */
export const AnswerFault = {
	/** No JSON, or JSON that is not the envelope: a gateway, a proxy, a wrong base URL. */
	notImaginePdf: 'NOT_IMAGINEPDF',
	/** The envelope is right, the data inside lacks a field or has it in another type. */
	unexpectedData: 'UNEXPECTED_DATA',
} as const;

/** True for a 404 or 405 that speaks of the route, not of a design, a job's output or a file. */
export function isRouteMissing(error: unknown): error is ApiError {
	return (
		error instanceof ApiError &&
		(error.status === 404 || error.status === 405) &&
		(error.code === 'NOT_FOUND' || error.code === AnswerFault.notImaginePdf)
	);
}
