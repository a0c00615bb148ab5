import { itemsIn, type LedgerEntry } from './ledgerEntry';
import { groupedBy } from '../objects';
import type { PreparedRow } from '../rows/types';

/** What is sent with one request: a batch of rows, or the one row of a single PDF. */
export interface PlannedJob {
	/** 1-based, over all designs of the run. */
	number: number;
	/** Jobs of the run. */
	count: number;
	designId: string;
	/** Rows of this run, in input order. */
	rows: readonly PreparedRow[];
	/** Rows that the job has or will have: more than `rows` where an earlier try sent others with them. */
	rowCount: number;
	/**
	 * The input items that the job's rows came from, ascending, without repeats: also those of its rows that
	 * only an earlier try sent, since which of its PDFs is theirs is not known.
	 */
	itemIndexes: number[];
	/** What an earlier try has done about these rows: paid for them, or may have. */
	earlier?: LedgerEntry;
}

/**
 * Splits rows into jobs: one per design and per `rowsPerBatch` rows. The order of the rows is kept
 * inside a design, and designs come in the order in which they first appear.
 */
export function planJobs(rows: readonly PreparedRow[], rowsPerBatch: number): PlannedJob[] {
	return numbered(split(rows, rowsPerBatch), rows);
}

/** The same, not yet numbered. */
export function split(rows: readonly PreparedRow[], rowsPerBatch: number): PlannedJob[] {
	return [...groupedByDesign(rows)].flatMap(([designId, ofDesign]) => {
		const jobs: PlannedJob[] = [];
		for (let start = 0; start < ofDesign.length; start += rowsPerBatch) {
			const part = ofDesign.slice(start, start + rowsPerBatch);
			const itemIndexes = itemsIn(part);
			jobs.push({ number: 0, count: 0, designId, rows: part, rowCount: part.length, itemIndexes });
		}
		return jobs;
	});
}

/** Numbers jobs in the order of their designs' first appearance, and of their first rows. */
export function numbered(jobs: readonly PlannedJob[], rows: readonly PreparedRow[]): PlannedJob[] {
	const jobOf = new Map(jobs.map((job) => [job.rows[0], job]));
	const ordered = [...groupedByDesign(rows).values()].flat().flatMap((row) => jobOf.get(row) ?? []);
	for (const [index, job] of ordered.entries()) {
		job.number = index + 1;
		job.count = ordered.length;
	}
	return ordered;
}

function groupedByDesign(rows: readonly PreparedRow[]) {
	return groupedBy(rows, ({ designId }) => designId);
}
