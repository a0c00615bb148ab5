import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { editorAnswer } from './answer';
import type { DesignPage, DesignSummary } from '../core/api/schemas';
import { DESIGN_PAGE_SIZE } from '../core/limits';
import { openSession } from '../n8n/session';

/** Pages looked through for one search before the user is asked to scroll on: 2,000 designs. */
const MAX_PAGES_PER_SEARCH = 10;

/** Characters of a description that are shown in the list. */
const MAX_DESCRIPTION = 60;

/**
 * The designs for the dropdown, page by page, equal names told apart. The API has no search by name, so a search looks
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
	const found = page.items.filter(({ name, designId, description }) =>
		`${name}\n${designId}\n${description ?? ''}`.toLowerCase().includes(wanted),
	);
	const labels = found.map(labelOf);
	return found.map((design, index) => {
		const label = labels[index] ?? design.designId;
		const equals = found.filter((_, other) => labels[other] === label);
		return {
			name: equals.length > 1 ? `${label} (${apart(design, equals)})` : label,
			value: design.designId,
		};
	});
}

/** n8n's list shows names only, so the description is a part of it. */
function labelOf({ name, designId, description }: DesignSummary): string {
	const shown = name || designId;
	const text = description?.replace(/\s+/g, ' ').trim() ?? '';
	if (text === '') return shown;
	return `${shown} – ${text.length > MAX_DESCRIPTION ? `${text.slice(0, MAX_DESCRIPTION)}…` : text}`;
}

/** What tells a design from others that look the same in the list: its day of change, else its ID. */
function apart(design: DesignSummary, equals: readonly DesignSummary[]): string {
	const day = dayOf(design);
	const isTelling = day !== '' && equals.filter((other) => dayOf(other) === day).length === 1;
	return isTelling ? `changed ${day}` : design.designId;
}

/** The date of an ISO 8601 time. */
function dayOf({ modifiedAt }: DesignSummary): string {
	return /^\d{4}-\d{2}-\d{2}/.exec(modifiedAt ?? '')?.[0] ?? '';
}
