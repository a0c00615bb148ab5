import { ArchiveError, cutOff, damaged } from './archive';
import type { ByteReader } from './byteReader';
import { crc32 } from './crc32';
import {
	IN_ZIP64,
	parseCentralHeader,
	parseExtra,
	readUInt64,
	RecordSize,
	Signature,
	withZip64,
	type EntryRecord,
} from './records';

/**
 * Reads the rest of the archive, from the central directory to the end of the source, and compares
 * it with the entries that were read: a ZIP that was cut off, patched or glued together shows here.
 *
 * @param entries by the offset of their local header
 * @throws ArchiveError `damaged` unless both say the same
 */
export async function checkCentralDirectory(
	reader: ByteReader,
	entries: ReadonlyMap<number, EntryRecord>,
): Promise<void> {
	const offset = reader.position;
	await readHeaders(reader, entries);
	const size = reader.position - offset;
	await readEnd(reader, { entries: entries.size, size, offset });
	if ((await reader.take(1)) !== undefined) throw damaged('something follows its end');
}

async function readHeaders(
	reader: ByteReader,
	entries: ReadonlyMap<number, EntryRecord>,
): Promise<void> {
	const unlisted = new Set(entries.keys());
	for (;;) {
		const signature = await peekSignature(reader);
		if (signature === Signature.centralSignature) {
			const fixed = await reader.exactly(RecordSize.centralSignature);
			await reader.exactly(fixed.readUInt16LE(4));
			continue;
		}
		if (signature !== Signature.centralFile) break;
		const listed = await readHeader(reader);
		if (!unlisted.delete(listed.offset) || !isSame(entries.get(listed.offset), listed)) {
			throw damaged('its directory and its entries contradict each other');
		}
	}
	if (unlisted.size > 0) throw damaged('its directory does not list every entry');
}

async function readHeader(reader: ByteReader): Promise<EntryRecord> {
	const short = parseCentralHeader(await reader.exactly(RecordSize.centralFile));
	const nameCrc = crc32(await reader.exactly(short.nameLength));
	const extra = parseExtra(await reader.exactly(short.extraLength));
	await reader.exactly(short.commentLength);
	return { ...withZip64(short, extra), nameCrc };
}

function isSame(read: EntryRecord | undefined, listed: EntryRecord): boolean {
	return (
		read !== undefined &&
		read.crc === listed.crc &&
		read.size === listed.size &&
		read.compressedSize === listed.compressedSize &&
		read.nameCrc === listed.nameCrc
	);
}

/**
 * Counts the files by the last bytes of an archive, whose entries are not read.
 *
 * @param tail the last bytes of the archive
 * @param total length of the archive
 * @returns the files; folders count as well where the directory is longer than `tail`
 * @throws ArchiveError `damaged`
 */
export function countFiles(tail: Buffer, total: number): number {
	const tailStart = total - tail.length;
	const at = findEnd(tail);
	const short = parseEnd(tail.subarray(at));
	const zip64At = isInZip64(short) ? findZip64End(tail, tailStart, at) : undefined;
	const totals = zip64At === undefined ? short : parseZip64End(tail.subarray(zip64At));
	const directoryEnd = tailStart + (zip64At ?? at);
	if (totals.offset + totals.size !== directoryEnd) {
		throw damaged('its directory is not where its end says');
	}
	if (totals.offset < tailStart) return totals.entries;
	const start = totals.offset - tailStart;
	return countListed(tail.subarray(start, start + totals.size), totals.entries);
}

/** The end record is the last that has exactly its comment behind it (APPNOTE 4.3.16). */
function findEnd(tail: Buffer): number {
	const mark = Buffer.from('PK\x05\x06', 'latin1');
	for (
		let at = tail.lastIndexOf(mark);
		at >= 0;
		at = at > 0 ? tail.lastIndexOf(mark, at - 1) : -1
	) {
		const end = at + RecordSize.end;
		if (end <= tail.length && end + tail.readUInt16LE(at + 20) === tail.length) return at;
	}
	throw cutOff();
}

