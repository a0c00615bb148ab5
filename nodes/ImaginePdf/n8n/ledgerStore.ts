import { createHash } from 'node:crypto';
import type { IExecuteFunctions } from 'n8n-workflow';

import { isToolRun } from './n8nCompat';
import { Ledger, whereOf, type LedgerScope } from '../core/jobs/ledger';
import { isRecord } from '../core/objects';
import type { Clock } from '../core/ports';

/**
 * What n8n keeps of a node with its execution, under a name of its own. It survives Retry On Fail and is
 * saved, so "Retry execution" finds it too (n8n-core 1.122 and 2.41). n8n keeps one for each node name, so all
 * runs of the node share it. Holds plain JSON, and never a value of a row, a key or a readable link.
 */
export function executionMemory(context: IExecuteFunctions, name: string): Record<string, unknown> {
	const node = context.getContext('node');
	const kept: unknown = node[name];
	if (isRecord(kept)) return kept;
	const fresh = {};
	node[name] = fresh;
	return fresh;
}

/** What a run says of itself before it pays; without it the ledger can only be read. */
type Paying = Pick<LedgerScope, 'account' | 'kind' | 'renderOptions'>;

const READING: Paying = {
	account: '',
	kind: 'batch',
	renderOptions: { profile: 'standard', missingVariables: 'blank' },
};

/** The ledger of this run of the node, with what earlier tries have left. */
export function openLedger(
	context: IExecuteFunctions,
	clock: Clock,
	paying: Paying = READING,
): Ledger {
	const run: unknown = context.getWorkflowDataProxy(0).$runIndex;
	const input = isToolRun(context) ? inputDigest(context) : undefined;
	const where = whereOf(typeof run === 'number' ? run : 0, input);
	const scope = { ...paying, where, execution: context.getExecutionId(), call: context };
	return new Ledger(executionMemory(context, 'imaginePdfLedger'), scope, () => clock.now());
}

/** The same for every try of one call of the tool, whatever its expressions make of it. */
function inputDigest(context: IExecuteFunctions): string {
	const input = JSON.stringify(context.getInputData().map(({ json }) => json));
	return createHash('sha256').update(input).digest('base64url').slice(0, 11);
}
