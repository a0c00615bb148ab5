import assert from 'node:assert/strict';

import type { Case } from '../support/suite.mts';
import { createWorkflow, NODE_NAME } from '../support/workflow.mts';

const ITEM = { order: 'A-1', 'Customer Name': 'Ada', lines: { price: '1.00' } };

/** Empty options, so that each has a field to drag onto. */
const OPTIONS = {
	groupBy: '',
	onlyFields: '',
	images: { images: [{ variable: '', binaryField: '' }] },
	tableColumns: { tables: [{ variable: '', columns: '' }] },
};

export const dragCases: readonly Case[] = [
	{
		name: 'Dragging: a field that is dragged into an option gives its name, not its value',
		run: async ({ editor, server }) => {
			const designId = { __rl: true, mode: 'id', value: 'design_invoice' };
			const parameters = { designId, binaryField: '', options: OPTIONS };
			const { rest, credential } = server;
			const workflow = await createWorkflow(rest, 'Dragging', credential, parameters, [ITEM]);
			await editor.openWorkflow(workflow.id);
			await editor.openNode(NODE_NAME);
			await editor.executePrevious();
			const input = (name: string) => editor.part(`parameter-input-${name}`);
			const images = editor.part('fixed-collection-images');
			const tables = editor.part('fixed-collection-tableColumns');
			const inside = (collection: typeof images, name: string) =>
				collection.locator(`[data-test-id="parameter-input-${name}"]`);

			assert.equal(await editor.drag('order', input('binaryField').first()), 'order');
			assert.equal(await editor.drag('Customer Name', input('groupBy')), 'Customer Name');
			assert.equal(await editor.drag('order', input('onlyFields')), 'order');
			assert.equal(
				await editor.drag('Customer Name', input('onlyFields')),
				"order, ['Customer Name']",
			);
			assert.equal(await editor.drag('order', inside(images, 'variable')), 'order');
			assert.equal(await editor.drag('order', inside(images, 'binaryField')), 'order');
			assert.equal(await editor.drag('order', inside(tables, 'variable')), 'order');
			assert.equal(await editor.drag('price', inside(tables, 'columns')), 'lines.price');
		},
	},
];
