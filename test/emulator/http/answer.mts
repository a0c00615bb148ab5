/** An answer as a value; `send.mts` puts it on the wire. */
export interface Answer {
	status: number;
	/** Header names in lower case. */
	headers: Record<string, string>;
	body: Body;
	/** What happens to the answer on its way; set by faults only. */
	wire?: Wire;
}

export type Body = string | Uint8Array | ByteSource;

/** A body that is made while it is sent. */
export interface ByteSource {
	length: number;
	read(): AsyncIterable<Uint8Array>;
}

export interface Wire {
	/** No answer: the connection is reset. */
	reset?: boolean;
	/** The connection ends after this many bytes of the body. */
	cutAt?: number;
	/** Whether a cut is a clean end of the connection or a reset. */
	cutBy?: 'end' | 'reset';
	/** Nothing more is sent after this many bytes; the connection stays open. */
	stallAt?: number;
	/** `Content-Length` that is announced instead of the true one; null leaves it out. */
	announcedLength?: number | null;
}

/** A refusal with a documented code. */
export class Refused extends Error {
	constructor(
		readonly status: number,
		readonly code: string,
		message: string,
	) {
		super(message);
	}
}

/** A request that is not as it has to be. */
export function invalid(message: string): Refused {
	return new Refused(400, 'VALIDATION_ERROR', message);
}

const JSON_TYPE = 'application/json; charset=utf-8';

/** The envelope of a success (docs/imaginepdf-api.md, "Envelope"). */
export function success(data: unknown, status = 200): Answer {
	return raw(status, { status: 'success', data, error: null });
}

/** The envelope of a failure. */
export function failure(status: number, code: string, message: string): Answer {
	return raw(status, { status: 'error', data: null, error: { code, message } });
}

/** JSON without the envelope, as the design tree answers. */
export function raw(status: number, value: unknown): Answer {
	return { status, headers: { 'content-type': JSON_TYPE }, body: JSON.stringify(value) };
}

/** Any text under any type, e.g. a gateway's page. */
export function text(status: number, type: string, body: string): Answer {
	return { status, headers: { 'content-type': type }, body };
}

export function bodyLength(body: Body): number {
	return typeof body === 'string' ? Buffer.byteLength(body) : body.length;
}

/** The first bytes of a body, piece by piece. */
export async function* firstBytes(body: Body, length: number): AsyncGenerator<Uint8Array> {
	const isSource = typeof body !== 'string' && 'read' in body;
	let left = length;
	for await (const piece of isSource ? body.read() : [Buffer.from(body)]) {
		if (left <= 0) return;
		yield piece.subarray(0, left);
		left -= piece.length;
	}
}
