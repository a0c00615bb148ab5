import { ensureInstalled, runTsx } from './lib/setup.mjs';

await ensureInstalled();
process.exitCode = await runTsx('scripts/screenshots.mts', process.argv.slice(2));
