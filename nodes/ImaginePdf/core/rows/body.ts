import type { PreparedRow } from './types';

/**
 * The JSON body of a batch submit: `{"rows":[…]}`, with `pdfProfile` where it is given
 * (docs/imaginepdf-api.md, "Batch: second generation").
 */
export function rowsBody(
	rows: ReadonlyArray<Pick<PreparedRow, 'values'>>,
	pdfProfile?: string,
): string {
	return JSON.stringify({
		rows: rows.map((row) => row.values),
		...(pdfProfile !== undefined && { pdfProfile }),
	});
}

/** The JSON body of a single PDF: `{"data":{…}}`, with `pdfProfile` where it is given (docs/imaginepdf-api.md, "Single PDF"). */
export function dataBody(row: Pick<PreparedRow, 'values'>, pdfProfile?: string): string {
	return JSON.stringify({ data: row.values, ...(pdfProfile !== undefined && { pdfProfile }) });
}
