import assert from 'node:assert/strict';
import path from 'node:path';

import { z } from 'zod';

import { actions, type Fault } from '../emulator/index.mts';
import { until, within } from '../real-n8n/until.mts';
import {
	invoices,
	ITEMS,
	passThrough,
	workflowOf,
	type NodeSpec,
	type WorkflowJson,
} from '../real-n8n/workflow.mts';
import { runCase } from '../support/outcome.mts';
import type { SuiteOptions } from './major.mts';
import { e2e, type E2eCase } from './support/cases.mts';
import type { Execution } from './support/execution.mts';
import { createInstance } from './support/instance.mts';
import { callLive, calling, liveNodes, loopNodes } from './support/nodes.mts';
import { startQueue } from './support/queue.mts';
import { N8nServer } from './support/server.mts';
import { findServices } from './support/services.mts';
import { CaseSetup, NODE, type NodeUnderTest, succeeded } from './support/setup.mts';

/** The order of nodes in which n8n is killed. */
type Shape = 'alone' | 'loop' | 'before another' | 'after another' | 'called' | 'then download';

/** How the second run of an execution ends, which a killed one had begun. */
type End =
	/** It says that nobody knows whether the rows are paid for, and pays for none. */
	| 'told'
	/** It succeeds, and every row has cost one credit. */
	| 'done';

/** A moment at which n8n is killed. */
interface Kill {
	name: string;
	/** What n8n waits for then; afterwards the service answers. */
	hold: Pick<Fault, 'route' | 'action' | 'call'>;
	/** Credits of each row when n8n is killed. */
	paid: number[];
	shape?: Shape;
	node?: NodeUnderTest['parameters'];
	/** Retried by hand, without and with Save Execution Progress; n8n 1 may save less. */
	retried?: Record<'off' | 'on', End | Record<1 | 2, End>>;
	/** Run again by n8n 1 itself, in queue mode. */
	again?: End;
	/** The second run is refused before it pays, and a third one, by hand, is to know all the same. */
	isRefused?: true;
}

const { silence, silenceAfter, stall, refusal } = actions;
const GENERATE = { resource: 'pdf', operation: 'generate' };
const ONE_BY_ONE = { options: { maxConcurrentJobs: 1 } };

/** Both rows were paid for, and every second run says so. */
const TOLD: Pick<Kill, 'paid' | 'retried' | 'again'> = {
	paid: [1, 1],
	retried: { off: 'told', on: 'told' },
	again: 'told',
};
const polling = { route: 'status', action: silence() } as const;

const KILLS: Kill[] = [
	{ ...TOLD, name: 'while the submit is open', hold: { route: 'submit', action: silenceAfter() } },
	{
		...TOLD,
		name: 'while it makes single PDFs',
		hold: { route: 'generate', call: 2, action: silenceAfter() },
		node: { ...GENERATE, ...ONE_BY_ONE },
	},
	{ ...TOLD, name: 'while it polls', hold: polling },
	{
		...TOLD,
		name: 'while it polls, and refused when it runs again',
		hold: polling,
		isRefused: true,
	},
	{ ...TOLD, name: 'while it downloads', hold: { route: 'zip', action: stall(100) } },
	{
		...TOLD,
		name: 'in the second pass of a loop',
		hold: { route: 'submit', call: 2, action: silenceAfter() },
		shape: 'loop',
	},
	{
		...TOLD,
		name: 'in a later node',
		hold: { route: 'designs', action: silence() },
		shape: 'before another',
		retried: { off: 'told', on: 'done' },
	},
	{
		name: 'in an earlier node, before anything is paid',
		hold: { route: 'designs', action: silence() },
		paid: [0, 0],
		shape: 'after another',
		// Where n8n 1 has saved nothing, nobody can tell how far it came.
		retried: { off: { 1: 'told', 2: 'done' }, on: 'done' },
		again: 'done',
	},
	{
		...TOLD,
		name: 'in Download, after Submit without waiting',
		hold: polling,
		shape: 'then download',
		node: { waitForCompletion: false },
		retried: { off: 'told', on: 'done' },
	},
	{
		...{ paid: [1, 1], again: 'told' },
		name: 'in an inline sub-workflow, while it polls',
		hold: polling,
		shape: 'called',
	},
];

/** An execution that a killed n8n leaves behind. */
interface Killed {
	name: string;
	kill: Kill;
	progress: 'off' | 'on';
	end: End;
	workflowId: string;
	/** Of n8n's when it was killed. */
	setup: CaseSetup;
}

