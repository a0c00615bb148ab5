import type { LedgerEntry } from './ledgerEntry';
import { groupedBy, itemsIn } from '../objects';
import type { PreparedRow } from '../rows/types';

/** What is sent with one request: a batch of rows, or the one row of a single PDF. */
export interface PlannedJob {
	/** 1-based, over all designs of the run. */
	number: number;
	/** Jobs of the run. */
	count: number;
	designId: string;
	/** Rows of this run, in input order. */
	rows: PreparedRow[];
	/** Rows that the job has or will have: more than `rows` where an earlier try sent others with them. */
	rowCount: number;
	/**
	 * The input items that the job's rows came from, ascending, without repeats: also those of its rows that
	 * only an earlier try sent, since which of its PDFs is theirs is not known.
	 */
	itemIndexes: number[];
	/** What an earlier try has done about these rows: paid for them, or may have. */
	earlier?: LedgerEntry | undefined;
}

/**
 * Splits rows into jobs: one per design and per `rowsPerBatch` rows. The order of the rows is kept
 * inside a design, and designs come in the order in which they first appear.
 * @param groupOf rows of different groups share no job: an earlier job, of whatever size, or a word for rows
 * that are to be sent, since not all of them may be repeated alike
 */
export function planJobs(
	rows: readonly PreparedRow[],
	rowsPerBatch: number,
	groupOf: (row: PreparedRow) => LedgerEntry | string = () => '',
): PlannedJob[] {
	const jobs: PlannedJob[] = [];
	const open = new Map<LedgerEntry | string, PlannedJob>();
	for (const [designId, ofDesign] of groupedBy(rows, (row) => row.designId)) {
		for (const row of ofDesign) {
			const group = groupOf(row);
			const earlier = typeof group === 'string' ? undefined : group;
			let job = open.get(group);
			const isFull = job?.designId !== designId || job.rows.length === rowsPerBatch;
			if (!job || (isFull && !earlier)) {
				job = {
					number: jobs.length + 1,
					count: 0,
					designId: earlier?.design ?? designId,
					rows: [],
					rowCount: 0,
					itemIndexes: [],
					earlier,
				};
				open.set(group, job);
				jobs.push(job);
			}
			job.rows.push(row);
		}
	}
	for (const job of jobs) {
		job.count = jobs.length;
		job.rowCount = (job.earlier ?? job).rows.length;
		job.itemIndexes = itemsIn(job.rows);
	}
	return jobs;
}
