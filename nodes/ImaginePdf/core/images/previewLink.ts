import type { ImaginePdfClient } from '../api/client';
import { ApiError } from '../api/errors';
import { settle, unwrap } from '../async';
import type { CallOptions } from '../api/retry';
import { Failure } from '../failure';
import { isRecord } from '../objects';
import { plural } from '../text';

/**
 * The link to a page's picture.
 * @param page from 1, as people count; the API counts from 0 (docs/imaginepdf-api.md, "Designs")
 * @throws Failure where the design has no such page; else as the client does
 */
export async function previewLink(
	client: ImaginePdfClient,
	designId: string,
	page: number,
	options: CallOptions,
): Promise<{ url: string }> {
	const link = await settle(() => client.previewLink(designId, page - 1, options));
	const isOther = link.ok && (link.value.page ?? page - 1) !== page - 1;
	if (isOther || (!link.ok && mayBeAboutPage(link.error))) {
		const count = await countPages(client, designId, options);
		options.signal?.throwIfAborted();
		if (isOther || (count !== undefined && page > count)) throw noSuchPage(designId, page, count);
	}
	return { url: unwrap(link).previewUrl };
}

/** What a service answers for a missing page is not documented; these are no answers about the key. */
function mayBeAboutPage(error: unknown): boolean {
	return (
		error instanceof ApiError &&
		error.code !== 'DESIGN_NOT_FOUND' &&
		[400, 404, 416, 422].includes(error.status)
	);
}

/** How many pages a design has, where its tree shows it: in the first generation `config` is the tree. */
async function countPages(
	client: ImaginePdfClient,
	designId: string,
	options: CallOptions,
): Promise<number | undefined> {
	const design = await settle(() => client.getDesign(designId, options));
	const own = design.ok ? pagesOf(design.value.config) : undefined;
	if (own !== undefined) return own;
	const tree = await settle(() => client.getDesignTree(designId, false, options));
	return tree.ok ? pagesOf(tree.value) : undefined;
}

function pagesOf(tree: unknown): number | undefined {
	const pages = isRecord(tree) && Array.isArray(tree.pages) ? tree.pages.length : 0;
	return pages > 0 ? pages : undefined;
}

function noSuchPage(designId: string, page: number, count: number | undefined): Failure {
	const has = count === undefined ? '' : `: it has ${plural(count, 'page')}`;
	return new Failure({
		message: `The design has no page ${page}${has}`,
		description: "Enter another number in 'Page'. The first page is 1.",
		code: 'NO_SUCH_PAGE',
		designId,
	});
}
