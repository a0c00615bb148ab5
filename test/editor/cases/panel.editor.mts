import assert from 'node:assert/strict';

import type { Case, Opened } from '../support/suite.mts';

const ACTIONS = [
	'Download PDFs of batch job',
	'Get status of batch job',
	'Submit batch of rows',
	'Get design',
	'Get many designs',
	'Generate PDF',
];

const found = (word: string): Case => ({
	name: `Nodes panel: "${word}" finds the node`,
	run: async ({ editor }: Opened) => {
		await editor.goTo('/workflow/new');
		const names = await editor.searchPanel(word);
		// Among the first: nobody reads on below the fold.
		assert.ok(names.slice(0, 4).includes('ImaginePDF'), names.join(', '));
	},
});

export const panelCases: readonly Case[] = [
	...['pdf', 'invoice', 'batch'].map(found),
	{
		name: 'Nodes panel: choosing an action adds the node and opens it',
		run: async ({ editor }) => {
			await editor.goTo('/workflow/new');
			await editor.searchPanel('pdf');
			await editor.part('node-creator-item-name').filter({ hasText: 'ImaginePDF' }).click();
			for (const action of ACTIONS) {
				await editor.page.getByText(action, { exact: true }).waitFor();
			}
			await editor.page.getByText('Submit batch of rows', { exact: true }).click();
			await editor.part('node-parameters').waitFor();
			assert.equal(
				await editor.part('parameter-input-resource').locator('input').inputValue(),
				'Batch',
			);
			assert.equal(
				await editor.part('parameter-input-operation').locator('input').inputValue(),
				'Submit',
			);
		},
	},
];
