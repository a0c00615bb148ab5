import { createHash } from 'node:crypto';

import { ARCHIVE_LIMITS } from '../../../../nodes/ImaginePdf/core/zip/archive.ts';
import {
	readPdfEntries,
	type ArchiveEntry,
} from '../../../../nodes/ImaginePdf/core/zip/readPdfEntries.ts';
import { ChunkSource, inChunks } from './sources.mts';

/** Lets the event loop go round once. */
export const turn = async () => await new Promise<void>((resolve) => setImmediate(resolve));

export async function readAll(
	zip: Buffer | AsyncIterable<Uint8Array>,
	limits: Partial<typeof ARCHIVE_LIMITS> = {},
): Promise<ArchiveEntry[]> {
	const source = Buffer.isBuffer(zip) ? new ChunkSource(inChunks(zip, 1000)) : zip;
	const entries: ArchiveEntry[] = [];
	for await (const entry of readPdfEntries(source, turn, { ...ARCHIVE_LIMITS, ...limits })) {
		entries.push(entry);
	}
	return entries;
}

/** Stands for bytes in comparisons: Jest takes milliseconds to compare a page of them. */
export function digest(bytes: Uint8Array): string {
	return `${bytes.length} bytes, SHA-256 ${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Name and, of a PDF, the digest of its bytes. */
export async function summary(...from: Parameters<typeof readAll>) {
	const entries = await readAll(...from);
	return entries.map((one) => [one.name, one.pdf ? digest(one.pdf) : 'no PDF']);
}

/** Fails each test of a file after which a rejected promise is left that nobody caught. */
export function watchUnhandled(): void {
	const unhandled: unknown[] = [];
	const onUnhandled = (reason: unknown) => void unhandled.push(reason);
	beforeAll(() => process.on('unhandledRejection', onUnhandled));
	afterAll(() => process.off('unhandledRejection', onUnhandled));
	afterEach(async () => {
		for (let turns = 0; turns < 20; turns++) await turn();
		expect(unhandled.splice(0)).toEqual([]);
	});
}

/** Expects this archive to be refused with this code and message, and its source to be closed. */
export async function refused(
	zip: Buffer,
	code: string,
	text: RegExp,
	limits: Parameters<typeof readAll>[1] = {},
): Promise<void> {
	for (const size of [1_000_000, 97]) {
		const source = new ChunkSource(inChunks(zip, size));
		const message = expect.stringMatching(text);
		await expect(readAll(source, limits)).rejects.toMatchObject({ code, message });
		expect(source.returned || source.pulled === Math.ceil(zip.length / size)).toBe(true);
	}
}
