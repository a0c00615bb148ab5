import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { binaryField, jobIdField } from './fields';
import { optionsField } from './options';
import type { Operation } from './types';
import type { JobState } from '../core/api/schemas';
import { Failure } from '../core/failure';
import { failedRowsHint, requirePdfs } from '../core/jobs/report';
import { describeState, isFinished } from '../core/jobs/state';
import { waitForJob } from '../core/jobs/wait';
import { fetchPdfs, fetchZip, numberEqualFileNames } from '../n8n/files';
import { addHint } from '../n8n/output';
import { forEachItem, jobItems } from '../n8n/perItem';
import { openSession, type Session } from '../n8n/session';
import {
	readBinaryField,
	readOutput,
	readWaits,
	readWaitSettings,
	textOption,
} from '../n8n/settings';
import type { WaitSettings } from '../n8n/settings';

/** Downloads that this operation has open at the same time. */
const AT_ONCE = 3;

export const download: Operation = {
	resource: 'batch',
	value: 'download',
	name: 'Download',
	action: 'Download PDFs of batch job',
	description: 'Get the PDFs of a job that was submitted before, at no further cost',
	fields: [
		jobIdField,
		{
			displayName: 'Wait for Completion',
			name: 'waitForCompletion',
			type: 'boolean',
			default: true,
			description: 'Whether to wait until the job is finished, or to stop when it is not',
		},
		{
			displayName: 'Output',
			name: 'output',
			type: 'options',
			default: 'zip',
			description: 'What to hand on',
			options: [
				{ name: 'One Item per PDF', value: 'pdfs', description: 'Each PDF as an item of its own' },
				{ name: 'ZIP File', value: 'zip', description: 'One ZIP with all PDFs of the job' },
			],
		},
		binaryField,
		optionsField('zipName', 'partialFailure', 'pollInterval', 'timeout'),
	],
	execute: async (context) => {
		if (context.getInputData().length === 0) return [];
		const session = await openSession(context);
		const wait = readWaitSettings(context);
		const fetch = fetcher(context, session, wait);
		const jobs = jobItems(context, 'download', async (jobId, itemIndex, signal) => {
			const state = await finishedState(context, session, jobId, wait, signal);
			requirePdfs({ accepted: { jobId }, state }, wait.partialFailure);
			return await fetch(jobId, itemIndex, state, signal);
		});
		const items = await forEachItem(context, session, jobs, AT_ONCE);
		numberEqualFileNames(items);
		return items;
	},
};

function fetcher(context: IExecuteFunctions, session: Session, { partialFailure }: WaitSettings) {
	const complete = partialFailure === 'error';
	const order = { binaryField: readBinaryField(context), extra: {}, complete };
	const fetch = readOutput(context) === 'pdfs' ? fetchPdfs : fetchZip;
	return async (
		jobId: string,
		itemIndex: number,
		state: JobState,
		signal: AbortSignal,
	): Promise<INodeExecutionData[]> => {
		const fileName = textOption(context, 'fileName', itemIndex);
		const { items, notes } = await fetch(
			context,
			session,
			{ ...order, jobId, state, fileName, itemIndexes: [itemIndex] },
			signal,
		);
		const failed = failedRowsHint(state);
		if (failed) addHint(context, session.redact(failed));
		for (const note of notes) addHint(context, session.redact(note));
		return items;
	};
}

async function finishedState(
	context: IExecuteFunctions,
	session: Session,
	jobId: string,
	{ timeoutMs, pollIntervalMs }: WaitSettings,
	signal: AbortSignal,
): Promise<JobState> {
	if (readWaits(context)) {
		return await waitForJob(session, jobId, { timeoutMs, signal, pollIntervalMs });
	}
	const state = await session.client.jobStatePatiently(jobId, { signal });
	if (isFinished(state)) return state;
	throw new Failure({
		message: `Job ${jobId} is not finished yet`,
		description: `${capitalised(describeState(state))}. Try again later, or turn on 'Wait for Completion'.`,
		code: 'NOT_FINISHED',
		fromService: false,
		jobIds: [jobId],
	});
}

function capitalised(text: string): string {
	return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
