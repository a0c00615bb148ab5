import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { readJobId } from './jobId';
import { errorItem } from './output';
import type { Session } from './session';
import { ownSignal } from '../core/abort';
import { settle } from '../core/api/retry';
import { explain, unforeseenAdvice, wayBack, type Occasion } from '../core/explain';
import { Failure } from '../core/failure';

/** Work for one item. */
export interface ItemJob {
	itemIndex: number;
	/** What the work is about, for messages about what the service said; the work may fill it in. */
	occasion: Occasion;
	work: (signal: AbortSignal) => Promise<INodeExecutionData[]>;
}

/** The job named by each item. */
export function jobItems(
	context: IExecuteFunctions,
	doing: 'status' | 'download',
	work: (jobId: string, itemIndex: number, signal: AbortSignal) => Promise<INodeExecutionData[]>,
): ItemJob[] {
	return [...context.getInputData().keys()].map((itemIndex) => {
		const occasion: Occasion = { doing };
		return {
			itemIndex,
			occasion,
			work: async (signal) => {
				occasion.jobId = readJobId(context, itemIndex);
				return await work(occasion.jobId, itemIndex, signal);
			},
		};
	});
}

/**
 * Does each item's work, a few at once, and returns the results in the order of the items. The one
 * place that turns an item's failure into an error item, or stops the node with it.
 *
 * @param sumUp makes the failure to stop with of all failures, in the order of the items
 * @throws Failure, unless On Error is Continue; the signal's reason when stopped
 */
export async function forEachItem(
	context: IExecuteFunctions,
	session: Session,
	jobs: readonly ItemJob[],
	atOnce: number,
	sumUp: (failures: readonly [Failure, ...Failure[]]) => Failure = ([first]) => first,
): Promise<INodeExecutionData[]> {
	const { signal, redact } = session;
	const results: INodeExecutionData[][] = jobs.map(() => []);
	const waiting = jobs.entries();
	const failures: Failure[] = [];
	const lane = async () => {
		for (const [position, job] of waiting) {
			if (failures.length > 0 && !context.continueOnFail()) return;
			const outcome = await settle(() => job.work(ownSignal(signal)));
			signal.throwIfAborted();
			if (outcome.ok) {
				results[position] = outcome.value;
				continue;
			}
			const failure = itemFailure(outcome.error, job);
			failures.push(failure);
			results[position] = [errorItem(context, failure, redact, [job.itemIndex])];
		}
	};
	await Promise.all(Array.from({ length: Math.min(atOnce, jobs.length) }, lane));
	const [first, ...more] = failures.sort((a, b) => firstItem(a) - firstItem(b));
	if (first && !context.continueOnFail()) throw sumUp([first, ...more]);
	return results.flat();
}

function itemFailure(error: unknown, { itemIndex, occasion }: ItemJob): Failure {
	const explained = explain(error, occasion);
	const failure = explained instanceof Failure ? explained : unforeseen(explained, occasion);
	return failure.with({ itemIndexes: [itemIndex] });
}

function unforeseen(error: unknown, { jobId }: Occasion): Failure {
	return new Failure({
		message: jobId
			? `The result of job ${jobId} could not be handed over`
			: 'The item could not be handled',
		description: `${jobId ? `${wayBack(jobId)} ` : ''}${unforeseenAdvice(error)}`,
		code: 'UNFORESEEN',
		fromService: false,
		...(jobId && { jobIds: [jobId] }),
	});
}

function firstItem(failure: Failure): number {
	return failure.details.itemIndexes?.[0] ?? 0;
}
