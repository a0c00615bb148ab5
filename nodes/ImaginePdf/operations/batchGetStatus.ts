import { jobIdField } from './fields';
import type { Operation } from './types';
import { jobJson, pairedTo } from '../n8n/output';
import { forEachItem, jobItems } from '../n8n/perItem';
import { openSession } from '../n8n/session';

/** Questions to the service that this operation has open at the same time. */
const AT_ONCE = 3;

export const getStatus: Operation = {
	resource: 'batch',
	value: 'getStatus',
	name: 'Get Status',
	action: 'Get status of batch job',
	description: 'See how far a batch job is',
	fields: [jobIdField],
	execute: async (context) => {
		const session = await openSession(context);
		const jobs = jobItems(context, 'status', async (jobId, itemIndex, signal) => {
			const state = await session.client.jobStatePatiently(jobId, { signal });
			return [{ json: jobJson(state), pairedItem: pairedTo([itemIndex]) }];
		});
		return await forEachItem(context, session, jobs, AT_ONCE);
	},
};
