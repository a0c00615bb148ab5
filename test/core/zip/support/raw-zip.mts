import { deflateRawSync } from 'node:zlib';

import { crc32 } from '../../../../nodes/ImaginePdf/core/zip/crc32.ts';

/**
 * Writes ZIP files byte by byte, also such as no library would write. Independent of the reader but
 * for the checksum, which has tests of its own.
 */

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
	/** Name in the central directory. */
	listedName?: string;
	/** Method of compression in the central directory. */
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

export function u16(value: number): Buffer {
	const bytes = Buffer.alloc(2);
	bytes.writeUInt16LE(value);
	return bytes;
}

export function u32(value: number): Buffer {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32LE(value);
	return bytes;
}

export function u64(value: number): Buffer {
	const bytes = Buffer.alloc(8);
	bytes.writeBigUInt64LE(BigInt(value));
	return bytes;
}

export function extraField(id: number, data: Buffer): Buffer {
	return Buffer.concat([u16(id), u16(data.length), data]);
}

interface Written {
	name: Buffer;
	flags: number;
	method: number;
	crc: number;
	size: number;
	compressedSize: number;
	compressed: Buffer;
}

function work(entry: RawEntry): Written {
	const name = typeof entry.name === 'string' ? Buffer.from(entry.name) : entry.name;
	const method = entry.method ?? 8;
	const compressed = entry.compressed ?? (method === 8 ? deflateRawSync(entry.data) : entry.data);
	const flagged = (entry.descriptor ?? 'none') !== 'none' ? 8 : 0;
	return {
		name,
		method,
		compressed,
		flags: (typeof entry.name === 'string' ? 0x800 : 0) | flagged | (entry.flags ?? 0),
		crc: entry.crc ?? crc32(entry.data),
		size: entry.size ?? entry.data.length,
		compressedSize: entry.compressedSize ?? compressed.length,
	};
}

function local(entry: RawEntry): Buffer {
	const { name, flags, method, crc, size, compressedSize, compressed } = work(entry);
	const form = entry.descriptor ?? 'none';
	const after = form !== 'none';
	const wide = entry.zip64 === true && !after;
	const extra = Buffer.concat([
		wide ? extraField(1, Buffer.concat([u64(size), u64(compressedSize)])) : Buffer.alloc(0),
		entry.extra ?? Buffer.alloc(0),
	]);
	const sizes = form.endsWith('64')
		? [u64(compressedSize), u64(size)]
		: [u32(compressedSize), u32(size)];
	const signature = form.startsWith('signed') ? [u32(0x08074b50)] : [];
	return Buffer.concat([
		u32(0x04034b50),
		u16(20),
		u16(flags),
		u16(method),
		u32(0),
		u32(after ? 0 : crc),
		u32(after ? 0 : wide ? 0xffffffff : compressedSize),
		u32(after ? 0 : wide ? 0xffffffff : size),
		u16(name.length),
		u16(extra.length),
		name,
		extra,
		compressed,
		...(after ? [...signature, u32(crc), ...sizes] : []),
	]);
}

function central(entry: RawEntry, offset: number): Buffer {
	const { name: ownName, flags, method, crc, size, compressedSize } = work(entry);
	const name = entry.listedName === undefined ? ownName : Buffer.from(entry.listedName);
	const wide = entry.zip64 === true;
	const extra = wide
		? extraField(1, Buffer.concat([u64(size), u64(compressedSize), u64(offset)]))
		: Buffer.alloc(0);
	const comment = entry.comment ?? Buffer.alloc(0);
	return Buffer.concat([
		u32(0x02014b50),
		u16(20),
		u16(20),
		u16(flags),
		u16(entry.listedMethod ?? method),
		u32(0),
		u32(crc),
		u32(wide ? 0xffffffff : compressedSize),
		u32(wide ? 0xffffffff : size),
		u16(name.length),
		u16(extra.length),
		u16(comment.length),
		u16(0),
		u16(0),
		u32(0),
		u32(wide ? 0xffffffff : offset),
		name,
		extra,
		comment,
	]);
}

export function rawZip(entries: RawEntry[], archive: RawArchive = {}): Buffer {
	const preamble = archive.preamble ?? Buffer.alloc(0);
	const parts: Buffer[] = [preamble];
	const offsets = new Map<RawEntry, number>();
	let at = preamble.length;
	for (const entry of entries) {
		const bytes = local(entry);
		offsets.set(entry, at);
		parts.push(bytes);
		at += bytes.length;
	}
	const listed = (archive.listed ?? ((all) => all))(entries.filter((entry) => !entry.unlisted));
	const headers = [...listed, ...(archive.ghosts ?? [])].map((entry) =>
		central(entry, offsets.get(entry) ?? 0),
	);
	const directory = Buffer.concat(headers);
	parts.push(directory);
	const claimed = archive.claimedEntries ?? headers.length;
	if (!archive.noEnd) parts.push(end(claimed, directory.length, at, archive));
	return Buffer.concat([...parts, archive.trailer ?? Buffer.alloc(0)]);
}

function end(claimed: number, size: number, offset: number, archive: RawArchive): Buffer {
	const comment = archive.comment ?? Buffer.alloc(0);
	const wide = archive.zip64
		? [
				u32(0x06064b50),
				u64(44),
				u16(45),
				u16(45),
				u32(0),
				u32(0),
				u64(claimed),
				u64(claimed),
				u64(size),
				u64(offset),
				u32(0x07064b50),
				u32(0),
				u64(offset + size),
				u32(1),
			]
		: [];
	return Buffer.concat([
		...wide,
		u32(0x06054b50),
		u16(0),
		u16(0),
		u16(archive.zip64 ? 0xffff : claimed & 0xffff),
		u16(archive.zip64 ? 0xffff : claimed & 0xffff),
		u32(archive.zip64 ? 0xffffffff : size),
		u32(archive.zip64 ? 0xffffffff : offset),
		u16(comment.length),
		comment,
	]);
}
