import { binaryField, costNotice, designField, rowFields } from './fields';
import { optionsField } from './options';
import type { Operation } from './types';
import { planJobs } from '../core/jobs/plan';
import { checkHint } from '../core/jobs/report';
import { addHint } from '../n8n/output';
import { inInputOrder, prepareRows, previewItems } from '../n8n/items';
import { checkPictures, uploadPictures } from '../n8n/pictures';
import { openSession } from '../n8n/session';
import { readCheckOnly, readRowSettings, readRowsPerBatch } from '../n8n/settings';
import { runPlan } from '../n8n/submitJobs';

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
			'images',
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
		const prepared = await prepareRows(context, session, settings);
		if (!readCheckOnly(context)) {
			const { rows, refused } = await uploadPictures(context, session, prepared);
			const jobs = planJobs(rows, rowsPerBatch);
			return await runPlan(context, session, jobs, settings.pdfProfile, refused);
		}
		const { rows, refused } = await checkPictures(context, session, prepared);
		const jobs = planJobs(rows, rowsPerBatch);
		if (rows.length > 0) addHint(context, checkHint(jobs), 'info');
		return inInputOrder([...previewItems(rows, jobs), ...refused]);
	},
};
