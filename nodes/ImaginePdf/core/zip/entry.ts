import type { ByteReader } from './byteReader';
import { crc32 } from './crc32';
import { dataUpToDescriptor, type Ending } from './descriptor';
import { EntryData } from './entryData';
import { ArchiveError, cutOff, damaged } from './errors';
import { inflate } from './inflate';
import { ENTRY_COST, INFLATE_COST, MAX_STEP_BYTES, type ArchiveLimits } from './limits';
import { decodeName } from './names';
import {
	Method,
	parseExtra,
	parseLocalHeader,
	RecordSize,
	withZip64,
	type EntrySums,
	type LocalHeader,
} from './records';
import type { SmallInflate } from './smallInflate';

/** What the central directory must say about an entry. */
export interface EntryRecord extends EntrySums {
	/** Where the local header begins. */
	offset: number;
	/** Checksum of the name's bytes: a long name would be expensive to keep. */
	nameCrc: number;
}

/** An entry that was read to its end. */
export interface ReadEntry {
	record: EntryRecord;
	name: string;
	/** The bytes of a PDF. */
	pdf?: Buffer;
	/** Set where the bytes could not be looked at. */
	unknownMethod?: number;
}

/** What all entries of an archive are read with. */
export interface EntryTools {
	reader: ByteReader;
	limits: ArchiveLimits;
	small: SmallInflate;
}

/** An entry as it is being read. */
interface OpenEntry {
	header: LocalHeader;
	offset: number;
	name: string;
	nameCrc: number;
	/** The entry in words, for messages. */
	place: string;
}

/**
 * Reads the entry at the reader's place, header, data and descriptor, and proves its checksum and
 * sizes.
 *
 * @param number counts from 1, for messages
 * @param allowance uncompressed bytes that the archive may still unfold
 * @throws ArchiveError
 */
export async function readEntry(
	{ reader, limits, small }: EntryTools,
	number: number,
	allowance: number,
): Promise<ReadEntry> {
	const entry = await openEntry(reader, limits, number);
	await reader.worked(ENTRY_COST);
	const { header, name, offset, nameCrc } = entry;
	const promised = header.hasDescriptor ? 0 : header.size;
	const data = new EntryData(promised, allowance, limits, entry.place);
	const ending: Ending = header.hasDescriptor ? {} : { sums: header };
	const compressed = new CompressedData(reader, header, ending);

	if (header.method === Method.deflate)
		await inflate(
			compressed.chunks(),
			small,
			(bytes) => data.add(bytes),
			async (bytes) => await reader.worked(INFLATE_COST * bytes),
		);
	else if (header.method === Method.stored)
		for await (const chunk of compressed.chunks()) data.add(chunk);
	else for await (const chunk of compressed.chunks()) void chunk;

	const { sums } = ending;
	if (sums === undefined) throw damaged(`${entry.place} has no end`);
	const record = {
		offset,
		nameCrc,
		crc: sums.crc,
		size: sums.size,
		compressedSize: sums.compressedSize,
	};
	if (header.method !== Method.deflate && header.method !== Method.stored) {
		return { record, name, unknownMethod: header.method };
	}
	if (data.size !== sums.size) throw damaged(`${entry.place} does not have its size`);
	if (data.crc !== sums.crc) throw damaged(`the checksum of ${entry.place} does not fit`);
	const pdf = data.pdf();
	return { record, name, ...(pdf && { pdf }) };
}

async function openEntry(
	reader: ByteReader,
	limits: ArchiveLimits,
	number: number,
): Promise<OpenEntry> {
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
	return { header, offset, name, nameCrc, place: `entry ${number}` };
}

/** The data of an entry as it lies in the archive, of known size or up to its descriptor. */
class CompressedData {
	constructor(
		private readonly reader: ByteReader,
		private readonly header: LocalHeader,
		private readonly ending: Ending,
	) {}

	chunks(): AsyncGenerator<Uint8Array, void, undefined> {
		if (this.header.hasDescriptor) return dataUpToDescriptor(this.reader, this.ending);
		return knownLength(this.reader, this.header.compressedSize);
	}
}

async function* knownLength(
	reader: ByteReader,
	length: number,
): AsyncGenerator<Uint8Array, void, undefined> {
	for (let left = length; left > 0;) {
		const chunk = await reader.take(Math.min(left, MAX_STEP_BYTES));
		if (chunk === undefined) throw cutOff();
		left -= chunk.length;
		yield chunk;
	}
}
