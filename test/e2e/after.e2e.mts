import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import type { E2eCase } from './support/cases.mts';
import { NODE } from './support/stage.mts';
import { splitRows, workflowOf, type NodeSpec } from '../real-n8n/workflow.mts';

const decompress: NodeSpec = {
	name: 'Decompress',
	type: 'n8n-nodes-base.compression',
	typeVersion: 1.1,
	parameters: { operation: 'decompress', binaryPropertyName: 'data', outputPrefix: 'file_' },
};

/** n8n's own nodes take what the node hands on; and the node runs in a live workflow. */
export const after: E2eCase[] = [
	{
		name: "n8n's Compression opens the ZIP",
		async run(stage) {
			const emulator = await stage.emulator();
			const execution = await stage.succeed(emulator, { after: [decompress] });
			const files = Object.values(execution.item('Decompress').binary ?? {});
			const pdfs = files.filter(({ mimeType }) => mimeType === 'application/pdf');
			assert.equal(pdfs.length, 3);
			for (const pdf of pdfs) {
				const bytes = await stage.server.readBinary(pdf);
				assert.equal(bytes.subarray(0, 5).toString(), '%PDF-');
			}
		},
	},
	{
		name: "n8n's Write Files to Disk keeps the ZIP whole",
		async run(stage) {
			const emulator = await stage.emulator();
			const { filesFolder, n8n } = stage.server.instance;
			const fileName = path.join(filesFolder, `written-${n8n.version}.zip`);
			const write: NodeSpec = {
				name: 'Write',
				type: 'n8n-nodes-base.readWriteFile',
				parameters: { operation: 'write', fileName, dataPropertyName: 'data', options: {} },
			};
			const execution = await stage.succeed(emulator, { after: [write] });
			const file = execution.item(NODE).binary?.data;
			assert.ok(file);
			const kept = await stage.server.readBinary(file);
			assert.ok(kept.equals(await readFile(fileName)));
		},
	},
	{
		name: 'a webhook starts it in a live workflow',
		async run(stage) {
			const emulator = await stage.emulator();
			const hook = `batch-${stage.server.major}`;
			const webhook: NodeSpec = {
				name: 'Webhook',
				type: 'n8n-nodes-base.webhook',
				typeVersion: 2,
				webhookId: hook,
				parameters: { httpMethod: 'POST', path: hook, responseMode: 'lastNode', options: {} },
			};
			const node = await stage.node(emulator, { parameters: { output: 'none' } });
			const nodes = [webhook, splitRows('body.rows'), node];
			const id = await stage.server.saveWorkflow(workflowOf('Webhook', nodes));
			await stage.server.activate(id);
			const rows = [{ customer_name: 'Ada' }, { customer_name: 'Grace' }];
			const answer = await stage.server.rest.send('POST', `/webhook/${hook}`, { rows });
			assert.equal(answer.status, 200);
			const body: unknown = await answer.json();
			const [first] = [body].flat();
			assert.equal((first as Record<string, unknown>).completed, 2);
		},
	},
];
