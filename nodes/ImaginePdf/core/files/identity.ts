import { parseHttpDate } from '../api/backoff';
import { FileError } from './errors';

/** What tells one file from another: the basis for gluing two answers together. */
export interface FileIdentity {
	/** Bytes of the whole file. */
	size?: number;
	/** Only a strong one: equal strong ETags mean equal bytes (RFC 9110, section 8.8.1). */
	etag?: string;
	/** Only one that is as good as strong (RFC 9110, section 8.8.2.2). */
	lastModified?: string;
}

/** `aws-chunked` names a way of uploading that some S3 stores keep as if it were an encoding. */
const NO_ENCODING = new Set(['', 'identity', 'aws-chunked']);

/**
 * The identity of the file in an answer with status 200.
 * @throws FileError `encoded`
 */
export function identityOf(headers: Readonly<Record<string, string>>): FileIdentity {
	const encodings = (headers['content-encoding'] ?? '').toLowerCase().split(',');
	if (!encodings.every((encoding) => NO_ENCODING.has(encoding.trim()))) {
		throw new FileError('encoded', 'The file comes compressed on the way, so it cannot be checked');
	}
	const length = headers['content-length'] ?? '';
	const etag = headers.etag ?? '';
	const lastModified = strongDate(headers);
	return {
		...(/^\d+$/.test(length) && { size: Number(length) }),
		...(/^"[^"]*"$/.test(etag) && { etag }),
		...(lastModified && { lastModified }),
	};
}

/** A date is as good as strong when the answer was made at least a second later. */
function strongDate(headers: Readonly<Record<string, string>>): string | undefined {
	const modified = headers['last-modified'] ?? '';
	const changedAt = parseHttpDate(modified);
	const sentAt = parseHttpDate(headers.date ?? '');
	if (changedAt === undefined || sentAt === undefined) return undefined;
	return sentAt - changedAt >= 1000 ? modified : undefined;
}

/** The value of `If-Range`, which makes "the rest, unless it has changed" one request. */
export function rangeValidator(file: FileIdentity): string | undefined {
	return file.etag ?? file.lastModified;
}

/** True when two answers differ in something that equal files have in common. */
export function contradicts(a: FileIdentity, b: FileIdentity): boolean {
	const differ = <T>(one: T | undefined, other: T | undefined): boolean =>
		one !== undefined && other !== undefined && one !== other;
	return differ(a.size, b.size) || differ(a.etag, b.etag);
}

/** True when the two are the same bytes by the storage's own word. */
export function provenSame(a: FileIdentity, b: FileIdentity): boolean {
	return a.etag !== undefined && a.etag === b.etag && a.size === b.size;
}

/** `Content-Range` of a 206 (RFC 9110, section 14.4); no `size` where the storage does not know it. */
export function parseContentRange(
	header: string | undefined,
): { from: number; size?: number } | undefined {
	const match = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(header?.trim() ?? '');
	if (!match) return undefined;
	const size = match[2] === '*' ? undefined : Number(match[2]);
	return { from: Number(match[1]), ...(size !== undefined && { size }) };
}
