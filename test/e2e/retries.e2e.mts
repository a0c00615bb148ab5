import assert from 'node:assert/strict';

import { actions, KEYS, type Emulator } from '../emulator/index.mts';
import { invoices, type NodeSpec } from '../real-n8n/workflow.mts';
import { listZip } from '../support/zip.mts';
import { e2e, type E2eCase } from './support/cases.mts';
import type { Execution } from './support/execution.mts';
import { NODE, type CaseSetup, type NodeUnderTest, succeeded } from './support/setup.mts';

type Edit = Pick<NodeSpec, 'parameters' | 'credentials'>;
type Parameters = NonNullable<NodeUnderTest['parameters']>;

const GENERATE = { resource: 'pdf', operation: 'generate' };
/** Two rows for each item, with an amount that stands in the node itself. */
const listOf = (amount: string): Parameters => ({
	rowSource: 'json',
	rowsJson: `={{ ['1.00', '${amount}'].map((amount) => ({ invoice_number: $json.invoice_number, amount })) }}`,
});

/** "Retry" from the list of executions, before and after the workflow was edited. */
export const retries: E2eCase[] = [
	finds('(original workflow) re-attaches to its paid job', false, {}),
	finds('(saved workflow) re-attaches to its paid job', true, {}),
	stops('another credential of the same workspace', {}, async (setup, emulator) => {
		emulator.addKey(KEYS.demo, 'pc_live_second');
		const imaginePdfApi = await setup.credential('pc_live_second');
		return { credentials: { imaginePdfApi } };
	}),
	stops('edited values', listOf('2.00'), async () => ({ parameters: listOf('7.00') })),
	submitsAgainOnce('batch submit', {}, 'submit'),
	submitsAgainOnce('pdf generate', GENERATE, 'generate'),
];

/** Charged, and then an answer of which nobody can tell what it means. */
function charged500() {
	return actions.answerAfter({ status: 500 });
}

/** Runs the node, which pays and then cannot look after its job. */
async function failAfterPaying(
	setup: CaseSetup,
	emulator: Emulator,
	parameters: Parameters = {},
): Promise<Execution> {
	const action = actions.refusal(403, 'FORBIDDEN');
	const takeBack = emulator.faults.add({ route: 'download', action });
	const failed = await setup.run({ items: invoices(3), parameters });
	takeBack();
	assert.equal(failed.status, 'error');
	assert.equal(emulator.jobs.length, 1);
	return failed;
}

/** A retry that fetches the paid job, and hands on all of its PDFs. */
function finds(name: string, withSavedWorkflow: boolean, edited: Parameters): E2eCase {
	return e2e(`Retry execution ${name}`, async (setup, emulator) => {
		const failed = await failAfterPaying(setup, emulator);
		assert.equal(setup.charged(), 3);
		await setup.server.editNode(failed.workflowId, NODE, { parameters: edited });
		const retried = await setup.retry(failed.id, withSavedWorkflow);
		await holdsJob(setup, emulator, retried);
		assert.deepEqual(setup.creditsOf(3), [1, 1, 1]);
	});
}

/** The execution has handed on the ZIP of the first job. */
async function holdsJob(setup: CaseSetup, emulator: Emulator, execution: Execution): Promise<void> {
	const [job] = emulator.jobs;
	const { json, binary } = execution.item(NODE);
	assert.equal(json.jobId, job?.jobId);
	assert.ok(binary?.data);
	const files = await listZip(await setup.server.readBinary(binary.data));
	assert.equal(files.length, job?.rows.length);
}

/** A retry that would pay again for what somebody has changed; every way on is open. */
function stops(
	what: string,
	parameters: Parameters,
	edit: (setup: CaseSetup, emulator: Emulator) => Promise<Edit>,
): E2eCase {
	return e2e(
		`Retry execution after ${what}: stops before it pays, and every way on is open`,
		async (setup, emulator) => {
			const failed = await failAfterPaying(setup, emulator, parameters);
			const paid = setup.charged();
			const jobId = emulator.jobs[0]?.jobId ?? 'no job';
			await setup.server.editNode(failed.workflowId, NODE, await edit(setup, emulator));
			const stopped = await setup.server.retryExecution(failed.id, true);
			assert.equal(stopped.status, 'error');
			assert.equal(
				stopped.error?.message,
				`These items were already sent in another form: ${jobId}`,
			);
			const original = await setup.retry(failed.id);
			await holdsJob(setup, emulator, original);
			const download = { resource: 'batch', operation: 'download', jobId: '={{ $json.jobId }}' };
			const fetched = await setup.succeed({ items: [{ jobId }], parameters: download });
			await holdsJob(setup, emulator, fetched);
			assert.equal(setup.charged(), paid);
			const begun = await setup.beginWorkflow(failed.workflowId);
			const anew = await setup.server.ended(begun);
			succeeded(anew);
			assert.equal(setup.charged(), 2 * paid);
		},
	);
}

/** However often n8n and its user try, one second charge is all that they have agreed to. */
function submitsAgainOnce(
	name: string,
	parameters: Parameters,
	route: 'submit' | 'generate',
): E2eCase {
	return e2e(
		`Submit Again: ${name} pays once more at most, in all tries together`,
		async (setup, emulator) => {
			emulator.faults.add({ route, action: charged500() });
			const options = { unknownSubmit: 'submitAgain', maxConcurrentJobs: 1 };
			let execution = await setup.run({
				items: invoices(1),
				node: {
					retryOnFail: true,
					maxTries: 3,
					waitBetweenTries: 1000,
					parameters: { ...parameters, options },
				},
			});
			for (const withSavedWorkflow of [true, false]) {
				assert.equal(execution.status, 'error');
				assert.match(execution.error?.message ?? '', /^It is not known whether/);
				execution = await setup.server.retryExecution(execution.id, withSavedWorkflow);
			}
			assert.equal(execution.status, 'error');
			assert.equal(setup.charged(), 2);
		},
	);
}
