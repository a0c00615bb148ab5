import { deflateRawSync } from 'node:zlib';

import fc from 'fast-check';

import { readPdfEntries } from '../../../nodes/ImaginePdf/core/zip/readPdfEntries.ts';
import {
	extraField,
	numbers,
	rawZip,
	type RawArchive,
	type RawEntry,
} from '../../support/raw-zip.mts';
import { digest, readAll, refused, summary, turn, watchUnhandled } from './support/read.mts';
import { ChunkSource, cutBy, fakePdf, inChunks } from './support/sources.mts';

watchUnhandled();

const pdf = fakePdf(3000, 5);
const packed = deflateRawSync(pdf);
/** Too large to be inflated on the main thread. */
const large = fakePdf(90_000, 5);
const packedLarge = deflateRawSync(large);
const wide = (data: Buffer) => ({ size: 0xffffffff, extra: extraField(1, data) });
const signed = 'signed' as const;
const NOTHING = Buffer.alloc(0);

describe('A ZIP is refused', () => {
	it.each<[string, Partial<RawEntry>, string, RegExp]>([
		['with a wrong checksum', { crc: 1 }, 'damaged', /checksum of entry 1/],
		['with a wrong checksum of stored data', { crc: 1, method: 0 }, 'damaged', /checksum/],
		[
			'with a wrong checksum behind the data',
			{ crc: 1, descriptor: signed },
			'damaged',
			/checksum/,
		],
		['with a wrong size', { size: 2999 }, 'damaged', /does not have its size/],
		['with a wrong size of stored data', { size: 3001, method: 0 }, 'damaged', /its size/],
		['with a compressed size too small', { compressedSize: 20 }, 'damaged', /decompressed/],
		['with a compressed size too large', { compressedSize: 1e6 }, 'damaged', /ends before/],
		['with data that is not deflate', { compressed: pdf }, 'damaged', /decompressed/],
		['with cut data', { compressed: packed.subarray(0, 500) }, 'damaged', /decompressed/],
		['with a descriptor that never comes', { flags: 8 }, 'damaged', /ends before/],
		['with an encrypted entry', { flags: 1 }, 'encrypted', /password/],
		['with a hidden directory', { flags: 1 << 13 }, 'encrypted', /password/],
		['with an entry that is not listed', { unlisted: true }, 'damaged', /does not list every/],
		['with another name in the directory', { listedName: 'b' }, 'damaged', /contradict/],
		['with another method there', { method: 12, listedMethod: 8 }, 'damaged', /contradict/],
		['without its 64-bit size', wide(numbers('4', 1)), 'damaged', /64-bit/],
		['with an impossible size', wide(Buffer.alloc(8, 0xff)), 'damaged', /impossible/],
		['that promises gigabytes', wide(numbers('88', 2e11, 50)), 'damaged', /its size/],
		['with a large entry with a wrong checksum', { data: large, crc: 1 }, 'damaged', /checksum/],
		['… behind it', { data: large, crc: 1, descriptor: signed }, 'damaged', /checksum/],
		['… with a wrong size', { data: large, size: 89_999 }, 'damaged', /does not have its size/],
		[
			'… with a compressed size too small',
			{ data: large, compressedSize: packedLarge.length - 100 },
			'damaged',
			/decompressed/,
		],
		['… that is not deflate', { data: large, compressed: large }, 'damaged', /decompressed/],
		[
			'… that is cut off',
			{ data: large, compressed: packedLarge.subarray(0, 40_000) },
			'damaged',
			/decompressed/,
		],
		[
			'… that breaks in the middle',
			{ data: large, compressed: Buffer.concat([packedLarge.subarray(0, 40_000), large]) },
			'damaged',
			/decompressed/,
		],
	])('a ZIP is refused %s', async (_, fields, code, message) => {
		const entry = { name: 'a', data: pdf, ...fields };
		await refused(rawZip([entry]), code, message);
		const second = new RegExp(message.source.replace('1', '2'));
		await refused(rawZip([{ name: 'before.pdf', data: pdf }, entry]), code, second);
	});

	it.each<[string, RawArchive, string, RegExp]>([
		['that begins with something else', { preamble: Buffer.from('MZ') }, 'damaged', /between/],
		['that lists a ghost', { ghosts: [{ name: 'ghost', data: pdf }] }, 'damaged', /contradict/],
		['that lists nothing', { listed: () => [] }, 'damaged', /list every entry/],
		['that lists twice', { listed: (all) => [...all, ...all] }, 'damaged', /contradict/],
		['with a wrong number of entries', { claimedEntries: 3 }, 'damaged', /totals/],
		['with one in zip64', { claimedEntries: 3, zip64: true }, 'damaged', /totals/],
		['without end record', { noEnd: true }, 'damaged', /ends before/],
		['with something behind its end', { trailer: Buffer.from('!') }, 'damaged', /ends before/],
	])('a ZIP is refused %s', async (_, archive, code, message) => {
		await refused(rawZip([{ name: 'a.pdf', data: pdf }], archive), code, message);
	});

	const whole = rawZip([{ name: 'a.pdf', data: pdf }]);
	const half = rawZip([{ name: 'a.pdf', data: pdf }], { listed: () => [], noEnd: true });
	const parts = Buffer.from(whole);
	parts.writeUInt16LE(1, whole.length - 22 + 4);
	const ends = rawZip([{ name: 'a.pdf', data: pdf }], { zip64: true });
	ends.writeUInt16LE(7, ends.length - 22 + 10);

	it.each<[string, Buffer, string, RegExp]>([
		['that has two bytes', Buffer.from('PK'), 'damaged', /ends before/],
		['that has no byte', NOTHING, 'damaged', /ends before/],
		['with a gap', Buffer.concat([half, Buffer.from('gap!'), half]), 'damaged', /between/],
		['that is one part of several', parts, 'unsupported', /one part/],
		['with two ends that contradict each other', ends, 'damaged', /totals/],
	])('a ZIP is refused %s', async (_, zip, code, message) => await refused(zip, code, message));

	it('a ZIP is refused that is cut off at any byte', async () => {
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

	it('a ZIP is refused in which any one bit is flipped, or gives the same PDFs', async () => {
		const data = fakePdf(200);
		const zip = rawZip([
			{ name: 'a.pdf', data },
			{ name: 'b.pdf', data, method: 0, descriptor: 'signed' },
		]);
		const property = async (at: number, bit: number) => {
			const flipped = Buffer.from(zip);
			flipped.writeUInt8((flipped[at] ?? 0) ^ (1 << bit), at);
			const read = await summary(flipped).catch((thrown: unknown) => thrown);
			if (read instanceof Error) return expect(read.name).toBe('ArchiveError');
			// Dates, versions and attributes may change; nothing that is handed out may.
			expect(read).toMatchObject([{ 1: digest(data) }, { 1: digest(data) }]);
		};
		const anywhere = fc.asyncProperty(fc.nat(zip.length - 1), fc.nat(7), property);
		await fc.assert(anywhere, { numRuns: 1500 });
	});

	it('a ZIP is refused that is random behind its first header', async () => {
		const junk = fc.uint8Array({ maxLength: 400 });
		const cuts = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 });
		const property = async (bytes: Uint8Array, sizes: number[]) => {
			const source = new ChunkSource(cutBy(Buffer.concat([whole.subarray(0, 35), bytes]), sizes));
			await expect(readAll(source)).rejects.toMatchObject({ name: 'ArchiveError' });
		};
		await fc.assert(fc.asyncProperty(junk, cuts, property), { numRuns: 300 });
	});

	// fflate ignores them; `DecompressionStream` refuses them from Node.js 24 on.
	it.each([pdf, large])('a ZIP with bytes behind its data is refused, or proved', async (data) => {
		const compressed = Buffer.concat([deflateRawSync(data), Buffer.alloc(9)]);
		const read = await summary(rawZip([{ name: 'a', data, compressed }])).catch((e: Error) => e);
		if (read instanceof Error) expect(read).toMatchObject({ code: 'damaged' });
		else expect(read).toEqual([['a', digest(data)]]);
	});
});

