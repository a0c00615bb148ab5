import { crc32, deflateRawSync } from 'node:zlib';

import type { ByteSource } from './http/answer.mts';
import { seededRandom } from './random.mts';
import { central, endOf, local } from '../support/raw-zip.mts';

/** A ZIP as large as wished, made while it is sent. */
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
const MAX_32 = 0xffffffff;
const PDF_HEAD = '%PDF-1.7\n';
const PDF_TAIL = '\n%%EOF\n';

/** Its bytes come in large pieces, as from a storage, however small the entries are. */
export function syntheticZip(archive: SyntheticArchive): ByteSource {
	let length = 0;
	for (const part of partsOf(archive)) length += part.length;
	return {
		length,
		async *read() {
			let held: Buffer[] = [];
			let size = 0;
			for (const part of partsOf(archive)) {
				held.push(part);
				size += part.length;
				if (size < PIECE_BYTES) continue;
				// One buffer is not copied: large parts are most of what is sent.
				const bytes = held.length === 1 ? part : Buffer.concat(held);
				for (let at = 0; at < size; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
				held = [];
				size = 0;
			}
			yield Buffer.concat(held);
		},
	};
}

function* partsOf(archive: SyntheticArchive): Generator<Buffer> {
	const { entries, entryBytes, compression } = archive;
	const variants = variantsOf(archive);
	const directory: Buffer[] = [];
	let offset = 0;
	for (let index = 0; index < entries; index++) {
		const entry = {
			...variants[index % variants.length]!,
			name: `${String(index + 1).padStart(6, '0')}.pdf`,
			method: compression === 'deflate' ? 8 : 0,
			size: Math.max(entryBytes, PDF_HEAD.length + PDF_TAIL.length),
			zip64: offset >= MAX_32,
		};
		directory.push(central(entry, offset));
		const bytes = local(entry);
		yield bytes;
		offset += bytes.length;
	}
	const records = Buffer.concat(directory);
	yield records;
	yield endOf(entries, records.length, offset, { zip64: entries >= 0xffff || offset >= MAX_32 });
}

type Variants = Array<{ data: Buffer; compressed: Buffer; crc: number }>;
const known = new Map<string, Variants>();

function variantsOf({ entries, entryBytes, content, compression }: SyntheticArchive): Variants {
	const fitting = Math.floor(KEPT_BYTES / Math.max(entryBytes, 1));
	const count = Math.max(1, Math.min(MAX_VARIANTS, fitting, entries));
	const key = [count, entryBytes, content, compression].join();
	const made =
		known.get(key) ??
		Array.from({ length: count }, (_, index) => {
			const data = pdfOf(entryBytes, content, index + 1);
			const compressed = compression === 'deflate' ? deflateRawSync(data) : data;
			return { data, compressed, crc: crc32(data) };
		});
	known.clear();
	known.set(key, made);
	return made;
}

/** A PDF's head and tail around a comment of the wished size. */
function pdfOf(bytes: number, content: SyntheticArchive['content'], seed: number): Buffer {
	const body = Buffer.alloc(Math.max(0, bytes - PDF_HEAD.length - PDF_TAIL.length));
	if (content === 'compressible') body.fill(`% Invoice ${seed}: one line as any other\n`);
	else {
		const random = seededRandom(seed);
		for (let at = 0; at < body.length; at++) body[at] = Math.floor(random() * 256);
	}
	return Buffer.concat([Buffer.from(PDF_HEAD), body, Buffer.from(PDF_TAIL)]);
}
