import path from 'node:path';

import { fail, readArguments } from '../scripts/lib/terminal.mts';
import { built } from './built.mts';
import { load } from './cases/load.mts';
import { pdfs } from './cases/pdfs.mts';
import { pictures } from './cases/pictures.mts';
import { poll } from './cases/poll.mts';
import { wholeRun } from './cases/whole-run.mts';
import { zipToDisk } from './cases/zip-to-disk.mts';
import { Unavailable, type BenchCase, type CaseOptions } from './figure.mts';
import { printCase, printSummary, writeJson, type CaseReport } from './report.mts';

/** In the order in which they run. */
const CASES: readonly BenchCase[] = [
	poll,
	await built('rows'),
	await built('ledger'),
	pictures,
	load,
	zipToDisk,
	pdfs,
	wholeRun,
];

const names = CASES.map(({ name }) => name);

const USAGE = `Measures what this package does beside what it is compared with, in one run.

  npm run bench -- [--quick] [--only <case>]…

  --quick  smaller inputs, under a minute in all
  --only   one of the cases: ${names.join(', ')}
`;

const { values } = readArguments(USAGE, {
	options: {
		quick: { type: 'boolean', default: false },
		only: { type: 'string', multiple: true, default: [] },
	},
});
const { quick, only } = values;
const unknown = only.filter((name) => !names.includes(name));
if (unknown.length > 0) fail(`There is no case '${unknown.join("', '")}'.\n\n${USAGE}`);

const reports: CaseReport[] = [];
for (const benchCase of CASES) {
	if (only.length > 0 && !only.includes(benchCase.name)) continue;
	const report = await measure(benchCase, { quick });
	printCase(report);
	reports.push(report);
}
printSummary(reports);
const file = writeJson(path.resolve('out/bench.json'), reports, quick);
process.stdout.write(`All figures: ${path.relative(process.cwd(), file)}\n`);

async function measure({ name, title, run }: BenchCase, options: CaseOptions): Promise<CaseReport> {
	const started = performance.now();
	const seconds = () => (performance.now() - started) / 1000;
	try {
		const figures = await run(options);
		return { name, title, seconds: seconds(), figures };
	} catch (error) {
		if (!(error instanceof Unavailable)) throw error;
		return { name, title, seconds: seconds(), figures: [], unavailable: error.message };
	}
}
