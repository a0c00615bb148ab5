import { binaryField, job, rowFields, waitForCompletion } from './fields';
import { operation } from './operation';
import { optionsOf, ROW_OPTIONS } from './options';
import { runRows } from './rows';
import { fileNow, waitForFile } from '../core/jobs/wait';
import { fetchFiles } from '../n8n/files';
import { forEachItem } from '../n8n/forEachItem';
import { addHint, jobJson } from '../n8n/output';
import { choice, shownWith } from '../n8n/parameters';

/** What may be handed on of a finished job. */
const FILES = {
	pdfs: ['One Item per PDF', 'Each PDF as an item; with one row per job it is known whose it is'],
	zip: ['ZIP File', 'One ZIP with all PDFs of a job'],
} as const;

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
		output: choice(
			'output',
			'Output',
			{
				default: 'zip',
				displayOptions: { show: { waitForCompletion: [true] } },
				description: 'What to hand on when a job is finished',
			},
			{ none: ['No File', 'Only the state of the job'], ...FILES },
		),
		// Hidden where no file is fetched.
		binaryField: {
			...binaryField,
			field: shownWith(binaryField.field, { waitForCompletion: [true], output: ['zip', 'pdfs'] }),
		},
	},
	options: optionsOf(
		[...ROW_OPTIONS, 'rowsPerBatch'],
		['maxConcurrentJobs', 'partialFailure', 'pollIntervalMs', 'timeoutMs', 'zipNameOf'],
	),
	run: async ({ session, settings }) =>
		await runRows(session, { ...settings, kind: 'batch', fileNameOf: settings.zipNameOf }),
});

export const getStatus = operation({
	resource: 'batch',
	value: 'getStatus',
	name: 'Get Status',
	action: 'Get status of batch job',
	description: 'See how far a batch job is',
	fields: { jobIdOf: job },
	run: async ({ session, settings }) =>
		await forEachItem(session, 'status', async ({ itemIndex, signal, about }) => {
			const jobId = settings.jobIdOf(itemIndex);
			about.jobId = jobId;
			const state = await session.client.jobStateWithRetries(jobId, { signal });
			return [{ json: jobJson(session, state) }];
		}),
});

export const download = operation({
	resource: 'batch',
	value: 'download',
	name: 'Download',
	action: 'Download PDFs of batch job',
	description: 'Get the PDFs of a job that was submitted before, at no further cost',
	fields: {
		jobIdOf: job,
		waitForCompletion: waitForCompletion(
			'Whether to wait until the job is finished, or to stop when it is not',
		),
		output: choice('output', 'Output', { default: 'zip', description: 'What to hand on' }, FILES),
		binaryField,
	},
	options: optionsOf(['partialFailure', 'zipNameOf'], ['pollIntervalMs', 'timeoutMs']),
	run: async ({ session, settings }) => {
		return await forEachItem(session, 'download', async (turn) => {
			const { itemIndex, signal } = turn;
			const jobId = settings.jobIdOf(itemIndex);
			turn.about.jobId = jobId;
			const ready = settings.waitForCompletion
				? await waitForFile(session, jobId, { ...settings, signal })
				: await fileNow(session, jobId, { signal });
			const fileName = settings.zipNameOf(itemIndex);
			const order = { ...settings, ...ready, fileName, itemIndexes: [itemIndex] };
			const { items, notes } = await fetchFiles(session, order, signal);
			for (const text of notes) addHint(session.context, session.redact(text));
			return items;
		});
	},
});
