import type { PlannedJob } from './plan';
import type { JobOutcome } from './run';
import { unforeseenAdvice, wayBack } from '../explain';
import { Failure } from '../failure';
import { firstFew, itemsText, lowerFirst, plural } from '../wording';

/** Another batch's failure ended this one. */
export function halted(job: PlannedJob, jobId: string | undefined): Failure {
	return new Failure({
		message: jobId
			? `The wait for job ${jobId} was ended because another batch did not succeed`
			: `Batch ${job.number} of ${job.count} was not submitted because another batch did not succeed`,
		description: jobId ? wayBack(jobId) : 'Nothing was charged for it.',
		code: 'HALTED',
		fromService: false,
	});
}

/** The failure's description, with whom it concerns where it is not everybody. */
export function concerning({ details }: Failure, job: PlannedJob): string {
	return job.count === 1
		? details.description
		: `${details.description} Concerned: batch ${job.number} of ${job.count}, ${itemsText(job.itemIndexes)}.`;
}

/** Another batch's refusal concerns this one, too. */
export function notSubmitted(job: PlannedJob, cause: Failure): Failure {
	return cause.with({
		message: `Batch ${job.number} of ${job.count} (${plural(job.rows.length, 'row')}) was not submitted: ${lowerFirst(cause.message)}`,
		code: cause.details.code,
		itemIndexes: job.itemIndexes,
	});
}

/** Not foreseen by this package: the storage of n8n, a full disk. The job stays reachable. */
export function unforeseen(error: unknown, jobId: string | undefined): Failure {
	return new Failure({
		message: jobId
			? `The result of job ${jobId} could not be handed over`
			: 'The batch could not be submitted',
		description: `${jobId ? `${wayBack(jobId)} ` : ''}${unforeseenAdvice(error)}`,
		code: 'UNFORESEEN',
		fromService: false,
	});
}

/** Two submits that were given the same job: nobody can tell whose rows are in it. */
export function refuseShared<T>(outcomes: Array<JobOutcome<T>>): void {
	const byId = new Map<string, Array<JobOutcome<T>>>();
	for (const outcome of outcomes) {
		const jobId = outcome.accepted?.jobId;
		if (jobId !== undefined) byId.set(jobId, [...(byId.get(jobId) ?? []), outcome]);
	}
	for (const [jobId, shared] of byId) {
		if (shared.length === 1) continue;
		const batches = firstFew(
			shared.map(({ job }) => String(job.number)),
			shared.length,
		);
		for (const outcome of shared) {
			delete outcome.result;
			const { itemIndexes, designId } = outcome.job;
			outcome.failure = new Failure({
				message: `ImaginePDF gave the batches ${batches} the same job ${jobId}`,
				description:
					"It cannot be told whose PDFs it holds, so none is handed on. Ask ImaginePDF's support, and look at the job's PDFs with the operation 'Download'.",
				code: 'SHARED_JOB',
				fromService: true,
				jobIds: [jobId],
				designId,
				itemIndexes,
			});
		}
	}
}
