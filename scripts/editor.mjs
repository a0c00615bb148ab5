import { ensureInstalled, runTsx } from './lib/setup.mjs';

await ensureInstalled();
process.exitCode = await runTsx('test/editor/main.mts', process.argv.slice(2));
