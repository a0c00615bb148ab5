import type { INodeProperties } from 'n8n-workflow';

import type { Operation } from './types';
import type { DesignSummary } from '../core/api/schemas';
import { allDesigns } from '../core/designs/readDesign';
import { summaryJson } from '../n8n/designJson';
import { forEachItem } from '../n8n/forEachItem';
import { pairedTo } from '../n8n/output';
import { fieldOf, readFlag, readNumber } from '../n8n/parameters';
import { openSession } from '../n8n/session';

const returnAllField: INodeProperties = {
	displayName: 'Return All',
	name: 'returnAll',
	type: 'boolean',
	default: false,
	description: 'Whether to return all results or only up to a given limit',
};

const limitField: INodeProperties = {
	displayName: 'Limit',
	name: 'limit',
	type: 'number',
	default: 50,
	typeOptions: { minValue: 1, numberPrecision: 0 },
	displayOptions: { show: { returnAll: [false] } },
	description: 'Max number of results to return',
};

export const getManyDesigns: Operation = {
	resource: 'design',
	value: 'getMany',
	name: 'Get Many',
	action: 'Get many designs',
	description: 'Retrieve a list of designs',
	fields: [returnAllField, limitField],
	execute: async (context) => {
		const session = await openSession(context);
		const isAll = readFlag(context, fieldOf(returnAllField));
		const limit = isAll ? Infinity : readNumber(context, fieldOf(limitField));
		return await forEachItem(context, session, 'designs', async ({ itemIndex, signal }) => {
			const designs: DesignSummary[] = [];
			for await (const design of allDesigns(session.client, limit, { signal }))
				designs.push(design);
			const pairedItem = pairedTo([itemIndex]);
			return designs.map((design) => ({ json: summaryJson(design), pairedItem }));
		});
	},
};
