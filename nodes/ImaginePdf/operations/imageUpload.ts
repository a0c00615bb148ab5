import { optionsField } from './options';
import type { Operation } from './types';
import { UPLOADS_AT_ONCE } from '../core/limits';
import { pairedTo } from '../n8n/output';
import { forEachItem, type ItemJob } from '../n8n/perItem';
import { PictureUploads } from '../n8n/pictureUploads';
import { openSession } from '../n8n/session';
import { readInputField, textOption } from '../n8n/settings';

export const uploadImage: Operation = {
	resource: 'image',
	value: 'upload',
	name: 'Upload',
	action: 'Upload image',
	description: 'Upload a picture and get the reference that an image variable takes, at no cost',
	fields: [
		{
			displayName: 'Input Data Field Name',
			name: 'inputBinaryField',
			type: 'string',
			default: 'data',
			required: true,
			placeholder: 'e.g. data',
			hint: 'The name of the input field that holds the picture',
		},
		optionsField('imageName'),
	],
	execute: async (context) => {
		if (context.getInputData().length === 0) return [];
		const session = await openSession(context);
		const uploads = new PictureUploads(context, session);
		const jobs = [...context.getInputData().keys()].map((itemIndex): ItemJob => {
			const work = async (signal: AbortSignal) => {
				const place = { itemIndex, binaryField: readInputField(context, itemIndex) };
				const picture = await uploads.check(place, signal);
				const name = textOption(context, 'name', itemIndex);
				const image = await uploads.upload(place, picture, signal, name);
				return [{ json: { ...image }, pairedItem: pairedTo([itemIndex]) }];
			};
			return { itemIndex, occasion: { doing: 'upload' }, work };
		});
		return await forEachItem(context, session, jobs, UPLOADS_AT_ONCE);
	},
};