describe('A limit', () => {
	const three = [1, 2, 3].map((number) => ({ name: `${number}.pdf`, data: pdf }));
	const commented = [{ name: 'a.pdf', data: pdf, comment: Buffer.alloc(60_000) }];

	it.each<[string, RawEntry[], string, RegExp, Record<string, number>, Record<string, number>]>([
		[
			'entries, folders among them',
			[{ name: 'folder/', data: NOTHING }, ...three],
			'tooMany',
			/more than 3 entries/,
			{ entries: 3 },
			{ entries: 4 },
		],
		['bytes', three, 'tooLarge', /beyond the limit/, { totalBytes: 8999 }, { totalBytes: 9000 }],
		[
			'bytes of directory',
			commented,
			'tooLarge',
			/directory of the ZIP file/,
			{ directoryBytes: 50_000 },
			{ directoryBytes: 61_000 },
		],
	])('a limit holds on %s', async (_, entries, code, message, tooFew, enough) => {
		await refused(rawZip(entries), code, message, tooFew);
		const files = entries.filter(({ data }) => data.length > 0);
		await expect(readAll(rawZip(entries), enough)).resolves.toHaveLength(files.length);
	});

	/** Below and above what is inflated on the main thread. */
	const [small, big] = [20_000_000, 40_000_000].map((size) => {
		const bomb = Buffer.alloc(size);
		bomb.write('%PDF-');
		return bomb;
	}) as [Buffer, Buffer];

	it.each<[string, Omit<RawEntry, 'name'>, string, RegExp]>([
		['that is listed as it is', { data: big }, 'tooLarge', /entry 1 .*too large/i],
		['with a descriptor', { data: big, descriptor: 'signed' }, 'tooLarge', /entry 1 .*too large/i],
		['that lies about its size', { data: big, size: 10 }, 'tooLarge', /entry 1 .*too large/i],
		['of less than 32 kB', { data: small }, 'tooLarge', /entry 1 .*too large/i],
		['of less with a descriptor', { data: small, descriptor: 'signed' }, 'tooLarge', /too large/],
		['of less that lies', { data: small, size: 10 }, 'damaged', /does not have its size/],
		['that is no PDF', { data: Buffer.alloc(40_000_000) }, 'tooLarge', /too large/],
	])('a limit ends a bomb %s, which is never expanded whole', async (_, entry, code, message) => {
		await refused(rawZip([{ name: 'bomb', ...entry }]), code, message, { entryBytes: 1_000_000 });
	});
});

