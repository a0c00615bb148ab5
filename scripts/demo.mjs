import path from 'node:path';

import { ensureInstalled, root, runTsx } from './lib/setup.mjs';

await ensureInstalled();
// npm changes to the repository's folder; a file is named from where the command was typed.
const from = process.env.INIT_CWD ?? process.cwd();
process.env.INIT_CWD = from;
const files = process.argv.slice(2).map((file) => path.resolve(from, file));
process.chdir(root);
process.exitCode = await runTsx('scripts/demo.mts', files);
