import { binaryField, costNotice, designField, rowFields } from './fields';
import { optionsField } from './options';
import {
	readBinaryField,
	readCheckOnly,
	readFileName,
	readPaySettings,
	readRowSettings,
} from './settings';
import type { Operation } from './types';
import { plural } from '../core/wording';
import { prepareRows, previewItems } from '../n8n/items';
import { addHint, inInputOrder } from '../n8n/output';
import { requireOneRowPerItem, runPdfs } from '../n8n/pdfRun';
import { openSession } from '../n8n/session';

export const generate: Operation = {
	resource: 'pdf',
	value: 'generate',
	name: 'Generate',
	action: 'Generate PDF',
	description: 'Turn each item into one PDF, paired with its item',
	fields: [
		costNotice(
			"Each PDF costs one ImaginePDF credit. The option 'Check Only' shows the rows and their cost without making PDFs.",
		),
		designField,
		...rowFields,
		binaryField,
		optionsField(
			'checkOnly',
			'dateFormat',
			'groupBy',
			'images',
			'tableColumns',
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
		const settings = {
			...readRowSettings(context),
			...readPaySettings(context),
			binaryField: readBinaryField(context),
			fileNameOf: (itemIndex: number) => readFileName(context, itemIndex),
		};
		const { rows, refused } = await prepareRows(context, session, settings);
		requireOneRowPerItem(rows);
		if (!readCheckOnly(context)) {
			const made = await runPdfs(context, session, rows, settings);
			return inInputOrder([...made, ...refused]);
		}
		const pdfs = rows.map((row, index) => ({ number: index + 1, count: rows.length, rows: [row] }));
		if (rows.length > 0) addHint(context, checkedHint(rows.length), 'info');
		return inInputOrder([...previewItems(rows, pdfs), ...refused]);
	},
};

function checkedHint(count: number): string {
	return `Nothing was submitted. ${plural(count, 'PDF')} would cost ${plural(count, 'credit')}.`;
}
