import { ArchiveError, cutOff, damaged } from './archive';
import { IN_ZIP64, parseListedEntry, readUInt64, RecordSize, type ListedEntry } from './records';

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
	const endAt = findEndRecord(tail);
	const end = tail.subarray(endAt);
	if (end.readUInt16LE(4) !== end.readUInt16LE(6)) {
		throw new ArchiveError('unsupported', 'The ZIP file is one part of several');
	}
	const short = {
		entries: end.readUInt16LE(10),
		size: end.readUInt32LE(12),
		offset: end.readUInt32LE(16),
	};
	const wideAt = findZip64End(tail, tailStart, endAt);
	const { entries, size, offset } = wideAt === undefined ? short : parseZip64End(tail, wideAt);
	const directoryEnd = wideAt ?? endAt;
	// In the short record, all ones stand for "in the zip64 record" (APPNOTE 4.4.1.4).
	const agree =
		(short.entries === 0xffff || short.entries === (entries & 0xffff)) &&
		(short.size === IN_ZIP64 || short.size === size) &&
		(short.offset === IN_ZIP64 || short.offset === offset);
	if (!agree || offset + size !== tailStart + directoryEnd) throw totalsDoNotFit();
	if (offset < tailStart) return { offset, entries };
	const directory = tail.subarray(offset - tailStart, directoryEnd);
	// Writers without zip64 cut off a number of entries that is too large for its 16 bits.
	const mask = wideAt === undefined ? 0x10000 : Infinity;
	return { offset, entries, listed: listedIn(directory, (count) => count % mask === entries) };
}

/** The end record is the last that has exactly its comment behind it (APPNOTE 4.3.16). */
function findEndRecord(tail: Buffer): number {
	for (let at = tail.length - RecordSize.end; at >= 0; at--) {
		at = tail.lastIndexOf('PK\x05\x06', at, 'latin1');
		if (at < 0) break;
		if (at + RecordSize.end + tail.readUInt16LE(at + 20) === tail.length) return at;
	}
	throw cutOff();
}

/** Empty before the beginning. */
function signatureAt(tail: Buffer, at: number): string {
	return tail.toString('latin1', at, at + 4);
}

/** Where the zip64 end record is, by the locator that stands before the end record. */
function findZip64End(tail: Buffer, tailStart: number, endAt: number): number | undefined {
	const locator = endAt - RecordSize.zip64Locator;
	if (signatureAt(tail, locator) !== 'PK\x06\x07') return undefined;
	const at = readUInt64(tail, locator + 8) - tailStart;
	const isThere =
		at + RecordSize.zip64End <= locator &&
		signatureAt(tail, at) === 'PK\x06\x06' &&
		// The record's own size does not count its first twelve bytes (APPNOTE 4.3.14.1).
		at + 12 + readUInt64(tail, at + 4) === locator;
	if (!isThere) throw damaged('its end is not as it should be');
	return at;
}

/** What the zip64 end record (APPNOTE 4.3.14) says of the directory. */
function parseZip64End(tail: Buffer, at: number) {
	const [entries, size, offset] = [32, 40, 48].map((field) => readUInt64(tail, at + field));
	return { entries: entries!, size: size!, offset: offset! };
}

function* listedIn(
	directory: Buffer,
	isRightCount: (count: number) => boolean,
): Generator<ListedEntry, void, undefined> {
	let count = 0;
	for (let at = 0; at < directory.length; count++) {
		const entry = parseListedEntry(directory.subarray(at));
		at += entry.length;
		yield entry;
	}
	if (!isRightCount(count)) throw totalsDoNotFit();
}

function totalsDoNotFit(): ArchiveError {
	return damaged('the totals at its end do not fit');
}

/** Behind the last entry: the directory of about two thousand entries, and a comment of any size. */
const ZIP_TAIL_BYTES = 256 * 1024;
/** Chunks that are kept as they came, which costs nothing, before they are joined. */
const MAX_PARTS = 256;

/** A ZIP on its way through. */
export interface ZipTail {
	/**
	 * The ZIP, unchanged. After the last chunk it throws ArchiveError: `damaged` where the end is
	 * wrong, `empty` where there is no file in it.
	 */
	body: AsyncIterable<Uint8Array>;
	/**
	 * Files in it, once the whole body has passed; 0 before. Folders are left out, unless the directory is
	 * longer than what is kept of the archive (about 256 KiB).
	 */
	fileCount(): number;
}

/**
 * Passes a ZIP on and reads its end only: an archive without its end record is incomplete, and
 * the directory lists how many files there are. The entries themselves are not read.
 */
export function zipTail(source: AsyncIterable<Uint8Array>): ZipTail {
	let files = 0;
	async function* body(): AsyncGenerator<Uint8Array, void, undefined> {
		let total = 0;
		let kept = 0;
		let parts: Uint8Array[] = [];
		for await (const chunk of source) {
			total += chunk.length;
			kept += chunk.length;
			parts.push(chunk);
			for (let [first] = parts; first && kept - first.length >= ZIP_TAIL_BYTES; [first] = parts) {
				kept -= first.length;
				parts.shift();
			}
			if (parts.length > MAX_PARTS) parts = [Buffer.concat(parts)];
			yield chunk;
		}
		files = countFiles(readDirectory(Buffer.concat(parts), total));
		if (files === 0) throw new ArchiveError('empty', 'The ZIP file holds no PDF');
	}
	return { body: body(), fileCount: () => files };
}

function countFiles({ entries, listed }: Directory): number {
	return listed ? [...listed].filter(({ isFolder }) => !isFolder).length : entries;
}
