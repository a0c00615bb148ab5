import assert from 'node:assert/strict';

import { splitRows, type NodeSpec } from '../../real-n8n/workflow.mts';
import type { N8nServer } from './server.mts';

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

/** Starts an execution of a live workflow, without waiting for its end. */
export async function callLive(
	server: N8nServer,
	path: string,
	rows: readonly object[],
): Promise<void> {
	const answer = await server.rest.send('POST', `/webhook/${path}`, { rows });
	assert.equal(answer.status, 200, await answer.text());
}
