import { ARCHIVE_LIMITS, ArchiveError, cutOff, damaged, type ArchiveLimits } from './archive';
import { ByteReader } from './byteReader';
import { readDirectory } from './centralDirectory';
import { crc32 } from './crc32';
import { compressedData, EntryContent, type Ending } from './entryData';
import { inflate } from './inflate';
import {
	decodeName,
	Method,
	parseExtra,
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

/** A PDF out of the archive, complete and checked. */
export interface PdfEntry {
	kind: 'pdf';
	/** As the archive has it: not safe to use as a file name. */
	name: string;
	bytes: Buffer;
}

/** An entry that is not handed on. */
export interface SkippedEntry {
	kind: 'skipped';
	/** As the archive has it. */
	name: string;
	/** `notPdf`: its content is none. `method`: it is compressed in a way that cannot be read. */
	reason: 'notPdf' | 'method';
}

export type ArchiveEntry = PdfEntry | SkippedEntry;

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
	const archive = new Archive(reader, limits);
	try {
		for (let entry = await archive.next(); entry; entry = await archive.next()) {
			const emitted = toArchiveEntry(entry);
			if (emitted) yield emitted;
		}
	} finally {
		await reader.close();
	}
}

/** An entry that was read to its end. */
interface ReadEntry {
	record: EntryRecord;
	name: string;
	/** The bytes of a PDF. */
	pdf?: Buffer;
	/** Set where the bytes could not be read. */
	unknownMethod?: number;
}

/** The header of an entry, read. */
interface OpenEntry {
	header: LocalHeader;
	offset: number;
	name: string;
	nameCrc: number;
	/** The entry in words, for messages. */
	place: string;
}

/** Goes through the archive once, keeping count. */
class Archive {
	private readonly records = new Map<number, EntryRecord>();
	private expandedBytes = 0;

	constructor(
		private readonly reader: ByteReader,
		private readonly limits: ArchiveLimits,
	) {}

	/** The next entry, or `undefined` when the archive has ended as it should. */
	async next(): Promise<ReadEntry | undefined> {
		const { limits } = this;
		if (!(await this.isAtEntry())) {
			await this.checkDirectory();
			return undefined;
		}
		if (this.records.size >= limits.entries) {
			throw new ArchiveError(
				'tooMany',
				`The ZIP file holds more than ${limits.entries} entries, which are not read`,
			);
		}
		const entry = await this.readEntry(await this.openEntry(this.records.size + 1));
		this.records.set(entry.record.offset, entry.record);
		this.expandedBytes += entry.record.size;
		return entry;
	}

	private async isAtEntry(): Promise<boolean> {
		const { reader } = this;
		const atStart = reader.position === 0;
		const bytes = await reader.upTo(4);
		reader.unread(bytes);
		const signature = bytes.length === 4 ? bytes.readUInt32LE(0) : undefined;
		switch (signature) {
			case Signature.localFile:
				return true;
			case Signature.centralFile:
			case Signature.zip64End:
			case Signature.end:
				return false;
			default:
				if (atStart) throw new ArchiveError('notZip', 'The file is not a ZIP file');
				throw signature === undefined
					? cutOff()
					: damaged('there is something between its entries');
		}
	}

	/** Compares what was read of the entries with what the directory says of them. */
	private async checkDirectory(): Promise<void> {
		const { reader, records, limits } = this;
		const offset = reader.position;
		const rest = await reader.upTo(limits.directoryBytes + 1);
		if (rest.length > limits.directoryBytes) {
			throw new ArchiveError('tooLarge', 'The directory of the ZIP file is too large');
		}
		const directory = readDirectory(rest, reader.position);
		if (directory.offset !== offset) throw damaged('there is something between its entries');
		const unlisted = new Set(records.keys());
		for (const listed of directory.listed ?? []) {
			await reader.worked(LISTED_COST);
			if (!unlisted.delete(listed.offset) || !isSame(records.get(listed.offset), listed)) {
				throw damaged('its directory and its entries contradict each other');
			}
		}
		if (unlisted.size > 0) throw damaged('its directory does not list every entry');
	}

	/** Reads the header. @param number counts from 1, for messages */
	private async openEntry(number: number): Promise<OpenEntry> {
		const { reader, limits } = this;
		const offset = reader.position;
		const short = parseLocalHeader(await reader.exactly(RecordSize.localFile));
		if (short.encrypted) {
			throw new ArchiveError('encrypted', 'The ZIP file is protected with a password');
		}
		if (short.nameLength > limits.nameBytes) {
			throw new ArchiveError('tooLarge', `Entry ${number} of the ZIP file has too long a name`);
		}
		const nameBytes = await reader.exactly(short.nameLength);
		const nameCrc = crc32(nameBytes);
		const extra = parseExtra(await reader.exactly(short.extraLength));
		const name = decodeName(nameBytes, short.utf8, extra);
		const header = short.hasDescriptor ? short : withZip64(short, extra);
		await reader.worked(ENTRY_COST);
		return { header, offset, name, nameCrc, place: `entry ${number}` };
	}

	/** Reads the data and the descriptor, and proves checksum and sizes. */
	private async readEntry(entry: OpenEntry): Promise<ReadEntry> {
		const { header, name, offset, nameCrc, place } = entry;
		const ending: Ending = {};
		const content = await this.readContent(entry, ending);
		const { sums } = ending;
		if (sums === undefined) throw damaged(`${place} has no end`);
		const { crc, size, compressedSize } = sums;
		const { method } = header;
		const record = { offset, nameCrc, crc, size, compressedSize, method };
		if (content === undefined) return { record, name, unknownMethod: method };
		if (content.size !== size) throw damaged(`${place} does not have its size`);
		if (content.crc !== crc) throw damaged(`the checksum of ${place} does not fit`);
		const pdf = content.pdf();
		return { record, name, ...(pdf && { pdf }) };
	}

	/** The uncompressed bytes; `undefined` where the method of compression is unknown. */
	private async readContent(
		{ header, place }: OpenEntry,
		ending: Ending,
	): Promise<EntryContent | undefined> {
		const { reader, limits } = this;
		const promised = header.hasDescriptor ? 0 : header.size;
		const allowance = limits.totalBytes - this.expandedBytes;
		const content = new EntryContent(promised, allowance, limits, place);
		const compressed = compressedData(reader, header, ending);
		if (header.method === Method.deflate) {
			await inflate(
				compressed,
				content,
				() => ending.sums?.size,
				async (bytes) => await reader.worked(INFLATE_COST * bytes),
			);
			return content;
		}
		if (header.method === Method.stored) {
			for await (const chunk of compressed) content.add(chunk);
			return content;
		}
		for await (const chunk of compressed) void chunk;
		return undefined;
	}
}

function isSame(read: EntryRecord | undefined, listed: EntryRecord): boolean {
	const keys = ['crc', 'size', 'compressedSize', 'method', 'nameCrc'] as const;
	return read !== undefined && keys.every((key) => read[key] === listed[key]);
}

function toArchiveEntry({ name, pdf, unknownMethod, record }: ReadEntry): ArchiveEntry | undefined {
	if (pdf) return { kind: 'pdf', name, bytes: pdf };
	if (name.endsWith('/') && record.size === 0) return undefined;
	return { kind: 'skipped', name, reason: unknownMethod === undefined ? 'notPdf' : 'method' };
}