/** Kills a server in the middle of many executions, starts it again, and retries them all. */
export async function crashSuite(options: SuiteOptions): Promise<void> {
	const { n8n, tarball, report, only } = options;
	const folder = path.join(options.folder, 'killed');
	const wanted = KILLS.flatMap((kill) =>
		(['off', 'on'] as const).flatMap((progress) => {
			const name = `killed ${kill.name}, and retried (progress saved: ${progress})`;
			const end = kill.retried?.[progress];
			if (end === undefined || !name.includes(only)) return [];
			return { name, kill, progress, end: typeof end === 'string' ? end : end[n8n.major] };
		}),
	);
	if (wanted.length === 0) return;
	const instance = await createInstance(n8n, tarball, folder);
	let killed: Killed[] = [];
	let server: N8nServer | undefined;
	try {
		const prepared = await runCase('killed: n8n, amid executions', n8n.version, async () => {
			const first = await N8nServer.start(instance, 'killed');
			try {
				killed = await beginAll(first, wanted);
			} finally {
				await kill(first.command);
			}
			server = await N8nServer.start(instance, 'restarted');
		});
		report(prepared);
		for (const one of killed) {
			report(await runCase(one.name, n8n.version, async () => await isRetried(server, one)));
		}
	} finally {
		await server?.stop();
		for (const { setup } of killed) await setup.close();
	}
}

/** Kills the one worker that pays; n8n 1 gives its executions to another one. */
export async function crashQueueSuite(options: SuiteOptions): Promise<void> {
	const { n8n, tarball, report, only } = options;
	const folder = path.join(options.folder, 'killed-queue');
	const version = n8n.version;
	const wanted = KILLS.flatMap((kill) => {
		const name = `worker killed ${kill.name}: n8n runs the execution again`;
		const end = kill.again;
		return end && name.includes(only) ? { name, kill, progress: 'off' as const, end } : [];
	});
	if (wanted.length === 0) return;
	const binaries = await findServices('worker killed', version, report);
	if (!binaries) return;
	let queue: Awaited<ReturnType<typeof startQueue>> | undefined;
	let killed: Killed[] = [];
	try {
		const prepared = await runCase(
			'worker killed: one of two, amid executions',
			version,
			async () => {
				queue = await startQueue(n8n, tarball, folder, binaries, {
					workers: 1,
					concurrency: KILLS.length,
					env: {
						QUEUE_WORKER_LOCK_DURATION: '8000',
						QUEUE_WORKER_LOCK_RENEW_TIME: '1500',
						QUEUE_WORKER_STALLED_INTERVAL: '3000',
					},
				});
				killed = await beginAll(queue.main, wanted);
				await queue.addWorker();
				await kill(queue.workers[0]);
			},
		);
		report(prepared);
		await Promise.all(
			killed.map(async (one) => {
				report(await runCase(one.name, version, async () => await isRunAgain(queue?.main, one)));
			}),
		);
	} finally {
		await queue?.close();
		for (const { setup } of killed) await setup.close();
	}
}

async function kill(command: N8nServer['command'] | undefined): Promise<void> {
	command?.kill('SIGKILL');
	await command?.ended;
}

type Wanted = Pick<Killed, 'name' | 'kill' | 'progress' | 'end'>;

/** Starts an execution of each, and waits until all of them hang where they are to be killed. */
async function beginAll(server: N8nServer, wanted: readonly Wanted[]): Promise<Killed[]> {
	const killed: Killed[] = [];
	for (const [index, one] of wanted.entries()) {
		const { kill: at, progress } = one;
		const setup = await CaseSetup.open(server, one.name);
		setup.emulator.faults.add({ ...at.hold, call: at.hold.call ?? 1, times: 1 });
		const hook = `killed-${index}`;
		const workflow = await workflowFor(setup, at, hook);
		const settings = { ...workflow.settings, saveExecutionProgress: progress === 'on' };
		const workflowId = await server.saveWorkflow({ ...workflow, settings });
		await server.activate(workflowId);
		await callLive(server, hook, invoices(at.paid.length));
		killed.push({ ...one, workflowId, setup });
	}
	for (const { name, setup, kill: at } of killed) {
		await until(`${name}: the moment of the kill`, () => {
			const hangs = setup.emulator.faults.unspent.length === 0;
			return hangs && setup.charged() === at.paid.reduce((a, b) => a + b) ? true : undefined;
		});
		if (at.isRefused)
			setup.emulator.faults.add({ route: 'design', times: 1, action: refusal(401, 'REVOKED') });
	}
	return killed;
}

async function workflowFor(
	setup: CaseSetup,
	{ shape = 'alone', node: parameters = {} }: Kill,
	hook: string,
): Promise<WorkflowJson> {
	const begin = liveNodes(hook);
	const own = await setup.node({ parameters });
	const other = async (name: string, more: Record<string, unknown>): Promise<NodeSpec> => ({
		...(await setup.node({ parameters: more })),
		name,
	});
	const designs = { resource: 'design', operation: 'getMany' };
	switch (shape) {
		case 'alone':
			return workflowOf(hook, [...begin, own]);
		case 'before another':
			return workflowOf(hook, [...begin, own, await other('Later', designs)]);
		case 'after another': {
			// What it hands on are designs: the rows are taken from before it.
			const rows = {
				rowSource: 'json',
				rowsJson: `={{ $('${ITEMS}').all().map((item) => item.json) }}`,
			};
			const late = { ...own, parameters: { ...own.parameters, ...rows }, executeOnce: true };
			return workflowOf(hook, [...begin, await other('Earlier', designs), late]);
		}
		case 'then download': {
			const download = { operation: 'download', jobId: '={{ $json.jobId }}' };
			return workflowOf(hook, [...begin, own, await other('Download', download)]);
		}
		case 'loop': {
			const { nodes, links } = loopNodes(1);
			return workflowOf(hook, [...begin, own, ...nodes], { links });
		}
		case 'called':
			return workflowOf(hook, [...begin, (await calling(setup, own)).call]);
	}
}

