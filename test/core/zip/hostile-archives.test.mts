import { deflateRawSync } from 'node:zlib';

import fc from 'fast-check';

import { limitsFor, readPdfEntries } from '../../../nodes/ImaginePdf/core/zip/index.ts';
import type { ArchiveEntry, ArchiveLimits } from '../../../nodes/ImaginePdf/core/zip/index.ts';
import {
	rawZip,
	u32,
	u64,
	extraField,
	type RawArchive,
	type RawEntry,
} from './support/raw-zip.mts';
import { digest, readAll, summary, turn } from './support/read.mts';
import { ChunkSource, cutBy, fakePdf, inChunks } from './support/sources.mts';

const pdf = fakePdf(3000, 5);
/** Too large to be inflated on the main thread. */
const large = fakePdf(90_000, 5);

/** Promises that nobody caught show up one turn later. */
const unhandled: unknown[] = [];
const onUnhandled = (reason: unknown): void => {
	unhandled.push(reason);
};
beforeAll(() => process.on('unhandledRejection', onUnhandled));
afterAll(() => process.off('unhandledRejection', onUnhandled));
afterEach(async () => {
	for (let turns = 0; turns < 20; turns++) await turn();
	expect(unhandled.splice(0)).toEqual([]);
});

async function refused(
	zip: Buffer,
	code: string,
	message: RegExp,
	limits: Partial<ArchiveLimits> = {},
): Promise<void> {
	for (const size of [1_000_000, 50]) {
		const source = new ChunkSource(inChunks(zip, size));
		await expect(readAll(source, limits)).rejects.toMatchObject({
			name: 'ArchiveError',
			code,
			message: expect.stringMatching(message),
		});
		expect(source.returned || source.pulled === Math.ceil(zip.length / size)).toBe(true);
	}
}

describe('readPdfEntries refuses', () => {
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
	])('%s', async (_, entry, code, message) => {
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
		['an archive without its end', { noEnd: true }, 'damaged', /ends before/],
		['something behind the end', { trailer: Buffer.from('!') }, 'damaged', /follows its end/],
	])('%s', async (_, archive, code, message) => {
		await refused(rawZip([{ name: 'a.pdf', data: pdf }], archive), code, message);
	});

	it('what is no ZIP at all', async () => {
		await refused(Buffer.from('<?xml version="1.0"?><Error/>'), 'notZip', /not a ZIP/);
		await refused(Buffer.from('PK'), 'notZip', /not a ZIP/);
		await refused(Buffer.alloc(0), 'notZip', /not a ZIP/);
	});

	it('a gap between two entries', async () => {
		const first = rawZip([{ name: 'a.pdf', data: pdf }], { listed: () => [], noEnd: true });
		await refused(
			Buffer.concat([first, Buffer.from('gap!'), first]),
			'damaged',
			/between its entries/,
		);
	});

	it('one part of several', async () => {
		const zip = rawZip([{ name: 'a.pdf', data: pdf }]);
		zip.writeUInt16LE(1, zip.length - 22 + 4);
		await refused(zip, 'unsupported', /one part/);
	});

	it('an archive cut off at any byte', async () => {
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

	it('an archive in which any one bit is flipped, or reads the same PDFs', async () => {
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
				expect(entries).toHaveLength(2);
				for (const entry of entries)
					if (entry.kind === 'pdf') expect(entry.bytes.equals(data)).toBe(true);
			}),
			{ numRuns: 1500 },
		);
	});
});

describe('readPdfEntries refuses large entries', () => {
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
	])('%s', async (_, entry, message) => {
		await refused(rawZip([{ name: 'a.pdf', data: large, ...entry }]), 'damaged', message);
	});
});

