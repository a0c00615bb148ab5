import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { binaryField, costNotice, designField, rowFields } from './fields';
import { optionsField } from './options';
import {
	fileNameReader,
	readBinaryField,
	readCheckOnly,
	readPaySettings,
	readRowSettings,
} from './settings';
import type { Operation } from './types';
import type { PreparedRow } from '../core/rows/types';
import { plural } from '../core/text';
import { prepareRows, previewItems } from '../n8n/items';
import { addHint, inInputOrder } from '../n8n/output';
import { runPdfs } from '../n8n/pdfRun';
import { withPictures } from '../n8n/pictures';
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
			fileNameOf: fileNameReader(context),
			oneRowPerItem: true,
		};
		const isCheck = readCheckOnly(context);
		const prepared = await prepareRows(context, session, settings);
		const { rows, refused } = await withPictures(context, session, prepared, isCheck);
		const done = isCheck ? preview(context, rows) : await runPdfs(context, session, rows, settings);
		return inInputOrder([...done, ...refused]);
	},
};

/** One item per row, as it would be sent; nothing is submitted. */
function preview(context: IExecuteFunctions, rows: readonly PreparedRow[]): INodeExecutionData[] {
	const count = rows.length;
	const cost = `${plural(count, 'PDF')} would cost ${plural(count, 'credit')}`;
	if (count > 0) addHint(context, `Nothing was submitted. ${cost}.`, 'info');
	return previewItems(
		rows,
		rows.map((row, index) => ({ number: index + 1, count, rows: [row] })),
	);
}
