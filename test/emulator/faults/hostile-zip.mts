import { constants, crc32, deflateRawSync } from 'node:zlib';

import { plainPdf } from '../pdf/plain.mts';
import {
	centralHeader,
	endRecords,
	FLAG_ENCRYPTED,
	FLAG_UTF8,
	localHeader,
	type RawEntry,
} from '../zip/writer.mts';
import type { FaultAction } from './schedule.mts';

/** Size of the bomb's only entry once unpacked: a thousand times its packed size. */
const BOMB_BYTES = 512 * 1024 * 1024;

interface Content {
	name: string | Buffer;
	bytes: Buffer;
	flags?: number;
	/** Written instead of the true checksum. */
	crc?: number;
	/** Data that is deflated already, with the size and checksum it claims to have. */
	packed?: { data: Buffer; size: number; crc: number };
}

const pdf = (text: string) =>
	Buffer.from(plainPdf({ title: text, printed: [], profile: 'standard', createdAt: 0 }));
const named = (...names: Array<string | Buffer>): Content[] =>
	names.map((name, index) => ({ name, bytes: pdf(`Entry ${index + 1}`) }));

/** Archives that are wrong on purpose, each for a job of so many rows. */
export const HOSTILE_ZIPS = {
	/** Names that climb out of the folder. */
	traversal: () => archive(named('../../evil.pdf', '..\\..\\evil.pdf', 'a/../../evil.pdf')),
	/** Absolute names of both kinds of system. */
	absolute: () => archive(named('/etc/evil.pdf', 'C:\\evil.pdf', '\\\\server\\evil.pdf')),
	/** The same name again, also in other letters' case. */
	duplicates: () => archive(named('same.pdf', 'same.pdf', 'SAME.PDF')),
	/** Control characters and a bidi override in names. */
	controlNames: () =>
		archive(named('a\u0000b.pdf', 'line\nbreak.pdf', 'fdp.\u202efdp.exe', '\u001b[31m.pdf')),
	/** A name that is not valid UTF-8 although flagged as such. */
	brokenName: () => archive(named(Buffer.from([0xff, 0xfe, 0x2e, 0x70, 0x64, 0x66]))),
	/** A name of 60,000 bytes. */
	longName: () => archive(named(`${'x'.repeat(60_000)}.pdf`)),
	/** One entry more than the job has rows. */
	tooManyEntries: (rows: number) =>
		archive(named(...Array.from({ length: rows + 1 }, (_, index) => `${index + 1}.pdf`))),
	/** Entries that are not PDFs. */
	notPdfs: () =>
		archive([
			{ name: 'readme.txt', bytes: Buffer.from('Hello') },
			{ name: 'fake.pdf', bytes: Buffer.from('<html>not a PDF</html>') },
			...named('real.pdf'),
		]),
	/** Flagged as encrypted. */
	encrypted: () =>
		archive(named('secret.pdf').map((entry) => ({ ...entry, flags: FLAG_ENCRYPTED }))),
	/** A checksum that does not fit. */
	badCrc: () => archive(named('1.pdf').map((entry) => ({ ...entry, crc: 0x12345678 }))),
	/** Half a gigabyte of zeros in half a megabyte. */
	bomb: () => archive([{ name: 'bomb.pdf', bytes: Buffer.alloc(0), packed: bomb() }]),
	/** Ends in the middle of the last entry, with a length that says that this is all. */
	truncated: () => {
		const whole = archive(named('1.pdf', '2.pdf'));
		return whole.subarray(0, Math.floor(whole.length / 2));
	},
	/** No entry, only the end record. */
	empty: () => archive([]),
	/** No archive at all. */
	notZip: () => Buffer.from('<html><body>Sign in to continue</body></html>'),
	/** No byte. */
	nothing: () => Buffer.alloc(0),
} satisfies Record<string, (rows: number) => Buffer>;

export type HostileZip = keyof typeof HOSTILE_ZIPS;

/** The storage has an archive that is wrong on purpose in the place of the job's own. */
export function hostileZip(kind: HostileZip): FaultAction {
	const file: FaultAction['file'] = ({ job }) => HOSTILE_ZIPS[kind](job?.rows.length ?? 1);
	return { name: `hostileZip(${kind})`, file };
}

function archive(contents: readonly Content[]): Buffer {
	const parts: Buffer[] = [];
	const directory: Buffer[] = [];
	let offset = 0;
	for (const content of contents) {
		const { entry, data } = entryOf(content, offset);
		const header = localHeader(entry);
		parts.push(header, data);
		directory.push(centralHeader(entry));
		offset += header.length + data.length;
	}
	const records = Buffer.concat(directory);
	return Buffer.concat([...parts, records, endRecords(contents.length, offset, records.length)]);
}

function entryOf(content: Content, offset: number): { entry: RawEntry; data: Buffer } {
	const { bytes, flags = 0, packed } = content;
	const data = packed?.data ?? deflateRawSync(bytes);
	const entry = {
		name: Buffer.from(content.name),
		method: 8,
		flags: flags | FLAG_UTF8,
		crc: content.crc ?? packed?.crc ?? crc32(bytes),
		compressedSize: data.length,
		size: packed?.size ?? bytes.length,
		offset,
	};
	return { entry, data };
}

let packedBomb: { data: Buffer; size: number; crc: number } | undefined;

/** Packed once: a megabyte of zeros between flushes may be repeated as it is. */
function bomb(): { data: Buffer; size: number; crc: number } {
	packedBomb ??= packBomb();
	return packedBomb;
}

function packBomb(): { data: Buffer; size: number; crc: number } {
	const head = Buffer.from('%PDF-1.7\n');
	const block = Buffer.alloc(1024 * 1024);
	const blocks = BOMB_BYTES / block.length;
	let crc = crc32(head);
	for (let index = 0; index < blocks; index++) crc = crc32(block, crc);
	// A full flush ends on a byte and forgets what came before (zlib manual, Z_FULL_FLUSH).
	const flushed = (bytes: Buffer) => deflateRawSync(bytes, { finishFlush: constants.Z_FULL_FLUSH });
	const packedBlock = flushed(block);
	const data = [
		flushed(head),
		...Array.from({ length: blocks }, () => packedBlock),
		deflateRawSync(Buffer.alloc(0)),
	];
	return { data: Buffer.concat(data), size: head.length + BOMB_BYTES, crc };
}
