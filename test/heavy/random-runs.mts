import { broken, type Outcome } from './invariants.mts';
import { OTHER_DESIGN, randomWork } from './random-work.mts';
import { designOf } from '../emulator/index.mts';
import { openBench, type Bench } from '../engine/support/bench.mts';

/*
 * Random work and random faults on n8n's own retry loop, and what holds whatever happens:
 * nothing is paid twice, every paid job can be found, no file is damaged, handed on twice or paired
 * with another's row, it ends in time, and no secret shows. `IMAGINEPDF_RUNS` and `IMAGINEPDF_SEED`
 * repeat or extend it.
 */

const RUNS = Number(process.env['IMAGINEPDF_RUNS'] ?? 2000);
const SEED = Number(process.env['IMAGINEPDF_SEED'] ?? 20261123);
const KEY = 'pc_live_random';
const RUNS_PER_TEST = 100;

/** Declares the runs of one quarter of all: a file each, so that processes share the work evenly. */
export function describeRandomRuns(quarter: 0 | 1 | 2 | 3): void {
	const begin = Math.ceil((RUNS * quarter) / 4);
	const end = Math.ceil((RUNS * (quarter + 1)) / 4);
	describe(`Random runs ${begin} to ${end} (seed ${SEED})`, () => {
		let bench: Bench;
		beforeAll(async () => {
			bench = await openBench({ seed: SEED });
			bench.emulator.addWorkspace({ key: KEY, credits: 10_000_000, plan: 'business' });
			const [invoice] = bench.emulator.designs(KEY);
			if (!invoice) throw new Error('The emulator has no designs');
			const letter = designOf({ ...invoice, designId: OTHER_DESIGN, name: 'Letter' });
			bench.emulator.addDesign(KEY, letter);
		});
		afterAll(async () => {
			await bench.close();
		});

		async function runOnce(seed: number): Promise<Outcome> {
			const work = randomWork(seed);
			const { behaviour, faults } = bench.emulator;
			behaviour.timing = work.timing;
			behaviour.failRows = work.fails;
			for (const { route, call, times, action } of work.faults)
				faults.add({ route, call, times, action });
			const before = { jobs: bench.emulator.jobs.length, paid: bench.charged() };
			const startedAt = bench.emulator.now();
			const result = await bench.run(work.items, { ...work.node, apiKey: KEY });
			faults.clear();
			return {
				work,
				result,
				jobIds: bench.jobIds().slice(before.jobs),
				paid: bench.charged() - before.paid,
				tookMs: bench.emulator.now() - startedAt,
			};
		}

		const tests = Math.ceil((end - begin) / RUNS_PER_TEST);
		it.each(Array.from({ length: tests }, (_, index) => [begin + index * RUNS_PER_TEST]))(
			'from run %i on',
			async (first) => {
				const wrong: string[] = [];
				for (let run = first; run < Math.min(first + RUNS_PER_TEST, end); run++) {
					const outcome = await runOnce(SEED + run);
					const found = await broken(bench, outcome);
					const planned = outcome.work.faults
						.map(({ route, call, times, name }) => `${route} ${call}+${times}: ${name}`)
						.join('; ');
					if (found.length > 0)
						wrong.push(`IMAGINEPDF_SEED=${SEED + run} (${planned}): ${found.join('; ')}`);
				}
				expect(wrong).toEqual([]);
			},
		);

		it('leave no key at the storage', () => {
			expect(bench.emulator.leaks).toEqual([]);
		});
	});
}
