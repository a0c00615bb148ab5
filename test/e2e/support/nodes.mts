import assert from 'node:assert/strict';

import {
	ITEMS,
	passThrough,
	splitRows,
	workflowOf,
	type LinkSpec,
	type NodeSpec,
} from '../../real-n8n/workflow.mts';
import type { N8nServer } from './server.mts';
import { NODE, type CaseSetup } from './setup.mts';

/** Webhook → split: the beginning of a live workflow. */
export function liveNodes(path: string): NodeSpec[] {
	const webhook: NodeSpec = {
		name: 'Webhook',
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2,
		webhookId: path,
		parameters: { httpMethod: 'POST', path, responseMode: 'onReceived', options: {} },
	};
	return [webhook, splitRows('body.rows')];
}

/** Sends rows to a live workflow. */
export async function callLive(server: N8nServer, path: string, rows: readonly object[]) {
	const answer = await server.rest.send('POST', `/webhook/${path}`, { rows });
	assert.equal(answer.status, 200, await answer.text());
}

export const DONE = 'Done';
const LOOP = 'Loop Over Items';

/** Loop Over Items ⇄ the node under test, and from the loop to the end. */
export function loopNodes(batchSize: number, withErrors = false) {
	const loop: NodeSpec = {
		name: LOOP,
		type: 'n8n-nodes-base.splitInBatches',
		typeVersion: 3,
		parameters: { batchSize, options: {} },
	};
	const links: LinkSpec[] = [
		[ITEMS, 0, LOOP],
		[LOOP, 0, DONE],
		[LOOP, 1, NODE],
		[NODE, 0, LOOP],
		...(withErrors ? [[NODE, 1, LOOP] satisfies LinkSpec] : []),
	];
	return { nodes: [loop, passThrough(DONE)], links };
}

export const CALL = 'Make PDFs';

/** Execute Sub-workflow, with a node in the sub-workflow. */
export async function calling({ server }: CaseSetup, own: NodeSpec, mode?: 'each') {
	const trigger: NodeSpec = {
		name: 'When Executed by Another Workflow',
		type: 'n8n-nodes-base.executeWorkflowTrigger',
		typeVersion: 1.1,
		parameters: { inputSource: 'passthrough' },
	};
	const inner = await server.saveWorkflow(workflowOf('Called', [trigger, own]));
	// n8n 2 runs the published version of a sub-workflow only.
	if (server.major === 2) await server.activate(inner);
	const workflowId = { __rl: true, mode: 'id', value: inner };
	const call: NodeSpec = {
		name: CALL,
		type: 'n8n-nodes-base.executeWorkflow',
		typeVersion: 1.2,
		parameters: { workflowId, ...(mode && { mode }), options: {} },
	};
	return { inner, call };
}
