import { designField, readRequiredDesignId } from './fields';
import type { Operation } from './types';
import { readDesign } from '../core/designs/readDesign';
import { designJson } from '../n8n/designJson';
import { forEachItem } from '../n8n/forEachItem';
import { pairedTo } from '../n8n/output';
import { openSession } from '../n8n/session';

export const getDesign: Operation = {
	resource: 'design',
	value: 'get',
	name: 'Get',
	action: 'Get design',
	description: 'Retrieve a design with its variables and what each of them takes',
	fields: [designField],
	execute: async (context) => {
		const session = await openSession(context);
		return await forEachItem(context, session, 'design', async ({ itemIndex, signal, about }) => {
			const designId = readRequiredDesignId(context, itemIndex);
			about.designId = designId;
			const found = await readDesign(session.client, designId, { signal });
			return [{ json: designJson(found), pairedItem: pairedTo([itemIndex]) }];
		});
	},
};
