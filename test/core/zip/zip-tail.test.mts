import fc from 'fast-check';

import { zipTail } from '../../../nodes/ImaginePdf/core/zip/directory.ts';
import { rawZip, type RawArchive } from '../../support/raw-zip.mts';
import { ChunkSource, cutBy, fakePdf, inChunks } from './support/sources.mts';

function zipOf(files: number, archive: RawArchive = {}): Buffer {
	const pdfs = Array.from({ length: files }, (_, index) => ({
		name: `invoice-${index}.pdf`,
		data: fakePdf(50, index),
		method: 0,
	}));
	return rawZip([{ name: 'folder/', data: Buffer.alloc(0), method: 0 }, ...pdfs], archive);
}

async function countFiles(zip: Buffer, cuts: number[] = [1000]): Promise<number> {
	const tail = zipTail(new ChunkSource(cutBy(zip, cuts)));
	const chunks: Uint8Array[] = [];
	for await (const chunk of tail.body) chunks.push(chunk);
	expect(Buffer.concat(chunks).equals(zip)).toBe(true);
	return tail.fileCount();
}

/** An archive's comment that looks like the end record. */
const comment = Buffer.concat([Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(65_000, 7)]);
const without = (zip: Buffer, at: number) =>
	Buffer.concat([zip.subarray(0, at), zip.subarray(at + 7)]);

describe('zipTail', () => {
	it.each<[string, Buffer, number]>([
		['one file, beside a folder', zipOf(1), 1],
		['250 files', zipOf(250), 250],
		['files in zip64', zipOf(3, { zip64: true }), 3],
		['files before a misleading comment', zipOf(3, { comment }), 3],
		['files before a misleading comment in zip64', zipOf(3, { comment, zip64: true }), 3],
		// The number of entries from the end record.
		['folders, too, where the directory is long', zipOf(7000), 7001],
	])('zipTail counts %s', async (_, zip, count) => {
		expect(await countFiles(zip, [65_536])).toBe(count);
	});

	it('zipTail counts the same files in chunks of any size', async () => {
		const zip = zipOf(40);
		const cuts = fc.array(fc.integer({ min: 1, max: 2000 }), { minLength: 1, maxLength: 5 });
		const property = async (sizes: number[]) => expect(await countFiles(zip, sizes)).toBe(40);
		await fc.assert(fc.asyncProperty(cuts, property), { numRuns: 30 });
	});

	const large = zipOf(12_000);
	/** In zip64, with another byte in the end record. */
	const wideWith = (at: number, byte: number) => {
		const zip = zipOf(3, { zip64: true });
		zip[zip.lastIndexOf('PK\x06\x06', undefined, 'latin1') + at] = byte;
		return zip;
	};
	it.each<[string, Buffer, string]>([
		['without entries', rawZip([]), 'empty'],
		['with nothing but a folder', zipOf(0), 'empty'],
		['with a wrong number of entries', zipOf(3, { claimedEntries: 5 }), 'damaged'],
		['without the signature of its zip64 end', wideWith(3, 7), 'damaged'],
		['with a wrong size of its zip64 end', wideWith(4, 45), 'damaged'],
		['with a gap', without(zipOf(20), 200), 'damaged'],
		['with a gap in its directory', without(zipOf(20), zipOf(20).length - 500), 'damaged'],
		['with a gap before a long directory', without(large, 1000), 'damaged'],
	])('zipTail refuses an archive %s', async (_, zip, code) => {
		await expect(countFiles(zip)).rejects.toMatchObject({ code });
	});

	it('zipTail refuses an archive that is cut off anywhere', async () => {
		const zip = zipOf(3, { zip64: true });
		for (let length = 0; length < zip.length; length++) {
			const cut = countFiles(zip.subarray(0, length));
			await expect(cut).rejects.toMatchObject({ code: 'damaged' });
		}
	});

	it('zipTail hands on what a broken source throws, and has counted nothing then', async () => {
		const reason = new Error('gone');
		const tail = zipTail(new ChunkSource(inChunks(zipOf(3), 100), { at: 2, reason }));
		const drain = async () => {
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
		expect([source.pulled, source.returned]).toEqual([1, true]);
	});
});
