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
	/** The bytes from `from` (included) to `to` (excluded). */
	read(from: number, to: number): AsyncIterable<Uint8Array>;
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

export function readBody(body: Body, from = 0, to = bodyLength(body)): AsyncIterable<Uint8Array> {
	if (typeof body !== 'string' && 'read' in body) return body.read(from, to);
	return once(Buffer.from(body).subarray(from, to));
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
	if (bytes.length > 0) yield bytes;
}
