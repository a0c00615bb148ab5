import { designField } from './fields';
import type { Operation } from './types';
import { readDesign } from '../core/designs';
import { designJson } from '../n8n/designJson';
import { pairedTo } from '../n8n/output';
import { forEachItem, type ItemJob } from '../n8n/perItem';
import { openSession } from '../n8n/session';
import { readDesignId } from '../n8n/items';
import { Failure } from '../core/failure';

/** Questions to the service that this operation has open at the same time. */
const AT_ONCE = 3;

export const getDesign: Operation = {
	resource: 'design',
	value: 'get',
	name: 'Get',
	action: 'Get design',
	description: 'Retrieve a design with its variables and what each of them takes',
	fields: [designField],
	execute: async (context) => {
		const session = await openSession(context);
		const jobs = [...context.getInputData().keys()].map((itemIndex): ItemJob => {
			const occasion: ItemJob['occasion'] = { doing: 'design' };
			const work = async (signal: AbortSignal) => {
				const designId = readDesignId(context, itemIndex);
				if (designId === '') throw noDesign(itemIndex);
				occasion.designId = designId;
				const found = await readDesign(session.client, designId, { signal });
				return [{ json: designJson(found), pairedItem: pairedTo([itemIndex]) }];
			};
			return { itemIndex, occasion, work };
		});
		return await forEachItem(context, session, jobs, AT_ONCE);
	},
};

function noDesign(itemIndex: number): Failure {
	return new Failure({
		message: `'Design' is empty [item ${itemIndex}]`,
		description: 'Choose a design from the list, or enter its ID.',
		code: 'NO_DESIGN',
		fromService: false,
		itemIndexes: [itemIndex],
	});
}
