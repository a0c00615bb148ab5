/**
 * What an archive may make us do. The ZIP comes from storage through a URL, so nothing in it is
 * taken on trust: every limit is checked on what really arrives, never on what a header promises.
 */

/** How much an archive may hold; sizes in bytes. */
export interface ArchiveLimits {
	/** PDFs; one more is refused. */
	pdfs: number;
	/** Entries of any kind, folders included. */
	entries: number;
	/** Uncompressed bytes of one entry. */
	entryBytes: number;
	/** Uncompressed bytes of all entries together. */
	totalBytes: number;
	/** Bytes of an entry's name. */
	nameBytes: number;
}

const MiB = 1024 * 1024;

/**
 * One PDF is held in memory, so this bounds the memory. A rendered design is rarely over a few MiB;
 * image-heavy ones reach some dozens.
 */
export const MAX_ENTRY_BYTES = 256 * MiB;

/**
 * Deflate packs at most about 1032 : 1, so a ZIP of 10 MiB can grow to 10 GiB. Far above any batch
 * that a plan allows, far below what fills a server's disk.
 */
export const MAX_TOTAL_BYTES = 10 * 1024 * MiB;

/**
 * Entries beside the PDFs of the rows: a folder per row, a manifest, a note for each failed row. The
 * API page documents none of them and rules none out.
 */
export const MAX_EXTRA_ENTRIES = 100;

/** Longest path that common file systems take; the format itself would allow 65,535. */
export const MAX_NAME_BYTES = 4096;

/** The limits for a job's ZIP: one PDF per successful row (API page, "Download"). */
export function limitsFor(rows: number): ArchiveLimits {
	return {
		pdfs: rows,
		entries: 2 * rows + MAX_EXTRA_ENTRIES,
		entryBytes: MAX_ENTRY_BYTES,
		totalBytes: MAX_TOTAL_BYTES,
		nameBytes: MAX_NAME_BYTES,
	};
}

/** A PDF starts with this text, within its first 1024 bytes (ISO 32000-1, annex H, note 13). */
export const PDF_MARK = '%PDF-';
export const PDF_MARK_WITHIN = 1024;

/**
 * Bytes that are looked at in one go. At about 1 GB/s for the checksum this is a quarter of a
 * millisecond, so the event loop stays responsive however large the chunks of the source are.
 */
export const MAX_STEP_BYTES = 256 * 1024;

/**
 * Bytes after which other work gets a turn, for sources that always have the next chunk at hand:
 * promises alone never let the event loop go round.
 */
export const PAUSE_EVERY_BYTES = 4 * MiB;

/*
 * What other work on the main thread costs, in bytes of the checksum that take as long (measured).
 */

/** One byte of output inflated here. */
export const INFLATE_COST = 6;
/** Everything about an entry that does not depend on its size. */
export const ENTRY_COST = 128 * 1024;
