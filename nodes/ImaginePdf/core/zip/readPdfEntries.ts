import { ARCHIVE_LIMITS, ArchiveError, cutOff, damaged, type ArchiveLimits } from './archive';
import { ByteReader } from './byteReader';
import { crc32 } from './crc32';
import { readDirectory } from './directory';
import { compressedData, EntryContent, type Ending } from './entryData';
import { inflate } from './inflate';
import {
	Method,
	parseLocalHeader,
	RecordSize,
	Signature,
	withZip64,
	type EntryRecord,
	type LocalHeader,
} from './records';

/*
 * What work on the main thread costs, in bytes of the checksum that take as long (measured).
 */

/** One byte of output inflated on the main thread. */
const INFLATE_COST = 10;
/** Everything about an entry that does not depend on its size. */
const ENTRY_COST = 128 * 1024;
/** An entry of the directory. */
const LISTED_COST = 4096;

/** An entry of the archive, complete and checked. */
export interface ArchiveEntry {
	/** As the archive has it, read as UTF-8: not safe to use as a file name. */
	name: string;
	/** Of a PDF only. What is none, or is compressed in a way that cannot be read, is not handed on. */
	pdf?: Buffer | undefined;
}

/**
 * The entries of a ZIP while it streams in, in the order of the archive; folders are left out.
 * Nothing is read while the consumer works on an entry, and one PDF at a time is in memory. The
 * central directory is compared with the entries at the end, so a ZIP is only known to be whole
 * when the last entry has been followed by `done`.
 *
 * @param source the ZIP, in chunks of any size; it is closed in any case
 * @param pause lets other work have a turn, e.g. `() => clock.sleep(0)`
 * @throws ArchiveError for an archive that is damaged, protected or beyond the limits; whatever the
 * source throws, unchanged
 */
export async function* readPdfEntries(
	source: AsyncIterable<Uint8Array>,
	pause: () => Promise<void>,
	limits: ArchiveLimits = ARCHIVE_LIMITS,
): AsyncGenerator<ArchiveEntry, void, undefined> {
	const reader = new ByteReader(source, pause);
	const records = new Map<number, EntryRecord>();
	let allowance = limits.totalBytes;
	try {
		while (await isAtEntry(reader)) {
			if (records.size >= limits.entries) {
				throw new ArchiveError(
					'tooMany',
					`The ZIP file holds more than ${limits.entries} entries, which are not read`,
				);
			}
			const { record, entry } = await readArchiveEntry(reader, records.size + 1, allowance, limits);
			records.set(record.offset, record);
			allowance -= record.size;
			const isFolder = entry.name.endsWith('/') && record.size === 0;
			if (!isFolder) yield entry;
		}
		await checkDirectory(reader, records, limits);
	} finally {
		await reader.close();
	}
}

async function isAtEntry(reader: ByteReader): Promise<boolean> {
	const bytes = await reader.peek(4);
	if (bytes.length < 4) throw cutOff();
	const { localFile, centralFile, zip64End, end } = Signature;
	const signature = bytes.readUInt32LE(0);
	if (signature === localFile) return true;
	if (signature === centralFile || signature === zip64End || signature === end) return false;
	throw strayBytes();
}

/** Compares what was read of the entries with what the directory says of them. */
async function checkDirectory(
	reader: ByteReader,
	records: ReadonlyMap<number, EntryRecord>,
	{ directoryBytes }: ArchiveLimits,
): Promise<void> {
	const rest = await reader.peek(directoryBytes + 1);
	if (rest.length > directoryBytes) {
		throw new ArchiveError('tooLarge', 'The directory of the ZIP file is too large');
	}
	const directory = readDirectory(rest, reader.position + rest.length);
	if (directory.offset !== reader.position) throw strayBytes();
	const unlisted = new Set(records.keys());
	for (const listed of directory.listed ?? []) {
		await reader.worked(LISTED_COST);
		if (!unlisted.delete(listed.offset) || !isAsListed(records.get(listed.offset), listed)) {
			throw damaged('its directory and its entries contradict each other');
		}
	}
	if (unlisted.size > 0) throw damaged('its directory does not list every entry');
}

function strayBytes(): ArchiveError {
	return damaged('there is something between its entries');
}

function isAsListed(read: EntryRecord | undefined, listed: EntryRecord): boolean {
	const keys = ['crc', 'size', 'compressedSize', 'method', 'nameCrc'] as const;
	return read !== undefined && keys.every((key) => read[key] === listed[key]);
}

/**
 * Reads an entry to its end, and proves checksum and sizes.
 * @param number counts from 1, for messages
 * @param allowance bytes that the archive may still expand to
 */
async function readArchiveEntry(
	reader: ByteReader,
	number: number,
	allowance: number,
	limits: ArchiveLimits,
): Promise<{ record: EntryRecord; entry: ArchiveEntry }> {
	const offset = reader.position;
	const { header, name, nameCrc } = await openEntry(reader);
	const { method } = header;
	const label = `entry ${number}`;
	const promised = header.hasDescriptor ? 0 : header.size;
	const content = new EntryContent(promised, allowance, limits, label);
	const ending: Ending = {};
	await readContent(reader, header, content, ending);
	const { sums } = ending;
	if (sums === undefined) throw damaged(`${label} has no end`);
	const { crc, size, compressedSize } = sums;
	const record = { offset, nameCrc, crc, size, compressedSize, method };
	if (!isReadable(method)) return { record, entry: { name } };
	if (content.size !== size) throw damaged(`${label} does not have its size`);
	if (content.crc !== crc) throw damaged(`the checksum of ${label} does not fit`);
	return { record, entry: { name, pdf: content.pdf() } };
}

async function openEntry(
	reader: ByteReader,
): Promise<{ header: LocalHeader; name: string; nameCrc: number }> {
	const short = parseLocalHeader(await exactly(reader, RecordSize.localFile));
	if (short.encrypted) {
		throw new ArchiveError('encrypted', 'The ZIP file is protected with a password');
	}
	const name = await exactly(reader, short.nameLength);
	const extra = await exactly(reader, short.extraLength);
	await reader.worked(ENTRY_COST);
	const header = short.hasDescriptor ? short : withZip64(short, extra);
	return { header, name: name.toString('utf8'), nameCrc: crc32(name) };
}

async function exactly(reader: ByteReader, size: number): Promise<Buffer> {
	const bytes = await reader.peek(size);
	if (bytes.length < size) throw cutOff();
	await reader.skip(size);
	return bytes.subarray(0, size);
}

/** Collects the uncompressed bytes; the compressed ones where the method of compression is unknown. */
async function readContent(
	reader: ByteReader,
	header: LocalHeader,
	content: EntryContent,
	ending: Ending,
): Promise<void> {
	const compressed = compressedData(reader, header, ending);
	if (header.method !== Method.deflate) {
		for await (const bytes of compressed) content.add(bytes);
		return;
	}
	await inflate(
		compressed,
		(bytes) => content.add(bytes),
		() => ending.sums?.size,
		async (bytes) => await reader.worked(INFLATE_COST * bytes),
	);
}

function isReadable(method: number): boolean {
	return method === Method.deflate || method === Method.stored;
}
