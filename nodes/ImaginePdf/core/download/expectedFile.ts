import { retryAfterMs } from '../api/errors';
import { LATER } from '../api/retry';
import type { StorageAnswer } from '../ports';
import { PDF_MARK } from '../zip/archive';

/**
 * Stable reasons why a file could not be fetched: the storage does not take the link, nor a new one (`expired`,
 * `refused`), cannot be reached at all (`unreachable`), or failed again and again (`busy`, `stalled`,
 * `interrupted`); or the file is not what it should be, longer than announced or without its end (`length`),
 * or compressed on the way, so that its length proves nothing (`encoded`).
 */
export type FileErrorCode =
	| 'expired'
	| 'refused'
	| 'unreachable'
	| 'busy'
	| 'stalled'
	| 'interrupted'
	| 'deadline'
	| 'notZip'
	| 'notPdf'
	| 'notPng'
	| 'length'
	| 'encoded';

/** A file could not be fetched. No text of it contains the presigned URL. */
export class FileError extends Error {
	override readonly name = 'FileError';

	constructor(
		readonly code: FileErrorCode,
		message: string,
		/** HTTP status of storage's answer, where it is the reason. */
		readonly httpStatus?: number,
		/** What the storage asked for, in milliseconds. */
		readonly retryAfterMs?: number,
	) {
		super(message);
	}
}

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
	// A part of the file (206), which nobody asked for, is a fault of the moment.
	if (status === 206 || LATER.has(status) || status >= 500) {
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

function lengthOf(headers: StorageAnswer['headers']): number | undefined {
	const encodings = (headers['content-encoding'] ?? '').toLowerCase().split(',');
	if (!encodings.every((encoding) => NO_ENCODING.has(encoding.trim()))) {
		throw new FileError('encoded', 'The file comes compressed on the way, so it cannot be checked');
	}
	const length = headers['content-length'] ?? '';
	return /^\d+$/.test(length) ? Number(length) : undefined;
}

/** How a file is recognised, at both of its ends. */
interface FileKind {
	/** In words, for messages. */
	name: string;
	/** How it may begin, and the error where it begins otherwise. */
	heads: readonly string[];
	code: FileErrorCode;
	/** What stands near its end. The reader of a ZIP checks the end itself. */
	tail?: string;
}

/** What a file must be. */
export type ExpectedFile = 'zip' | 'pdf' | 'png';

const FILE_KINDS: Readonly<Record<ExpectedFile, FileKind>> = {
	// With an entry, or with the end record of an archive without entries.
	zip: { name: 'ZIP file', heads: ['PK\x03\x04', 'PK\x05\x06'], code: 'notZip' },
	pdf: { name: 'PDF', heads: [PDF_MARK], code: 'notPdf', tail: '%%EOF' },
	// Its last chunk: PNG specification, 5.6.
	png: { name: 'picture', heads: ['\x89PNG\r'], code: 'notPng', tail: 'IEND' },
};

/** The first bytes by which these are recognised. */
const HEAD_BYTES = 5;

/** Where readers look for the end mark of a PDF (ISO 32000-1, Annex H, note 18). */
const TAIL_BYTES = 1024;

/**
 * Hands a file on unchanged, and nothing of it before its first bytes are known to be those of the
 * expected file. Where a storage announces too short a length, HTTP clients drop the rest without an
 * error: what has no end is found by its last bytes.
 *
 * @param size announced length
 * @throws FileError `notZip`, `notPdf`, `notPng`; `length`; `interrupted` for bytes that are missing
 */
export async function* checkedFile(
	source: AsyncIterable<Uint8Array>,
	expect: ExpectedFile,
	size = Infinity,
): AsyncGenerator<Uint8Array, void, undefined> {
	const kind = FILE_KINDS[expect];
	let received = 0;
	let head: Buffer | undefined = Buffer.alloc(0);
	let tail: Buffer = head;
	for await (const chunk of source) {
		received += chunk.length;
		if (received > size) {
			throw new FileError('length', 'The file is longer than the storage announced');
		}
		if (kind.tail) {
			tail = Buffer.concat([tail, chunk.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES);
		}
		if (head) head = Buffer.concat([head, chunk]);
		if (head && head.length < HEAD_BYTES) continue;
		if (head) checkHead(head, kind);
		yield head ?? chunk;
		head = undefined;
	}
	if (size !== Infinity && received < size) {
		throw new FileError('interrupted', `The last ${size - received} bytes are missing`);
	}
	if (head) checkHead(head, kind);
	if (kind.tail && !tail.includes(kind.tail)) {
		throw new FileError('length', `The ${kind.name} is damaged: it ends before it is complete`);
	}
}

function checkHead(head: Buffer, { heads, code, name }: FileKind): void {
	const text = head.subarray(0, 200).toString('latin1');
	if (heads.some((mark) => text.startsWith(mark))) return;
	const page = /^\s*</.test(text) ? 'a web page or XML text' : 'something else';
	const what = text === '' ? 'an empty file' : page;
	throw new FileError(code, `The storage answered with ${what} instead of the ${name}`);
}
