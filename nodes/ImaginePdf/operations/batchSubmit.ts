import type { IExecuteFunctions } from 'n8n-workflow';

import { binaryField, costNotice, designField, rowFields } from './fields';
import { optionsField } from './options';
import type { Operation } from './types';
import { planJobs } from '../core/jobs/plan';
import { checkHint } from '../core/jobs/report';
import { addHint } from '../n8n/output';
import { inInputOrder, prepareRows, previewItems } from '../n8n/items';
import { openSession } from '../n8n/session';
import {
	readBinaryField,
	readCheckOnly,
	readOutput,
	readPaySettings,
	readRowSettings,
	readRowsPerBatch,
	readWaits,
	readWaitSettings,
} from '../n8n/settings';
import { runBatch } from '../n8n/batchRun';

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
		{
			displayName: 'Wait for Completion',
			name: 'waitForCompletion',
			type: 'boolean',
			default: true,
			description:
				'Whether to wait until the PDFs are ready and hand them on, or to continue at once with the job ID',
		},
		{
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
		},
		{
			...binaryField,
			displayOptions: { show: { waitForCompletion: [true], output: ['zip', 'pdfs'] } },
		},
		optionsField(
			'checkOnly',
			'dateFormat',
			'groupBy',
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
		const rowsPerBatch = readRowsPerBatch(context);
		const settings = readRowSettings(context);
		const { rows, refused } = await prepareRows(context, session, settings);
		if (!readCheckOnly(context)) {
			const done = await runBatch(context, session, rows, {
				...settings,
				...readPaySettings(context),
				...readWaitSettings(context),
				...readFileSettings(context),
				rowsPerBatch,
			});
			return inInputOrder([...done, ...refused]);
		}
		const jobs = planJobs(rows, rowsPerBatch);
		if (rows.length > 0) addHint(context, checkHint(jobs), 'info');
		return inInputOrder([...previewItems(rows, jobs), ...refused]);
	},
};

function readFileSettings(context: IExecuteFunctions) {
	const waitForCompletion = readWaits(context);
	const output = readOutput(context);
	const isFile = waitForCompletion && output !== 'none';
	return { waitForCompletion, output, binaryField: isFile ? readBinaryField(context) : '' };
}
