import { ensureInstalled, root, runTsx } from './lib/setup.mjs';

await ensureInstalled();
process.chdir(root);
process.exitCode = await runTsx('scripts/check-demo.mts');
