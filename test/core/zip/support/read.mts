import { limitsFor, readPdfEntries } from '../../../../nodes/ImaginePdf/core/zip/index.ts';
import type { ArchiveEntry, ArchiveLimits } from '../../../../nodes/ImaginePdf/core/zip/index.ts';
import { ChunkSource, inChunks } from './sources.mts';

/** Lets the event loop go round once. */
export function turn(): Promise<void> {
	return new Promise((resolve) => {
		setImmediate(resolve);
	});
}

export async function readAll(
	zip: Buffer | AsyncIterable<Uint8Array>,
	limits: Partial<ArchiveLimits> = {},
): Promise<ArchiveEntry[]> {
	const source = Buffer.isBuffer(zip) ? new ChunkSource(inChunks(zip, 1000)) : zip;
	const entries: ArchiveEntry[] = [];
	for await (const entry of readPdfEntries(source, { ...limitsFor(1000), ...limits }, turn)) {
		entries.push(entry);
	}
	return entries;
}

/** Name and, of a PDF, bytes; of others the reason. */
export function summary(entries: ArchiveEntry[]): Array<[string, Buffer | string]> {
	return entries.map((entry) => [entry.name, entry.kind === 'pdf' ? entry.bytes : entry.reason]);
}
