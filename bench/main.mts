import path from 'node:path';
import { parseArgs } from 'node:util';

import { CASES } from './cases/index.mts';
import { Unavailable, type BenchCase, type CaseOptions } from './figure.mts';
import { printCase, printSummary, writeJson, type CaseReport } from './report.mts';

const { values } = parseArgs({
	options: {
		quick: { type: 'boolean', default: false },
		only: { type: 'string', multiple: true, default: [] },
		help: { type: 'boolean', default: false },
	},
});

const names = CASES.map(({ name }) => name);
const unknown = values.only.filter((name) => !names.includes(name));

if (values.help || unknown.length > 0) {
	if (unknown.length > 0) process.stdout.write(`There is no case '${unknown.join("', '")}'.\n`);
	process.stdout.write(
		`npm run bench -- [--quick] [--only <case>]…   cases: ${names.join(', ')}\n`,
	);
	process.exitCode = unknown.length > 0 ? 1 : 0;
} else {
	await main({ quick: values.quick }, values.only);
}

async function main(options: CaseOptions, only: readonly string[]): Promise<void> {
	const reports: CaseReport[] = [];
	for (const benchCase of CASES) {
		if (only.length > 0 && !only.includes(benchCase.name)) continue;
		const report = await measure(benchCase, options);
		printCase(report);
		reports.push(report);
	}
	printSummary(reports);
	const file = writeJson(path.resolve('out/bench.json'), reports, options.quick);
	process.stdout.write(`All figures: ${path.relative(process.cwd(), file)}\n`);
}

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
