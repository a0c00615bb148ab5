import { operation } from './operation';
import { optionsOf } from './options';
import type { DesignSummary } from '../core/api/schemas';
import { allDesigns } from '../core/designs/readDesign';
import { summaryJson } from '../n8n/designJson';
import { forEachItem } from '../n8n/forEachItem';
import { pairedTo } from '../n8n/output';
import { flag, number } from '../n8n/parameters';

const returnAll = flag('returnAll', 'Return All', {
	description: 'Whether to return all results or only up to a given limit',
});

const limit = number('limit', 'Limit', {
	default: 50,
	min: 1,
	whole: true,
	displayOptions: { show: { returnAll: [false] } },
	description: 'Max number of results to return',
});

export const getManyDesigns = operation({
	resource: 'design',
	value: 'getMany',
	name: 'Get Many',
	action: 'Get many designs',
	description: 'Retrieve a list of designs',
	fields: { returnAll, limit },
	options: optionsOf(['folderIdOf']),
	run: async ({ context, session, settings }) =>
		await forEachItem(context, session, 'design', async ({ itemIndex, signal }) => {
			const limit = settings.returnAll ? Infinity : settings.limit;
			const wanted = { limit, parentId: settings.folderIdOf(itemIndex) };
			const designs: DesignSummary[] = [];
			for await (const design of allDesigns(session.client, wanted, { signal })) {
				designs.push(design);
			}
			const pairedItem = pairedTo([itemIndex]);
			return designs.map((design) => ({ json: summaryJson(design), pairedItem }));
		}),
});
