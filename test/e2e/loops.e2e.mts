import assert from 'node:assert/strict';

import { actions, type Emulator } from '../emulator/index.mts';
import { invoices } from '../real-n8n/workflow.mts';
import { e2e, type E2eCase } from './support/cases.mts';
import type { Execution } from './support/execution.mts';
import { NODE, type CaseSetup, type NodeUnderTest, succeeded } from './support/setup.mts';
import { DONE, loopNodes } from './support/nodes.mts';

/** Three passes: of two items, two, and one. */
const PASSES = [['R-1', 'R-2'], ['R-3', 'R-4'], ['R-5']];
const ALL = PASSES.flat();
const PER_PDF = { output: 'pdfs', options: { rowsPerBatch: 1 } };
const RETRY = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1000 };

const refused = () => actions.refusal(403, 'FORBIDDEN');

interface LoopSpec {
	items?: readonly object[];
	batchSize?: number;
	node?: NodeUnderTest;
}

/** Items → Loop Over Items ⇄ ImaginePDF, and from the loop to the end. */
async function runLoop(
	setup: CaseSetup,
	{ items = invoices(ALL.length), batchSize = 2, node = {} }: LoopSpec = {},
): Promise<Execution> {
	const { nodes, links } = loopNodes(batchSize, node.onError === 'continueErrorOutput');
	const own = { ...node, parameters: { ...PER_PDF, ...node.parameters } };
	return await setup.run({ items, node: own, after: nodes, links });
}

/** Every pass has handed on the PDFs of its own items, and no row was paid for twice. */
async function allWell(setup: CaseSetup, emulator: Emulator, execution: Execution): Promise<void> {
	succeeded(execution);
	const passes = execution.passes(NODE);
	assert.deepEqual(await Promise.all(passes.map((items) => setup.printed(items))), PASSES);
	assert.deepEqual(await setup.printed(execution.items(DONE)), ALL);
	assert.deepEqual(setup.creditsOf(ALL.length), [1, 1, 1, 1, 1]);
	assert.deepEqual(emulator.faults.unspent, []);
}

/** Loop Over Items: each pass is an order of its own, and a further try of a pass is not. */
export const loops: E2eCase[] = [
	e2e('loop: each pass pays for its own rows, and hands on their PDFs', async (setup, emulator) => {
		await allWell(setup, emulator, await runLoop(setup));
	}),
	e2e(
		'loop: Retry On Fail finds what its pass has paid for, after asking for the file failed',
		async (setup, emulator) => {
			emulator.faults.add({ route: 'download', call: 4, times: 1, action: refused() });
			await allWell(setup, emulator, await runLoop(setup, { node: RETRY }));
		},
	),
	retryByHand('original', {}),
	retryByHand('saved, with larger batches', { options: { rowsPerBatch: 100 } }),
];

/** The second pass fails after paying; then somebody retries the execution, perhaps edited. */
function retryByHand(workflow: string, edited: Record<string, unknown>): E2eCase {
	return e2e(
		`loop: a retry by hand (${workflow}) goes on in the pass that failed, and pays for the next only`,
		async (setup, emulator) => {
			const takeBack = emulator.faults.add({ route: 'download', call: 3, action: refused() });
			const failed = await runLoop(setup);
			assert.equal(failed.status, 'error');
			assert.deepEqual(setup.creditsOf(5), [1, 1, 1, 1, 0]);
			takeBack();
			await setup.server.editNode(failed.workflowId, NODE, { parameters: edited });
			const withSavedWorkflow = workflow !== 'original';
			const retried = await setup.server.retryExecution(failed.id, withSavedWorkflow);
			await allWell(setup, emulator, retried);
		},
	);
}
