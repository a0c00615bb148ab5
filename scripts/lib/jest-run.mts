import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';

import { z } from 'zod';

import { inTemporaryFolder } from '../../test/support/folder.mts';
import { capture } from './commands.mjs';
import { FileProgress } from './progress.mts';

/** jest's own record of a run, as far as it is counted. */
const Record = z.object({
	numPassedTests: z.number(),
	numFailedTests: z.number(),
	/** Files that could not even be loaded, so that they have no tests to count. */
	numRuntimeErrorTestSuites: z.number(),
	numPendingTests: z.number(),
	numTodoTests: z.number(),
	numTotalTestSuites: z.number(),
});

export interface JestResult {
	passed: number;
	failed: number;
	skipped: number;
	suites: number;
	/** What jest says about the failures. */
	output: string;
}

/**
 * Runs all tests. A run that jest calls unsuccessful counts at least one failure, also where no single
 * test failed. More arguments go to jest.
 */
export async function runJest(...more: string[]): Promise<JestResult> {
	return await inTemporaryFolder('jest', async (folder) => {
		const record = path.join(folder, 'result.json');
		const jest = ['node_modules/jest/bin/jest.js', ...more];
		const list = await capture(process.execPath, [...jest, '--listTests']);
		const progress = new FileProgress(list.stdout.trim().split('\n').length, process.stdout);
		const { code, stderr } = await capture(
			process.execPath,
			[
				...jest,
				'--ci',
				'--json',
				`--outputFile=${record}`,
				// With a single worker jest would run the files in its own process.
				`--maxWorkers=${Math.max(2, availableParallelism())}`,
			],
			{ onError: (text) => progress.read(text) },
		);
		progress.end();
		const counted = await readCounts(record);
		const failed = code === 0 ? counted.failed : Math.max(1, counted.failed);
		return { ...counted, failed, output: failuresIn(stderr) };
	});
}

async function readCounts(record: string): Promise<Omit<JestResult, 'output'>> {
	const text = await readFile(record, 'utf8').catch(() => undefined);
	if (text === undefined) return { passed: 0, failed: 1, skipped: 0, suites: 0 };
	const result = Record.parse(JSON.parse(text));
	return {
		passed: result.numPassedTests,
		failed: result.numFailedTests + result.numRuntimeErrorTestSuites,
		skipped: result.numPendingTests + result.numTodoTests,
		suites: result.numTotalTestSuites,
	};
}

/** jest's words about the failures; with many files it repeats them under a heading of their own. */
function failuresIn(printed: string): string {
	const summary = printed.indexOf('Summary of all failing tests');
	if (summary >= 0) return printed.slice(summary);
	return printed.replaceAll(/^PASS .*\n/gm, '');
}
