import { readVariables } from './readVariables';
import type { Variables } from './variable';
import type { ImaginePdfClient } from '../api/client';
import { AnswerFault, isRouteMissing } from '../api/errors';
import type { CallOptions } from '../api/retry';
import type { Design, DesignSummary } from '../api/schemas';
import { settle, unwrap } from '../async';
import { DESIGN_PAGE_SIZE } from '../limits';
import { isRecord } from '../objects';

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
	const own = variablesOf(design);
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
function variablesOf({ config, variables: store }: Design): Variables {
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
