import type { IDataObject } from 'n8n-workflow';

import { binaryField, design } from './fields';
import { operation } from './operation';
import { optionsOf } from './options';
import type { CallOptions } from '../core/api/retry';
import type { DesignSummary } from '../core/api/schemas';
import type { Variables } from '../core/designs/variable';
import { allDesigns, previewLink, readDesign } from '../core/designs/readDesign';
import { safeFileName } from '../core/fileName';
import { known, onceEach } from '../core/objects';
import { forEachItem } from '../n8n/forEachItem';
import { flag, number, perItem } from '../n8n/parameters';
import { fetchIntoStore } from '../n8n/store';

export const getDesign = operation({
	resource: 'design',
	value: 'get',
	name: 'Get',
	action: 'Get design',
	description: 'Retrieve a design with its variables and what each of them takes',
	fields: { designIdOf: design },
	run: async ({ session, settings }) =>
		await forEachItem(session, 'design', async ({ itemIndex, signal, about }) => {
			const designId = settings.designIdOf(itemIndex);
			about.designId = designId;
			const found = await readDesign(session.client, designId, { signal });
			return [{ json: { ...summaryJson(found.design), ...variablesJson(found.variables) } }];
		}),
});

/** A design as a list entry: the API's own fields. */
function summaryJson(design: DesignSummary): IDataObject {
	const { designId, name, description, fileSize, createdAt, modifiedAt } = design;
	return known({ designId, name, description, fileSize, createdAt, modifiedAt });
}

/** A design's variables and what each takes; `null` where the API does not list them. */
function variablesJson(variables: Variables): IDataObject {
	if (!variables.known) return { variables: null, variableKinds: null };
	const { list } = variables;
	const formats = list.flatMap(({ name, format }) => (format ? [[name, { ...format }]] : []));
	return {
		variables: list.map(({ name }) => name),
		variableKinds: Object.fromEntries(list.map(({ name, kind }) => [name, kind])),
		// Where the design says how it wants its values written.
		...(formats[0] && { variableFormats: Object.fromEntries(formats) as IDataObject }),
	};
}

export const getManyDesigns = operation({
	resource: 'design',
	value: 'getMany',
	name: 'Get Many',
	action: 'Get many designs',
	description: 'Retrieve a list of designs',
	fields: {
		returnAll: flag('returnAll', 'Return All', {
			description: 'Whether to return all results or only up to a given limit',
		}),
		limit: number('limit', 'Limit', {
			default: 50,
			min: 1,
			whole: true,
			displayOptions: { show: { returnAll: [false] } },
			description: 'Max number of results to return',
		}),
	},
	options: optionsOf(['folderIdOf']),
	run: async ({ session, settings }) =>
		await forEachItem(session, 'design', async ({ itemIndex, signal }) => {
			const limit = settings.returnAll ? Infinity : settings.limit;
			const wanted = { limit, parentId: settings.folderIdOf(itemIndex) };
			const items = [];
			for await (const design of allDesigns(session.client, wanted, { signal })) {
				items.push({ json: summaryJson(design) });
			}
			return items;
		}),
});

const page = number('page', 'Page', {
	default: 1,
	min: 1,
	whole: true,
	description: 'Number of the page. The first page is 1.',
});

export const getPreview = operation({
	resource: 'design',
	value: 'getPreview',
	name: 'Get Preview',
	action: 'Get preview of design',
	description: 'Retrieve a page of a design as a picture with its sample content, at no cost',
	fields: { designIdOf: design, pageOf: perItem(page), binaryField },
	run: async ({ session, settings }) => {
		const { client } = session;
		const designOf = onceEach(
			async (designId: string) => await client.getDesign(designId, { signal: session.signal }),
		);
		return await forEachItem(session, 'design', async ({ itemIndex, signal, about }) => {
			const page = settings.pageOf(itemIndex);
			const designId = settings.designIdOf(itemIndex);
			about.designId = designId;
			const { name } = await designOf(designId);
			about.doing = 'preview';
			const fileName = safeFileName(`${name}-page-${page}`, `${designId}-page-${page}`, '.png');
			const link = async (bounds: CallOptions) => await previewLink(client, designId, page, bounds);
			const request = { link, expect: 'png', signal } as const;
			const file = { fileName, mimeType: 'image/png' } as const;
			const { binary, fileSize } = await fetchIntoStore(session, request, file);
			const json = { designId, page, fileName, fileSize };
			return [{ json, binary: { [settings.binaryField]: binary } }];
		});
	},
});
