import { binaryField, costNotice, designField, rowFields } from './fields';
import { optionsField } from './options';
import { readBinaryField, readFileName, readPaySettings, readRowSettings } from './settings';
import type { Operation } from './types';
import { runPdfs } from '../n8n/pdfRun';
import { prepareRows } from '../n8n/rows';
import { openSession } from '../n8n/session';

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
			fileNameOf: (itemIndex: number) => readFileName(context, itemIndex),
		};
		const { built, refused } = await prepareRows(context, session, rowSettings);
		const made = await runPdfs(context, session, built.rows, settings);
		return [...made, ...refused];
	},
};
