import { existsSync, readFileSync, writeFileSync } from 'node:fs';

import { faultsAt, type Step } from './faults.mts';
import { KEYS } from '../emulator/index.mts';
import { invoices, NODE, openBench, type Bench } from '../engine/support/bench.mts';

/*
 * Every fault, once, at every step, with and without Retry On Fail, with On Error: Stop and Continue.
 * What a user can rely on is asserted for every cell; how each ends is written to a page of the docs.
 */

const STEPS: Record<Step, string> = {
	design: 'Reading the design',
	submit: 'Submit',
	status: 'Status request',
	download: 'Asking for the link',
	zip: 'ZIP file',
	generate: 'Single PDF: generate',
	pdf: 'Single PDF: file',
};
const DOC = 'docs/fault-matrix.md';
const ROWS = 3;

interface Cell {
	step: Step;
	fault: string;
	outcome: string;
	withRetry: string;
}
const cells: Cell[] = [];

describe.each(Object.entries(STEPS) as Array<[Step, string]>)('A fault at: %s', (step) => {
	let bench: Bench;
	beforeAll(async () => {
		bench = await openBench();
	});
	afterAll(async () => {
		await bench.close();
	});

	async function runCell(fault: string, retry: boolean, goOn: boolean) {
		const before = {
			jobs: bench.emulator.jobs.length,
			paid: bench.charged(),
			logs: bench.engine.logs.length,
		};
		const action = faultsAt(step)[fault];
		if (!action) throw new Error(`There is no fault "${fault}"`);
		const remove = bench.emulator.faults.add({ route: step, call: 1, times: 1, action: action() });
		const single = step === 'generate' || step === 'pdf';
		const result = await bench.run(invoices(ROWS), {
			...(retry && { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 }),
			...(goOn && { onError: 'continueRegularOutput' }),
			parameters: single
				? { resource: 'pdf', operation: 'generate' }
				: { options: { rowsPerBatch: 2, maxConcurrentJobs: 1 } },
		});
		remove();
		const jobIds = bench.jobIds().slice(before.jobs);
		return {
			result,
			jobIds,
			paid: bench.charged() - before.paid,
			logs: bench.engine.logs.slice(before.logs),
		};
	}

	/** What holds whatever goes wrong. */
	async function expectInvariants({
		result,
		jobIds,
		paid,
		logs,
	}: Awaited<ReturnType<typeof runCell>>) {
		const json = JSON.stringify(result.json(NODE));
		const told = `${json}${JSON.stringify(result.error)}${JSON.stringify(logs)}`;
		expect(paid).toBeLessThanOrEqual(ROWS);
		// An id that never arrived cannot be told; that a submit is in doubt can.
		const inDoubt = told.includes('SUBMIT_OUTCOME_UNKNOWN');
		for (const jobId of jobIds) expect(inDoubt || told.includes(jobId)).toBe(true);
		expect(`${told}${result.saved}`).not.toContain(KEYS.demo);
		expect(`${told}${result.saved}`).not.toContain('signature=');
		const failures = result.json(NODE).filter((item) => 'error' in item);
		const emitted = result.items(NODE).filter((item) => !('error' in item.json));
		if (!result.error && failures.length === 0) expect(paid).toBe(ROWS);
		for (const item of emitted) {
			const bytes = await bench.engine.readBinary(item, 'data');
			expect(bytes).toHaveLength(Number(item.json['fileSize']));
			expect(bytes.subarray(0, 2).toString()).toMatch(/PK|%P/);
		}
		expect(
			new Set(emitted.map(({ json: { jobId, fileName } }) => `${jobId}/${fileName}`)).size,
		).toBe(emitted.length);
		const messages = [result.error?.message, ...failures.map(({ error }) => String(error))];
		for (const message of messages) {
			if (message === undefined) continue;
			expect(message.length).toBeGreaterThan(10);
			expect(message).not.toMatch(/https?:|undefined|\[object|\n\s+at /);
		}
		if (result.error) expect(result.error.description ?? '').not.toBe('');
	}

	const ending = ({ result }: Awaited<ReturnType<typeof runCell>>) => {
		if (result.error)
			return result.error.message
				.replace(/job_\w+/g, '…')
				.replace(/\d{2,} (rows|seconds)/g, '… $1');
		return result.tries(NODE) > 1 ? 'goes on with the next try' : 'goes on by itself';
	};

	it.each(Object.keys(faultsAt(step)))('%s', async (fault) => {
		const plain = await runCell(fault, false, false);
		await expectInvariants(plain);
		const retried = await runCell(fault, true, false);
		await expectInvariants(retried);
		for (const retry of [false, true]) {
			const going = await runCell(fault, retry, true);
			await expectInvariants(going);
			expect(going.result.status).toBe('success');
		}
		cells.push({ step, fault, outcome: ending(plain), withRetry: ending(retried) });
	});
});

describe('The page about faults', () => {
	it('says what the matrix shows', () => {
		const rows = cells.map(
			({ step, fault, outcome, withRetry }) =>
				`| ${STEPS[step]} | ${fault} | ${outcome} | ${withRetry} |`,
		);
		const page = [
			'# What happens when something goes wrong',
			'',
			'Made by `test/heavy/fault-matrix.test.mts` (`UPDATE_DOCS=1 npm run test:faults`): each',
			'fault strikes once, at each step, on n8n’s real engine. In every cell no row is charged twice, every',
			'paid job’s ID is told, and no damaged file is handed on; with On Error: Continue the execution goes on.',
			'',
			'| Step | Fault | Without Retry On Fail | With Retry On Fail |',
			'|---|---|---|---|',
			...rows,
			'',
		].join('\n');
		if (process.env['UPDATE_DOCS']) writeFileSync(DOC, page);
		const cellsOf = (text: string) =>
			text.split('\n').map((line) => line.split('|').slice(1, 3).join('|'));
		expect(cellsOf(existsSync(DOC) ? readFileSync(DOC, 'utf8') : '')).toEqual(cellsOf(page));
	});
});
