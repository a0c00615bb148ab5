import assert from 'node:assert/strict';

import { KEYS, type Emulator } from '../emulator/index.mts';
import type { SuiteOptions } from './major.mts';
import { callLive, liveNodes } from './support/nodes.mts';
import { startQueue, WORKER_CONCURRENCY, type Queue } from './support/queue.mts';
import type { Command } from '../real-n8n/process.mts';
import { UNFINISHED } from './support/server.mts';
import { findServices } from './support/services.mts';
import { NODE, CaseSetup } from './support/setup.mts';
import { until } from '../real-n8n/until.mts';
import { runCase } from '../support/outcome.mts';
import { workflowOf } from '../real-n8n/workflow.mts';

const EXECUTIONS = 20;
const ROWS = 250;
/** Jobs of one execution: 100 rows each. */
const JOBS = 3;
const ENDLESS_MS = 24 * 3_600_000;
const ALL_ENDED_MS = 240_000;
const WORKSPACE = 'pc_live_queue';

const KILL = 'queue mode: 20 executions of 250 rows, one of two workers killed';
const STOP = 'queue mode: Stop reaches the worker';

/** n8n's distributed engine: what is proven here holds for executions on workers. */
export async function queueSuite(options: Omit<SuiteOptions, 'only'>): Promise<void> {
	const { n8n, tarball, folder, report } = options;
	const version = `${n8n.version} queue`;
	const binaries = await findServices(KILL, version, report);
	if (!binaries) return;
	let queue: Queue | undefined;
	const started = await runCase('queue mode: main and two workers start', version, async () => {
		queue = await startQueue(n8n, tarball, folder, binaries, { workers: 2 });
	});
	report(started);
	if (!queue) return;
	try {
		for (const [name, work] of [
			[STOP, stopReachesWorker],
			[KILL, oneWorkerKilled],
		] as const) {
			const setup = await CaseSetup.open(queue.main, name, { timing: { queueMs: ENDLESS_MS } });
			report(await runCase(name, version, work.bind(undefined, queue, setup)));
			await setup.close();
		}
	} finally {
		await queue.close();
	}
}

async function stopReachesWorker(queue: Queue, setup: CaseSetup): Promise<void> {
	const { emulator } = setup;
	const { workflowId, call } = await liveWorkflow(setup, 'stop', KEYS.demo);
	await call([{ customer_name: 'Ada' }]);
	const jobId = await until('a job', () => emulator.jobs[0]?.jobId);
	const [running] = await queue.main.executionsOf(workflowId);
	assert.ok(running);
	await queue.main.stopExecution(running.id);
	const { status } = await queue.main.ended(running.id);
	assert.equal(status, 'canceled');
	await until('the job ID in the log of a worker', async () => {
		const logs = await Promise.all(queue.workers.map(async (worker) => await worker.output()));
		const lines = logs.join('\n').split('\n');
		return lines.find((line) => line.includes('Stopped.') && line.includes(jobId));
	});
	assert.equal(emulator.charges.length, 1);
}

async function oneWorkerKilled(queue: Queue, setup: CaseSetup): Promise<void> {
	// Nothing ends before the kill, so that it hits executions which have paid and wait.
	const { emulator } = setup;
	emulator.addWorkspace({ key: WORKSPACE, credits: EXECUTIONS * ROWS, plan: 'business' });
	const { workflowId, call } = await liveWorkflow(setup, 'kill', WORKSPACE);
	for (let number = 1; number <= EXECUTIONS; number++) await call(rowsOf(number));

	await until('both workers to be busy', async () => {
		const seen = await Promise.all(
			queue.workers.map(async (worker) => await paidIn(worker, emulator)),
		);
		return seen.every(({ length }) => length === WORKER_CONCURRENCY * JOBS) ? true : undefined;
	});
	const [, victim] = queue.workers;
	assert.ok(victim);
	victim.kill('SIGKILL');
	await victim.ended;
	const left = await paidIn(victim, emulator);
	emulator.behaviour.timing = { queueMs: 0, rowMs: 10 };
	setup.leap(2 * ENDLESS_MS);

	const ended = await allEnded(queue, workflowId);
	const good = ended.filter(({ status }) => status === 'success');
	assert.equal(good.length, EXECUTIONS - WORKER_CONCURRENCY);
	nothingPaidTwice(emulator);
	const fetched: unknown[] = [];
	for (const { id } of good) {
		const items = (await queue.main.execution(id)).items(NODE);
		assert.deepEqual(
			items.map(({ json }) => json.fileCount),
			[100, 100, 50],
		);
		fetched.push(...items.map(({ json }) => json.jobId));
	}
	// What was paid for is downloaded with nothing but the job IDs in the log of the killed worker.
	const download = { operation: 'download', jobId: '={{ $json.jobId }}' };
	const back = await setup.succeed({
		items: left.map((jobId) => ({ jobId })),
		node: { apiKey: WORKSPACE, parameters: download },
	});
	fetched.push(...back.items(NODE).map(({ json }) => json.jobId));
	assert.deepEqual(fetched.sort(), emulator.jobs.map(({ jobId }) => jobId).sort());
	nothingPaidTwice(emulator);
}

/** Every row was sent, and none in two jobs. */
function nothingPaidTwice(emulator: Emulator): void {
	const rows = emulator.jobs.flatMap((job) => job.rows.map(({ invoice_number: name }) => name));
	assert.equal(rows.length, EXECUTIONS * ROWS);
	assert.equal(new Set(rows).size, rows.length);
	assert.equal(emulator.credits(WORKSPACE), 0);
}

interface LiveWorkflow {
	workflowId: string;
	/** Starts an execution on a worker. */
	call: (rows: readonly object[]) => Promise<void>;
}

/** Webhook → split → our node, live. */
async function liveWorkflow(setup: CaseSetup, path: string, apiKey: string): Promise<LiveWorkflow> {
	const nodes = [...liveNodes(path), await setup.node({ apiKey })];
	const workflowId = await setup.server.saveWorkflow(workflowOf(path, nodes));
	await setup.server.activate(workflowId);
	return { workflowId, call: async (rows) => await callLive(setup.server, path, rows) };
}

/** Rows of which no other execution has any. */
function rowsOf(execution: number): object[] {
	return Array.from({ length: ROWS }, (_, index) => ({
		customer_name: `Customer ${index + 1}`,
		invoice_number: `E${execution}-R${index + 1}`,
	}));
}

/** IDs of the jobs that a worker has logged as submitted. */
async function paidIn(worker: Command, { jobs }: Emulator): Promise<string[]> {
	const log = await worker.output();
	const told = [...log.matchAll(/ImaginePDF accepted .+? as (\w+)/g)].map(([, jobId]) => jobId);
	return jobs.map(({ jobId }) => jobId).filter((jobId) => told.includes(jobId));
}

async function allEnded(
	queue: Queue,
	workflowId: string,
): Promise<Array<{ id: string; status: string }>> {
	return await until(
		`${EXECUTIONS} executions to end`,
		async () => {
			const all = await queue.main.executionsOf(workflowId);
			const done = all.filter(({ status }) => !UNFINISHED.has(status));
			return done.length === EXECUTIONS ? done : undefined;
		},
		ALL_ENDED_MS,
	);
}
