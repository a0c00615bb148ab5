import { FileError } from './expectedFile';
import { LATER, retryAfterMs } from '../api/retry';
import type { StorageAnswer } from '../ports';

/** Why a connection did not bring the whole rest of the file. */
export type Interruption =
	/** It may work the next time. */
	| {
			kind: 'transient';
			code: 'stalled' | 'tooManyAttempts' | 'length';
			/** Completes "the download was interrupted: …". Never with the URL in it. */
			what: string;
			httpStatus?: number;
			/** What the storage asked for, in milliseconds. */
			waitMs?: number;
	  }
	/** This URL will not work again, a new one may. */
	| { kind: 'refused'; code: 'expired' | 'refused'; what: string; httpStatus: number };

/** What an answer is for a download that has some bytes of a file already. */
export type Classified =
	/** The file from its first byte on. */
	| { kind: 'whole'; identity: FileIdentity }
	/** The part of the file that was asked for. */
	| { kind: 'rest' }
	/** Something else than the part that was asked for: this storage cannot resume. */
	| { kind: 'notTheRest' }
	| Interruption;

/** What identifies a file. */
export interface FileIdentity {
	/** Bytes of the whole file. */
	size?: number;
	/** Only a strong one: equal strong ETags mean equal bytes (RFC 9110, section 8.8.1). */
	etag?: string;
}

type Headers = Readonly<Record<string, string>>;

/** What is read of an answer that is no file, to find the reason in it. S3's are below 1 kB. */
const MAX_REFUSAL_BYTES = 4096;

/**
 * Classifies an answer by status and headers.
 * @param from first byte that is wanted; 0 where no range was asked for
 * @param file as the first answer described it
 * @throws FileError `changed`, `encoded`
 */
export function classify(
	{ status, headers }: Pick<StorageAnswer, 'status' | 'headers'>,
	from: number,
	file: FileIdentity,
	now: number,
): Classified {
	if (status === 200) return classifyWhole(identityOf(headers), from, file);
	if (status === 206) return classifyPart(headers, from, file);
	// The range begins behind the end, so the file is shorter now.
	if (status === 416 && from > 0) throw changed();
	const what = `the storage answers with HTTP ${status}`;
	if (!LATER.has(status) && status < 500) {
		return { kind: 'refused', code: 'refused', what, httpStatus: status };
	}
	const waitMs = retryAfterMs(headers, now);
	return {
		kind: 'transient',
		code: 'tooManyAttempts',
		what,
		httpStatus: status,
		...(waitMs !== undefined && { waitMs }),
	};
}

function classifyWhole(identity: FileIdentity, from: number, file: FileIdentity): Classified {
	if (from === 0) return { kind: 'whole', identity };
	// With `If-Range`, this is how a storage says that the file is another one (RFC 9110, section 13.1.5).
	if (contradicts(file, identity)) throw changed();
	return { kind: 'notTheRest' };
}

function classifyPart(headers: Headers, from: number, file: FileIdentity): Classified {
	if (from === 0) {
		const what = 'the storage sent a part of the file instead of all of it';
		return { kind: 'transient', code: 'tooManyAttempts', what, httpStatus: 206 };
	}
	const range = parseContentRange(headers['content-range']);
	if (range?.from !== from) return { kind: 'notTheRest' };
	const { etag } = identityOf(headers);
	// The Content-Length of a part is the part's, so the size comes from the range.
	const { size } = range;
	if (contradicts(file, { ...(size !== undefined && { size }), ...(etag && { etag }) })) {
		throw changed();
	}
	// A part must carry the ETag (RFC 9110, section 15.3.7): without it nothing proves that it fits.
	return { kind: etag === undefined ? 'notTheRest' : 'rest' };
}

/** Looks for the reason in the body of a refusal. Only a short code of it is quoted, never text. */
export async function explainRefusal(
	refusal: Extract<Interruption, { kind: 'refused' }>,
	body: AsyncIterable<Uint8Array>,
): Promise<Interruption> {
	const text = await readBoundedText(body, MAX_REFUSAL_BYTES);
	// Amazon S3, "Error responses": <Error><Code>AccessDenied</Code><Message>Request has expired…
	const code = /<Code>([A-Za-z]{1,60})<\/Code>/.exec(text)?.[1];
	return {
		...refusal,
		code: /expired/i.test(text) ? 'expired' : 'refused',
		what: code === undefined ? refusal.what : `${refusal.what} (${code})`,
	};
}

/**
 * The beginning of a body as text; the rest is not read and the body is closed. Bytes that are not
 * UTF-8 become replacement characters.
 * @throws what the body throws
 */
export async function readBoundedText(
	body: AsyncIterable<Uint8Array>,
	maxBytes: number,
): Promise<string> {
	const parts: Uint8Array[] = [];
	let left = maxBytes;
	for await (const chunk of body) {
		const part = chunk.subarray(0, left);
		parts.push(part);
		left -= part.length;
		if (left <= 0) break;
	}
	return Buffer.concat(parts).toString('utf8');
}

/** `aws-chunked` names a way of uploading that some S3 stores keep as if it were an encoding. */
const NO_ENCODING = new Set(['', 'identity', 'aws-chunked']);

/** @throws FileError `encoded` */
function identityOf(headers: Headers): FileIdentity {
	const encodings = (headers['content-encoding'] ?? '').toLowerCase().split(',');
	if (!encodings.every((encoding) => NO_ENCODING.has(encoding.trim()))) {
		throw new FileError('encoded', 'The file comes compressed on the way, so it cannot be checked');
	}
	const length = headers['content-length'] ?? '';
	const etag = headers.etag ?? '';
	return {
		...(/^\d+$/.test(length) && { size: Number(length) }),
		...(/^"[^"]*"$/.test(etag) && { etag }),
	};
}

/** True when two answers differ in something that equal files have in common. */
function contradicts(a: FileIdentity, b: FileIdentity): boolean {
	const differ = <T>(one: T | undefined, other: T | undefined): boolean =>
		one !== undefined && other !== undefined && one !== other;
	return differ(a.size, b.size) || differ(a.etag, b.etag);
}

/** `Content-Range` of a 206 (RFC 9110, section 14.4); no `size` where the storage does not know it. */
function parseContentRange(
	header: string | undefined,
): { from: number; size?: number } | undefined {
	const match = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(header?.trim() ?? '');
	if (!match) return undefined;
	const size = match[2] === '*' ? undefined : Number(match[2]);
	return { from: Number(match[1]), ...(size !== undefined && { size }) };
}

function changed(): FileError {
	return new FileError('changed', 'The file changed during the download');
}