describe('The source of a ZIP', () => {
	const zip = rawZip(
		[0, 1, 2, 3, 4].map((index) => ({ name: `${index}.pdf`, data: fakePdf(100_000, index) })),
	);

	it('the source of a ZIP is closed when the consumer stops early', async () => {
		const source = new ChunkSource(inChunks(zip, 1000));
		for await (const entry of readPdfEntries(source, turn)) {
			expect(entry.name).toBe('0.pdf');
			break;
		}
		expect(source.returned).toBe(true);
		expect(source.pulled).toBeLessThan(130);
	});

	it('the source of a ZIP is not read when the consumer never starts', async () => {
		const source = new ChunkSource(inChunks(zip, 1000));
		await readPdfEntries(source, turn).return();
		expect(source.pulled).toBe(0);
	});

	it('what the source of a ZIP throws is handed on, at any place', async () => {
		const reason = new Error('connection lost');
		const chunks = inChunks(zip, 1000);
		for (const at of [0, 1, 2, 50, 99, 100, 101, 102, 150, chunks.length - 1, chunks.length]) {
			const source = new ChunkSource(chunks, { at, reason });
			await expect(readAll(source)).rejects.toBe(reason);
			expect(source.returned).toBe(false);
		}
	});

	it('what closing the source of a ZIP throws hides no reason', async () => {
		const source = new ChunkSource(inChunks(rawZip([{ name: 'a.pdf', data: pdf, crc: 1 }]), 100));
		const iterator = source[Symbol.asyncIterator]();
		iterator.return = async () => await Promise.reject(new Error('already gone'));
		const closing = readAll({ [Symbol.asyncIterator]: () => iterator });
		await expect(closing).rejects.toMatchObject({ code: 'damaged' });
	});
});
