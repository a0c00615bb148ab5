/**
 * `npm run demo [-- file.csv]`: rows of a spreadsheet become PDFs in a ZIP, made by this package's
 * node on n8n's real engine against an ImaginePDF service emulated on this machine.
 */
import path from 'node:path';

import { readTable, UnusableFile } from './lib/read-table.mts';
import { count, fail, fromArgument, fromHere, readArguments, say } from './lib/terminal.mts';

const USAGE = `Rows of a spreadsheet become PDFs in a ZIP, on n8n's real engine, without an account.

  npm run demo                   takes examples/data/invoices.csv
  npm run demo -- my.csv         takes your own file, and a design made of its columns where needed
`;

async function main(file: string): Promise<boolean> {
	const table = await readTable(file);
	const { rows, columns, separator, encoding } = table;
	const shape = `${count(rows.length, 'row')}, ${count(columns.length, 'column')}`;
	say('ImaginePDF for n8n: rows in, PDFs out');
	say();
	say(`Input:   ${fromHere(file)} (${shape}, separated by ${separator}, ${encoding})`);
	// n8n takes a few seconds to load: only once there is something to run, and something to read.
	const { demonstrate } = await import('./lib/demonstrate.mts');
	return await demonstrate(table, file);
}

const { positionals } = readArguments(USAGE, { allowPositionals: true });
const [given] = positionals;
try {
	const file = given ? fromArgument(given) : path.resolve('examples/data/invoices.csv');
	process.exitCode = (await main(file)) ? 0 : 1;
} catch (error) {
	if (!(error instanceof UnusableFile)) throw error;
	fail(error.message);
}
