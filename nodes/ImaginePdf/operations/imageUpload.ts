import type { INodeProperties } from 'n8n-workflow';

import { OPTIONS, optionsField } from './options';
import type { Operation } from './types';
import { forEachItem } from '../n8n/forEachItem';
import { pairedTo } from '../n8n/output';
import { fieldOf, optionOf, readRequiredText, readText } from '../n8n/parameters';
import { PictureUploads } from '../n8n/pictureUploads';
import { openSession } from '../n8n/session';

const inputField: INodeProperties = {
	displayName: 'Input Data Field Name',
	name: 'inputBinaryField',
	type: 'string',
	default: 'data',
	required: true,
	placeholder: 'e.g. data',
	hint: 'The name of the input field that holds the picture',
};

export const uploadImage: Operation = {
	resource: 'image',
	value: 'upload',
	name: 'Upload',
	action: 'Upload image',
	description: 'Upload a picture and get the reference that an image variable takes, at no cost',
	fields: [inputField, optionsField('imageName')],
	execute: async (context) => {
		if (context.getInputData().length === 0) return [];
		const session = await openSession(context);
		const uploads = new PictureUploads(context, session);
		return await forEachItem(context, session, 'upload', async ({ itemIndex, signal }) => {
			const binaryField = readRequiredText(context, fieldOf(inputField), itemIndex);
			const place = { itemIndex, binaryField };
			const picture = await uploads.check(place, signal);
			const name = readText(context, optionOf(OPTIONS.imageName), itemIndex);
			const image = await uploads.upload(place, picture, signal, name);
			return [{ json: { ...image }, pairedItem: pairedTo([itemIndex]) }];
		});
	},
};
