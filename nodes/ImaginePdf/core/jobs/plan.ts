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

/** A job before all jobs of the run are known. */
export type Unnumbered = Omit<PlannedJob, 'number' | 'count'>;

/**
 * Splits rows into jobs: one per design and per `rowsPerBatch` rows. The order of the rows is kept
 * inside a design, and designs come in the order in which they first appear.
 */
export function planJobs(rows: readonly PreparedRow[], rowsPerBatch: number): PlannedJob[] {
	return numbered(split(rows, rowsPerBatch), rows);
}

export function split(rows: readonly PreparedRow[], rowsPerBatch: number): Unnumbered[] {
	return [...groupedByDesign(rows)].flatMap(([designId, ofDesign]) => {
		const jobs: Unnumbered[] = [];
		for (let start = 0; start < ofDesign.length; start += rowsPerBatch) {
			const part = ofDesign.slice(start, start + rowsPerBatch);
			jobs.push({ designId, rows: part, rowCount: part.length, itemIndexes: itemsIn(part) });
		}
		return jobs;
	});
}

/** In the order of their designs' first appearance, and of their first rows. */
export function numbered(jobs: readonly Unnumbered[], rows: readonly PreparedRow[]): PlannedJob[] {
	const ordered = [...groupedByDesign(rows).values()].flat();
	const positions = new Map(ordered.map((row, position) => [row, position]));
	const positionOf = ({ rows: [first] }: Unnumbered) => (first && positions.get(first)) ?? 0;
	return [...jobs]
		.sort((a, b) => positionOf(a) - positionOf(b))
		.map((job, index) => ({ ...job, number: index + 1, count: jobs.length }));
}

function groupedByDesign(rows: readonly PreparedRow[]) {
	return groupedBy(rows, ({ designId }) => designId);
}
