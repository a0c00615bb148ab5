import { deflateRawSync } from 'node:zlib';

import fc from 'fast-check';

import type { ArchiveEntry } from '../../../nodes/ImaginePdf/core/zip/readPdfEntries.ts';
import { extraField, rawZip, u32, type RawArchive, type RawEntry } from './support/raw-zip.mts';
import { digest, readAll, summary } from './support/read.mts';
import { refused, watchUnhandled } from './support/refused.mts';
import { fakePdf } from './support/sources.mts';

/** Generous, for machines with much else to do; nothing here depends on time. */
jest.setTimeout(60_000);
watchUnhandled();

const pdf = fakePdf(3000, 5);
/** Too large to be inflated on the main thread. */
const large = fakePdf(90_000, 5);

describe('readPdfEntries', () => {
	it.each<[string, RawEntry, string, RegExp]>([
		['a wrong checksum', { name: 'a', data: pdf, crc: 1 }, 'damaged', /checksum of entry 1/],
		[
			'a wrong checksum of stored data',
			{ name: 'a', data: pdf, crc: 1, method: 0 },
			'damaged',
			/checksum/,
		],
		[
			'a wrong checksum in a descriptor',
			{ name: 'a', data: pdf, crc: 1, descriptor: 'signed' },
			'damaged',
			/checksum/,
		],
		['a wrong size', { name: 'a', data: pdf, size: 2999 }, 'damaged', /does not have its size/],
		[
			'a wrong size of stored data',
			{ name: 'a', data: pdf, size: 3001, method: 0 },
			'damaged',
			/size/,
		],
		[
			'a compressed size that is too small',
			{ name: 'a', data: pdf, compressedSize: 20 },
			'damaged',
			/decompressed/,
		],
		[
			'a compressed size that is too large',
			{ name: 'a', data: pdf, compressedSize: 1e6 },
			'damaged',
			/ends before/,
		],
		[
			'data that is not deflate',
			{ name: 'a', data: pdf, compressed: pdf },
			'damaged',
			/decompressed/,
		],
		[
			'deflate data that is cut off',
			{ name: 'a', data: pdf, compressed: deflateRawSync(pdf).subarray(0, 500) },
			'damaged',
			/decompressed/,
		],
		['a descriptor that never comes', { name: 'a', data: pdf, flags: 8 }, 'damaged', /ends before/],
		['an encrypted entry', { name: 'a', data: pdf, flags: 1 }, 'encrypted', /password/],
		['a hidden directory', { name: 'a', data: pdf, flags: 1 << 13 }, 'encrypted', /password/],
		['an endless name', { name: 'a'.repeat(5000), data: pdf }, 'tooLarge', /too long a name/],
		[
			'an entry that is not listed',
			{ name: 'a', data: pdf, unlisted: true },
			'damaged',
			/does not list every entry/,
		],
		[
			'an entry with another name in the directory',
			{ name: 'a', data: pdf, listedName: 'b' },
			'damaged',
			/contradict/,
		],
		[
			'an entry with another method of compression in the directory',
			{ name: 'a', data: pdf, method: 12, listedMethod: 8 },
			'damaged',
			/contradict/,
		],
		[
			'a 64-bit size that is missing',
			{ name: 'a', data: pdf, size: 0xffffffff, extra: extraField(1, u32(1)) },
			'damaged',
			/64-bit/,
		],
		[
			'an impossible 64-bit size',
			{ name: 'a', data: pdf, size: 0xffffffff, extra: extraField(1, Buffer.alloc(8, 0xff)) },
			'damaged',
			/impossible/,
		],
	])('refuses an archive with %s', async (_, entry, code, message) => {
		await refused(rawZip([entry]), code, message);
		await refused(
			rawZip([{ name: 'before.pdf', data: pdf }, entry]),
			code,
			new RegExp(message.source.replace('1', '2')),
		);
	});

	it.each<[string, RawArchive, string, RegExp]>([
		[
			'something before the first entry',
			{ preamble: Buffer.from('MZ junk') },
			'notZip',
			/not a ZIP/,
		],
		[
			'an entry in the directory that does not exist',
			{ ghosts: [{ name: 'ghost', data: pdf }] },
			'damaged',
			/contradict/,
		],
		['a directory that lists nothing', { listed: () => [] }, 'damaged', /list every entry/],
		['an entry listed twice', { listed: (all) => [...all, ...all] }, 'damaged', /contradict/],
		['a wrong number of entries', { claimedEntries: 3 }, 'damaged', /totals/],
		['a wrong number of entries in zip64', { claimedEntries: 3, zip64: true }, 'damaged', /totals/],
		['no end record', { noEnd: true }, 'damaged', /ends before/],
		['something behind the end', { trailer: Buffer.from('!') }, 'damaged', /ends before/],
	])('refuses an archive with %s', async (_, archive, code, message) => {
		await refused(rawZip([{ name: 'a.pdf', data: pdf }], archive), code, message);
	});

	it('refuses what is no ZIP at all', async () => {
		await refused(Buffer.from('<?xml version="1.0"?><Error/>'), 'notZip', /not a ZIP/);
		await refused(Buffer.from('PK'), 'notZip', /not a ZIP/);
		await refused(Buffer.alloc(0), 'notZip', /not a ZIP/);
	});

	it('refuses a gap between two entries', async () => {
		const first = rawZip([{ name: 'a.pdf', data: pdf }], { listed: () => [], noEnd: true });
		await refused(
			Buffer.concat([first, Buffer.from('gap!'), first]),
			'damaged',
			/between its entries/,
		);
	});

	it('refuses an archive that is one part of several', async () => {
		const zip = rawZip([{ name: 'a.pdf', data: pdf }]);
		zip.writeUInt16LE(1, zip.length - 22 + 4);
		await refused(zip, 'unsupported', /one part/);
	});

	it('refuses an archive that is cut off at any byte', async () => {
		const zip = rawZip(
			[
				{ name: 'a.pdf', data: pdf.subarray(0, 120) },
				{ name: 'b.pdf', data: pdf.subarray(0, 90), method: 0, descriptor: 'signed' },
				{ name: 'c.pdf', data: pdf.subarray(0, 70), descriptor: 'unsigned64' },
			],
			{ zip64: true },
		);
		for (let length = 4; length < zip.length; length++) {
			await expect(readAll(zip.subarray(0, length))).rejects.toMatchObject({ code: 'damaged' });
		}
	});

	it('refuses an archive in which any one bit is flipped, or reads the same PDFs', async () => {
		const data = fakePdf(200);
		const zip = rawZip([
			{ name: 'a.pdf', data },
			{ name: 'b.pdf', data, method: 0, descriptor: 'signed' },
		]);
		await fc.assert(
			fc.asyncProperty(fc.nat(zip.length - 1), fc.nat(7), async (at, bit) => {
				const flipped = Buffer.from(zip);
				flipped.writeUInt8((flipped[at] ?? 0) ^ (1 << bit), at);
				let entries: ArchiveEntry[];
				try {
					entries = await readAll(flipped);
				} catch (thrown) {
					expect(thrown).toMatchObject({ name: 'ArchiveError' });
					return;
				}
				// Dates, versions and attributes may change; nothing that is handed out may.
				expect(entries.map(({ kind }) => kind)).toEqual(['pdf', 'pdf']);
				for (const entry of entries)
					if (entry.kind === 'pdf') expect(entry.bytes.equals(data)).toBe(true);
			}),
			{ numRuns: 1500 },
		);
	});
});

