import fc from 'fast-check';

import { zipTail } from '../../../nodes/ImaginePdf/core/zip/zipTail.ts';
import { rawZip, type RawArchive } from './support/raw-zip.mts';
import { ChunkSource, cutBy, fakePdf, inChunks } from './support/sources.mts';

/** Generous, for machines with much else to do; nothing here depends on time. */
jest.setTimeout(60_000);

function zipOf(files: number, archive: RawArchive = {}, dataSize = 50): Buffer {
	const pdfs = Array.from({ length: files }, (_, index) => ({
		name: `invoice-${index}.pdf`,
		data: fakePdf(dataSize, index),
		method: 0,
	}));
	return rawZip([{ name: 'folder/', data: Buffer.alloc(0), method: 0 }, ...pdfs], archive);
}

async function pass(zip: Buffer, cuts: number[] = [1000]): Promise<number> {
	const tail = zipTail(new ChunkSource(cutBy(zip, cuts)));
	const chunks: Uint8Array[] = [];
	for await (const chunk of tail.body) chunks.push(chunk);
	expect(Buffer.concat(chunks).equals(zip)).toBe(true);
	return tail.fileCount();
}

describe('zipTail', () => {
	it.each([1, 2, 101, 250])(
		'zipTail counts the %d files of a ZIP without its folders',
		async (count) => {
			const zip = zipOf(count);
			expect(await pass(zip)).toBe(count);
		},
	);

	it.each([
		['without entries', rawZip([])],
		['with nothing but a folder', zipOf(0)],
	])('zipTail refuses an archive %s', async (_name, zip) => {
		await expect(pass(zip)).rejects.toMatchObject({ code: 'empty' });
	});

	it('zipTail counts files in zip64, and behind a comment that looks like an end', async () => {
		expect(await pass(zipOf(3, { zip64: true }))).toBe(3);
		const comment = Buffer.concat([Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(65_000, 7)]);
		expect(await pass(zipOf(3, { comment }))).toBe(3);
		expect(await pass(zipOf(3, { comment, zip64: true }))).toBe(3);
	});

	it('zipTail takes the number of entries from the end where the directory is long', async () => {
		expect(await pass(zipOf(6000), [65_536])).toBe(6001);
	});

	it('zipTail counts the same files in chunks of any size', async () => {
		const zip = zipOf(40, {}, 20_000);
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.integer({ min: 50, max: 200_000 }), { minLength: 1, maxLength: 5 }),
				async (cuts) => {
					expect(await pass(zip, cuts)).toBe(40);
				},
			),
			{ numRuns: 30 },
		);
	});

	it('zipTail refuses an archive that is cut off anywhere', async () => {
		const zip = zipOf(3, { zip64: true });
		for (let length = 0; length < zip.length; length++) {
			await expect(pass(zip.subarray(0, length))).rejects.toMatchObject({ code: 'damaged' });
		}
	});

	it('zipTail refuses an archive that misses something in the middle', async () => {
		const zip = zipOf(20);
		for (const at of [10, 200, 1000, zip.length - 500]) {
			const gap = Buffer.concat([zip.subarray(0, at), zip.subarray(at + 7)]);
			await expect(pass(gap)).rejects.toMatchObject({ code: 'damaged' });
		}
		const large = zipOf(12_000);
		const gap = Buffer.concat([large.subarray(0, 1000), large.subarray(1007)]);
		await expect(pass(gap)).rejects.toMatchObject({ code: 'damaged' });
		await expect(pass(zipOf(3, { claimedEntries: 5 }))).rejects.toMatchObject({ code: 'damaged' });
	});

	it('zipTail hands on what a broken source throws, and has no summary then', async () => {
		const reason = new Error('gone');
		const tail = zipTail(new ChunkSource(inChunks(zipOf(3), 100), { at: 2, reason }));
		const drain = async (): Promise<void> => {
			for await (const chunk of tail.body) void chunk;
		};
		await expect(drain()).rejects.toBe(reason);
		expect(tail.fileCount()).toBe(0);
	});

	it('zipTail reads a ZIP no further than it is asked to, and closes its source', async () => {
		const source = new ChunkSource(inChunks(zipOf(3), 10));
		for await (const chunk of zipTail(source).body) {
			expect(chunk).toHaveLength(10);
			break;
		}
		expect(source.pulled).toBe(1);
		expect(source.returned).toBe(true);
	});
});
