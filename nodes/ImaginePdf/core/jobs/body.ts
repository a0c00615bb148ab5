import type { PreparedRow } from '../rows/types';

/* JSON bodies: without a PDF profile, `JSON.stringify` leaves the key out. */

/** The body of a batch submit (docs/imaginepdf-api.md, "Batch: second generation"). */
export function rowsBody(
	rows: ReadonlyArray<Pick<PreparedRow, 'values'>>,
	pdfProfile?: string,
): string {
	return JSON.stringify({ rows: rows.map(({ values }) => values), pdfProfile });
}

/** The body of a single PDF (docs/imaginepdf-api.md, "Single PDF"). */
export function dataBody({ values }: Pick<PreparedRow, 'values'>, pdfProfile?: string): string {
	return JSON.stringify({ data: values, pdfProfile });
}
