import { FileError } from './expectedFile';
import { retryAfterMs } from '../api/errors';
import { LATER } from '../api/retry';
import type { StorageAnswer } from '../ports';

type Headers = Readonly<Record<string, string>>;

/** What is read of an answer that is no file, to find the reason in it. S3's are below 1 kB. */
const MAX_REFUSAL_BYTES = 4096;

/**
 * The announced length of the file that an answer brings; `undefined` where the storage does not say.
 *
 * @param body of the answer; read where it may say why there is no file
 * @param now milliseconds since the epoch
 * @throws FileError `busy`, `refused`, `expired`, `encoded`; what the body throws
 */
export async function checkAnswer(
	{ status, headers }: Pick<StorageAnswer, 'status' | 'headers'>,
	body: AsyncIterable<Uint8Array>,
	now: number,
): Promise<number | undefined> {
	if (status === 200) return lengthOf(headers);
	const what = `HTTP ${status}`;
	// A part of the file (206), which nobody asked for, is a fault of the moment, too.
	if (status < 300 || LATER.has(status) || status >= 500) {
		const after = retryAfterMs(headers, now);
		throw new FileError('busy', `The storage answers with ${what}`, status, after);
	}
	let text = '';
	for await (const chunk of body) {
		text += Buffer.from(chunk).toString('latin1');
		if (text.length >= MAX_REFUSAL_BYTES) break;
	}
	// Amazon S3, "Error responses": <Error><Code>AccessDenied</Code><Message>Request has expired…
	// Only a short code of it is quoted, never text.
	const code = /<Code>([A-Za-z]{1,60})<\/Code>/.exec(text)?.[1];
	throw new FileError(
		/expired/i.test(text) ? 'expired' : 'refused',
		`The storage refuses the link: ${what}${code ? ` (${code})` : ''}`,
		status,
	);
}

/** `aws-chunked` names a way of uploading that some S3 stores keep as if it were an encoding. */
const NO_ENCODING = new Set(['', 'identity', 'aws-chunked']);

function lengthOf(headers: Headers): number | undefined {
	const encodings = (headers['content-encoding'] ?? '').toLowerCase().split(',');
	if (!encodings.every((encoding) => NO_ENCODING.has(encoding.trim()))) {
		throw new FileError('encoded', 'The file comes compressed on the way, so it cannot be checked');
	}
	const length = headers['content-length'] ?? '';
	return /^\d+$/.test(length) ? Number(length) : undefined;
}
