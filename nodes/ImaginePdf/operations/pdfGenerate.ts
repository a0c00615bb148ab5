import { binaryField, costNotice, designField, rowFields } from './fields';
import { optionsField } from './options';
import type { Operation } from './types';
import { plural } from '../core/wording';
import { inInputOrder, prepareRows, previewItems } from '../n8n/items';
import { addHint } from '../n8n/output';
import { requireOneRowPerItem, runPdfs } from '../n8n/pdfRun';
import { openSession } from '../n8n/session';
import { readBinaryField, readCheckOnly, readPaySettings, readRowSettings } from '../n8n/settings';

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
		const rowSettings = readRowSettings(context);
		const settings = {
			...rowSettings,
			...readPaySettings(context),
			binaryField: readBinaryField(context),
		};
		const { rows, refused } = await prepareRows(context, session, rowSettings);
		requireOneRowPerItem(rows);
		if (!readCheckOnly(context)) {
			const made = await runPdfs(context, session, rows, settings);
			return inInputOrder([...made, ...refused]);
		}
		const pdfs = rows.map((row, index) => ({ number: index + 1, count: rows.length, rows: [row] }));
		if (rows.length > 0) addHint(context, checkedPdfsHint(rows.length), 'info');
		return inInputOrder([...previewItems(rows, pdfs), ...refused]);
	},
};

function checkedPdfsHint(count: number): string {
	return `Nothing was submitted. ${plural(count, 'PDF')} would cost ${plural(count, 'credit')}.`;
}
