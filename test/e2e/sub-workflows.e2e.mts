import assert from 'node:assert/strict';

import { actions } from '../emulator/index.mts';
import { until } from '../real-n8n/until.mts';
import { invoices, itemNodes, workflowOf } from '../real-n8n/workflow.mts';
import { e2e, type E2eCase } from './support/cases.mts';
import type { Execution } from './support/execution.mts';
import { NODE, type CaseSetup, type NodeUnderTest, succeeded } from './support/setup.mts';
import { CALL, calling } from './support/nodes.mts';

const PER_PDF = { output: 'pdfs', options: { rowsPerBatch: 1 } };
const RETRY = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1000 };
const refused = () => actions.refusal(403, 'FORBIDDEN');

async function saveWorkflows(setup: CaseSetup, node: NodeUnderTest) {
	const own = await setup.node({ ...node, parameters: PER_PDF });
	const { inner, call } = await calling(setup, own, 'each');
	const nodes = [...itemNodes(invoices(3)), call];
	const outer = await setup.server.saveWorkflow(workflowOf('Outer workflow', nodes));
	return { outer, inner };
}

async function runOuter(setup: CaseSetup, { outer }: { outer: string }): Promise<Execution> {
	return await setup.server.ended(await setup.beginWorkflow(outer));
}

/** A sub-workflow is an execution of its own: what it remembers ends with it, unless it is retried itself. */
export const subWorkflows: E2eCase[] = [
	e2e(
		'sub-workflow for each item: Retry On Fail inside finds what is paid for, and each item is an order of its own',
		async (setup, emulator) => {
			emulator.faults.add({ route: 'download', call: 2, times: 1, action: refused() });
			const execution = await runOuter(setup, await saveWorkflows(setup, RETRY));
			succeeded(execution);
			assert.deepEqual(await setup.printed(execution.items(CALL)), ['R-1', 'R-2', 'R-3']);
			assert.deepEqual(emulator.faults.unspent, []);
			assert.deepEqual(setup.creditsOf(3), [1, 1, 1]);
		},
	),
	e2e(
		'sub-workflow that failed: its own retry by hand finds its paid job, the retry of the outer one is a new order',
		async (setup, emulator) => {
			const takeBack = emulator.faults.add({ route: 'download', call: 2, action: refused() });
			const workflows = await saveWorkflows(setup, {});
			const failed = await runOuter(setup, workflows);
			assert.equal(failed.status, 'error');
			assert.equal(setup.charged(), 2);
			takeBack();
			const { id } = await until('the failed execution of the sub-workflow', async () => {
				const all = await setup.server.executionsOf(workflows.inner);
				return all.find(({ status }) => status === 'error');
			});
			const retried = await setup.retry(id);
			assert.deepEqual(await setup.printed(retried.items(NODE)), ['R-2']);
			assert.equal(setup.charged(), 2);
			await setup.retry(failed.id);
			assert.deepEqual(setup.creditsOf(3), [2, 2, 1]);
		},
	),
];
