import { damaged } from './archive';
import { crc32 } from './crc32';

/**
 * The records of a ZIP file (PKWARE APPNOTE 6.3, section 4.3), as they lie in the file. Multi-byte
 * numbers are little-endian.
 */

export const Signature = {
	localFile: 0x04034b50,
	descriptor: 0x08074b50,
	centralFile: 0x02014b50,
	zip64End: 0x06064b50,
	end: 0x06054b50,
} as const;

/** Sizes of the fixed parts, signature included. */
export const RecordSize = {
	localFile: 30,
	centralFile: 46,
	zip64End: 56,
	zip64Locator: 20,
	end: 22,
} as const;

/** Compression methods (APPNOTE 4.4.5). */
export const Method = { stored: 0, deflate: 8 } as const;

/** General purpose flags (APPNOTE 4.4.4). */
const Flag = { encrypted: 1 << 0, descriptor: 1 << 3, masked: 1 << 13 } as const;

const ZIP64_EXTRA = 0x0001;
/** "Look in the zip64 field" (APPNOTE 4.4.8, 4.4.9, 4.4.16). */
export const IN_ZIP64 = 0xffffffff;

/** Checksum and sizes of an entry, wherever they were declared. */
export interface EntrySums {
	crc: number;
	compressedSize: number;
	size: number;
}

/** What the central directory must say about an entry. */
export interface EntryRecord extends EntrySums {
	/** Where the local header begins. */
	offset: number;
	method: number;
	/** Checksum of the name's bytes: long names would take too much memory. */
	nameCrc: number;
}

/** The fixed part of a local file header (APPNOTE 4.3.7). */
export interface LocalHeader extends EntrySums {
	encrypted: boolean;
	/** The sums follow the data; those of the header mean nothing. */
	hasDescriptor: boolean;
	method: number;
	nameLength: number;
	extraLength: number;
}

/** @param fixed from the signature on */
export function parseLocalHeader(fixed: Buffer): LocalHeader {
	const flags = fixed.readUInt16LE(6);
	return {
		encrypted: (flags & (Flag.encrypted | Flag.masked)) !== 0,
		hasDescriptor: (flags & Flag.descriptor) !== 0,
		method: fixed.readUInt16LE(8),
		crc: fixed.readUInt32LE(14),
		compressedSize: fixed.readUInt32LE(18),
		size: fixed.readUInt32LE(22),
		nameLength: fixed.readUInt16LE(26),
		extraLength: fixed.readUInt16LE(28),
	};
}

/** An entry as the directory lists it. */
export interface ListedEntry extends EntryRecord {
	isFolder: boolean;
	/** Bytes of all that the directory has on it. */
	length: number;
}

/**
 * The header of an entry in the directory (APPNOTE 4.3.12).
 * @param bytes from its signature on, with whatever follows
 * @throws ArchiveError `damaged` where it is none, or not whole
 */
export function parseListedEntry(bytes: Buffer): ListedEntry {
	const isHeader =
		bytes.length >= RecordSize.centralFile && bytes.readUInt32LE(0) === Signature.centralFile;
	if (!isHeader) throw notComplete();
	const extraAt = RecordSize.centralFile + bytes.readUInt16LE(28);
	const extraEnd = extraAt + bytes.readUInt16LE(30);
	const length = extraEnd + bytes.readUInt16LE(32);
	if (bytes.length < length) throw notComplete();
	const name = bytes.subarray(RecordSize.centralFile, extraAt);
	const header = {
		method: bytes.readUInt16LE(10),
		crc: bytes.readUInt32LE(16),
		compressedSize: bytes.readUInt32LE(20),
		size: bytes.readUInt32LE(24),
		offset: bytes.readUInt32LE(42),
		nameCrc: crc32(name),
		isFolder: name.at(-1) === '/'.charCodeAt(0),
		length,
	};
	return withZip64(header, bytes.subarray(extraAt, extraEnd));
}

function notComplete(): Error {
	return damaged('its directory is not complete');
}

/**
 * Replaces the numbers that did not fit their 32 bits by those of the zip64 extra field, which holds
 * exactly them, in the order size, compressed size, offset (APPNOTE 4.5.3).
 */
export function withZip64<T extends EntrySums & { offset?: number }>(header: T, extra: Buffer): T {
	const data = findExtra(extra, ZIP64_EXTRA);
	if (data === undefined) return header;
	const wide = { ...header };
	let at = 0;
	for (const key of ['size', 'compressedSize', 'offset'] as const) {
		if (wide[key] !== IN_ZIP64) continue;
		if (at + 8 > data.length) throw damaged('a 64-bit size is missing');
		wide[key] = readUInt64(data, at);
		at += 8;
	}
	return wide;
}

/**
 * The data of the first extra field with this id (APPNOTE 4.5). A tail that is no whole field is
 * ignored, as zip tools do.
 */
function findExtra(bytes: Buffer, id: number): Buffer | undefined {
	for (let at = 0; at + 4 <= bytes.length;) {
		const end = at + 4 + bytes.readUInt16LE(at + 2);
		if (end > bytes.length) return undefined;
		if (bytes.readUInt16LE(at) === id) return bytes.subarray(at + 4, end);
		at = end;
	}
	return undefined;
}

/** @throws ArchiveError `damaged` for numbers beyond what any file system holds */
export function readUInt64(bytes: Buffer, at: number): number {
	const value = Number(bytes.readBigUInt64LE(at));
	if (!Number.isSafeInteger(value)) throw damaged('a size in it is impossible');
	return value;
}
