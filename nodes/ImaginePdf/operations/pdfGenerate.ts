import { binaryField, costNotice, designField, rowFields } from './fields';
import { optionsField } from './options';
import type { Operation } from './types';
import { generatePdfs } from '../n8n/generatePdfs';
import { pictureErrors, uploadPictures } from '../n8n/pictures';
import { prepareRows } from '../n8n/rows';
import { openSession } from '../n8n/session';
import { readBinaryField, readPaySettings, readRowSettings } from '../n8n/settings';

export const generate: Operation = {
	resource: 'pdf',
	value: 'generate',
	name: 'Generate',
	action: 'Generate PDF',
	description: 'Turn each item into one PDF, paired with its item',
	fields: [
		costNotice('Each item costs one ImaginePDF credit.'),
		designField,
		...rowFields,
		binaryField,
		optionsField(
			'pdfName',
			'images',
			'maxConcurrentPdfs',
			'missingVariables',
			'onlyFields',
			'pdfProfile',
			'unknownSubmit',
		),
	],
	execute: async (context) => {
		if (context.getInputData().length === 0) return [];
		const session = await openSession(context);
		const rowSettings = readRowSettings(context);
		const settings = {
			...rowSettings,
			...readPaySettings(context),
			binaryField: readBinaryField(context),
		};
		const { built, refused } = await prepareRows(context, session, rowSettings);
		const pictured = await uploadPictures(context, session, built.rows);
		const made = await generatePdfs(context, session, pictured.rows, settings);
		return [...made, ...refused, ...pictureErrors(context, session, pictured)];
	},
};
