/**
 * `npm run demo [-- file.csv]`: rows of a spreadsheet become PDFs in a ZIP, made by this package's
 * node on n8n's real engine against an ImaginePDF service emulated on this machine.
 */
import path from 'node:path';

import { count, fromHere, say } from './lib/demo-text.mts';
import { readTable, UnusableFile, type Table } from './lib/read-table.mts';

const EXAMPLE = path.resolve('examples/data/invoices.csv');

async function main(file: string): Promise<boolean> {
	const table = await readTable(file);
	say('ImaginePDF for n8n: rows in, PDFs out');
	say();
	tellTable(table, file);
	// n8n takes a few seconds to load: only once there is something to run, and something to read.
	const { demonstrate } = await import('./lib/demonstrate.mts');
	return await demonstrate(table, file);
}

function tellTable({ rows, columns, separator, encoding }: Table, file: string): void {
	const shape = `${count(rows.length, 'row')}, ${count(columns.length, 'column')}`;
	say(`Input:   ${fromHere(file)} (${shape}, separated by ${separator}, ${encoding})`);
}

try {
	process.exitCode = (await main(process.argv[2] ?? EXAMPLE)) ? 0 : 1;
} catch (error) {
	if (!(error instanceof UnusableFile)) throw error;
	say(error.message);
	process.exitCode = 1;
}
