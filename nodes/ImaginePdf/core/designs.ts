import type { ImaginePdfClient } from './api/client';
import { isRouteMissing } from './api/errors';
import { settle, type CallOptions } from './api/retry';
import type { Design } from './api/schemas';
import { parseVariables } from './rows/variables';
import type { Variables } from './rows/types';

/**
 * A design with its variables, from whichever answer tells them: the design itself (first
 * generation) or its tree (second). What neither tells is "not known", which is no failure.
 * @throws ApiError, TransportError or the signal's reason, e.g. for a wrong key or an unknown design
 */
export async function readDesign(
	client: ImaginePdfClient,
	designId: string,
	options: CallOptions = {},
): Promise<{ design: Design; variables: Variables }> {
	const design = await client.getDesign(designId, options);
	if (design.variables !== undefined && design.variables !== null) {
		const variables = parseVariables(design.variables);
		if (variables.known) return { design, variables };
	}
	const tree = await settle(() => client.getTreeVariables(designId, options));
	if (tree.ok) return { design, variables: parseVariables(tree.value) };
	// A service of the first generation has no trees; then the design's own answer stands.
	if (isRouteMissing(tree.error)) return { design, variables: parseVariables(design.variables) };
	return await Promise.reject(tree.error);
}
