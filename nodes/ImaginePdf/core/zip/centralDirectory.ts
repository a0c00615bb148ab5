import type { ByteReader } from './byteReader';
import { crc32 } from './crc32';
import type { EntryRecord } from './entry';
import { ArchiveError, cutOff, damaged } from './errors';
import {
	IN_ZIP64,
	parseCentralHeader,
	parseExtra,
	readUInt64,
	RecordSize,
	Signature,
	withZip64,
} from './records';

/** What the end records say about the central directory (APPNOTE 4.3.14 and 4.3.16). */
interface Totals {
	entries: number;
	size: number;
	offset: number;
}

/**
 * Reads the rest of the archive, from the central directory to the end of the source, and compares
 * it with the entries that were read: a ZIP that was cut off, patched or glued together shows here.
 *
 * @param entries by the offset of their local header
 * @throws ArchiveError `damaged` unless both tell the same
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

async function readEnd(reader: ByteReader, actual: Totals): Promise<void> {
	let wide: Totals | undefined;
	if ((await peekSignature(reader)) === Signature.zip64End) {
		wide = await readZip64End(reader);
		if (!sameTotals(wide, actual)) throw damaged('the totals at its end do not fit');
	}
	if ((await peekSignature(reader)) !== Signature.end)
		throw damaged('its end is not where it should be');
	const end = await reader.exactly(RecordSize.end);
	if (end.readUInt16LE(4) !== end.readUInt16LE(6)) throw splitArchive();
	await reader.exactly(end.readUInt16LE(20));
	const short = {
		entries: end.readUInt16LE(10),
		size: end.readUInt32LE(12),
		offset: end.readUInt32LE(16),
	};
	if (!fits(short, actual, wide !== undefined)) throw damaged('the totals at its end do not fit');
}

async function readZip64End(reader: ByteReader): Promise<Totals> {
	const record = await reader.exactly(RecordSize.zip64End);
	// The record's own size does not count its first twelve bytes (APPNOTE 4.3.14.1).
	const extensible = readUInt64(record, 4) + 12 - RecordSize.zip64End;
	if (extensible < 0 || extensible > 0xffff) throw damaged('its end is not as it should be');
	await reader.exactly(extensible);
	if ((await peekSignature(reader)) !== Signature.zip64Locator) throw cutOff();
	await reader.exactly(RecordSize.zip64Locator);
	return {
		entries: readUInt64(record, 32),
		size: readUInt64(record, 40),
		offset: readUInt64(record, 48),
	};
}

/**
 * All ones stand for "in the zip64 record". Writers without zip64 cut a number of entries that is
 * too large for its field short.
 */
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

function splitArchive(): ArchiveError {
	return new ArchiveError('unsupported', 'The ZIP file is one part of several');
}

/** The signature of the next record, left in place. */
async function peekSignature(reader: ByteReader): Promise<number> {
	const bytes = await reader.exactly(4);
	reader.unread(bytes);
	return bytes.readUInt32LE(0);
}
