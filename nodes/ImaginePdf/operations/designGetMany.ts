import type { DesignSummary } from '../core/api/schemas';
import { allDesigns } from '../core/designs';
import { summaryJson } from '../n8n/designJson';
import { pairedTo } from '../n8n/output';
import { forEachItem, type ItemJob } from '../n8n/perItem';
import { openSession } from '../n8n/session';
import { readLimit } from '../n8n/settings';
import type { Operation } from './types';

export const getManyDesigns: Operation = {
	resource: 'design',
	value: 'getMany',
	name: 'Get Many',
	action: 'Get many designs',
	description: 'Retrieve a list of designs',
	fields: [
		{
			displayName: 'Return All',
			name: 'returnAll',
			type: 'boolean',
			default: false,
			description: 'Whether to return all results or only up to a given limit',
		},
		{
			displayName: 'Limit',
			name: 'limit',
			type: 'number',
			default: 50,
			typeOptions: { minValue: 1 },
			displayOptions: { show: { returnAll: [false] } },
			description: 'Max number of results to return',
		},
	],
	execute: async (context) => {
		const session = await openSession(context);
		const limit = readLimit(context);
		const jobs = [...context.getInputData().keys()].map((itemIndex): ItemJob => {
			const work = async (signal: AbortSignal) => {
				const designs: DesignSummary[] = [];
				for await (const design of allDesigns(session.client, limit, { signal }))
					designs.push(design);
				return designs.map((design) => ({
					json: summaryJson(design),
					pairedItem: pairedTo([itemIndex]),
				}));
			};
			return { itemIndex, occasion: { doing: 'designs' }, work };
		});
		return await forEachItem(context, session, jobs, 1);
	},
};