/** Where the zip64 end record is, by the locator that stands before the end record. */
function findZip64End(tail: Buffer, tailStart: number, endAt: number): number | undefined {
	const locator = endAt - RecordSize.zip64Locator;
	if (locator < 0 || tail.readUInt32LE(locator) !== Signature.zip64Locator) return undefined;
	const at = readUInt64(tail, locator + 8) - tailStart;
	const isThere =
		at >= 0 && at + RecordSize.zip64End <= locator && tail.readUInt32LE(at) === Signature.zip64End;
	if (!isThere) throw damaged('its end is not as it should be');
	return at;
}

function countListed(directory: Buffer, entries: number): number {
	let files = 0;
	let listed = 0;
	let at = 0;
	while (at + RecordSize.centralFile <= directory.length) {
		const rest = directory.subarray(at);
		if (rest.readUInt32LE(0) !== Signature.centralFile) break;
		const { nameLength, extraLength, commentLength } = parseCentralHeader(rest);
		const name = rest.subarray(RecordSize.centralFile, RecordSize.centralFile + nameLength);
		listed++;
		if (!name.toString('latin1').endsWith('/')) files++;
		at += RecordSize.centralFile + nameLength + extraLength + commentLength;
	}
	if ((listed & 0xffff) !== (entries & 0xffff)) throw damaged('its directory is not complete');
	return files;
}

async function readEnd(reader: ByteReader, actual: Totals): Promise<void> {
	let wide: Totals | undefined;
	if ((await peekSignature(reader)) === Signature.zip64End) {
		wide = await readZip64End(reader);
		if (!sameTotals(wide, actual)) throw damaged('the totals at its end do not fit');
	}
	if ((await peekSignature(reader)) !== Signature.end)
		throw damaged('its end is not where it should be');
	const end = await reader.exactly(RecordSize.end);
	if (end.readUInt16LE(4) !== end.readUInt16LE(6)) {
		throw new ArchiveError('unsupported', 'The ZIP file is one part of several');
	}
	await reader.exactly(end.readUInt16LE(20));
	if (!fits(parseEnd(end), actual, wide !== undefined)) {
		throw damaged('the totals at its end do not fit');
	}
}

async function readZip64End(reader: ByteReader): Promise<Totals> {
	const record = await reader.exactly(RecordSize.zip64End);
	// The record's own size does not count its first twelve bytes (APPNOTE 4.3.14.1).
	const extensible = readUInt64(record, 4) + 12 - RecordSize.zip64End;
	if (extensible < 0 || extensible > 0xffff) throw damaged('its end is not as it should be');
	await reader.exactly(extensible);
	if ((await peekSignature(reader)) !== Signature.zip64Locator) throw cutOff();
	await reader.exactly(RecordSize.zip64Locator);
	return parseZip64End(record);
}

/** What an end record says about the central directory. */
interface Totals {
	entries: number;
	size: number;
	/** Offset in the archive. */
	offset: number;
}

/** The end record (APPNOTE 4.3.16), from its signature on. */
function parseEnd(record: Buffer): Totals {
	return {
		entries: record.readUInt16LE(10),
		size: record.readUInt32LE(12),
		offset: record.readUInt32LE(16),
	};
}

/** The zip64 end record (APPNOTE 4.3.14), from its signature on. */
function parseZip64End(record: Buffer): Totals {
	return {
		entries: readUInt64(record, 32),
		size: readUInt64(record, 40),
		offset: readUInt64(record, 48),
	};
}

/** All ones stand for "in the zip64 record" (APPNOTE 4.4.1.4). */
function isInZip64({ entries, size, offset }: Totals): boolean {
	return entries === 0xffff || size === IN_ZIP64 || offset === IN_ZIP64;
}

/** Writers without zip64 cut off a number of entries that is too large for its 16 bits. */
function fits(short: Totals, actual: Totals, hasWide: boolean): boolean {
	return (
		((hasWide && short.entries === 0xffff) || short.entries === (actual.entries & 0xffff)) &&
		((hasWide && short.size === IN_ZIP64) || short.size === actual.size) &&
		((hasWide && short.offset === IN_ZIP64) || short.offset === actual.offset)
	);
}

function sameTotals(a: Totals, b: Totals): boolean {
	return a.entries === b.entries && a.size === b.size && a.offset === b.offset;
}

/** The signature of the next record, left in place. */
async function peekSignature(reader: ByteReader): Promise<number> {
	const bytes = await reader.exactly(4);
	reader.unread(bytes);
	return bytes.readUInt32LE(0);
}
