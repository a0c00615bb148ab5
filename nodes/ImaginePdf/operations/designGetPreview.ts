import type { INodeProperties } from 'n8n-workflow';

import { binaryField, designField, readRequiredDesignId } from './fields';
import { readBinaryField } from './settings';
import type { Operation } from './types';
import { numberEqualFileNames } from '../n8n/files';
import { forEachItem } from '../n8n/forEachItem';
import { fieldOf, readNumber } from '../n8n/parameters';
import { Previews } from '../n8n/previews';
import { openSession } from '../n8n/session';

const pageField: INodeProperties = {
	displayName: 'Page',
	name: 'page',
	type: 'number',
	default: 1,
	typeOptions: { minValue: 1, numberPrecision: 0 },
	description: 'Number of the page. The first page is 1.',
};

export const getPreview: Operation = {
	resource: 'design',
	value: 'getPreview',
	name: 'Get Preview',
	action: 'Get preview of design',
	description: 'Retrieve a page of a design as a picture with its sample content, at no cost',
	fields: [designField, pageField, binaryField],
	execute: async (context) => {
		if (context.getInputData().length === 0) return [];
		const session = await openSession(context);
		const previews = new Previews(context, session, readBinaryField(context));
		const items = await forEachItem(context, session, 'design', async (turn) => {
			const { itemIndex, signal, about } = turn;
			const page = readNumber(context, fieldOf(pageField), itemIndex);
			const designId = readRequiredDesignId(context, itemIndex);
			about.designId = designId;
			const name = await previews.nameOf(designId, signal);
			about.doing = 'preview';
			return [await previews.fetch({ designId, name, page, itemIndex }, signal)];
		});
		numberEqualFileNames(items);
		return items;
	},
};
