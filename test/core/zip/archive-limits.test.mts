import fc from 'fast-check';

import { readPdfEntries } from '../../../nodes/ImaginePdf/core/zip/readPdfEntries.ts';
import { extraField, rawZip, u64 } from './support/raw-zip.mts';
import { readAll, turn } from './support/read.mts';
import { refused, watchUnhandled } from './support/refused.mts';
import { ChunkSource, cutBy, fakePdf, inChunks } from './support/sources.mts';

/** Generous, for machines with much else to do; nothing here depends on time. */
jest.setTimeout(60_000);
watchUnhandled();

const pdf = fakePdf(3000, 5);

describe('readPdfEntries', () => {
	it('refuses an archive with more entries than are read, PDFs and folders alike', async () => {
		const zip = rawZip([
			{ name: 'folder/', data: Buffer.alloc(0) },
			...[1, 2, 3].map((number) => ({ name: `${number}.pdf`, data: pdf })),
		]);
		await refused(zip, 'tooMany', /more than 3 entries/, { entries: 3 });
		await expect(readAll(zip, { entries: 4 })).resolves.toHaveLength(3);
	});

	it('refuses an entry that expands to more than allowed, without expanding all of it', async () => {
		const bomb = Buffer.alloc(50_000_000);
		bomb.write('%PDF-');
		for (const kind of [{}, { descriptor: 'signed' as const }, { size: 10 }]) {
			const zip = rawZip([{ name: 'bomb.pdf', data: bomb, ...kind }]);
			await refused(zip, 'tooLarge', /entry 1 .*too large/i, { entryBytes: 1_000_000 });
		}
		const small = Buffer.alloc(20_000_000);
		small.write('%PDF-');
		for (const kind of [{}, { descriptor: 'signed' as const }]) {
			const zip = rawZip([{ name: 'less than 32 kB.pdf', data: small, ...kind }]);
			await refused(zip, 'tooLarge', /entry 1 .*too large/i, { entryBytes: 1_000_000 });
		}
		const lie = rawZip([{ name: 'bomb.pdf', data: small, size: 10 }]);
		await refused(lie, 'damaged', /does not have its size/, { entryBytes: 1_000_000 });
		const harmless = rawZip([{ name: 'not-a-pdf', data: Buffer.alloc(50_000_000) }]);
		await refused(harmless, 'tooLarge', /entry 1 .*too large/i, { entryBytes: 1_000_000 });
	});

	it('refuses entries that together expand to more than allowed', async () => {
		const zip = rawZip([1, 2, 3].map((number) => ({ name: `${number}.pdf`, data: pdf })));
		await refused(zip, 'tooLarge', /expands beyond the limit/, { totalBytes: 8_999 });
		await expect(readAll(zip, { totalBytes: 9_000 })).resolves.toHaveLength(3);
	});

	it('refuses an archive whose directory is larger than allowed', async () => {
		const comment = Buffer.alloc(60_000);
		const zip = rawZip([{ name: 'a.pdf', data: pdf, comment }]);
		await refused(zip, 'tooLarge', /directory of the ZIP file/, { directoryBytes: 50_000 });
		await expect(readAll(zip, { directoryBytes: 61_000 })).resolves.toHaveLength(1);
	});

	it('allocates no gigabytes for a header that promises them', async () => {
		const promise = extraField(1, Buffer.concat([u64(200_000_000_000), u64(50)]));
		const zip = rawZip([{ name: 'a.pdf', data: pdf, size: 0xffffffff, extra: promise }]);
		await refused(zip, 'damaged', /decompressed|does not have its size/);
	});

	const zip = rawZip(
		Array.from({ length: 5 }, (_, index) => ({
			name: `${index}.pdf`,
			data: fakePdf(100_000, index),
		})),
	);

	it('readPdfEntries closes its source when the consumer stops early', async () => {
		const source = new ChunkSource(inChunks(zip, 1000));
		for await (const entry of readPdfEntries(source, turn)) {
			expect(entry.name).toBe('0.pdf');
			break;
		}
		expect(source.returned).toBe(true);
		expect(source.pulled).toBeLessThan(130);
	});

	it('readPdfEntries reads nothing when the consumer never starts', async () => {
		const source = new ChunkSource(inChunks(zip, 1000));
		await readPdfEntries(source, turn).return();
		expect(source.pulled).toBe(0);
	});

	it('readPdfEntries hands on what the source throws, at any place', async () => {
		const reason = new Error('connection lost');
		const chunks = inChunks(zip, 1000);
		for (const at of [0, 1, 2, 50, 99, 100, 101, 102, 150, chunks.length - 1, chunks.length]) {
			const source = new ChunkSource(chunks, { at, reason });
			await expect(readAll(source)).rejects.toBe(reason);
			expect(source.returned).toBe(false);
		}
	});

	it('readPdfEntries throws its own error where closing the source throws, too', async () => {
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

	it('refuses random bytes without an unhandled rejection', async () => {
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
