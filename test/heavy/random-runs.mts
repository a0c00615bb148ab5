import { broken, type Outcome } from './invariants.mts';
import {
	dueDateOf,
	editedBy,
	OTHER_DESIGN,
	randomWork,
	type Change,
	type Work,
} from './random-work.mts';
import { designOf, type Charge } from '../emulator/index.mts';
import {
	IMAGINEPDF_TOOL,
	TEST_NODES,
	type RunOptions,
	type RunResult,
} from '../engine/harness/index.mts';
import { NODE, nodeSpec, openEngineSetup, type EngineSetup } from '../engine/support/setup.mts';

/*
 * Random work and random faults on n8n's own retry loop, in one go, in loops and as an agent's tool, with
 * Stop and retries by hand after something was changed; and what holds whatever happens: no row is paid
 * for twice over all tries, every paid job can be found, no file is damaged, handed on twice or paired
 * with another's row, it ends in time, and no secret shows. `IMAGINEPDF_RUNS` and `IMAGINEPDF_SEED`
 * repeat or extend it.
 */

const RUNS = Number(process.env['IMAGINEPDF_RUNS'] ?? 2000);
const SEED = Number(process.env['IMAGINEPDF_SEED'] ?? 20261123);
const KEY = 'pc_live_random';
const SECOND_KEY = 'pc_live_random_second';
const RUNS_PER_TEST = 100;
const AGENT = 'Agent';

