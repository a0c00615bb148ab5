import { binaryField, design } from './fields';
import { operation } from './operation';
import { numberEqualFileNames } from '../n8n/files';
import { forEachItem } from '../n8n/forEachItem';
import { number, perItem } from '../n8n/parameters';
import { Previews } from '../n8n/previews';

const page = number('page', 'Page', {
	default: 1,
	min: 1,
	whole: true,
	description: 'Number of the page. The first page is 1.',
});

export const getPreview = operation({
	resource: 'design',
	value: 'getPreview',
	name: 'Get Preview',
	action: 'Get preview of design',
	description: 'Retrieve a page of a design as a picture with its sample content, at no cost',
	fields: { designIdOf: design, pageOf: perItem(page), binaryField },
	run: async ({ context, session, settings }) => {
		const previews = new Previews(context, session, settings.binaryField);
		const items = await forEachItem(context, session, 'design', async (turn) => {
			const { itemIndex, signal, about } = turn;
			const page = settings.pageOf(itemIndex);
			const designId = settings.designIdOf(itemIndex);
			about.designId = designId;
			const name = await previews.nameOf(designId, signal);
			about.doing = 'preview';
			return [await previews.fetch({ designId, name, page, itemIndex }, signal)];
		});
		numberEqualFileNames(items);
		return items;
	},
});
