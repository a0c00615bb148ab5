import { createHash } from 'node:crypto';

import {
	ARCHIVE_LIMITS,
	type ArchiveLimits,
} from '../../../../nodes/ImaginePdf/core/zip/archive.ts';
import {
	readPdfEntries,
	type ArchiveEntry,
} from '../../../../nodes/ImaginePdf/core/zip/readPdfEntries.ts';
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
	for await (const entry of readPdfEntries(source, turn, { ...ARCHIVE_LIMITS, ...limits })) {
		entries.push(entry);
	}
	return entries;
}

/** Stands for bytes in comparisons: Jest takes milliseconds to compare a page of them. */
export function digest(bytes: Uint8Array): string {
	return `${bytes.length} bytes, SHA-256 ${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Name and, of a PDF, the digest of its bytes; of others the reason. */
export function summary(entries: ArchiveEntry[]): Array<[string, string]> {
	return entries.map((entry) => [
		entry.name,
		entry.kind === 'pdf' ? digest(entry.bytes) : entry.reason,
	]);
}
