import { ArchiveError, cutOff, damaged } from '../zip/errors';
import { IN_ZIP64, parseCentralHeader, readUInt64, RecordSize, Signature } from '../zip/records';

/** Behind the last entry: the directory of about two thousand entries, and a comment of any size. */
const TAIL_BYTES = 256 * 1024;
/** Chunks that are kept as they came before they are joined. */
const MAX_PARTS = 256;

/** What the end of a ZIP says of it. */
export interface ZipSummary {
	/** Length of the ZIP. */
	bytes: number;
	/**
	 * Files in it. Folders are left out, unless the directory is longer than what is kept of the
	 * archive (about 256 KiB).
	 */
	entries: number;
}

/** A ZIP on its way through. */
export interface ZipTail {
	/**
	 * The ZIP, unchanged. After the last chunk it throws ArchiveError: `damaged` where the end is
	 * wrong, `empty` where there is no file in it.
	 */
	body: AsyncIterable<Uint8Array>;
	/** Known once the whole body has passed; throws before. */
	summary(): ZipSummary;
}

/**
 * Passes a ZIP on and looks at its end only: an archive without its end record is incomplete, and
 * the directory tells how many files there are. The entries themselves are not looked at.
 */
export function zipTail(source: AsyncIterable<Uint8Array>): ZipTail {
	let known: ZipSummary | undefined;
	async function* body(): AsyncGenerator<Uint8Array, void, undefined> {
		const tail = new Tail();
		for await (const chunk of source) {
			tail.add(chunk);
			yield chunk;
		}
		const entries = countFiles(tail.bytes(), tail.total);
		if (entries === 0) throw new ArchiveError('empty', 'The ZIP file holds no PDF');
		known = { bytes: tail.total, entries };
	}
	return {
		body: body(),
		summary: () => {
			if (known === undefined) throw new Error('The ZIP file has not passed completely yet');
			return known;
		},
	};
}

/** The last bytes of a stream, kept as references to its chunks so that passing on costs nothing. */
class Tail {
	total = 0;
	private parts: Uint8Array[] = [];
	private kept = 0;

	add(chunk: Uint8Array): void {
		this.total += chunk.length;
		this.kept += chunk.length;
		this.parts.push(chunk);
		for (let oldest = this.parts[0]; oldest && this.kept - oldest.length >= TAIL_BYTES;) {
			this.parts.shift();
			this.kept -= oldest.length;
			oldest = this.parts[0];
		}
		if (this.parts.length > MAX_PARTS) this.join();
	}

	bytes(): Buffer {
		return Buffer.concat(this.parts);
	}

	private join(): void {
		const joined = Buffer.concat(this.parts).subarray(-TAIL_BYTES);
		this.parts = [joined];
		this.kept = joined.length;
	}
}

interface Directory {
	entries: number;
	/** Offset in the file. */
	offset: number;
	size: number;
	/** Offset of the record that must follow the directory. */
	followedAt: number;
}

function countFiles(tail: Buffer, total: number): number {
	const tailStart = total - tail.length;
	const directory = findDirectory(tail, tailStart);
	if (directory.offset + directory.size !== directory.followedAt) {
		throw damaged('its directory is not where its end says');
	}
	if (directory.offset < tailStart) return directory.entries;
	const at = directory.offset - tailStart;
	return countListed(tail.subarray(at, at + directory.size), directory.entries);
}

function findDirectory(tail: Buffer, tailStart: number): Directory {
	const at = findEnd(tail);
	const short = {
		entries: tail.readUInt16LE(at + 10),
		size: tail.readUInt32LE(at + 12),
		offset: tail.readUInt32LE(at + 16),
		followedAt: tailStart + at,
	};
	const inZip64 = short.entries === 0xffff || short.size === IN_ZIP64 || short.offset === IN_ZIP64;
	return (inZip64 && findZip64(tail, tailStart, at)) || short;
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

/** The zip64 end record, found through the locator that stands before the end record. */
function findZip64(tail: Buffer, tailStart: number, endAt: number): Directory | undefined {
	const locator = endAt - RecordSize.zip64Locator;
	if (locator < 0 || tail.readUInt32LE(locator) !== Signature.zip64Locator) return undefined;
	const at = readUInt64(tail, locator + 8) - tailStart;
	if (at < 0 || at + RecordSize.zip64End > locator) throw damaged('its end is not as it should be');
	if (tail.readUInt32LE(at) !== Signature.zip64End) throw damaged('its end is not as it should be');
	return {
		entries: readUInt64(tail, at + 32),
		size: readUInt64(tail, at + 40),
		offset: readUInt64(tail, at + 48),
		followedAt: tailStart + at,
	};
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
	// Old writers cut a number of entries that is too large for its 16 bits short.
	if ((listed & 0xffff) !== (entries & 0xffff)) throw damaged('its directory is not complete');
	return files;
}
