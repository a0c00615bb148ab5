import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import type { E2eCase } from './support/cases.mts';
import { NODE } from './support/setup.mts';
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
		async run(setup) {
			const emulator = await setup.emulator();
			const execution = await setup.succeed(emulator, { after: [decompress] });
			const files = Object.values(execution.item('Decompress').binary ?? {});
			const pdfs = files.filter(({ mimeType }) => mimeType === 'application/pdf');
			assert.equal(pdfs.length, 3);
			for (const pdf of pdfs) {
				const bytes = await setup.server.readBinary(pdf);
				assert.equal(bytes.subarray(0, 5).toString(), '%PDF-');
			}
		},
	},
	{
		name: "n8n's Write Files to Disk keeps the ZIP whole",
		async run(setup) {
			const emulator = await setup.emulator();
			const { filesFolder, n8n } = setup.server.instance;
			const fileName = path.join(filesFolder, `written-${n8n.version}.zip`);
			const write: NodeSpec = {
				name: 'Write',
				type: 'n8n-nodes-base.readWriteFile',
				parameters: { operation: 'write', fileName, dataPropertyName: 'data', options: {} },
			};
			const execution = await setup.succeed(emulator, { after: [write] });
			const file = execution.item(NODE).binary?.data;
			assert.ok(file);
			const kept = await setup.server.readBinary(file);
			assert.ok(kept.equals(await readFile(fileName)));
		},
	},
	{
		name: 'a webhook starts it in a live workflow',
		async run(setup) {
			const emulator = await setup.emulator();
			const hook = `batch-${setup.server.major}`;
			const webhook: NodeSpec = {
				name: 'Webhook',
				type: 'n8n-nodes-base.webhook',
				typeVersion: 2,
				webhookId: hook,
				parameters: { httpMethod: 'POST', path: hook, responseMode: 'lastNode', options: {} },
			};
			const node = await setup.node(emulator, { parameters: { output: 'none' } });
			const nodes = [webhook, splitRows('body.rows'), node];
			const id = await setup.server.saveWorkflow(workflowOf('Webhook', nodes));
			await setup.server.activate(id);
			const rows = [{ customer_name: 'Ada' }, { customer_name: 'Grace' }];
			const answer = await setup.server.rest.send('POST', `/webhook/${hook}`, { rows });
			assert.equal(answer.status, 200);
			const body: unknown = await answer.json();
			const [first] = [body].flat();
			assert.equal((first as Record<string, unknown>).completed, 2);
		},
	},
];