describe('readPdfEntries on bytes behind the compressed data', () => {
	// `DecompressionStream` refuses them from Node.js 24 on and ignores them before.
	it('refuses them, or hands out what the checksum proves', async () => {
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

describe('readPdfEntries stops at its limits', () => {
	it('more PDFs than the job has rows', async () => {
		const zip = rawZip([1, 2, 3].map((number) => ({ name: `${number}.pdf`, data: pdf })));
		await refused(zip, 'tooMany', /more PDFs than the 2/, { pdfs: 2 });
		await expect(readAll(zip, { pdfs: 3 })).resolves.toHaveLength(3);
	});

	it('a crowd of other entries', async () => {
		const zip = rawZip(
			Array.from({ length: 4 }, (_, index) => ({ name: `${index}/`, data: Buffer.alloc(0) })),
		);
		await refused(zip, 'tooMany', /more entries than the 3/, { entries: 3 });
		await expect(readAll(zip, { entries: 4 })).resolves.toEqual([]);
	});

	it('an entry that unfolds to more than allowed, without unfolding it', async () => {
		const bomb = Buffer.alloc(50_000_000);
		bomb.write('%PDF-');
		for (const kind of [{}, { descriptor: 'signed' as const }, { size: 10 }]) {
			const zip = rawZip([{ name: 'bomb.pdf', data: bomb, ...kind }]);
			await refused(zip, 'tooLarge', /entry 1 .*too large/i, { entryBytes: 1_000_000 });
		}
		const harmless = rawZip([{ name: 'not-a-pdf', data: Buffer.alloc(50_000_000) }]);
		await refused(harmless, 'tooLarge', /entry 1 .*too large/i, { entryBytes: 1_000_000 });
	});

	it('entries that together unfold to more than allowed', async () => {
		const zip = rawZip([1, 2, 3].map((number) => ({ name: `${number}.pdf`, data: pdf })));
		await refused(zip, 'tooLarge', /unfolds/, { totalBytes: 8_999 });
		await expect(readAll(zip, { totalBytes: 9_000 })).resolves.toHaveLength(3);
	});

	it('does not believe a header that promises gigabytes', async () => {
		const promise = extraField(1, Buffer.concat([u64(200_000_000_000), u64(50)]));
		const zip = rawZip([{ name: 'a.pdf', data: pdf, size: 0xffffffff, extra: promise }]);
		await refused(zip, 'damaged', /decompressed|does not have its size/);
	});
});

describe('readPdfEntries leaves nothing behind', () => {
	const zip = rawZip(
		Array.from({ length: 5 }, (_, index) => ({
			name: `${index}.pdf`,
			data: fakePdf(100_000, index),
		})),
	);

	it('when the consumer stops early', async () => {
		const source = new ChunkSource(inChunks(zip, 1000));
		for await (const entry of readPdfEntries(source, limitsFor(5), turn)) {
			expect(entry.name).toBe('0.pdf');
			break;
		}
		expect(source.returned).toBe(true);
		expect(source.pulled).toBeLessThan(130);
	});

	it('when the consumer never starts', async () => {
		const source = new ChunkSource(inChunks(zip, 1000));
		await readPdfEntries(source, limitsFor(5), turn).return();
		expect(source.pulled).toBe(0);
	});

	it('when the source throws, whose reason it hands on', async () => {
		const reason = new Error('connection lost');
		const chunks = inChunks(zip, 1000);
		for (const at of [0, 1, 2, 50, 99, 100, 101, 102, 150, chunks.length - 1, chunks.length]) {
			const source = new ChunkSource(chunks, { at, reason });
			await expect(readAll(source)).rejects.toBe(reason);
			expect(source.returned).toBe(false);
		}
	});

	it('when closing the source throws, too', async () => {
		const chunks = inChunks(rawZip([{ name: 'a.pdf', data: pdf, crc: 1 }]), 100);
		const source: AsyncIterable<Uint8Array> = {
			[Symbol.asyncIterator]: () => ({
				next: async () => {
					const value = chunks.shift();
					return value ? { done: false, value } : { done: true, value: undefined };
				},
				return: async () => await Promise.reject(new Error('already gone')),
			}),
		};
		await expect(readAll(source)).rejects.toMatchObject({ code: 'damaged' });
	});

	it('when random bytes are fed to it', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.uint8Array({ maxLength: 400 }),
				fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }),
				async (bytes, cuts) => {
					const junk = Buffer.concat([zip.subarray(0, 35), bytes]);
					const source = new ChunkSource(cutBy(junk, cuts));
					await expect(readAll(source)).rejects.toMatchObject({ name: 'ArchiveError' });
				},
			),
			{ numRuns: 300 },
		);
	});
});

describe('entry names', () => {
	const data = pdf;
	const nameOf = async (entry: Omit<RawEntry, 'data'>): Promise<string | undefined> =>
		summary(await readAll(rawZip([{ ...entry, data }])))[0]?.[0];

	it('are UTF-8 where flagged, or where they are nothing else', async () => {
		expect(await nameOf({ name: '請求書.pdf' })).toBe('請求書.pdf');
		expect(await nameOf({ name: Buffer.from('請求書.pdf') })).toBe('請求書.pdf');
	});

	it('are code page 437 otherwise', async () => {
		expect(await nameOf({ name: Buffer.from([0x81, 0x62, 0x65, 0x72, 0xe1, 0xff]) })).toBe(
			'überß\u00a0',
		);
	});

	it('are taken from the Unicode path field where its checksum fits', async () => {
		const { crc32 } = await import('../../../nodes/ImaginePdf/core/zip/crc32.ts');
		const name = Buffer.from([0x3f, 0x81, 0x2e]);
		const field = (crc: number): Buffer =>
			extraField(0x7075, Buffer.concat([Buffer.from([1]), u32(crc), Buffer.from('請求.pdf')]));
		expect(await nameOf({ name, extra: field(crc32(name)) })).toBe('請求.pdf');
		expect(await nameOf({ name, extra: field(7) })).toBe('?ü.');
	});

	it('survive invalid UTF-8 under the flag', async () => {
		expect(await nameOf({ name: Buffer.from([0x61, 0xff]), flags: 0x800 })).toBe('a\ufffd');
	});
});
