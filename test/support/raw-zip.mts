import { crc32, deflateRawSync } from 'node:zlib';

/** Writes ZIP files byte by byte, also such as no library would write. Independent of the reader. */

export interface RawEntry {
	/** Text (UTF-8, with the flag) or bytes (without it). */
	name: string | Buffer;
	data: Buffer;
	/** 0 stored, 8 deflate (default), others are written as they are. */
	method?: number;
	descriptor?: 'none' | 'signed' | 'unsigned' | 'signed64' | 'unsigned64';
	/** Sizes in a zip64 extra field, in both headers. */
	zip64?: boolean;
	/** More general purpose flags. */
	flags?: number;
	extra?: Buffer;
	/** What is declared instead of the truth. */
	crc?: number;
	size?: number;
	compressedSize?: number;
	/** The compressed bytes, instead of what `method` makes of `data`. */
	compressed?: Buffer;
	/** Not in the central directory. */
	unlisted?: boolean;
	/** In the central directory. */
	listedName?: string;
	listedMethod?: number;
	comment?: Buffer;
}

export interface RawArchive {
	preamble?: Buffer;
	comment?: Buffer;
	/** With zip64 end record and locator. */
	zip64?: boolean;
	/** Number of entries that the end record claims. */
	claimedEntries?: number;
	/** Headers of entries that do not exist, added to the central directory. */
	ghosts?: RawEntry[];
	/** Leaves out everything behind the central directory. */
	noEnd?: boolean;
	/** Order of the central directory. */
	listed?: (entries: RawEntry[]) => RawEntry[];
	trailer?: Buffer;
}

const NOTHING = Buffer.alloc(0);
const MAX_32 = 0xffffffff;

/** Numbers in little-endian bytes, each as wide as the digit of `widths` in its place. */
export function numbers(widths: string, ...values: number[]): Buffer {
	const parts = values.map((value, index) => {
		const bytes = Buffer.alloc(8);
		bytes.writeBigUInt64LE(BigInt(value));
		return bytes.subarray(0, Number(widths[index]));
	});
	return Buffer.concat(parts);
}

export function extraField(id: number, data: Buffer): Buffer {
	return Buffer.concat([numbers('22', id, data.length), data]);
}

function written(entry: RawEntry) {
	const { data, method = 8, descriptor = 'none', flags = 0 } = entry;
	const name = Buffer.from(entry.name as string);
	const compressed = entry.compressed ?? (method === 8 ? deflateRawSync(data) : data);
	const { crc = crc32(data), size = data.length, compressedSize = compressed.length } = entry;
	const flagged = (typeof entry.name === 'string' ? 0x800 : 0) | (descriptor === 'none' ? 0 : 8);
	return { name, method, compressed, crc, size, compressedSize, flags: flags | flagged };
}

export function local(entry: RawEntry): Buffer {
	const { name, flags, method, crc, size, compressedSize, compressed } = written(entry);
	const form = entry.descriptor ?? 'none';
	const isAfter = form !== 'none';
	const isWide = entry.zip64 === true && !isAfter;
	const wide = isWide ? extraField(1, numbers('88', size, compressedSize)) : NOTHING;
	const extra = Buffer.concat([wide, entry.extra ?? NOTHING]);
	const narrow = [crc, isWide ? MAX_32 : compressedSize, isWide ? MAX_32 : size];
	const sums = isAfter ? [0, 0, 0] : narrow;
	const header = numbers('42224444', 0x04034b50, 20, flags, method, 0, ...sums);
	const lengths = numbers('22', name.length, extra.length);
	const signature = form.startsWith('signed') ? numbers('4', 0x08074b50) : NOTHING;
	const descriptor = numbers(form.endsWith('64') ? '488' : '444', crc, compressedSize, size);
	const after = isAfter ? [signature, descriptor] : [];
	return Buffer.concat([header, lengths, name, extra, compressed, ...after]);
}

export function central(entry: RawEntry, offset: number): Buffer {
	const own = written(entry);
	const { flags, crc, size, compressedSize } = own;
	const name = entry.listedName === undefined ? own.name : Buffer.from(entry.listedName);
	const method = entry.listedMethod ?? own.method;
	const isWide = entry.zip64 === true;
	const extra = isWide ? extraField(1, numbers('888', size, compressedSize, offset)) : NOTHING;
	const comment = entry.comment ?? NOTHING;
	const narrow = [compressedSize, size, offset].map((number) => (isWide ? MAX_32 : number));
	return Buffer.concat([
		numbers('42222444', 0x02014b50, 20, 20, flags, method, 0, crc, narrow[0]!),
		numbers('4222', narrow[1]!, name.length, extra.length, comment.length),
		numbers('2244', 0, 0, 0, narrow[2]!),
		...[name, extra, comment],
	]);
}

export function rawZip(entries: RawEntry[], archive: RawArchive = {}): Buffer {
	const { preamble = NOTHING, listed = (all) => all, ghosts = [], trailer = NOTHING } = archive;
	const parts = [preamble];
	const offsets = new Map<RawEntry, number>();
	let at = preamble.length;
	for (const entry of entries) {
		const bytes = local(entry);
		offsets.set(entry, at);
		parts.push(bytes);
		at += bytes.length;
	}
	const inDirectory = [...listed(entries.filter((entry) => !entry.unlisted)), ...ghosts];
	const directory = Buffer.concat(
		inDirectory.map((entry) => central(entry, offsets.get(entry) ?? 0)),
	);
	const claimed = archive.claimedEntries ?? inDirectory.length;
	const end = archive.noEnd ? NOTHING : endOf(claimed, directory.length, at, archive);
	return Buffer.concat([...parts, directory, end, trailer]);
}

export function endOf(claimed: number, size: number, offset: number, archive: RawArchive): Buffer {
	const { comment = NOTHING, zip64 = false } = archive;
	const wide = [
		numbers('482244', 0x06064b50, 44, 45, 45, 0, 0),
		numbers('8888', claimed, claimed, size, offset),
		numbers('4484', 0x07064b50, 0, offset + size, 1),
	];
	const count = zip64 ? 0xffff : claimed & 0xffff;
	return Buffer.concat([
		...(zip64 ? wide : []),
		numbers('42222', 0x06054b50, 0, 0, count, count),
		numbers('442', zip64 ? MAX_32 : size, zip64 ? MAX_32 : offset, comment.length),
		comment,
	]);
}
