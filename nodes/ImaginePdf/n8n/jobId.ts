import type { IExecuteFunctions } from 'n8n-workflow';

import { Failure } from '../core/failure';

/**
 * The job id of an item.
 * @throws Failure when there is none
 */
export function readJobId(context: IExecuteFunctions, itemIndex: number): string {
	const value: unknown = context.getNodeParameter('jobId', itemIndex, '');
	const jobId = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
	if (jobId !== '') return jobId;
	throw new Failure({
		message: `'Job ID' is empty [item ${itemIndex}]`,
		description:
			"Enter the job ID that the operation 'Submit' returned, e.g. with the expression {{ $json.jobId }}.",
		code: 'NO_JOB_ID',
		fromService: false,
		itemIndexes: [itemIndex],
	});
}
