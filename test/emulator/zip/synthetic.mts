import { crc32, deflateRawSync } from 'node:zlib';

import type { ByteSource } from '../http/answer.mts';
import { seededRandom } from '../random.mts';
import { centralHeader, endRecords, FLAG_UTF8, localHeader, type RawEntry } from './writer.mts';

/** A ZIP for benches: as large as wished, made while it is sent. */
export interface SyntheticArchive {
	entries: number;
	/** Size of each PDF, uncompressed. */
	entryBytes: number;
	content: 'incompressible' | 'compressible';
	compression: 'deflate' | 'store';
}

/** Contents repeat after this many entries, or sooner, so that they fit into `KEPT_BYTES`. */
const MAX_VARIANTS = 16;
const KEPT_BYTES = 32 * 1024 * 1024;
const PIECE_BYTES = 256 * 1024;
const PDF_HEAD = '%PDF-1.7\n';
const PDF_TAIL = '\n%%EOF\n';

interface Variant {
	stored: Buffer;
	crc: number;
}

interface Part {
	start: number;
	bytes: () => Buffer;
	length: number;
}

/**
 * The bytes of the archive; any part of it can be read without making the rest. They come in large
 * pieces, as from a storage, however small the entries are.
 */
export function syntheticZip(archive: SyntheticArchive): ByteSource {
	const parts = layOut(archive);
	const last = parts.at(-1);
	return {
		length: last ? last.start + last.length : 0,
		async *read(from, to) {
			let held: Buffer[] = [];
			let size = 0;
			for (const bytes of between(parts, from, to)) {
				if (size + bytes.length > PIECE_BYTES) {
					yield* pieces(joined(held));
					held = [];
					size = 0;
				}
				held.push(bytes);
				size += bytes.length;
			}
			yield* pieces(joined(held));
		},
	};
}

/** One buffer is not copied: large parts are most of what is sent. */
function joined(buffers: Buffer[]): Buffer {
	const [only] = buffers;
	return only && buffers.length === 1 ? only : Buffer.concat(buffers);
}

/** What lies in this range, part by part. */
function* between(parts: readonly Part[], from: number, to: number): Generator<Buffer> {
	for (let index = partAt(parts, from); index < parts.length; index++) {
		const part = parts[index];
		if (!part || part.start >= to) return;
		const begin = Math.max(0, from - part.start);
		yield part.bytes().subarray(begin, Math.min(part.length, to - part.start));
	}
}

function layOut(archive: SyntheticArchive): Part[] {
	const variants = variantsFor(archive);
	const parts: Part[] = [];
	const directory: Buffer[] = [];
	let offset = 0;
	const push = (length: number, bytes: () => Buffer) => {
		parts.push({ start: offset, length, bytes });
		offset += length;
	};
	for (let index = 0; index < archive.entries; index++) {
		const variant = variants[index % variants.length];
		if (!variant) break;
		const entry = entryFor(archive, index, offset, variant);
		directory.push(centralHeader(entry));
		push(localHeader(entry).length, () => localHeader(entry));
		push(variant.stored.length, () => variant.stored);
	}
	const records = Buffer.concat(directory);
	const tail = Buffer.concat([records, endRecords(archive.entries, offset, records.length)]);
	push(tail.length, () => tail);
	return parts;
}

function entryFor(
	archive: SyntheticArchive,
	index: number,
	offset: number,
	variant: Variant,
): RawEntry {
	return {
		name: Buffer.from(`${String(index + 1).padStart(6, '0')}.pdf`),
		method: archive.compression === 'deflate' ? 8 : 0,
		flags: FLAG_UTF8,
		crc: variant.crc,
		compressedSize: variant.stored.length,
		size: Math.max(archive.entryBytes, PDF_HEAD.length + PDF_TAIL.length),
		offset,
	};
}

function variantsFor({ entries, entryBytes, content, compression }: SyntheticArchive): Variant[] {
	const fitting = Math.floor(KEPT_BYTES / Math.max(entryBytes, 1));
	const count = Math.max(1, Math.min(MAX_VARIANTS, fitting, entries));
	return Array.from({ length: count }, (_, index) => {
		const pdf = pdfOf(entryBytes, content, index + 1);
		const stored = compression === 'deflate' ? deflateRawSync(pdf) : pdf;
		return { stored, crc: crc32(pdf) };
	});
}

/** A PDF's head and tail around a comment of the wished size. */
function pdfOf(bytes: number, content: SyntheticArchive['content'], seed: number): Buffer {
	const size = Math.max(0, bytes - PDF_HEAD.length - PDF_TAIL.length);
	const body = Buffer.alloc(size);
	if (content === 'compressible') body.fill(`% Invoice ${seed}: one line as any other\n`);
	else fillRandom(body, seed);
	return Buffer.concat([Buffer.from(PDF_HEAD), body, Buffer.from(PDF_TAIL)]);
}

function fillRandom(target: Buffer, seed: number): void {
	const random = seededRandom(seed);
	for (let at = 0; at < target.length; at += 4) {
		const word = Math.floor(random() * 2 ** 32);
		for (let byte = 0; byte < 4 && at + byte < target.length; byte++) {
			target[at + byte] = (word >>> (8 * byte)) & 0xff;
		}
	}
}

function partAt(parts: readonly Part[], position: number): number {
	let low = 0;
	let high = parts.length;
	while (low < high) {
		const middle = (low + high) >>> 1;
		const part = parts[middle];
		if (part && part.start + part.length <= position) low = middle + 1;
		else high = middle;
	}
	return low;
}

function* pieces(bytes: Buffer): Generator<Uint8Array> {
	for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}
