import type { IExecuteFunctions } from 'n8n-workflow';

const FIELD = 'imaginePdfSubmits';

/**
 * The node's part of the execution data. It survives Retry On Fail and is saved with the execution,
 * so "Retry execution" finds it too (n8n-core 1.122 and 2.41). Entries carry the run index in their
 * keys, because n8n keeps one such object per node name.
 */
export function submitMemory(context: IExecuteFunctions): Record<string, unknown> {
	const node = context.getContext('node');
	const kept: unknown = node[FIELD];
	if (isRecord(kept)) return kept;
	const fresh: Record<string, unknown> = {};
	node[FIELD] = fresh;
	return fresh;
}

/** Which run of the node in its execution this is; in a loop, each pass has its own. */
export function runIndexOf(context: IExecuteFunctions): number {
	const index: unknown = context.getWorkflowDataProxy(0).$runIndex;
	return typeof index === 'number' ? index : 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
