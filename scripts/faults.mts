import { runJest } from './lib/jest-run.mts';
import { Tally } from './lib/tally.mts';
import { readArguments } from './lib/terminal.mts';

const USAGE = `Every fault at every step, then random work with random faults, on n8n's real engine.

  npm run test:faults -- [--runs 20000] [--seed 42]

  --runs  how many random runs
  --seed  other random runs
`;

const { values } = readArguments(USAGE, {
	options: { runs: { type: 'string' }, seed: { type: 'string' } },
});
if (values.runs) process.env.IMAGINEPDF_RUNS = values.runs;
if (values.seed) process.env.IMAGINEPDF_SEED = values.seed;

process.stdout.write('Faults at every step, and random ones; this takes some minutes …\n');
const result = await runJest('--config', 'jest.heavy.config.js', '--maxWorkers=2');
if (result.failed > 0) process.stdout.write(result.output);
const tally = new Tally();
tally.add(result);
tally.close();
