import type { IExecuteFunctions } from 'n8n-workflow';

/**
 * A part of what n8n keeps of a node with its execution. It survives Retry On Fail and is saved, so
 * "Retry execution" finds it too (n8n-core 1.122 and 2.41). n8n keeps one for each node name, so all
 * runs of the node share it. Holds plain JSON, and never a value of a row, a key or a readable link.
 *
 * @param isUsable whether what is kept there has the expected form; anything else is replaced
 */
export function executionMemory<T extends object>(
	context: IExecuteFunctions,
	field: string,
	isUsable: (kept: unknown) => kept is T,
	fresh: T,
): T {
	const node = context.getContext('node');
	const kept: unknown = node[field];
	if (isUsable(kept)) return kept;
	node[field] = fresh;
	return fresh;
}
