import { readFile, mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';

import { capture } from './commands.mjs';
import { root } from './setup.mjs';

const JEST = path.join(root, 'node_modules/jest/bin/jest.js');

/**
 * Runs all tests and counts them from jest's own record. A run that jest itself calls unsuccessful
 * counts at least one failure, also where no single test failed. More arguments go to jest.
 */
export async function runJest(...more) {
	const folder = await mkdtemp(path.join(tmpdir(), 'imaginepdf-jest-'));
	const record = path.join(folder, 'result.json');
	try {
		const { code, stderr } = await capture(process.execPath, [
			JEST,
			'--ci',
			'--json',
			`--outputFile=${record}`,
			// The other steps need a core only at first; with a single worker jest would keep every
			// file's n8n in one process.
			`--maxWorkers=${Math.max(2, availableParallelism())}`,
			...more,
		]);
		const counted = await readCounts(record);
		const failed = code === 0 ? counted.failed : Math.max(1, counted.failed);
		return { ...counted, failed, output: failuresIn(stderr) };
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

async function readCounts(record) {
	let result;
	try {
		result = JSON.parse(await readFile(record, 'utf8'));
	} catch {
		return { passed: 0, failed: 1, skipped: 0, suites: 0 };
	}
	return {
		passed: result.numPassedTests,
		// A file that could not even be loaded has no tests to count.
		failed: result.numFailedTests + result.numRuntimeErrorTestSuites,
		skipped: result.numPendingTests + result.numTodoTests,
		suites: result.numTotalTestSuites,
	};
}

/** What jest says of the failures; with many files it repeats them under a heading of their own. */
function failuresIn(printed) {
	const summary = printed.indexOf('Summary of all failing tests');
	if (summary >= 0) return printed.slice(summary);
	return printed.replaceAll(/^PASS .*\n/gm, '');
}