/** Declares the runs of one quarter of all: a file each, so that processes share the work evenly. */
export function describeRandomRuns(quarter: 0 | 1 | 2 | 3): void {
	const begin = Math.ceil((RUNS * quarter) / 4);
	const end = Math.ceil((RUNS * (quarter + 1)) / 4);
	describe(`Random runs ${begin} to ${end} (seed ${SEED})`, () => {
		let setup: EngineSetup;
		beforeAll(async () => {
			setup = await openEngineSetup({ seed: SEED });
			setup.emulator.addWorkspace({ key: KEY, credits: 10_000_000, plan: 'business' });
			setup.emulator.addKey(KEY, SECOND_KEY);
			const [invoice] = setup.emulator.designs(KEY);
			if (!invoice) throw new Error('The emulator has no designs');
			const letter = designOf({ ...invoice, designId: OTHER_DESIGN, name: 'Letter' });
			setup.emulator.addDesign(KEY, letter);
		});
		afterAll(async () => {
			await setup.close();
		});

		async function runOnce(seed: number): Promise<Outcome> {
			const work = randomWork(seed);
			const { behaviour, faults } = setup.emulator;
			behaviour.timing = work.timing;
			behaviour.failRows = (row) => work.fails?.(row) ?? false;
			for (const { route, call, times, action } of work.faults)
				faults.add({ route, call, times, action });
			const isOwn = (row: Record<string, unknown>) => row['due_date'] === dueDateOf(seed);
			const startedAt = setup.emulator.now();
			const results = [await firstRun(work)];
			for (const change of work.hands) {
				const last = results.at(-1);
				// n8n offers it for executions that have failed, not for those that were stopped.
				if (last?.status === 'error') results.push(await retried(last, change, work));
			}
			faults.clear();
			const { jobs, charges } = setup.emulator;
			return {
				work,
				results,
				jobIds: jobs.filter(({ rows }) => rows.some(isOwn)).map(({ jobId }) => jobId),
				credits: creditsByRow(charges.filter(({ values }) => values.some(isOwn))),
				tookMs: setup.emulator.now() - startedAt,
			};
		}

		async function firstRun(work: Work): Promise<RunResult> {
			const node = { ...work.node, apiKey: KEY };
			const { stopAt } = work;
			const stop = stopAt && setup.emulator.nextRequest(({ route }) => route === stopAt);
			const more = stop ? { stop } : {};
			if (work.shape === 'loop') return await setup.engine.run({ ...loopOf(work, node), ...more });
			if (work.shape === 'tool') return await setup.engine.run({ ...agentOf(work, node), ...more });
			return await setup.run(work.items, node, more);
		}

		function loopOf({ items, portion }: Work, node: Parameters<typeof nodeSpec>[1]): RunOptions {
			return {
				items,
				nodes: [
					{ name: 'Items', type: TEST_NODES.items },
					{ name: 'Loop', type: TEST_NODES.loop, parameters: { batchSize: portion } },
					nodeSpec(setup.emulator, node),
				],
				connections: [
					['Items', 'Loop'],
					['Loop', NODE, 1],
					[NODE, 'Loop'],
				],
			};
		}

		/** Two calls at the same time, and so on until all rows are through. */
		function agentOf(
			{ items, portion, single }: Work,
			node: Parameters<typeof nodeSpec>[1],
		): RunOptions {
			const size = single ? 1 : portion;
			const calls = items.flatMap((_, at) =>
				at % size === 0 ? [{ rows: items.slice(at, at + size) }] : [],
			);
			const rounds = calls.flatMap((_, at) => (at % 2 === 0 ? [calls.slice(at, at + 2)] : []));
			const parameters = {
				...node.parameters,
				designId: { __rl: true, mode: 'id', value: 'design_invoice' },
				rowSource: 'json',
				rowsJson: "={{ $fromAI('rows', 'One object per PDF', 'json') }}",
			};
			return {
				items: [{}],
				nodes: [
					{ name: 'Items', type: TEST_NODES.items },
					{
						name: AGENT,
						type: TEST_NODES.agent,
						parameters: { rounds: rounds as never, throws: true },
					},
					{ ...nodeSpec(setup.emulator, { ...node, parameters }), type: IMAGINEPDF_TOOL },
				],
				connections: {
					Items: { main: [[{ node: AGENT, type: 'main', index: 0 }]] },
					[NODE]: { ai_tool: [[{ node: AGENT, type: 'ai_tool', index: 0 }]] },
				},
			};
		}

		async function retried(failed: RunResult, change: Change, work: Work): Promise<RunResult> {
			const data = { apiKey: SECOND_KEY, baseUrl: setup.emulator.baseUrl };
			// An agent makes its rows itself.
			const edited = work.shape === 'tool' && change !== 'batch size' ? {} : editedBy(change, work);
			return await setup.engine.retry(failed, {
				edited: { [NODE]: edited as never },
				...(change === 'credential' && { credentials: { [NODE]: { imaginePdfApi: data } } }),
			});
		}

		const tests = Math.ceil((end - begin) / RUNS_PER_TEST);
		it.each(Array.from({ length: tests }, (_, index) => [begin + index * RUNS_PER_TEST]))(
			'no random run from %i on breaks an invariant',
			async (first) => {
				const wrong: string[] = [];
				for (let run = first; run < Math.min(first + RUNS_PER_TEST, end); run++) {
					const outcome = await runOnce(SEED + run);
					const found = await broken(setup, outcome);
					if (found.length > 0)
						wrong.push(
							`IMAGINEPDF_SEED=${SEED + run} (${told(outcome.work)}): ${found.join('; ')}`,
						);
				}
				expect(wrong).toEqual([]);
			},
		);

		it('no random run sends the key to the storage', () => {
			expect(setup.emulator.leaks).toEqual([]);
		});
	});
}

function told({ faults, shape, hands, stopAt, unknownSubmit }: Work): string {
	const planned = faults.map(
		({ route, call, times, name }) => `${route} ${call}+${times}: ${name}`,
	);
	const what = [shape, unknownSubmit, ...(stopAt ? [`stop at ${stopAt}`] : []), ...hands];
	return [...planned, what.join(', ')].join('; ');
}

/** Credits by the rows' invoice numbers. */
function creditsByRow(charges: readonly Charge[]): Map<string, number> {
	const credits = new Map<string, number>();
	for (const row of charges.flatMap(({ values }) => values)) {
		const name = String(row['invoice_number']);
		credits.set(name, (credits.get(name) ?? 0) + 1);
	}
	return credits;
}
