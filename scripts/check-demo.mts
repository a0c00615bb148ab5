/**
 * Runs the demo as a user does and looks into the ZIP that it leaves: every row of the example has
 * exactly one PDF, which shows the row's own values. Ends with `N passed, N failed`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';

import yauzl from 'yauzl';

import { pdfText } from '../test/support/pdf-text.mts';
import { readTable } from './lib/read-table.mts';

const EXAMPLE = path.resolve('examples/data/invoices.csv');
const ZIP = path.resolve('out/invoices.zip');

let passed = 0;
let failed = 0;

/** A check that throws has failed; what comes after it is still checked. */
async function check(what: string, holds: () => Promise<boolean>): Promise<void> {
	const outcome = await holds().catch((error: unknown) => error);
	if (outcome === true) passed += 1;
	else failed += 1;
	const reason = outcome instanceof Error ? `: ${outcome.message}` : '';
	process.stdout.write(`  ${outcome === true ? 'ok     ' : 'FAILED '} ${what}${reason}\n`);
}

async function runDemo(): Promise<boolean> {
	const child = spawn(process.execPath, ['scripts/demo.mjs'], {
		stdio: ['ignore', 'inherit', 'inherit'],
	});
	const [code]: unknown[] = await once(child, 'close');
	return code === 0;
}

async function readPdfs(): Promise<Buffer[]> {
	const archive = await yauzl.openPromise(ZIP);
	const pdfs: Buffer[] = [];
	for await (const entry of archive.eachEntry()) {
		pdfs.push(await buffer(await archive.openReadStreamPromise(entry)));
	}
	return pdfs;
}

await rm(ZIP, { force: true });
const { rows } = await readTable(EXAMPLE);
const pdfs: Buffer[] = [];

await check('The demo comes through', runDemo);
await check(`Its ZIP holds ${rows.length} files`, async () => {
	pdfs.push(...(await readPdfs()));
	return pdfs.length === rows.length;
});
await check(
	'Each of them is a PDF',
	async () =>
		pdfs.length > 0 && pdfs.every((pdf) => pdf.subarray(0, 5).toString('latin1') === '%PDF-'),
);
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
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
