import { ensureInstalled, runTsx } from './lib/setup.mjs';

await ensureInstalled();
process.exitCode = await runTsx('bench/main.mts', process.argv.slice(2));
