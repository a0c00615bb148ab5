import { binaryField, job, waitForCompletion } from './fields';
import { operation } from './operation';
import { optionsOf } from './options';
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
import { choice } from '../n8n/parameters';
import type { Session } from '../n8n/session';

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
			const end = await endOf(session, jobId, signal, waits && settings);
			if (!end.otherwise) requireAllRows(end.state, partialFailure);
			const fileName = settings.zipNameOf(itemIndex);
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
});

/**
 * How the job ended. Whatever keeps its state from telling that, the file is asked for: the job is paid
 * for, and there may be no other way to it.
 * @throws Failure where the job goes on; the signal's reason
 */
async function endOf(
	session: Session,
	jobId: string,
	signal: AbortSignal,
	wait: { timeoutMs: number; pollIntervalMs: number } | false,
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