describe('readPdfEntries on large entries', () => {
	const packed = deflateRawSync(large);

	it.each<[string, Omit<RawEntry, 'name' | 'data'>, RegExp]>([
		['with a wrong checksum', { crc: 1 }, /checksum/],
		['with a wrong checksum in a descriptor', { crc: 1, descriptor: 'signed' }, /checksum/],
		['with a wrong size', { size: 89_999 }, /does not have its size/],
		[
			'with a compressed size that is too small',
			{ compressedSize: packed.length - 100 },
			/decompressed/,
		],
		['that are not deflate', { compressed: large }, /decompressed/],
		['that are cut off', { compressed: packed.subarray(0, 40_000) }, /decompressed/],
		[
			'that break in the middle',
			{ compressed: Buffer.concat([packed.subarray(0, 40_000), large]) },
			/decompressed/,
		],
	])('refuses large entries %s', async (_, entry, message) => {
		await refused(rawZip([{ name: 'a.pdf', data: large, ...entry }]), 'damaged', message);
	});
});

describe('readPdfEntries on bytes behind the compressed data', () => {
	// fflate ignores them; `DecompressionStream` refuses them from Node.js 24 on.
	it('refuses bytes behind the compressed data, or hands out what the checksum proves', async () => {
		const compressed = Buffer.concat([deflateRawSync(pdf), Buffer.alloc(9)]);
		const zip = rawZip([{ name: 'a.pdf', data: pdf, compressed }]);
		let outcome: unknown;
		try {
			outcome = summary(await readAll(zip));
		} catch (thrown) {
			outcome = thrown;
		}
		if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'damaged' });
		else expect(outcome).toEqual([['a.pdf', digest(pdf)]]);
	});
});
