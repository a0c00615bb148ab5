import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';

import { binaryField, costNotice, designField, rowFields } from './fields';
import { optionsField } from './options';
import {
	fileNameReader,
	readBinaryField,
	readCheckOnly,
	readPaySettings,
	readRowSettings,
	readRowsPerBatch,
	readWaitSettings,
} from './settings';
import type { Operation } from './types';
import { planJobs, type PlannedJob } from '../core/jobs/plan';
import { checkHint } from '../core/jobs/report';
import type { PreparedRow } from '../core/rows/types';
import { runBatch, type BatchSettings } from '../n8n/batchRun';
import { prepareRows, previewItems, type RowSettings } from '../n8n/items';
import { addHint, inInputOrder } from '../n8n/output';
import { fieldOf, readChoice, readFlag, type ChoiceField } from '../n8n/parameters';
import { withPictures } from '../n8n/pictures';
import { openSession } from '../n8n/session';

const waitField: INodeProperties = {
	displayName: 'Wait for Completion',
	name: 'waitForCompletion',
	type: 'boolean',
	default: true,
	description:
		'Whether to wait until the PDFs are ready and hand them on, or to continue at once with the job ID',
};

const outputField: ChoiceField<'none' | 'pdfs' | 'zip'> = {
	displayName: 'Output',
	name: 'output',
	type: 'options',
	default: 'zip',
	displayOptions: { show: { waitForCompletion: [true] } },
	description: 'What to hand on when a job is finished',
	options: [
		{ name: 'No File', value: 'none', description: 'Only the state of the job' },
		{ name: 'One Item per PDF', value: 'pdfs', description: 'Each PDF as an item of its own' },
		{ name: 'ZIP File', value: 'zip', description: 'One ZIP with all PDFs of a job' },
	],
};

export const submit: Operation = {
	resource: 'batch',
	value: 'submit',
	name: 'Submit',
	action: 'Submit batch of rows',
	description: 'Turn rows into PDFs, in one batch job or several',
	fields: [
		costNotice(
			"Each row costs one ImaginePDF credit. The option 'Check Only' shows the rows and their cost without submitting them.",
		),
		designField,
		...rowFields,
		waitField,
		outputField,
		{
			...binaryField,
			displayOptions: { show: { waitForCompletion: [true], output: ['zip', 'pdfs'] } },
		},
		optionsField(
			'checkOnly',
			'dateFormat',
			'groupBy',
			'images',
			'tableColumns',
			'zipNameOfWait',
			'maxConcurrentJobs',
			'missingVariables',
			'onlyFields',
			'partialFailureOfWait',
			'pdfProfile',
			'pollInterval',
			'rowsPerBatch',
			'timeout',
			'unknownSubmit',
		),
	],
	execute: async (context) => {
		if (context.getInputData().length === 0) return [];
		const session = await openSession(context);
		const settings = readSubmitSettings(context);
		const isCheck = readCheckOnly(context);
		const prepared = await prepareRows(context, session, settings);
		const { rows, refused } = await withPictures(context, session, prepared, isCheck);
		const done = isCheck
			? preview(context, rows, planJobs(rows, settings.rowsPerBatch))
			: await runBatch(context, session, rows, settings);
		return inInputOrder([...done, ...refused]);
	},
};

function readSubmitSettings(context: IExecuteFunctions): BatchSettings & RowSettings {
	const waitForCompletion = readFlag(context, fieldOf(waitField));
	const output = readChoice(context, fieldOf(outputField));
	const isFile = waitForCompletion && output !== 'none';
	return {
		...readRowSettings(context),
		...readPaySettings(context),
		...readWaitSettings(context),
		rowsPerBatch: readRowsPerBatch(context),
		waitForCompletion,
		output,
		binaryField: isFile ? readBinaryField(context) : '',
		fileNameOf: isFile ? fileNameReader(context) : () => '',
	};
}

/** One item per row, as it would be sent; nothing is submitted. */
function preview(
	context: IExecuteFunctions,
	rows: readonly PreparedRow[],
	jobs: PlannedJob[],
): INodeExecutionData[] {
	if (rows.length > 0) addHint(context, checkHint(jobs), 'info');
	return previewItems(rows, jobs);
}
