import { PDF_MARK } from '../zip/archive';

/** Stable reasons why a file could not be fetched. */
export type FileErrorCode =
	/** The presigned URL is past its time, and so was each new one. */
	| 'expired'
	/** Storage refuses the presigned URL, and each new one. */
	| 'refused'
	/** No byte came for too long, again and again. */
	| 'stalled'
	/** Storage was busy or the connection broke, again and again. */
	| 'tooManyAttempts'
	/** The connection was lost in the middle, and the storage cannot resume a download. */
	| 'notResumable'
	/** No connection is possible: the address or the certificate is wrong. */
	| 'unreachable'
	/** The file has more or fewer bytes than announced. */
	| 'length'
	| 'notZip'
	| 'notPdf'
	| 'notPng'
	/** The file changed in the middle of the download. */
	| 'changed'
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
		/** HTTP status of storage's last answer, where it is the reason. */
		readonly httpStatus?: number,
	) {
		super(message);
	}
}

/** What a file must be, by its first bytes. */
export type ExpectedFile = 'zip' | 'pdf' | 'png';

type Chunks = AsyncIterable<Uint8Array>;
type ChunkGenerator = AsyncGenerator<Uint8Array, void, undefined>;

/** How each begins; a ZIP with an entry, or with the end record of an archive without entries. */
const MARKS = {
	zip: { marks: ['PK\x03\x04', 'PK\x05\x06'], name: 'ZIP file', code: 'notZip' },
	pdf: { marks: [PDF_MARK], name: 'PDF', code: 'notPdf' },
	png: { marks: ['\x89PNG\r'], name: 'picture', code: 'notPng' },
} as const satisfies Record<ExpectedFile, object>;

/** The first bytes by which these are recognised. */
const HEAD_BYTES = 5;

/**
 * Hands nothing on before the first bytes are known to be those of the expected file.
 * @param size announced length; a source that ends before it is left to the caller
 * @throws FileError `notZip`, `notPdf`, `notPng`
 */
export async function* checkedFromHead(
	source: Chunks,
	expect: ExpectedFile,
	size: number | undefined,
): ChunkGenerator {
	let head: Buffer | undefined = Buffer.alloc(0);
	for await (const chunk of source) {
		if (head === undefined) {
			yield chunk;
			continue;
		}
		head = Buffer.concat([head, chunk]);
		if (head.length < HEAD_BYTES) continue;
		checkHead(head, expect);
		const checked: Buffer = head;
		head = undefined;
		yield checked;
	}
	if (head === undefined || (size !== undefined && head.length < size)) return;
	checkHead(head, expect);
	if (head.length > 0) yield head;
}

function checkHead(head: Buffer, expect: ExpectedFile): void {
	const text = head.toString('latin1');
	const { marks, name, code } = MARKS[expect];
	if (marks.some((mark) => text.startsWith(mark))) return;
	throw new FileError(code, `The storage answered with ${nameOf(text)} instead of the ${name}`);
}

function nameOf(text: string): string {
	if (text === '') return 'an empty file';
	return /^\s*</.test(text) ? 'a web page or XML text' : 'something else';
}

/** Where readers look for the end mark of a PDF (ISO 32000-1, Annex H, note 18). */
const TAIL_BYTES = 1024;

/** How each ends: a PDF by its end mark, a PNG by its last chunk (PNG specification, 5.6). */
const END_MARKS = { PDF: '%%EOF', picture: 'IEND' };

/**
 * Hands a PDF on and checks that it comes to its end. Where a storage announces too short a length,
 * HTTP clients drop the rest without an error.
 * @throws FileError `length` after the last byte of a PDF that has no end
 */
export function wholePdf(source: Chunks): ChunkGenerator {
	return checkedToEnd(source, 'PDF');
}

/** The same for a PNG. */
export function wholePng(source: Chunks): ChunkGenerator {
	return checkedToEnd(source, 'picture');
}

async function* checkedToEnd(source: Chunks, what: keyof typeof END_MARKS): ChunkGenerator {
	let tail: Uint8Array = new Uint8Array();
	for await (const chunk of source) {
		tail = chunk.length < TAIL_BYTES ? Buffer.concat([tail, chunk]) : chunk;
		tail = tail.slice(-TAIL_BYTES);
		yield chunk;
	}
	if (!Buffer.from(tail).includes(END_MARKS[what])) {
		throw new FileError('length', `The ${what} is damaged: it ends before it is complete`);
	}
}
