import assert from 'node:assert/strict';

import type { Emulator } from '../emulator/index.mts';
import { listZip } from '../support/zip.mts';
import { e2e, type E2eCase } from './support/cases.mts';
import { NODE, type CaseSetup } from './support/setup.mts';
import { until, within } from '../real-n8n/until.mts';

/** A job that outlasts every case that stops it. */
const ENDLESS_MS = 24 * 3_600_000;
const ENDLESS = { timing: { queueMs: ENDLESS_MS } };

/** What users do to executions: stop them, limit their time. */
export const control: E2eCase[] = [
	e2e(
		'Stop while waiting for a job: ends, the job stays reachable',
		{ service: ENDLESS },
		async (setup, emulator) => {
			const executionId = await setup.begin();
			await polled(emulator);
			const jobId = onlyJob(emulator);
			await setup.server.stopExecution(executionId);
			const execution = await setup.server.ended(executionId, 20_000);
			assert.equal(execution.status, 'canceled');
			await logged(setup, jobId, /Stopped\./);
			assert.equal(setup.charged(), 3);
			setup.leap(2 * ENDLESS_MS);
			await retriedAsFarAsItGoes(setup, emulator, executionId);
			await downloadsNow(setup, emulator, jobId);
		},
	),
	e2e(
		'workflow timeout: ends, the job stays reachable',
		{ service: ENDLESS },
		async (setup, emulator) => {
			const executionId = await setup.begin({ settings: { executionTimeout: 4 } });
			await polled(emulator);
			const execution = await setup.server.ended(executionId, 40_000);
			assert.notEqual(execution.status, 'success');
			const jobId = onlyJob(emulator);
			await logged(setup, jobId, /Stopped\./);
			setup.leap(2 * ENDLESS_MS);
			await retriedAsFarAsItGoes(setup, emulator, execution.id);
			await downloadsNow(setup, emulator, jobId);
		},
	),
];

/** The node has asked for its job at least once, so it is in the middle of waiting. */
async function polled(emulator: Emulator): Promise<void> {
	const asked = emulator.waitFor(({ requests }) =>
		requests.some(({ route, status }) => route === 'status' && status === 200),
	);
	await within('the first status request', asked);
}

function onlyJob(emulator: Emulator): string {
	assert.equal(emulator.jobs.length, 1);
	return emulator.jobs[0]?.jobId ?? '';
}

async function logged(setup: CaseSetup, jobId: string, words: RegExp): Promise<void> {
	await until(`a line with ${words} and ${jobId} in n8n's log`, async () => {
		const lines = (await setup.server.log()).split('\n');
		return lines.find((line) => line.includes(jobId) && words.test(line));
	});
}

/**
 * What n8n has kept of an execution that was stopped is a matter of moments: it refuses to retry it, or
 * goes on behind the node, or runs the node again. Whatever it is, nothing is paid for again.
 */
async function retriedAsFarAsItGoes(
	setup: CaseSetup,
	emulator: Emulator,
	executionId: string,
): Promise<void> {
	const retry = setup.server.retryExecution(executionId, false);
	const retried = await retry.catch((error: unknown) => String(error));
	if (typeof retried === 'string') assert.match(retried, /cannot be retried/);
	else for (const { json } of retried.items(NODE)) assert.equal(json.jobId, onlyJob(emulator));
	assert.equal(setup.charged(), 3);
}

/** A job that was left is downloaded by its ID alone, and costs nothing more. */
async function downloadsNow(setup: CaseSetup, emulator: Emulator, jobId: string): Promise<void> {
	const [job] = emulator.jobs;
	assert.ok(job);
	const execution = await setup.succeed({
		items: [{ jobId }],
		parameters: { resource: 'batch', operation: 'download', jobId: '={{ $json.jobId }}' },
	});
	const zip = await setup.file(execution.item(NODE));
	assert.equal((await listZip(zip)).length, job.rows.length);
	assert.equal(emulator.requests.filter(({ route }) => route === 'submit').length, 1);
	assert.equal(emulator.charges.length, 1);
}
