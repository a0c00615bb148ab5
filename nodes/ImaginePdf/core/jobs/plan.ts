import type { FoundRows, LedgerEntry } from './ledgerEntry';
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
	earlier?: LedgerEntry;
}

type Unnumbered = Omit<PlannedJob, 'number' | 'count' | 'itemIndexes'> & { otherItems?: number[] };

/**
 * Splits rows into jobs: one per design and per `rowsPerBatch` rows. The order of the rows is kept
 * inside a design, and designs come in the order in which they first appear.
 */
export function planJobs(rows: readonly PreparedRow[], rowsPerBatch: number): PlannedJob[] {
	return numbered(split(rows, rowsPerBatch), rows);
}

/** The jobs of a try: those of earlier tries as they are, and new ones for the other rows. */
export function planTry(
	rows: readonly PreparedRow[],
	{ paid, unknown, toSubmit }: FoundRows,
	rowsPerBatch: number,
): PlannedJob[] {
	const jobs = [
		...[...paid, ...unknown].map(({ entry, rows: found, otherItems }): Unnumbered => ({
			designId: entry.design,
			rows: found,
			rowCount: entry.rows.length,
			otherItems,
			earlier: entry,
		})),
		...toSubmit.flatMap((list) => split(list, rowsPerBatch)),
	];
	return numbered(jobs, rows);
}

function split(rows: readonly PreparedRow[], rowsPerBatch: number): Unnumbered[] {
	const byDesign = new Map<string, PreparedRow[]>();
	for (const row of rows) {
		const group = byDesign.get(row.designId);
		if (group) group.push(row);
		else byDesign.set(row.designId, [row]);
	}
	return [...byDesign].flatMap(([designId, group]) =>
		chunk(group, rowsPerBatch).map((part) => ({ designId, rows: part, rowCount: part.length })),
	);
}

/** In the order of their designs' first appearance and of their first rows. */
function numbered(jobs: Unnumbered[], rows: readonly PreparedRow[]): PlannedJob[] {
	const designs = new Map([...new Set(rows.map((row) => row.designId))].map((id, at) => [id, at]));
	const positions = new Map(rows.map((row, at) => [row, at]));
	const orderOf = ({ rows: [first] }: Unnumbered): [number, number] =>
		first ? [designs.get(first.designId) ?? 0, positions.get(first) ?? 0] : [0, 0];
	const ordered = jobs
		.map((job) => ({ job, order: orderOf(job) }))
		.sort((a, b) => a.order[0] - b.order[0] || a.order[1] - b.order[1]);
	return ordered.map(({ job: { otherItems = [], ...job } }, index) => ({
		...job,
		number: index + 1,
		count: jobs.length,
		itemIndexes: [...new Set([...job.rows.flatMap((row) => row.itemIndexes), ...otherItems])].sort(
			(a, b) => a - b,
		),
	}));
}

function chunk<T>(all: T[], size: number): T[][] {
	const parts: T[][] = [];
	for (let start = 0; start < all.length; start += size) parts.push(all.slice(start, start + size));
	return parts;
}
