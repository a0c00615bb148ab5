import { readBoundedText } from './boundedText';
import { FileError } from './errors';
import { contradicts, identityOf, parseContentRange, type FileIdentity } from './identity';
import { MAX_REFUSAL_BYTES } from './limits';
import type { Trouble } from './patience';
import { retryAfterMs } from '../api/backoff';
import type { StorageAnswer } from '../ports';

/** What an answer means for a download that has `from` bytes of `file` already. */
export type Verdict =
	/** The file from its first byte on. */
	| { kind: 'whole'; identity: FileIdentity }
	/** The file from byte `from` on. */
	| { kind: 'rest'; identity: FileIdentity }
	/** Another part than asked for: this storage cannot do ranges. */
	| { kind: 'otherPart' }
	| Trouble;

type Headers = Readonly<Record<string, string>>;

/** Statuses that say "later": the server took too long, or has too much to do. */
const LATER = new Set([408, 425, 429]);

/**
 * Judges an answer by status and headers.
 * @param from first byte that is wanted; 0 where no range was asked for
 * @throws FileError `changed`, `encoded`
 */
export function judge(
	{ status, headers }: Pick<StorageAnswer, 'status' | 'headers'>,
	from: number,
	file: FileIdentity,
	now: number,
): Verdict {
	if (status === 200) return { kind: 'whole', identity: identityOf(headers) };
	if (status === 206) return judgePart(headers, from, file);
	// The range begins behind the end: what was one file once is shorter now.
	if (status === 416 && from > 0) throw changed();
	const waitMs = retryAfterMs(headers, now);
	if (LATER.has(status) || status >= 500) {
		return {
			kind: 'passing',
			code: 'tooManyAttempts',
			what: `the storage answers with HTTP ${status}`,
			httpStatus: status,
			...(waitMs !== undefined && { waitMs }),
		};
	}
	return {
		kind: 'refused',
		code: 'refused',
		what: `the storage answers with HTTP ${status}`,
		httpStatus: status,
	};
}

function judgePart(headers: Headers, from: number, file: FileIdentity): Verdict {
	const range = parseContentRange(headers['content-range']);
	if (from === 0 || range?.from !== from) return { kind: 'otherPart' };
	const { etag, lastModified } = identityOf(headers);
	// The Content-Length of a part is the part's, so the size comes from the range.
	const whole: FileIdentity = {
		...(range.size !== undefined && { size: range.size }),
		...(etag && { etag }),
		...(lastModified && { lastModified }),
	};
	if (contradicts(file, whole)) throw changed();
	return { kind: 'rest', identity: whole };
}

/** Looks for the reason in the body of a refusal. Only a short code of it is quoted, never text. */
export async function explainRefusal(
	refusal: Extract<Trouble, { kind: 'refused' }>,
	body: AsyncIterable<Uint8Array>,
): Promise<Trouble> {
	const text = await readBoundedText(body, MAX_REFUSAL_BYTES);
	// Amazon S3, "Error responses": <Error><Code>AccessDenied</Code><Message>Request has expired…
	const code = /<Code>([A-Za-z]{1,60})<\/Code>/.exec(text)?.[1];
	return {
		...refusal,
		code: /expired/i.test(text) ? 'expired' : 'refused',
		what: code === undefined ? refusal.what : `${refusal.what} (${code})`,
	};
}

export function changed(): FileError {
	return new FileError(
		'changed',
		'The file became another one during the download, or cannot be proved to be the same',
	);
}
