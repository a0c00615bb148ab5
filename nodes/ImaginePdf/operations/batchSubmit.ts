import { binaryField, rowFields, waitForCompletion } from './fields';
import { operation } from './operation';
import { optionsOf } from './options';
import { runRows } from './rows';
import { plural } from '../core/text';
import { runBatch } from '../n8n/paidRun';
import { choice } from '../n8n/parameters';

const output = choice(
	'output',
	'Output',
	{
		default: 'zip',
		displayOptions: { show: { waitForCompletion: [true] } },
		description: 'What to hand on when a job is finished',
	},
	{
		none: ['No File', 'Only the state of the job'],
		pdfs: ['One Item per PDF', "Each PDF as an item; 'Rows per Batch' 1 pairs each with its row"],
		zip: ['ZIP File', 'One ZIP with all PDFs of a job'],
	},
);

/** Hidden where no file is fetched. */
const fileField = {
	...binaryField,
	field: {
		...binaryField.field,
		displayOptions: { show: { waitForCompletion: [true], output: ['zip', 'pdfs'] } },
	},
};

export const submit = operation({
	resource: 'batch',
	value: 'submit',
	name: 'Submit',
	action: 'Submit batch of rows',
	description: 'Turn rows into PDFs, in one batch job or several',
	notice:
		"Each row costs one ImaginePDF credit. The option 'Check Only' shows the rows and their cost without submitting them.",
	fields: {
		...rowFields,
		waitForCompletion: waitForCompletion(
			'Whether to wait until the PDFs are ready and hand them on, or to continue at once with the job ID',
		),
		output,
		binaryField: fileField,
	},
	options: optionsOf(
		[
			'checkOnly',
			'dateFormat',
			'groupBy',
			'images',
			'missingVariables',
			'onlyFields',
			'pdfProfile',
			'rowsPerBatch',
			'tableColumns',
			'unknownSubmit',
		],
		['maxConcurrentJobs', 'partialFailure', 'pollIntervalMs', 'timeoutMs', 'zipNameOf'],
	),
	run: async ({ context, session, settings: entered }) => {
		const settings = { ...entered, fileNameOf: entered.zipNameOf };
		return await runRows(
			{ context, session, settings },
			{
				rowsPerJob: settings.rowsPerBatch,
				cost: (jobs) => {
					const rows = jobs.reduce((sum, { rowCount }) => sum + rowCount, 0);
					return `${plural(jobs.length, 'job')} with ${plural(rows, 'row')} would cost ${plural(rows, 'credit')}`;
				},
				pay: async (rows) => await runBatch(context, session, rows, settings),
			},
		);
	},
});
