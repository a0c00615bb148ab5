import { constants, crc32, deflateRawSync } from 'node:zlib';

import { rawZip, type RawEntry } from '../../support/raw-zip.mts';
import { plainPdf } from '../pdf/plain.mts';
import type { FaultAction } from './schedule.mts';

/** Size of the bomb's only entry once unpacked: a thousand times its packed size. */
const BOMB_BYTES = 512 * 1024 * 1024;
const FLAG_ENCRYPTED = 1;
/** The name is UTF-8 (APPNOTE appendix D). */
const FLAG_UTF8 = 1 << 11;

const pdf = (text: string) =>
	Buffer.from(plainPdf({ title: text, printed: [], profile: 'standard', createdAt: 0 }));
const named = (...names: Array<string | Buffer>): RawEntry[] =>
	names.map((name, index) => ({ name, data: pdf(`Entry ${index + 1}`) }));

/** Archives that are wrong on purpose, each for a job of so many rows. */
export const HOSTILE_ZIPS = {
	/** Names that climb out of the folder. */
	traversal: () => rawZip(named('../../evil.pdf', '..\\..\\evil.pdf', 'a/../../evil.pdf')),
	/** Absolute names of both kinds of system. */
	absolute: () => rawZip(named('/etc/evil.pdf', 'C:\\evil.pdf', '\\\\server\\evil.pdf')),
	/** The same name again, also in other letters' case. */
	duplicates: () => rawZip(named('same.pdf', 'same.pdf', 'SAME.PDF')),
	/** Control characters and a bidi override in names. */
	controlNames: () =>
		rawZip(named('a\u0000b.pdf', 'line\nbreak.pdf', 'fdp.\u202efdp.exe', '\u001b[31m.pdf')),
	/** A name that is not valid UTF-8 although flagged as such. */
	brokenName: () =>
		rawZip(
			named(Buffer.from([0xff, 0xfe, 0x2e, 0x70, 0x64, 0x66])).map((entry) => ({
				...entry,
				flags: FLAG_UTF8,
			})),
		),
	/** A name of 60,000 bytes. */
	longName: () => rawZip(named(`${'x'.repeat(60_000)}.pdf`)),
	/** One entry more than the job has rows. */
	tooManyEntries: (rows: number) =>
		rawZip(named(...Array.from({ length: rows + 1 }, (_, index) => `${index + 1}.pdf`))),
	/** Entries that are not PDFs. */
	notPdfs: () =>
		rawZip([
			...[...'abcdef'].map((name) => ({ name: `${name}.txt`, data: Buffer.from('Hello') })),
			{ name: 'fake.pdf', data: Buffer.from('<html>not a PDF</html>') },
			...named('real.pdf'),
		]),
	/** Flagged as encrypted. */
	encrypted: () =>
		rawZip(named('secret.pdf').map((entry) => ({ ...entry, flags: FLAG_ENCRYPTED }))),
	/** A checksum that does not fit. */
	badCrc: () => rawZip(named('1.pdf').map((entry) => ({ ...entry, crc: 0x12345678 }))),
	/** Half a gigabyte of zeros in half a megabyte. */
	bomb: () => rawZip([bomb()]),
	/** Ends in the middle of the last entry, with a length that says that this is all. */
	truncated: () => {
		const whole = rawZip(named('1.pdf', '2.pdf'));
		return whole.subarray(0, Math.floor(whole.length / 2));
	},
	/** No entry, only the end record. */
	empty: () => rawZip([]),
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

let packedBomb: RawEntry | undefined;

/** Packed once: a megabyte of zeros between flushes may be repeated as it is. */
function bomb(): RawEntry {
	if (packedBomb) return packedBomb;
	const head = Buffer.from('%PDF-1.7\n');
	const block = Buffer.alloc(1024 * 1024);
	const blocks = BOMB_BYTES / block.length;
	let crc = crc32(head);
	for (let index = 0; index < blocks; index++) crc = crc32(block, crc);
	// A full flush ends on a byte and forgets what came before (zlib manual, Z_FULL_FLUSH).
	const flushed = (bytes: Buffer) => deflateRawSync(bytes, { finishFlush: constants.Z_FULL_FLUSH });
	const packedBlock = flushed(block);
	const blank = Array.from({ length: blocks }, () => packedBlock);
	const compressed = Buffer.concat([flushed(head), ...blank, deflateRawSync(Buffer.alloc(0))]);
	packedBomb = { name: 'bomb.pdf', data: head, compressed, size: head.length + BOMB_BYTES, crc };
	return packedBomb;
}
