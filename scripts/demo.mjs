import path from 'node:path';

import { ensureInstalled, root, runTsx } from './lib/setup.mjs';

const USAGE = `Rows of a spreadsheet become PDFs in a ZIP, on n8n's real engine, without an account.

  npm run demo                   takes examples/data/invoices.csv
  npm run demo -- my.csv         takes your own file, and a design made of its columns where needed
`;

if (process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h')) {
	process.stdout.write(USAGE);
	process.exit(0);
}
await ensureInstalled();
// npm changes to the repository's folder; a file is named from where the command was typed.
const from = process.env.INIT_CWD ?? process.cwd();
process.env.INIT_CWD = from;
const files = process.argv.slice(2).map((file) => path.resolve(from, file));
process.chdir(root);
process.exitCode = await runTsx('scripts/demo.mts', files);
