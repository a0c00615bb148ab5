import { faultsAt, type Step } from './faults.mts';
import { seededRandom } from '../emulator/random.mts';
import type { RunResult } from '../engine/harness/index.mts';
import { invoices, NODE, openBench, type Bench } from '../engine/support/bench.mts';

/*
 * Random work and random faults on n8n's own retry loop, and what holds whatever happens:
 * nothing is paid twice, every paid job can be found, no file is damaged or handed on twice, it ends,
 * and no secret shows. `IMAGINEPDF_RUNS` and `IMAGINEPDF_SEED` repeat or extend it.
 */

const RUNS = Number(process.env['IMAGINEPDF_RUNS'] ?? 2000);
const SEED = Number(process.env['IMAGINEPDF_SEED'] ?? 20261123);
/** Faults that leave a request open cost real time even on a fast clock, so they come seldom. */
const SLOW = /never answered|stalled/;
const BATCH_STEPS: Step[] = ['design', 'submit', 'status', 'download', 'zip'];
const PDF_STEPS: Step[] = ['design', 'generate', 'pdf'];
const ROW_COUNTS = [0, 1, 1, 2, 3, 5, 8, 13, 101, 250];
const RUNS_PER_TEST = 100;

interface Work {
	rows: number;
	single: boolean;
	planned: string[];
	result: RunResult;
	jobIds: string[];
	paid: number;
}

/** Declares the runs of one half of all; two files share the work of two processes. */
export function describeRandomRuns(half: 0 | 1): void {
	const begin = half === 0 ? 0 : Math.ceil(RUNS / 2);
	const end = half === 0 ? Math.ceil(RUNS / 2) : RUNS;
	describe(`Random runs ${begin} to ${end} (seed ${SEED})`, () => {
		let bench: Bench;
		beforeAll(async () => {
			bench = await openBench({ seed: SEED });
			bench.emulator.addWorkspace({ key: 'pc_live_random', credits: 10_000_000, plan: 'business' });
		});
		afterAll(async () => {
			await bench.close();
		});

		async function runOnce(seed: number): Promise<Work> {
			const random = seededRandom(seed);
			const pick = <T,>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
			const single = random() < 0.25;
			const rows = single ? pick([0, 1, 2, 5]) : pick(ROW_COUNTS);
			const planned: string[] = [];
			for (let left = Math.floor(random() * 4); left > 0; left--) {
				const step = pick(single ? PDF_STEPS : BATCH_STEPS);
				const known = faultsAt(step);
				const name = pick(
					Object.keys(known).filter((fault) => !SLOW.test(fault) || random() < 0.1),
				);
				const action = known[name];
				if (!action) continue;
				const call = 1 + Math.floor(random() * 3);
				const times = 1 + Math.floor(random() * 3);
				planned.push(`${step} ${call}+${times}: ${name}`);
				bench.emulator.faults.add({ route: step, call, times, action: action() });
			}
			const before = { jobs: bench.emulator.jobs.length, paid: bench.charged() };
			const result = await bench.run(invoices(rows), {
				apiKey: 'pc_live_random',
				...(random() < 0.6 && {
					retryOnFail: true,
					maxTries: 2 + Math.floor(random() * 4),
					waitBetweenTries: 1,
				}),
				...(random() < 0.4 && {
					onError: pick(['continueRegularOutput', 'continueErrorOutput'] as const),
				}),
				parameters: single
					? {
							resource: 'pdf',
							operation: 'generate',
							options: { maxConcurrentJobs: pick([1, 3, 8]) },
						}
					: {
							output: pick(['zip', 'zip', 'pdfs', 'none']),
							options: {
								rowsPerBatch: pick(rows > 20 ? [50, 100, 250] : [1, 2, 3, 100]),
								maxConcurrentJobs: pick([1, 3, 8]),
							},
						},
			});
			bench.emulator.faults.clear();
			return {
				rows,
				single,
				planned,
				result,
				jobIds: bench.jobIds().slice(before.jobs),
				paid: bench.charged() - before.paid,
			};
		}

		/** What does not hold, in words. */
		async function broken({ rows, result, jobIds, paid }: Work): Promise<string[]> {
			const found: string[] = [];
			const items = [...result.items(NODE, 0), ...result.items(NODE, 1)];
			const told = JSON.stringify([items.map(({ json }) => json), result.error, result.logs]);
			const failures = items.filter(({ json }) => 'error' in json);
			const emitted = items.filter(({ json }) => !('error' in json));
			const inDoubt = told.includes('SUBMIT_OUTCOME_UNKNOWN');
			if (paid > rows) found.push(`${paid} credits for ${rows} rows`);
			if (!result.error && failures.length === 0 && paid !== rows)
				found.push(`success with ${paid} of ${rows} rows paid`);
			for (const jobId of jobIds)
				if (!inDoubt && !told.includes(jobId)) found.push(`job ${jobId} is lost`);
			if (
				/pc_live_random|signature=/.test(
					`${told}${result.saved}${JSON.stringify(items.map(({ binary }) => binary))}`,
				)
			) {
				found.push('a secret shows');
			}
			for (const { pairedItem } of items) {
				const pairs = Array.isArray(pairedItem) ? pairedItem : [];
				const valid = pairs.every(
					(pair) => typeof pair === 'object' && pair.item >= 0 && pair.item < rows,
				);
				if (pairs.length === 0 || !valid) found.push('an item is paired with nothing');
			}
			const names = emitted.map(
				({ json }) => `${String(json['jobId'])}/${String(json['fileName'] ?? '')}`,
			);
			if (new Set(names).size !== names.length) found.push('a file is handed on twice');
			for (const item of emitted) {
				if (!item.binary?.['data']) continue;
				const bytes = await bench.engine.readBinary(item, 'data');
				if (bytes.length !== item.json['fileSize']) found.push('a file has another size than told');
				const mark = bytes.subarray(0, 4).toString('latin1');
				if (!/^(PK\x03\x04|%PDF)/.test(mark)) found.push('a file is no ZIP and no PDF');
			}
			return found;
		}

		const tests = Math.ceil((end - begin) / RUNS_PER_TEST);
		it.each(Array.from({ length: tests }, (_, index) => [begin + index * RUNS_PER_TEST]))(
			'from run %i on',
			async (first) => {
				const wrong: string[] = [];
				for (let run = first; run < Math.min(first + RUNS_PER_TEST, end); run++) {
					const work = await runOnce(SEED + run);
					const found = await broken(work);
					if (found.length > 0)
						wrong.push(
							`IMAGINEPDF_SEED=${SEED + run} (${work.planned.join('; ')}): ${found.join('; ')}`,
						);
				}
				expect(wrong).toEqual([]);
			},
		);

		it('leave no key at the storage', () => {
			expect(bench.emulator.leaks).toEqual([]);
		});
	});
}
