import { asBuffer, type ByteReader } from './byteReader';
import { cutOff } from './errors';
import { readUInt64, Signature, type EntrySums } from './records';

/**
 * Entries whose sizes follow their data (general purpose flag 3). Nothing marks the end of the data,
 * so it is found from behind: the signature of the next record follows the data descriptor, whose
 * compressed size must equal the distance from the start of the data. Data that merely looks like a
 * record (a ZIP inside a PDF, say) fails that test; checksum and size then prove the finding.
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

export interface Ending {
	sums?: EntrySums;
}

/**
 * The compressed data of such an entry. When it has ended, `ending.sums` is what the descriptor
 * says, and the reader stands at the next record.
 *
 * @throws ArchiveError `damaged` when the source ends first
 */
export async function* dataUpToDescriptor(
	reader: ByteReader,
	ending: Ending,
): AsyncGenerator<Uint8Array, void, undefined> {
	let held: Buffer = Buffer.alloc(0);
	let passed = 0;
	for (;;) {
		const chunk = await reader.take();
		if (chunk === undefined) throw cutOff();
		const bytes = held.length > 0 ? Buffer.concat([held, chunk]) : asBuffer(chunk);
		const end = findEnd(bytes, passed);
		const sure = end ? end.dataLength : Math.max(0, bytes.length - HELD_BACK);
		if (end) reader.unread(bytes.subarray(end.nextRecord));
		if (sure > 0) yield bytes.subarray(0, sure);
		if (end) {
			ending.sums = end.sums;
			return;
		}
		held = bytes.subarray(sure);
		passed += sure;
	}
}

interface End {
	/** Bytes of data before the descriptor. */
	dataLength: number;
	/** Where the next record begins. */
	nextRecord: number;
	sums: EntrySums;
}

function findEnd(bytes: Buffer, passed: number): End | undefined {
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
