import assert from 'node:assert/strict';

import { actions, type Emulator } from '../emulator/index.mts';
import { until } from '../real-n8n/until.mts';
import { invoices, itemNodes, workflowOf, type NodeSpec } from '../real-n8n/workflow.mts';
import type { E2eCase } from './support/cases.mts';
import type { Execution } from './support/execution.mts';
import { charged, creditsOf, NODE, type CaseSetup, type NodeUnderTest } from './support/setup.mts';

const CALL = 'Make PDFs';
const PER_PDF = { output: 'pdfs', options: { rowsPerBatch: 1 } };
const RETRY = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1000 };
const refused = () => actions.refusal(403, 'FORBIDDEN');

interface Workflows {
	/** Items → Execute Workflow, once for each item. */
	outer: string;
	/** Its trigger → ImaginePDF. */
	inner: string;
}

async function saveWorkflows(
	setup: CaseSetup,
	emulator: Emulator,
	node: NodeUnderTest,
	call: Partial<NodeSpec> = {},
): Promise<Workflows> {
	const trigger: NodeSpec = {
		name: 'When Executed by Another Workflow',
		type: 'n8n-nodes-base.executeWorkflowTrigger',
		typeVersion: 1.1,
		parameters: { inputSource: 'passthrough' },
	};
	const own = await setup.node(emulator, { ...node, parameters: PER_PDF });
	const inner = await setup.server.saveWorkflow(workflowOf('Sub-workflow', [trigger, own]));
	// n8n 2 runs the published version of a sub-workflow only.
	if (setup.server.major === 2) await setup.server.activate(inner);
	const execute: NodeSpec = {
		name: CALL,
		type: 'n8n-nodes-base.executeWorkflow',
		typeVersion: 1.2,
		parameters: {
			workflowId: { __rl: true, mode: 'id', value: inner },
			mode: 'each',
			options: {},
		},
		...call,
	};
	const nodes = [...itemNodes(invoices(3)), execute];
	const outer = await setup.server.saveWorkflow(workflowOf('Outer workflow', nodes));
	return { outer, inner };
}

async function runOuter(setup: CaseSetup, { outer }: Workflows): Promise<Execution> {
	return await setup.server.ended(await setup.beginWorkflow(outer));
}

/** A sub-workflow is an execution of its own: what it remembers ends with it, unless it is retried itself. */
export const subWorkflows: E2eCase[] = [
	{
		name: 'sub-workflow for each item: Retry On Fail inside finds what is paid for, and each item is an order of its own',
		async run(setup) {
			const emulator = await setup.emulator();
			emulator.faults.add({ route: 'download', call: 2, times: 1, action: refused() });
			const execution = await runOuter(setup, await saveWorkflows(setup, emulator, RETRY));
			assert.equal(execution.status, 'success', execution.summary());
			assert.deepEqual(await setup.printed(execution.items(CALL)), ['R-1', 'R-2', 'R-3']);
			assert.deepEqual(emulator.faults.unspent, []);
			assert.deepEqual(creditsOf(emulator, 3), [1, 1, 1]);
		},
	},
	{
		name: 'sub-workflow that failed: its own retry by hand finds its paid job, the retry of the outer one is a new order',
		async run(setup) {
			const emulator = await setup.emulator();
			const takeBack = emulator.faults.add({ route: 'download', call: 2, action: refused() });
			const workflows = await saveWorkflows(setup, emulator, {});
			const failed = await runOuter(setup, workflows);
			assert.equal(failed.status, 'error');
			assert.equal(charged(emulator), 2);
			takeBack();
			const { id } = await until('the failed execution of the sub-workflow', async () => {
				const all = await setup.server.executionsOf(workflows.inner);
				return all.find(({ status }) => status === 'error');
			});
			const retried = await setup.server.retryExecution(id, false);
			assert.equal(retried.status, 'success', retried.summary());
			assert.deepEqual(await setup.printed(retried.items(NODE)), ['R-2']);
			assert.equal(charged(emulator), 2);
			const outer = await setup.server.retryExecution(failed.id, false);
			assert.equal(outer.status, 'success', outer.summary());
			assert.deepEqual(creditsOf(emulator, 3), [2, 2, 1]);
		},
	},
];
