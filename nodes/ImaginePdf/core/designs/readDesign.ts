import { readVariables } from './readVariables';
import type { Variables } from './variable';
import type { ImaginePdfClient } from '../api/client';
import { AnswerFault, ApiError, isRouteMissing } from '../api/errors';
import type { CallOptions } from '../api/retry';
import type { Design, DesignSummary } from '../api/schemas';
import { settle, unwrap } from '../async';
import { Failure } from '../failure';
import { DESIGN_PAGE_SIZE } from '../limits';
import { isRecord } from '../objects';
import { plural } from '../text';

/**
 * A design with its variables, from whichever answer lists them: the design itself (first
 * generation) or its tree (second). What neither lists is "not known", which is no failure.
 * @throws ApiError, TransportError or the signal's reason, e.g. for a wrong key or an unknown design
 */
export async function readDesign(
	client: ImaginePdfClient,
	designId: string,
	options: CallOptions = {},
): Promise<{ design: Design; variables: Variables }> {
	const design = await client.getDesign(designId, options);
	const own = ownVariables(design);
	if (own.known) return { design, variables: own };
	// A service of the second generation has trees, and nothing else lists its variables: a page of some
	// gateway instead of the tree must not pass for a design without variables.
	const isNeeded = design.variables === undefined || design.variables === null;
	const tree = await settle(() => client.getDesignTree(designId, isNeeded, options));
	if (tree.ok) {
		const { nodes, variables: store } = tree.value;
		return { design, variables: readVariables({ store, nodes }) };
	}
	const { error } = tree;
	if (isRouteMissing(error) && !(isNeeded && error.code === AnswerFault.notImaginePdf)) {
		// A service of the first generation has no trees; then the design's own answer stands.
		return { design, variables: own };
	}
	return unwrap(tree);
}

/**
 * The variables that a design's own answer lists (first generation). There a token inside a text is
 * a variable of its own (docs/imaginepdf-api.md, "Designs").
 */
function ownVariables({ config, variables: store }: Design): Variables {
	const nodes = isRecord(config) ? (config.nodes ?? config) : undefined;
	return readVariables({ store, nodes, tokensAreVariables: true });
}

/**
 * The workspace's designs, page after page, at most `limit` of them. A cursor that repeats ends the
 * list, since following it would never end.
 * @throws as `readDesign` does
 */
export async function* allDesigns(
	client: ImaginePdfClient,
	{ limit, parentId }: { limit: number; parentId?: string },
	options: CallOptions = {},
): AsyncGenerator<DesignSummary, void, undefined> {
	let left = limit;
	const seen = new Set<string>();
	let cursor: string | undefined;
	while (left > 0) {
		const size = Math.min(DESIGN_PAGE_SIZE, left);
		const wanted = { limit: size, ...(cursor && { cursor }), ...(parentId && { parentId }) };
		const page = await client.listDesigns(wanted, options);
		for (const design of page.items.slice(0, left)) yield design;
		left -= page.items.length;
		cursor = page.nextCursor;
		if (!cursor || seen.has(cursor)) return;
		seen.add(cursor);
	}
}

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
		if (isOther || (count !== undefined && page > count)) {
			const has = count === undefined ? '' : `: it has ${plural(count, 'page')}`;
			throw new Failure({
				message: `The design has no page ${page}${has}`,
				description: "Enter another number in 'Page'. The first page is 1.",
				code: 'NO_SUCH_PAGE',
				designId,
			});
		}
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
