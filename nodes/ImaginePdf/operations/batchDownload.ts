import { binaryField, job, waitForCompletion } from './fields';
import { operation } from './operation';
import { optionsOf } from './options';
import { failedRowsHint, hiddenFileHint, requireAllRows } from '../core/jobs/jobMessages';
import { fileNow, waitForFile } from '../core/jobs/wait';
import { fetchPdfs, fetchZip, numberEqualFileNames } from '../n8n/files';
import { forEachItem } from '../n8n/forEachItem';
import { addHint } from '../n8n/output';
import { choice } from '../n8n/parameters';

const output = choice(
	'output',
	'Output',
	{ default: 'zip', description: 'What to hand on' },
	{
		pdfs: ['One Item per PDF', 'Each PDF as an item; of several rows, which is whose is not known'],
		zip: ['ZIP File', 'One ZIP with all PDFs of the job'],
	},
);

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
		output,
		binaryField,
	},
	options: optionsOf(['partialFailure', 'zipNameOf'], ['pollIntervalMs', 'timeoutMs']),
	run: async ({ context, session, settings }) => {
		const { partialFailure, waitForCompletion: waits } = settings;
		const fetch = settings.output === 'pdfs' ? fetchPdfs : fetchZip;
		const order = {
			binaryField: settings.binaryField,
			extra: {},
			complete: partialFailure === 'error',
		};
		const items = await forEachItem(context, session, 'download', async (turn) => {
			const { itemIndex, signal } = turn;
			const jobId = settings.jobIdOf(itemIndex);
			turn.about.jobId = jobId;
			const ready = waits
				? await waitForFile(session, jobId, { ...settings, signal })
				: await fileNow(session, jobId, { signal });
			requireAllRows(ready.state, partialFailure);
			const fileName = settings.zipNameOf(itemIndex);
			const job = { ...order, ...ready, fileName, itemIndexes: [itemIndex] };
			const files = await fetch(context, session, job, signal);
			const note = hiddenFileHint(ready.state) ?? failedRowsHint(ready.state);
			for (const text of [...(note ? [note] : []), ...files.notes])
				addHint(context, session.redact(text));
			return files.items;
		});
		numberEqualFileNames(items);
		return items;
	},
});
