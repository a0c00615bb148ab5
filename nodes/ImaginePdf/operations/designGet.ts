import { design } from './fields';
import { operation } from './operation';
import { readDesign } from '../core/designs/readDesign';
import { designJson } from '../n8n/designJson';
import { forEachItem } from '../n8n/forEachItem';
import { pairedTo } from '../n8n/output';

export const getDesign = operation({
	resource: 'design',
	value: 'get',
	name: 'Get',
	action: 'Get design',
	description: 'Retrieve a design with its variables and what each of them takes',
	fields: { designIdOf: design },
	run: async ({ context, session, settings }) =>
		await forEachItem(context, session, 'design', async ({ itemIndex, signal, about }) => {
			const designId = settings.designIdOf(itemIndex);
			about.designId = designId;
			const found = await readDesign(session.client, designId, { signal });
			return [{ json: designJson(found), pairedItem: pairedTo([itemIndex]) }];
		}),
});