async function executionOf(server: N8nServer, workflowId: string): Promise<string> {
	const [execution, ...more] = await server.executionsOf(workflowId);
	assert.ok(execution, 'The execution is gone');
	assert.deepEqual(more, []);
	return execution.id;
}

async function isRetried(server: N8nServer | undefined, killed: Killed): Promise<void> {
	assert.ok(server);
	const { workflowId, setup, kill: at, end, progress } = killed;
	const id = await executionOf(server, workflowId);
	const retried = await afterRefusal(server, await server.retryExecution(id, false), killed);
	hasEnded(retried, killed);
	if (end === 'done') return;
	// Whoever has looked into ImaginePDF and accepts it pays once more, and only once.
	const options = { ...ONE_BY_ONE.options, unknownSubmit: 'submitAgain' };
	await server.editNode(workflowId, NODE, { parameters: { options } });
	succeeded(await server.retryExecution(retried.id, true));
	// With progress saved, the first pass of a loop is not run again.
	const kept = at.shape === 'loop' && progress === 'on' ? 1 : 0;
	assert.deepEqual(
		setup.creditsOf(at.paid.length),
		at.paid.map((credits, row) => (row < kept ? credits : credits + 1)),
	);
}

async function isRunAgain(main: N8nServer | undefined, killed: Killed): Promise<void> {
	assert.ok(main);
	const id = await executionOf(main, killed.workflowId);
	hasEnded(await afterRefusal(main, await main.ended(id), killed), killed);
}

/** The execution, or the retry of one that was refused. */
async function afterRefusal(server: N8nServer, execution: Execution, { kill: at }: Killed) {
	if (!at.isRefused) return execution;
	assert.match(execution.error?.message ?? '', /does not accept the API key/);
	return await server.retryExecution(execution.id, false);
}

function hasEnded(execution: Execution, { setup, kill: at, end }: Killed): void {
	const paid = end === 'told' ? at.paid : at.paid.map(() => 1);
	assert.deepEqual(setup.creditsOf(at.paid.length), paid, execution.summary());
	if (end === 'done') return void succeeded(execution);
	assert.equal(execution.status, 'error', execution.summary());
	assert.match(execution.error?.message ?? '', /^It is not known whether/);
}

const customDataSchema = z.object({ customData: z.record(z.string()).nullish() });

/** What the mark of a killed run must not take for one. */
export const crashes: E2eCase[] = [
	e2e(
		'mark: twelve executions at once with equal rows are twelve orders',
		async (setup, emulator) => {
			const hook = 'mark-twelve';
			const nodes = [...liveNodes(hook), await setup.node()];
			const id = await setup.server.saveWorkflow(workflowOf(hook, nodes));
			await setup.server.activate(id);
			const calls = Array.from({ length: 12 }, async () => {
				await callLive(setup.server, hook, invoices(1));
			});
			await Promise.all(calls);
			await within(
				'twelve orders',
				emulator.waitFor(() => setup.charged() === 12),
			);
			for (const { id: execution } of await setup.server.executionsOf(id)) {
				const { status } = await setup.server.ended(execution);
				assert.equal(status, 'success');
			}
			assert.equal(setup.charged(), 12);
		},
	),
	e2e(
		'mark: two branches into one node, and a retry by hand of the second, pay each once',
		async (setup, emulator) => {
			const action = refusal(402, 'NO_CREDITS');
			emulator.faults.add({ route: 'submit', call: 2, times: 1, action });
			const failed = await setup.run({
				items: invoices(2),
				after: [passThrough('Left'), passThrough('Right')],
				links: [
					[ITEMS, 0, 'Left'],
					[ITEMS, 0, 'Right'],
					['Left', 0, NODE],
					['Right', 0, NODE],
				],
			});
			assert.equal(failed.status, 'error', failed.summary());
			assert.deepEqual(setup.creditsOf(2), [1, 1]);
			await setup.retry(failed.id);
			assert.deepEqual(setup.creditsOf(2), [2, 2]);
		},
	),
	e2e('a stopped execution shows the IDs of its jobs', { majors: [2] }, async (setup, emulator) => {
		emulator.faults.add({ route: 'status', action: silence() });
		const id = await setup.begin();
		const { jobId } = await until('a job', () => emulator.jobs[0]);
		await until('a look at the job', () =>
			emulator.requests.some(({ route }) => route === 'status') ? true : undefined,
		);
		await setup.server.stopExecution(id);
		await setup.server.ended(id);
		// n8n saves a stopped execution twice: at once without its data, and when its node has ended.
		const customData = await until('the custom data', async () => {
			const answer = await setup.server.rest.json('GET', `/rest/executions/${id}`);
			const { customData: data } = customDataSchema.parse(answer);
			return Object.keys(data ?? {}).length > 0 ? data : undefined;
		});
		assert.deepEqual(customData, { imaginePdfJobs: jobId });
	}),
];
