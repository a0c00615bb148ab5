/**
 * ZIP records, byte by byte (PKWARE APPNOTE 6.3.10). Used where a library would not do: archives
 * that are wrong on purpose, and archives too large to hold.
 */

export interface RawEntry {
	/** As it is written, e.g. UTF-8. */
	name: Uint8Array;
	/** 0 stored, 8 deflated. */
	method: number;
	/** General purpose flags. */
	flags: number;
	crc: number;
	compressedSize: number;
	size: number;
	/** Where the local header begins. */
	offset: number;
}

/** Names are UTF-8 (APPNOTE appendix D). */
export const FLAG_UTF8 = 1 << 11;
export const FLAG_ENCRYPTED = 1;

const VERSION_DEFLATE = 20;
const VERSION_ZIP64 = 45;
/** 1 January 2026, 00:00, in MS-DOS form. */
const DOS_DATE = ((2026 - 1980) << 9) | (1 << 5) | 1;
const MAX_32 = 0xffffffff;
const MAX_16 = 0xffff;

export function localHeader(entry: RawEntry): Buffer {
	const header = Buffer.alloc(30);
	header.writeUInt32LE(0x04034b50, 0);
	header.writeUInt16LE(VERSION_DEFLATE, 4);
	writeCommon(header, 6, entry);
	return Buffer.concat([header, entry.name]);
}

/** An entry of the central directory, with a zip64 field where the offset needs one. */
export function centralHeader(entry: RawEntry): Buffer {
	const isFar = entry.offset >= MAX_32;
	const extra = isFar ? zip64Offset(entry.offset) : Buffer.alloc(0);
	const header = Buffer.alloc(46);
	header.writeUInt32LE(0x02014b50, 0);
	header.writeUInt16LE(VERSION_ZIP64, 4);
	header.writeUInt16LE(isFar ? VERSION_ZIP64 : VERSION_DEFLATE, 6);
	writeCommon(header, 8, entry);
	header.writeUInt16LE(extra.length, 30);
	header.writeUInt32LE(isFar ? MAX_32 : entry.offset, 42);
	return Buffer.concat([header, entry.name, extra]);
}

/** The records after the central directory, zip64 ones where the numbers need them. */
export function endRecords(
	entries: number,
	directoryOffset: number,
	directorySize: number,
): Buffer {
	const isLarge = entries >= MAX_16 || directoryOffset >= MAX_32;
	const end = Buffer.alloc(22);
	end.writeUInt32LE(0x06054b50, 0);
	end.writeUInt16LE(Math.min(entries, MAX_16), 8);
	end.writeUInt16LE(Math.min(entries, MAX_16), 10);
	end.writeUInt32LE(directorySize, 12);
	end.writeUInt32LE(Math.min(directoryOffset, MAX_32), 16);
	if (!isLarge) return end;
	return Buffer.concat([zip64End(entries, directoryOffset, directorySize), end]);
}

function writeCommon(header: Buffer, at: number, entry: RawEntry): void {
	header.writeUInt16LE(entry.flags, at);
	header.writeUInt16LE(entry.method, at + 2);
	header.writeUInt16LE(0, at + 4);
	header.writeUInt16LE(DOS_DATE, at + 6);
	header.writeUInt32LE(entry.crc, at + 8);
	header.writeUInt32LE(entry.compressedSize, at + 12);
	header.writeUInt32LE(entry.size, at + 16);
	header.writeUInt16LE(entry.name.length, at + 20);
}

function zip64Offset(offset: number): Buffer {
	const extra = Buffer.alloc(12);
	extra.writeUInt16LE(1, 0);
	extra.writeUInt16LE(8, 2);
	extra.writeBigUInt64LE(BigInt(offset), 4);
	return extra;
}

function zip64End(entries: number, directoryOffset: number, directorySize: number): Buffer {
	const record = Buffer.alloc(56);
	record.writeUInt32LE(0x06064b50, 0);
	record.writeBigUInt64LE(44n, 4);
	record.writeUInt16LE(VERSION_ZIP64, 12);
	record.writeUInt16LE(VERSION_ZIP64, 14);
	record.writeBigUInt64LE(BigInt(entries), 24);
	record.writeBigUInt64LE(BigInt(entries), 32);
	record.writeBigUInt64LE(BigInt(directorySize), 40);
	record.writeBigUInt64LE(BigInt(directoryOffset), 48);
	const locator = Buffer.alloc(20);
	locator.writeUInt32LE(0x07064b50, 0);
	locator.writeBigUInt64LE(BigInt(directoryOffset + directorySize), 8);
	locator.writeUInt32LE(1, 16);
	return Buffer.concat([record, locator]);
}
