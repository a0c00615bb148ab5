import { job } from './fields';
import { operation } from './operation';
import { forEachItem } from '../n8n/forEachItem';
import { jobJson, pairedTo } from '../n8n/output';

export const getStatus = operation({
	resource: 'batch',
	value: 'getStatus',
	name: 'Get Status',
	action: 'Get status of batch job',
	description: 'See how far a batch job is',
	fields: { jobIdOf: job },
	run: async ({ context, session, settings }) =>
		await forEachItem(context, session, 'status', async ({ itemIndex, signal, about }) => {
			const jobId = settings.jobIdOf(itemIndex);
			about.jobId = jobId;
			const state = await session.client.jobStateWithRetries(jobId, { signal });
			return [{ json: jobJson(state), pairedItem: pairedTo([itemIndex]) }];
		}),
});
