/**
 * What an archive may hold, and why one is refused. The ZIP comes from storage through a URL, so
 * nothing in it is trusted: every limit is checked on what really arrives, never on what a header
 * promises.
 */

/** Stable reasons why an archive is refused. */
export type ArchiveErrorCode =
	/** It ends too early, its checksums or sizes do not fit, or its parts contradict each other. */
	| 'damaged'
	/** It holds nothing that a finished job would have made. */
	| 'empty'
	/** It is protected with a password. */
	| 'encrypted'
	/** It is split over several files, or uses a part of the format that PDFs do not need. */
	| 'unsupported'
	/** It has more entries than are read. */
	| 'tooMany'
	/** An entry, all entries together, or the directory is larger than the limits allow. */
	| 'tooLarge';

/** The archive cannot be read as what it should be: the ZIP of a batch job. */
export class ArchiveError extends Error {
	override readonly name = 'ArchiveError';

	constructor(
		readonly code: ArchiveErrorCode,
		message: string,
	) {
		super(message);
	}
}

/** The archive ends, breaks or contradicts itself; `what` names the place and continues the sentence. */
export function damaged(what: string): ArchiveError {
	return new ArchiveError('damaged', `The ZIP file is damaged: ${what}`);
}

/** The archive stops before its end record. */
export function cutOff(): ArchiveError {
	return damaged('it ends before it is complete');
}

/** How much an archive may hold; sizes in bytes. */
export interface ArchiveLimits {
	/** Entries of any kind, folders included. */
	entries: number;
	/** Uncompressed bytes of one entry. */
	entryBytes: number;
	/** Uncompressed bytes of all entries together. */
	totalBytes: number;
	/** Bytes of the directory at the end. */
	directoryBytes: number;
}

const MiB = 1024 * 1024;

/**
 * The limits for a job's ZIP. None of them depends on what the service says about the job: its counts
 * may be missing or wrong, and a paid job must still be fetched.
 */
export const ARCHIVE_LIMITS: ArchiveLimits = {
	/**
	 * A thousand times the 100 rows that a job may have (docs/imaginepdf-api.md, "Batch: second generation"). What is kept
	 * of so many entries until the central directory takes about 20 MB.
	 */
	entries: 100_000,
	/**
	 * One PDF is held in memory, so this bounds the memory. A rendered design is rarely over a few MiB;
	 * image-heavy ones reach some dozens.
	 */
	entryBytes: 256 * MiB,
	/**
	 * Deflate packs at most about 1032 : 1, so a ZIP of 10 MiB can grow to 10 GiB. Far above any batch
	 * that a plan allows, far below what fills a server's disk.
	 */
	totalBytes: 10 * 1024 * MiB,
	/** It is held in memory. For as many entries as are read, a name and a comment of 280 bytes each. */
	directoryBytes: 32 * MiB,
};

/** A PDF starts with this text, within its first 1024 bytes (ISO 32000-1, annex H, note 13). */
export const PDF_MARK = '%PDF-';
export const PDF_MARK_WITHIN = 1024;
