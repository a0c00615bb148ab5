import assert from 'node:assert/strict';

import { e2e, type E2eCase } from './support/cases.mts';
import type { NodeSpec } from '../real-n8n/workflow.mts';

const decompress: NodeSpec = {
	name: 'Decompress',
	type: 'n8n-nodes-base.compression',
	typeVersion: 1.1,
	parameters: { operation: 'decompress', binaryPropertyName: 'data', outputPrefix: 'file_' },
};

/** n8n's own nodes take what the node hands on. */
export const after: E2eCase[] = [
	e2e("n8n's Compression opens the ZIP", async (setup) => {
		const execution = await setup.succeed({ after: [decompress] });
		const files = Object.values(execution.item('Decompress').binary ?? {});
		const pdfs = files.filter(({ mimeType }) => mimeType === 'application/pdf');
		assert.equal(pdfs.length, 3);
		for (const pdf of pdfs) {
			const bytes = await setup.server.readBinary(pdf);
			assert.equal(bytes.subarray(0, 5).toString(), '%PDF-');
		}
	}),
];
