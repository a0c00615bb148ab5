import type { PlannedJob } from './plan';
import { setOwn } from '../objects';
import type { PreparedRow, RowValues } from '../rows/types';

/** What "check only" emits for a row. */
export interface RowPreview {
	/** 1-based, over the whole run, in input order. */
	row: number;
	itemIndex: number;
	designId: string;
	/** As they would be sent; for a picture, what would be uploaded. */
	values: RowValues;
	/** Variables that the row lacked and that would be sent as blank. */
	blanked: string[];
	/** Variable to the field it came from, where the names differ. */
	matched: Record<string, string>;
	/** Fields that would not be sent. */
	leftOut: string[];
	/** The job that the row would belong to, 1-based, of `batchCount`. */
	batchNumber: number;
	batchCount: number;
	/** Rows of that job. */
	rows: number;
	/** Credits of the whole run: one per row (docs/imaginepdf-api.md, "Batch: the contract"). */
	credits: number;
}

/** One preview per row of the plan, in input order. */
export function previewRows(
	rows: readonly PreparedRow[],
	jobs: readonly PlannedJob[],
): RowPreview[] {
	const jobOf = new Map(jobs.flatMap((job) => job.rows.map((row) => [row, job] as const)));
	return rows.flatMap((row, index) => {
		const job = jobOf.get(row);
		if (job === undefined) return [];
		return {
			row: index + 1,
			itemIndex: row.itemIndex,
			designId: row.designId,
			values: previewValues(row),
			blanked: [...row.blanked],
			matched: { ...row.matched },
			leftOut: [...row.leftOut],
			batchNumber: job.number,
			batchCount: job.count,
			rows: job.rows.length,
			credits: rows.length,
		};
	});
}

/** A picture has no reference before it is uploaded. */
function previewValues({ values, pictures, blankPictures }: PreparedRow): RowValues {
	if (pictures.length + blankPictures.length === 0) return values;
	const shown = { ...values };
	for (const { variable, itemIndex, binaryField } of pictures) {
		setOwn(shown, variable, `(picture in '${binaryField}' of item ${itemIndex}, to be uploaded)`);
	}
	for (const variable of blankPictures) {
		setOwn(shown, variable, '(transparent picture, to be uploaded)');
	}
	return shown;
}
