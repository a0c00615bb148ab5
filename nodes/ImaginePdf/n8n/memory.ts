import type { IExecuteFunctions } from 'n8n-workflow';

import { Ledger } from '../core/jobs/ledger';
import type { Clock } from '../core/ports';

/**
 * The node's part of the execution data. It survives Retry On Fail and is saved with the execution,
 * so "Retry execution" finds it too (n8n-core 1.122 and 2.41). n8n keeps one such object per node
 * name, for all its runs.
 *
 * @param field what is remembered there; its entries are plain JSON
 */
export function nodeMemory(context: IExecuteFunctions, field: string): Record<string, unknown> {
	const node = context.getContext('node');
	const kept: unknown = node[field];
	if (isRecord(kept)) return kept;
	const fresh: Record<string, unknown> = {};
	node[field] = fresh;
	return fresh;
}

/** The ledger of this run of the node, with what earlier tries have left; its keys hold the run index. */
export function openLedger(context: IExecuteFunctions, clock: Clock): Ledger {
	const memory = nodeMemory(context, 'imaginePdfSubmits');
	return new Ledger(memory, () => clock.now(), context.getExecutionId());
}

/** Which run of the node in its execution this is; in a loop, each pass has its own. */
export function runIndexOf(context: IExecuteFunctions): number {
	const index: unknown = context.getWorkflowDataProxy(0).$runIndex;
	return typeof index === 'number' ? index : 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
