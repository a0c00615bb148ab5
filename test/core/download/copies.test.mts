import { readPdfEntries } from '../../../nodes/ImaginePdf/core/zip/readPdfEntries.ts';
import { zipTail } from '../../../nodes/ImaginePdf/core/zip/directory.ts';
import { coalesce } from '../../../nodes/ImaginePdf/n8n/store.ts';
import { rawZip } from '../../support/raw-zip.mts';
import { ChunkSource, fakePdf, inChunks } from '../zip/support/sources.mts';
import { FakeStorage } from './support/fake-storage.mts';
import { run } from './support/run.mts';

/*
 * What files cost, counted instead of timed: every byte that is copied from one place in memory to
 * another by the ways that this package's code has for it.
 */

const CHUNK_BYTES = 64 * 1024;
const PDF_BYTES = 1_000_000;
const PDFS = 20;

/** Counts from now on until the end of the test. */
function countCopies(): { bytes: number } {
	const counted = { bytes: 0 };
	const { concat } = Buffer;
	jest.spyOn(Buffer, 'concat').mockImplementation((list, length) => {
		if (list.length > 1) counted.bytes += list.reduce((sum, part) => sum + part.length, 0);
		return concat(list, length);
	});
	const { set } = Uint8Array.prototype;
	jest.spyOn(Uint8Array.prototype, 'set').mockImplementation(function (this: Uint8Array, ...args) {
		counted.bytes += args[0].length;
		set.apply(this, args);
	});
	return counted;
}

const zip = rawZip(
	Array.from({ length: PDFS }, (_, index) => ({
		name: `${index}.pdf`,
		data: fakePdf(PDF_BYTES, index + 1),
		method: 0,
	})),
);

/** Hands the ZIP on, as the node reads it. */
async function downloaded(receive: (body: AsyncIterable<Uint8Array>) => Promise<number>) {
	let length = 0;
	const storage = new FakeStorage(zip, [], CHUNK_BYTES);
	await run([], {
		storage,
		receive: async (body) => void (length = await receive(zipTail(body).body)),
	});
	return length;
}

async function lengthOf(body: AsyncIterable<Uint8Array>): Promise<number> {
	let length = 0;
	for await (const chunk of body) length += chunk.length;
	return length;
}

describe('Bytes copied', () => {
	afterEach(() => jest.restoreAllMocks());

	it('a download copies few bytes of a ZIP that comes as it is, whatever its size', async () => {
		const copied = countCopies();
		expect(await downloaded(lengthOf)).toBe(zip.length);
		expect(copied.bytes).toBeGreaterThan(0);
		// The first chunk, whose head is looked at, and the tail with the directory.
		expect(copied.bytes).toBeLessThan(8 * CHUNK_BYTES);
	});

	it('a download copies each byte once where a ZIP is handed to the store in larger pieces', async () => {
		const copied = countCopies();
		const inPieces = async (body: AsyncIterable<Uint8Array>) =>
			await lengthOf(coalesce(body, 8 * CHUNK_BYTES));
		expect(await downloaded(inPieces)).toBe(zip.length);
		expect(copied.bytes).toBeGreaterThanOrEqual(zip.length);
		expect(copied.bytes).toBeLessThan(zip.length + 8 * CHUNK_BYTES);
	});

	it('a download copies each byte once where the PDFs are read out of a ZIP', async () => {
		const source = new ChunkSource(inChunks(zip, CHUNK_BYTES));
		const copied = countCopies();
		let pdfs = 0;
		for await (const { pdf } of readPdfEntries(source, async () => undefined)) {
			pdfs += pdf?.length ?? 0;
		}
		expect(pdfs).toBe(PDFS * PDF_BYTES);
		expect(copied.bytes).toBeGreaterThanOrEqual(pdfs);
		expect(copied.bytes).toBeLessThan(1.05 * pdfs);
	});
});
