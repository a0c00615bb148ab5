import { ArchiveError, cutOff, damaged } from './archive';
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

/** What an archive says at its end about the entries in it. */
export interface Directory {
	/** Where it begins in the archive. */
	offset: number;
	/** Entries, folders included. */
	entries: number;
	/**
	 * The entries as they are listed, to be iterated once; `undefined` where the directory is longer than the
	 * bytes that were read. Throws ArchiveError `damaged` where it is not whole.
	 */
	listed?: Iterable<ListedEntry>;
}

/** An entry as the directory lists it. */
export interface ListedEntry extends EntryRecord {
	isFolder: boolean;
}

/**
 * Reads the directory of an archive from the end, as unzip does: the only place that does so, for both
 * outputs. An archive that was cut off, patched or glued together shows here.
 *
 * @param tail the last bytes of the archive
 * @param total length of the archive
 * @throws ArchiveError `damaged`, `unsupported`
 */
export function readDirectory(tail: Buffer, total: number): Directory {
	const tailStart = total - tail.length;
	const endAt = findEnd(tail);
	const end = tail.subarray(endAt);
	if (end.readUInt16LE(4) !== end.readUInt16LE(6)) {
		throw new ArchiveError('unsupported', 'The ZIP file is one part of several');
	}
	const short = parseEnd(end);
	const wideAt = findZip64End(tail, tailStart, endAt);
	const totals = wideAt === undefined ? short : parseZip64End(tail.subarray(wideAt));
	const directoryEnd = wideAt ?? endAt;
	if (!agree(short, totals) || totals.offset + totals.size !== tailStart + directoryEnd) {
		throw totalsDoNotFit();
	}
	const { offset, entries } = totals;
	if (offset < tailStart) return { offset, entries };
	const directory = tail.subarray(offset - tailStart, directoryEnd);
	// Writers without zip64 cut off a number of entries that is too large for its 16 bits.
	const mask = wideAt === undefined ? 0x10000 : Infinity;
	return { offset, entries, listed: listedIn(directory, (count) => count % mask === entries) };
}

/** The end record is the last that has exactly its comment behind it (APPNOTE 4.3.16). */
function findEnd(tail: Buffer): number {
	for (let at = tail.length - RecordSize.end; at >= 0; at--) {
		at = tail.lastIndexOf('PK\x05\x06', at, 'latin1');
		if (at < 0) break;
		if (at + RecordSize.end + tail.readUInt16LE(at + 20) === tail.length) return at;
	}
	throw cutOff();
}

/** Where the zip64 end record is, by the locator that stands before the end record. */
function findZip64End(tail: Buffer, tailStart: number, endAt: number): number | undefined {
	const locator = endAt - RecordSize.zip64Locator;
	if (locator < 0 || tail.readUInt32LE(locator) !== Signature.zip64Locator) return undefined;
	const at = readUInt64(tail, locator + 8) - tailStart;
	const isThere =
		at >= 0 &&
		at + RecordSize.zip64End <= locator &&
		tail.readUInt32LE(at) === Signature.zip64End &&
		// The record's own size does not count its first twelve bytes (APPNOTE 4.3.14.1).
		at + 12 + readUInt64(tail, at + 4) === locator;
	if (!isThere) throw damaged('its end is not as it should be');
	return at;
}

function* listedIn(
	directory: Buffer,
	isRightCount: (count: number) => boolean,
): Generator<ListedEntry, void, undefined> {
	let count = 0;
	for (let at = 0; at < directory.length;) {
		const rest = directory.subarray(at);
		const signature = rest.length < 6 ? undefined : rest.readUInt32LE(0);
		if (signature === Signature.centralSignature) {
			at += RecordSize.centralSignature + rest.readUInt16LE(4);
			continue;
		}
		const { entry, length } = signature === Signature.centralFile ? parseEntry(rest) : {};
		if (entry === undefined) throw damaged('its directory is not complete');
		count++;
		at += length;
		yield entry;
	}
	if (!isRightCount(count)) throw totalsDoNotFit();
}

/** The header of an entry with all that belongs to it, unless it is cut off. */
function parseEntry(bytes: Buffer): { entry: ListedEntry; length: number } | Record<string, never> {
	if (bytes.length < RecordSize.centralFile) return {};
	const short = parseCentralHeader(bytes);
	const extraAt = RecordSize.centralFile + short.nameLength;
	const length = extraAt + short.extraLength + short.commentLength;
	if (bytes.length < length) return {};
	const name = bytes.subarray(RecordSize.centralFile, extraAt);
	const extra = parseExtra(bytes.subarray(extraAt, extraAt + short.extraLength));
	const isFolder = name.at(-1) === '/'.charCodeAt(0);
	return { entry: { ...withZip64(short, extra), nameCrc: crc32(name), isFolder }, length };
}

/** What an end record says about the directory. */
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
function agree(short: Totals, totals: Totals): boolean {
	return (
		(short.entries === 0xffff || short.entries === (totals.entries & 0xffff)) &&
		(short.size === IN_ZIP64 || short.size === totals.size) &&
		(short.offset === IN_ZIP64 || short.offset === totals.offset)
	);
}

function totalsDoNotFit(): ArchiveError {
	return damaged('the totals at its end do not fit');
}
