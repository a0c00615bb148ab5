import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { editorAnswer } from './answer';
import type { DesignPage } from '../core/api/schemas';
import { DESIGN_PAGE_SIZE } from '../core/limits';
import { openSession } from '../n8n/session';

/** Pages looked through for one search before the user is asked to scroll on: 2,000 designs. */
const MAX_PAGES_PER_SEARCH = 10;

/**
 * The designs for the dropdown, page by page. The API has no search by name, so a search looks
 * through pages here until one has a match.
 */
export async function searchDesigns(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	return await editorAnswer(this, 'designs', async () => {
		const { client, signal } = await openSession(this);
		const wanted = filter?.trim().toLowerCase() ?? '';
		let cursor = paginationToken;
		let results: INodeListSearchResult['results'] = [];
		for (let pages = 0; pages < MAX_PAGES_PER_SEARCH && results.length === 0; pages++) {
			const page = await client.listDesigns(
				{ limit: DESIGN_PAGE_SIZE, ...(cursor && { cursor }) },
				{ signal },
			);
			results = matching(page, wanted);
			cursor = page.nextCursor === cursor ? undefined : page.nextCursor;
			if (!cursor) break;
		}
		return { results, ...(cursor && { paginationToken: cursor }) };
	});
}

function matching(page: DesignPage, wanted: string): INodeListSearchResult['results'] {
	return page.items
		.filter(({ name, designId }) => `${name}\n${designId}`.toLowerCase().includes(wanted))
		.map(({ name, designId, description }) => ({
			name: name || designId,
			value: designId,
			...(description && { description }),
		}));
}
