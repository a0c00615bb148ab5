import assert from 'node:assert/strict';

import type { Case } from '../support/suite.mts';
import { createWorkflow, INVOICES, NODE_NAME } from '../support/workflow.mts';

const invoice = { designId: { __rl: true, mode: 'id', value: 'design_invoice' } };

export const runCases: readonly Case[] = [
	{
		name: 'Run: mapped variables become PDFs, and the ZIP is in the output panel',
		run: async ({ editor, server }) => {
			const workflow = await createWorkflow(server.rest, 'Mapped run', server.credential);
			await editor.openWorkflow(workflow.id);
			await editor.openNode(NODE_NAME);
			await editor.chooseDesign('Receipt');
			await editor.choose('rowSource', 'Map Each Variable');
			await editor.mappedVariables('paid_on');
			await editor.fillParameter('paid_on', '2026-06-01');
			const before = server.emulator.charges.length;
			await editor.executeStep();
			await editor.showOutput('binary');
			const file = await editor.part('ndv-binary-data_0').innerText();
			assert.match(file, /imaginepdf-job_\w+\.zip/);
			assert.match(file, /application\/zip/);
			const [charge, ...more] = server.emulator.charges.slice(before);
			assert.equal(charge?.rows, INVOICES.length);
			assert.deepEqual(more, []);
			const job = server.emulator.jobs.find(({ jobId }) => jobId === charge?.jobId);
			assert.deepEqual(
				job?.rows.map((row) => row.paid_on),
				INVOICES.map(() => '2026-06-01'),
			);
		},
	},
	{
		name: 'Run: the preview of a design is shown as a picture in the output panel',
		run: async ({ editor, server }) => {
			const workflow = await createWorkflow(server.rest, 'Preview', server.credential, {
				resource: 'design',
				operation: 'getPreview',
				...invoice,
			});
			await editor.openWorkflow(workflow.id);
			await editor.openNode(NODE_NAME);
			await editor.executeStep();
			await editor.showOutput('binary');
			const file = editor.part('ndv-binary-data_0');
			assert.match(await file.innerText(), /Invoice-page-1\.png/);
			await file.locator('[data-test-id="ndv-view-binary-data"]').click();
			const picture = editor
				.part('output-panel')
				.locator('img[src*="binary-data"], img[src^="data:"]');
			await picture.first().waitFor();
			const width = await picture
				.first()
				.evaluate((img) => ('naturalWidth' in img ? Number(img.naturalWidth) : 0));
			assert.ok(width > 0);
		},
	},
];
