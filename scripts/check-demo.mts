/**
 * Runs the demo as a user does and looks into the ZIP that it leaves: every row of the example has
 * exactly one PDF, which shows the row's own values. Ends with `N passed, N failed`.
 */
import { readFile, rm } from 'node:fs/promises';

import { pdfText } from '../test/support/pdf-text.mts';
import { readZip } from '../test/support/zip.mts';
import { readTable } from './lib/read-table.mts';
import { run } from './lib/setup.mjs';
import { Tally } from './lib/tally.mts';

const ZIP = 'out/invoices.zip';

const tally = new Tally();

/** A check that throws has failed; what comes after it is still checked. */
async function check(what: string, holds: () => Promise<boolean>): Promise<void> {
	const outcome = await holds().catch((error: unknown) => error);
	tally.check(outcome === true);
	const reason = outcome instanceof Error ? `: ${outcome.message}` : '';
	process.stdout.write(`  ${outcome === true ? 'ok     ' : 'FAILED '} ${what}${reason}\n`);
}

await rm(ZIP, { force: true });
const { rows } = await readTable('examples/data/invoices.csv');
const pdfs: Buffer[] = [];

await check('The demo comes through', async () => {
	return (await run(process.execPath, ['scripts/run.mjs', 'demo'])) === 0;
});
await check(`Its ZIP holds ${rows.length} files`, async () => {
	pdfs.push(...(await readZip(ZIP)).map(({ bytes }) => bytes));
	return pdfs.length === rows.length;
});
await check('Each of them is a PDF', async () => {
	return pdfs.length > 0 && pdfs.every((pdf) => pdf.subarray(0, 5).toString('latin1') === '%PDF-');
});
await check('Each row has exactly one of them', async () => {
	const texts = await Promise.all(pdfs.map(pdfText));
	return (
		texts.length > 0 &&
		rows.every((row) => {
			const number = row['invoice_number'] ?? '';
			return texts.filter((text) => text.includes(number)).length === 1;
		})
	);
});
await check('A picture that was uploaded stands in the badge', async () => {
	return /uploads|assets/.test(await pdfText(await readFile('out/badge.pdf')));
});
tally.close();
