/**
 * `npm run test:faults`: every fault at every step, then random work with random faults, on n8n's real
 * engine. `--runs 20000 --seed 42` for longer or other random runs. Ends with "N passed, N failed".
 */
import { parseArgs } from 'node:util';

import { runJest } from './lib/jest-run.mjs';
import { ensureInstalled } from './lib/setup.mjs';
import { Tally } from './lib/tally.mjs';

const { values } = parseArgs({ options: { runs: { type: 'string' }, seed: { type: 'string' } } });
if (values.runs) process.env.IMAGINEPDF_RUNS = values.runs;
if (values.seed) process.env.IMAGINEPDF_SEED = values.seed;

await ensureInstalled();
process.stdout.write('Faults at every step, and random ones; this takes some minutes …\n');
const { passed, failed, output } = await runJest(
	'--config',
	'jest.heavy.config.js',
	'--maxWorkers=2',
);
const tally = new Tally();
tally.add({ passed, failed });
if (failed > 0) process.stdout.write(output);
tally.close();
