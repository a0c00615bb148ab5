import type { PreparedRow } from '../rows/types';

/** One batch job to be submitted: rows of one design, in the order of their items. */
export interface PlannedJob {
	/** 1-based, over all designs of the run. */
	number: number;
	/** Jobs of the run. */
	count: number;
	designId: string;
	rows: PreparedRow[];
	/** The input items the rows came from, ascending, without repeats. */
	itemIndexes: number[];
}

/**
 * Splits rows into jobs: one per design and per `rowsPerBatch` rows. The order of the rows is kept
 * inside a design, and designs come in the order in which they first appear.
 */
export function planJobs(rows: readonly PreparedRow[], rowsPerBatch: number): PlannedJob[] {
	const byDesign = new Map<string, PreparedRow[]>();
	for (const row of rows) {
		const group = byDesign.get(row.designId);
		if (group) group.push(row);
		else byDesign.set(row.designId, [row]);
	}
	const batches = [...byDesign].flatMap(([designId, group]) =>
		chunk(group, rowsPerBatch).map((part) => ({ designId, rows: part })),
	);
	return batches.map((batch, index) => ({
		...batch,
		number: index + 1,
		count: batches.length,
		itemIndexes: [...new Set(batch.rows.flatMap((row) => row.itemIndexes))].sort((a, b) => a - b),
	}));
}

function chunk<T>(all: T[], size: number): T[][] {
	const parts: T[][] = [];
	for (let start = 0; start < all.length; start += size) parts.push(all.slice(start, start + size));
	return parts;
}
