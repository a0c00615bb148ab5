import { MAX_PREVIEW_BYTES } from '../limits';
import { PDF_MARK } from '../zip/archive';

/** Stable reasons why a file could not be fetched. */
export type FileErrorCode =
	/** The presigned URL is past its time, and so was each new one. */
	| 'expired'
	/** Storage refuses the presigned URL, and each new one. */
	| 'refused'
	/** No byte came for too long, again and again. */
	| 'stalled'
	/** Storage had too much to do, again and again. */
	| 'busy'
	/** The connection was lost, again and again. */
	| 'interrupted'
	/** No connection is possible: the address or the certificate is wrong. */
	| 'unreachable'
	/** The file is longer than announced or than it may be, or has no end. */
	| 'length'
	| 'notZip'
	| 'notPdf'
	| 'notPng'
	/** It comes compressed on the way, so that its length proves nothing. */
	| 'encoded'
	/** The time for the download is over. */
	| 'deadline';

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

/** How a file is recognised, at both of its ends. */
interface FileKind {
	/** In words, for messages. */
	name: string;
	/** How it begins; one of them. */
	heads: readonly string[];
	/** Code of the error where it begins otherwise. */
	code: FileErrorCode;
	/** What stands near its end. The reader of a ZIP checks the end itself. */
	tail?: string;
	maxBytes?: number;
}

const KINDS = {
	// With an entry, or with the end record of an archive without entries.
	zip: { name: 'ZIP file', heads: ['PK\x03\x04', 'PK\x05\x06'], code: 'notZip' },
	pdf: { name: 'PDF', heads: [PDF_MARK], code: 'notPdf', tail: '%%EOF' },
	// Its last chunk: PNG specification, 5.6.
	png: {
		name: 'picture',
		heads: ['\x89PNG\r'],
		code: 'notPng',
		tail: 'IEND',
		maxBytes: MAX_PREVIEW_BYTES,
	},
} as const satisfies Record<string, FileKind>;

/** What a file must be. */
export type ExpectedFile = keyof typeof KINDS;

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
	const kind: FileKind = KINDS[expect];
	let received = 0;
	let head: Buffer | undefined = Buffer.alloc(0);
	let tail: Uint8Array = head;
	for await (const chunk of source) {
		received += chunk.length;
		checkLength(received, size, kind);
		if (kind.tail) tail = lastBytes(tail, chunk);
		if (head === undefined) {
			yield chunk;
			continue;
		}
		head = Buffer.concat([head, chunk]);
		if (head.length < HEAD_BYTES) continue;
		checkHead(head, kind);
		yield head;
		head = undefined;
	}
	if (size !== Infinity && received < size) {
		throw new FileError('interrupted', `The last ${size - received} bytes are missing`);
	}
	if (head) checkHead(head, kind);
	if (kind.tail && !Buffer.from(tail).includes(kind.tail)) {
		throw new FileError('length', `The ${kind.name} is damaged: it ends before it is complete`);
	}
	if (head) yield head;
}

function checkLength(received: number, size: number, { name, maxBytes = Infinity }: FileKind) {
	if (received > maxBytes) throw new FileError('length', `The ${name} is too large`);
	if (received > size && size !== Infinity) {
		throw new FileError('length', 'The file is longer than the storage announced');
	}
}

function lastBytes(before: Uint8Array, chunk: Uint8Array): Uint8Array {
	const all = chunk.length < TAIL_BYTES ? Buffer.concat([before, chunk]) : chunk;
	return all.subarray(-TAIL_BYTES);
}

function checkHead(head: Buffer, { heads, code, name }: FileKind): void {
	const text = head.subarray(0, 200).toString('latin1');
	if (heads.some((mark) => text.startsWith(mark))) return;
	throw new FileError(code, `The storage answered with ${nameOf(text)} instead of the ${name}`);
}

function nameOf(text: string): string {
	if (text === '') return 'an empty file';
	return /^\s*</.test(text) ? 'a web page or XML text' : 'something else';
}
