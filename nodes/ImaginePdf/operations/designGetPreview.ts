import { readDesignIdOrThrow } from './designGet';
import { binaryField, designField } from './fields';
import type { Operation } from './types';
import { numberEqualFileNames } from '../n8n/files';
import { forEachItem, type ItemJob } from '../n8n/perItem';
import { Previews } from '../n8n/previews';
import { openSession } from '../n8n/session';
import { readBinaryField, readPage } from '../n8n/settings';

/** Previews that this operation fetches at the same time. */
const AT_ONCE = 3;

export const getPreview: Operation = {
	resource: 'design',
	value: 'getPreview',
	name: 'Get Preview',
	action: 'Get preview of design',
	description: 'Retrieve a page of a design as a picture with its sample content, at no cost',
	fields: [
		designField,
		{
			displayName: 'Page',
			name: 'page',
			type: 'number',
			default: 1,
			typeOptions: { minValue: 1, numberPrecision: 0 },
			description: 'Number of the page. The first page is 1.',
		},
		binaryField,
	],
	execute: async (context) => {
		if (context.getInputData().length === 0) return [];
		const session = await openSession(context);
		const previews = new Previews(context, session, readBinaryField(context));
		const jobs = [...context.getInputData().keys()].map((itemIndex): ItemJob => {
			const occasion: ItemJob['occasion'] = { doing: 'design' };
			const work = async (signal: AbortSignal) => {
				const page = readPage(context, itemIndex);
				const designId = readDesignIdOrThrow(context, itemIndex);
				occasion.designId = designId;
				const name = await previews.nameOf(designId, signal);
				occasion.doing = 'preview';
				return [await previews.fetch({ designId, name, page, itemIndex }, signal)];
			};
			return { itemIndex, occasion, work };
		});
		const items = await forEachItem(context, session, jobs, AT_ONCE);
		numberEqualFileNames(items);
		return items;
	},
};
