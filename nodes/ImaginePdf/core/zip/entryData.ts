import { ArchiveError, cutOff, PDF_MARK, PDF_MARK_WITHIN, type ArchiveLimits } from './archive';
import { MAX_STEP_BYTES, type ByteReader } from './byteReader';
import { crc32 } from './crc32';
import { readUInt64, Signature, type EntrySums, type LocalHeader } from './records';

/** Filled when the compressed data of an entry has ended. */
export interface Ending {
	/** What the archive says about the data: in the header, or in the descriptor behind it. */
	sums?: EntrySums;
}

/**
 * The data of an entry as it lies in the archive. When it has ended, `ending.sums` is set and the reader
 * stands at the next record.
 *
 * @throws ArchiveError `damaged` when the source ends first
 */
export function compressedData(
	reader: ByteReader,
	header: LocalHeader,
	ending: Ending,
): AsyncGenerator<Uint8Array, void, undefined> {
	if (header.hasDescriptor) return dataUpToDescriptor(reader, ending);
	ending.sums = header;
	return knownLength(reader, header.compressedSize);
}

async function* knownLength(
	reader: ByteReader,
	length: number,
): AsyncGenerator<Uint8Array, void, undefined> {
	for (let left = length; left > 0;) {
		const chunk = await reader.take(left);
		if (chunk === undefined) throw cutOff();
		left -= chunk.length;
		yield chunk;
	}
}

/**
 * Entries whose sizes follow their data (general purpose flag 3) have no mark at the end of the data.
 * So the end is found from behind: the signature of the next record follows the data descriptor, whose
 * compressed size must equal the distance from the start of the data. Data that only looks like a
 * record (a ZIP inside a PDF, say) fails that test. Checksum and size then prove what was found.
 */
interface DescriptorForm {
	signed: boolean;
	/** Bytes of each of the two sizes. */
	width: 4 | 8;
	/** Bytes of the whole descriptor. */
	length: number;
}

/** All forms in use: the signature is optional, zip64 widens the sizes (APPNOTE 4.3.9). */
const FORMS: readonly DescriptorForm[] = [
	{ signed: true, width: 4, length: 16 },
	{ signed: true, width: 8, length: 24 },
	{ signed: false, width: 4, length: 12 },
	{ signed: false, width: 8, length: 20 },
];

/** A descriptor of the longest form and all but one byte of a signature: the end may begin here. */
const HELD_BACK = 24 + 3;

async function* dataUpToDescriptor(
	reader: ByteReader,
	ending: Ending,
): AsyncGenerator<Uint8Array, void, undefined> {
	for (let passed = 0; ending.sums === undefined;) {
		const bytes = (await reader.peek(HELD_BACK + 1)).subarray(0, MAX_STEP_BYTES);
		const end = findDataEnd(bytes, passed);
		const sure = end?.dataLength ?? bytes.length - HELD_BACK;
		if (end === undefined && sure <= 0) throw cutOff();
		await reader.skip(end?.nextRecord ?? sure);
		passed += sure;
		if (sure > 0) yield bytes.subarray(0, sure);
		if (end) ending.sums = end.sums;
	}
}

interface End {
	/** Bytes of data before the descriptor. */
	dataLength: number;
	/** Where the next record begins. */
	nextRecord: number;
	sums: EntrySums;
}

function findDataEnd(bytes: Buffer, passed: number): End | undefined {
	for (let at = bytes.indexOf('PK'); at !== -1; at = bytes.indexOf('PK', at + 1)) {
		if (at + 4 > bytes.length) return undefined;
		const signature = bytes.readUInt32LE(at);
		if (signature !== Signature.localFile && signature !== Signature.centralFile) continue;
		for (const form of FORMS) {
			const end = endAt(bytes, at, passed, form);
			if (end) return end;
		}
	}
	return undefined;
}

function endAt(
	bytes: Buffer,
	nextRecord: number,
	passed: number,
	{ signed, width, length }: DescriptorForm,
): End | undefined {
	const dataLength = nextRecord - length;
	if (dataLength < 0) return undefined;
	if (signed && bytes.readUInt32LE(dataLength) !== Signature.descriptor) return undefined;
	const crcAt = dataLength + (signed ? 4 : 0);
	const wide = width === 8;
	// The upper half first: most candidates are no descriptor, and make no sense as 64 bits.
	if (wide && (bytes.readUInt16LE(crcAt + 10) !== 0 || bytes.readUInt16LE(crcAt + 18) !== 0)) {
		return undefined;
	}
	const read = (at: number): number => (wide ? readUInt64(bytes, at) : bytes.readUInt32LE(at));
	const compressedSize = read(crcAt + 4);
	if (compressedSize !== passed + dataLength) return undefined;
	const sums = { crc: bytes.readUInt32LE(crcAt), compressedSize, size: read(crcAt + 4 + width) };
	return { dataLength, nextRecord, sums };
}

/** First size of the buffer where the archive promises more: what it promises may be a lie. */
const FIRST_BUFFER_BYTES = 1024 * 1024;

/**
 * Collects the uncompressed bytes of one entry: checksum, size and limits for all, the bytes
 * themselves only as long as this may be a PDF. They are copied where they come, since the garbage collector
 * takes longer for thousands of small pieces that wait to be joined.
 */
export class EntryContent {
	size = 0;
	crc = 0;
	private buffer: Buffer = Buffer.alloc(0);
	private isKept = true;

	/**
	 * @param promised the size in the header, 0 where there is none
	 * @param allowance bytes that the archive may still expand to
	 * @param label the entry in words, for messages
	 */
	constructor(
		private readonly promised: number,
		private readonly allowance: number,
		private readonly limits: ArchiveLimits,
		private readonly label: string,
	) {}

	/** @throws ArchiveError `tooLarge` as soon as a limit is passed */
	add(bytes: Uint8Array): void {
		const start = this.size;
		this.size += bytes.length;
		if (this.size > this.limits.entryBytes) {
			throw new ArchiveError('tooLarge', `${this.label} of the ZIP file is too large for a PDF`);
		}
		if (this.size > this.allowance) {
			throw new ArchiveError('tooLarge', 'The ZIP file expands beyond the limit');
		}
		this.crc = crc32(bytes, this.crc);
		if (!this.isKept) return;
		// What comes at once, as a small entry does, is not copied.
		if (start === 0 && Buffer.isBuffer(bytes)) this.buffer = bytes;
		else this.append(bytes, start);
		if (start < PDF_MARK_WITHIN && this.size >= PDF_MARK_WITHIN) this.isKept = this.hasMark();
	}

	/** The whole entry if it is a PDF. */
	pdf(): Buffer | undefined {
		return this.isKept && this.hasMark() ? this.buffer.subarray(0, this.size) : undefined;
	}

	private hasMark(): boolean {
		return this.buffer.subarray(0, Math.min(this.size, PDF_MARK_WITHIN)).includes(PDF_MARK);
	}

	private append(bytes: Uint8Array, start: number): void {
		if (this.size > this.buffer.length) {
			// Doubling keeps copying cheap; the promised size, where it is right, makes the last step exact.
			const first = Math.min(this.promised, FIRST_BUFFER_BYTES);
			const doubled = Math.max(2 * this.buffer.length, this.size, first);
			const room = this.promised >= this.size ? Math.min(doubled, this.promised) : doubled;
			const larger = Buffer.allocUnsafe(Math.min(room, this.limits.entryBytes));
			larger.set(this.buffer.subarray(0, start));
			this.buffer = larger;
		}
		this.buffer.set(bytes, start);
	}
}
