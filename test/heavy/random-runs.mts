import { broken, type Outcome } from './invariants.mts';
import {
	editedBy,
	OTHER_DESIGN,
	randomWork,
	roundsOf,
	type Change,
	type Work,
} from './random-work.mts';
import { designOf, type Charge } from '../emulator/index.mts';
import type { RunOptions, RunResult } from '../engine/harness/index.mts';
import { RemoteStore } from '../engine/harness/remote-store.mts';
import {
	byId,
	NODE,
	nodeSpec,
	openEngineSetup,
	type EngineSetup,
	type NodeUnderTest,
} from '../engine/support/setup.mts';
import { agentOf, loopOf } from '../engine/support/workflows.mts';

/*
 * Random work and random faults on n8n's own retry loop, in one go, as lists that change between two tries,
 * in loops and as an agent's tool, with stores that refuse, Stop, kills of n8n and retries by hand after
 * something was changed; and what holds whatever happens: no row is paid for twice over all tries, every paid
 * job can be found, every item whose row was charged says so, no file is damaged, handed on twice or paired
 * with another's row, it ends in time, and no secret shows. `IMAGINEPDF_RUNS` and `IMAGINEPDF_SEED`
 * repeat or extend it.
 */

const RUNS = Number(process.env['IMAGINEPDF_RUNS'] ?? 2000);
const SEED = Number(process.env['IMAGINEPDF_SEED'] ?? 20261123);
const KEY = 'pc_live_random';
const RUNS_PER_TEST = 100;

/** Two API keys of one workspace. */
interface Keys {
	first: string;
	second: string;
}

/** Declares the runs of one quarter of all: a file each, so that processes share the work evenly. */
export function describeRandomRuns(quarter: 0 | 1 | 2 | 3): void {
	const begin = Math.ceil((RUNS * quarter) / 4);
	const end = Math.ceil((RUNS * (quarter + 1)) / 4);
	describe(`Random runs ${begin} to ${end} (seed ${SEED})`, () => {
		let setup: EngineSetup;
		beforeAll(async () => {
			// Of these stores the second is one that a test can make refuse.
			const binaryMode = quarter % 2 === 0 ? 'filesystem' : 's3';
			setup = await openEngineSetup({ seed: SEED, binaryMode });
		});
		afterEach(() => jest.restoreAllMocks());
		afterAll(async () => {
			await setup.close();
		});

		/**
		 * A workspace of the run's own: what a run before has sent when it was stopped may arrive at the
		 * service after it has ended.
		 */
		function newKeys(seed: number): Keys {
			const keys = { first: `${KEY}_${seed}`, second: `${KEY}_${seed}_second` };
			setup.emulator.addWorkspace({ key: keys.first, credits: 10_000, plan: 'business' });
			setup.emulator.addKey(keys.first, keys.second);
			const [invoice] = setup.emulator.designs(keys.first);
			if (!invoice) throw new Error('The emulator has no designs');
			const letter = designOf({ ...invoice, designId: OTHER_DESIGN, name: 'Letter' });
			setup.emulator.addDesign(keys.first, letter);
			return keys;
		}

		async function runOnce(seed: number): Promise<Outcome> {
			const work = randomWork(seed);
			const keys = newKeys(seed);
			const { behaviour, faults } = setup.emulator;
			behaviour.timing = work.timing;
			behaviour.failRows = (row) => work.fails?.(row) ?? false;
			for (const { route, call, times, action } of work.faults)
				faults.add({ route, call, times, action });
			refuseFiles(work.stored);
			const startedAt = setup.emulator.now();
			const charges = () => setup.emulator.charges.filter(({ key }) => key === keys.first);
			const options = optionsOf(work, { ...work.node, apiKey: keys.first });
			const { stopAt } = work;
			const stop = stopAt && setup.emulator.nextRequest(({ route }) => route === stopAt);
			const results = [await setup.engine.run({ ...options, ...(stop && { stop }) })];
			const [first] = results;
			if (work.killed && first)
				results.push(await setup.engine.rerun(first, work.killed, options.items));
			for (const change of work.hands) {
				const last = results.at(-1);
				// n8n offers it for executions that have failed, not for those that were stopped.
				if (last?.status === 'error') results.push(await retried(last, change, work, keys));
			}
			faults.clear();
			jest.restoreAllMocks();
			return {
				work,
				results,
				charges: charges(),
				jobIds: charges().flatMap(({ jobId }) => jobId ?? []),
				credits: creditsByRow(charges()),
				tookMs: setup.emulator.now() - startedAt,
			};
		}

		/** After so many files, n8n's store refuses two. */
		function refuseFiles(after: number): void {
			if (after === Infinity) return;
			const { write } = RemoteStore.prototype;
			let files = 0;
			const refusing: typeof write = async function (this: RemoteStore, key, body) {
				files++;
				if (files > after && files <= after + 2) throw new Error('The disk is full');
				return await write.call(this, key, body);
			};
			jest.spyOn(RemoteStore.prototype, 'write').mockImplementation(refusing);
		}

		function optionsOf(work: Work, node: NodeUnderTest): RunOptions {
			const { items, portion, shape } = work;
			if (shape === 'loop') return loopOf(setup, items, node, portion);
			if (shape === 'tool') {
				const source = {
					designId: byId('design_invoice'),
					rowSource: 'json',
					rowsJson: "={{ $fromAI('rows', 'One object per PDF', 'json') }}",
				};
				const parameters = { ...node.parameters, ...source };
				const spec = nodeSpec(setup.emulator, { ...node, parameters });
				return agentOf(roundsOf(work), spec, true);
			}
			if (shape === 'list') changeList(work);
			const nodes = [{ name: 'Items', type: 'test.items' }, nodeSpec(setup.emulator, node)];
			return { items: shape === 'list' ? [{}] : items, nodes };
		}

		/** The expression of a list gives another one from the first submit on. */
		function changeList({ items, later }: Work): void {
			const { variables } = setup.engine;
			Object.assign(variables, { rows: items });
			const rows = later === 'shorter' ? items.slice(1) : [...items].reverse();
			void setup.emulator
				.nextRequest(({ route }) => route === 'submit')
				.then(() => Object.assign(variables, { rows }))
				.catch(() => undefined);
		}

		async function retried(
			failed: RunResult,
			change: Change,
			work: Work,
			keys: Keys,
		): Promise<RunResult> {
			const data = { apiKey: keys.second, baseUrl: setup.emulator.baseUrl };
			return await setup.engine.retry(failed, {
				edited: { [NODE]: editedBy(change, work) as never },
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

function told({
	faults,
	shape,
	hands,
	stopAt,
	unknownSubmit,
	killed,
	stored,
	later,
}: Work): string {
	const planned = faults.map(
		({ route, call, times, name }) => `${route} ${call}+${times}: ${name}`,
	);
	const what = [
		...[shape === 'list' ? `list, ${later}` : shape, unknownSubmit],
		...(stopAt ? [`stop at ${stopAt}`] : []),
		...(stored === Infinity ? [] : [`store refuses after ${stored}`]),
		...(killed ? [`killed, ${killed}`] : []),
		...hands,
	];
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
