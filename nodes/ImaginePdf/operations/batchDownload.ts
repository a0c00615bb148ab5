import type { INodeProperties } from 'n8n-workflow';

import { binaryField, jobIdField, readJobId } from './fields';
import { optionsField } from './options';
import { readBinaryField, readFileName, readWaitSettings, type WaitSettings } from './settings';
import type { Operation } from './types';
import type { JobState } from '../core/api/schemas';
import { settle } from '../core/async';
import { Failure } from '../core/failure';
import { failedJob, failedRowsHint, requireAllRows } from '../core/jobs/report';
import { describeState, isFinished, isKnownToRun, unknownState } from '../core/jobs/state';
import { waitForEnd } from '../core/jobs/wait';
import type { JobEnd } from '../core/jobs/outcome';
import { lowerFirst } from '../core/text';
import { toFailure } from '../core/toFailure';
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
			const end = await endOf(session, jobId, signal, waits && wait);
			if (!end.otherwise) requireAllRows(end.state, wait.partialFailure);
			const fileName = readFileName(context, itemIndex);
			const job = { ...order, ...end, jobId, fileName, itemIndexes: [itemIndex] };
			const files = await fetch(context, session, job, signal);
			const state = end.otherwise ? stateNote(jobId, end.otherwise) : failedRowsHint(end.state);
			for (const note of [...(state ? [state] : []), ...files.notes])
				addHint(context, session.redact(note));
			return files.items;
		});
		numberEqualFileNames(items);
		return items;
	},
};

/**
 * How the job ended. Whatever keeps its state from telling that, the file is asked for: the job is paid
 * for, and there may be no other way to it.
 * @throws Failure where the job goes on; the signal's reason
 */
async function endOf(
	session: Session,
	jobId: string,
	signal: AbortSignal,
	wait: WaitSettings | false,
): Promise<JobEnd> {
	const seen = await settle(
		async () =>
			await (wait
				? waitForEnd(session, jobId, { ...wait, signal })
				: endNow(session, jobId, signal)),
	);
	signal.throwIfAborted();
	if (seen.ok) {
		const failed = failedJob(seen.value.state);
		return failed ? { otherwise: failed, ...seen.value } : seen.value;
	}
	const otherwise = toFailure(seen.error, { doing: 'status', jobId });
	if (STILL_RUNNING.has(otherwise.details.code)) throw otherwise;
	return { state: unknownState(jobId), otherwise };
}

/** The file was there, whatever the state says. */
function stateNote(jobId: string, { details }: Failure): string {
	return `Job ${jobId} has a file, although its state does not show it: ${lowerFirst(details.message)}. ${details.description}`;
}

/** Codes of a job that goes on. */
const STILL_RUNNING = new Set(['NOT_FINISHED', 'TIMEOUT']);

async function endNow(session: Session, jobId: string, signal: AbortSignal): Promise<JobEnd> {
	const state = await session.client.jobStateWithRetries(jobId, { signal });
	if (isFinished(state)) return { state };
	const otherwise = notFinishedYet(state);
	if (isKnownToRun(state)) throw otherwise;
	return { state, otherwise };
}

function notFinishedYet(state: JobState): Failure {
	const { jobId } = state;
	const seen = describeState(state);
	return new Failure({
		message: `Job ${jobId} is not finished yet`,
		description: `${seen.charAt(0).toUpperCase()}${seen.slice(1)}. Try again later, or turn on 'Wait for Completion'.`,
		code: 'NOT_FINISHED',
		fromService: false,
		jobIds: [jobId],
	});
}
