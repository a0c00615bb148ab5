import { jobIdField, readJobId } from './fields';
import type { Operation } from './types';
import { forEachItem } from '../n8n/forEachItem';
import { jobJson, pairedTo } from '../n8n/output';
import { openSession } from '../n8n/session';

export const getStatus: Operation = {
	resource: 'batch',
	value: 'getStatus',
	name: 'Get Status',
	action: 'Get status of batch job',
	description: 'See how far a batch job is',
	fields: [jobIdField],
	execute: async (context) => {
		const session = await openSession(context);
		return await forEachItem(context, session, 'status', async ({ itemIndex, signal, about }) => {
			const jobId = readJobId(context, itemIndex);
			about.jobId = jobId;
			const state = await session.client.jobStateWithRetries(jobId, { signal });
			return [{ json: jobJson(state), pairedItem: pairedTo([itemIndex]) }];
		});
	},
};
