import fc from 'fast-check';

import { limitsFor, readPdfEntries } from '../../../nodes/ImaginePdf/core/zip/index.ts';
import { extraField, rawZip, u64 } from './support/raw-zip.mts';
import { readAll, turn } from './support/read.mts';
import { refused, watchUnhandled } from './support/refused.mts';
import { ChunkSource, cutBy, fakePdf, inChunks } from './support/sources.mts';

/** Generous, for machines with much else to do; nothing here depends on time. */
jest.setTimeout(60_000);
watchUnhandled();

const pdf = fakePdf(3000, 5);

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
