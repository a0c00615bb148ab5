import type { INodeProperties } from 'n8n-workflow';

import { binaryField, jobIdField, readJobId } from './fields';
import { optionsField } from './options';
import { readBinaryField, readFileName, readWaitSettings, type WaitSettings } from './settings';
import type { Operation } from './types';
import type { JobState } from '../core/api/schemas';
import { Failure } from '../core/failure';
import { failedRowsHint, requirePdfs } from '../core/jobs/report';
import { describeState, isFinished } from '../core/jobs/state';
import { waitForJob } from '../core/jobs/wait';
import { fetchPdfs, fetchZip, numberEqualFileNames } from '../n8n/files';
import { forEachItem } from '../n8n/forEachItem';
import { addHint } from '../n8n/output';
import { fieldOf, readChoice, readFlag, type ChoiceField } from '../n8n/parameters';
import { openSession, type Session } from '../n8n/session';

const waitField: INodeProperties = {
	displayName: 'Wait for Completion',
	name: 'waitForCompletion',
	type: 'boolean',
	default: true,
	description: 'Whether to wait until the job is finished, or to stop when it is not',
};

const outputField: ChoiceField<'pdfs' | 'zip'> = {
	displayName: 'Output',
	name: 'output',
	type: 'options',
	default: 'zip',
	description: 'What to hand on',
	options: [
		{ name: 'One Item per PDF', value: 'pdfs', description: 'Each PDF as an item of its own' },
		{ name: 'ZIP File', value: 'zip', description: 'One ZIP with all PDFs of the job' },
	],
};

export const download: Operation = {
	resource: 'batch',
	value: 'download',
	name: 'Download',
	action: 'Download PDFs of batch job',
	description: 'Get the PDFs of a job that was submitted before, at no further cost',
	fields: [
		jobIdField,
		waitField,
		outputField,
		binaryField,
		optionsField('zipName', 'partialFailure', 'pollInterval', 'timeout'),
	],
	execute: async (context) => {
		if (context.getInputData().length === 0) return [];
		const session = await openSession(context);
		const wait = readWaitSettings(context);
		const waits = readFlag(context, fieldOf(waitField));
		const fetch = readChoice(context, fieldOf(outputField)) === 'pdfs' ? fetchPdfs : fetchZip;
		const order = {
			binaryField: readBinaryField(context),
			extra: {},
			complete: wait.partialFailure === 'error',
		};
		const items = await forEachItem(context, session, 'download', async (turn) => {
			const { itemIndex, signal } = turn;
			const jobId = readJobId(context, itemIndex);
			turn.about.jobId = jobId;
			const state = waits
				? await waitForEnd(session, jobId, wait, signal)
				: await endedState(session, jobId, signal);
			requirePdfs({ accepted: { jobId }, state }, wait.partialFailure);
			const fileName = readFileName(context, itemIndex);
			const job = { ...order, jobId, state, fileName, itemIndexes: [itemIndex] };
			const files = await fetch(context, session, job, signal);
			const failed = failedRowsHint(state);
			for (const note of [...(failed ? [failed] : []), ...files.notes])
				addHint(context, session.redact(note));
			return files.items;
		});
		numberEqualFileNames(items);
		return items;
	},
};

async function waitForEnd(
	session: Session,
	jobId: string,
	{ timeoutMs, pollIntervalMs }: WaitSettings,
	signal: AbortSignal,
): Promise<JobState> {
	return await waitForJob(session, jobId, { timeoutMs, signal, pollIntervalMs });
}

/** @throws Failure where the job has not ended */
async function endedState(session: Session, jobId: string, signal: AbortSignal): Promise<JobState> {
	const state = await session.client.jobStateWithRetries(jobId, { signal });
	if (isFinished(state)) return state;
	const seen = describeState(state);
	throw new Failure({
		message: `Job ${jobId} is not finished yet`,
		description: `${seen.charAt(0).toUpperCase()}${seen.slice(1)}. Try again later, or turn on 'Wait for Completion'.`,
		code: 'NOT_FINISHED',
		fromService: false,
		jobIds: [jobId],
	});
}
