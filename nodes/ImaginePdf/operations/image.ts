import { operation } from './operation';
import { optionsOf } from './options';
import { forEachItem } from '../n8n/forEachItem';
import { fieldName, perItem } from '../n8n/parameters';
import { PictureUploads } from '../n8n/pictures';

const inputField = fieldName('inputBinaryField', 'Input Data Field Name', {
	default: 'data',
	requiresDataPath: 'single',
	placeholder: 'e.g. data',
	hint: 'The name of the input field that holds the picture',
});

export const uploadImage = operation({
	resource: 'image',
	value: 'upload',
	name: 'Upload',
	action: 'Upload image',
	description: 'Upload a picture and get the reference that an image variable takes, at no cost',
	fields: { fieldOf: perItem(inputField) },
	options: optionsOf(['imageNameOf']),
	run: async ({ session, settings }) => {
		const uploads = new PictureUploads(session);
		return await forEachItem(session, 'upload', async ({ itemIndex }) => {
			const picture = await uploads.check({ itemIndex, binaryField: settings.fieldOf(itemIndex) });
			const name = settings.imageNameOf(itemIndex) || picture.name;
			const image = await uploads.upload({ ...picture, name });
			return [{ json: { ...image } }];
		});
	},
});
