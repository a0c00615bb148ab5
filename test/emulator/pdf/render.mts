import type { PdfStyle } from '../options.mts';
import type { StoredPdf } from '../storage/shelf.mts';
import { designedPdf } from './designed.mts';
import { plainPdf } from './plain.mts';

/** The PDF of one row. The same input gives the same bytes. */
export async function renderPdf(pdf: StoredPdf, style: PdfStyle): Promise<Uint8Array> {
	return style === 'plain' ? plainPdf(pdf) : await designedPdf(pdf);
}
