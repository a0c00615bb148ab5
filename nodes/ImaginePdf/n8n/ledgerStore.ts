import { createHash } from 'node:crypto';
import type { IExecuteFunctions } from 'n8n-workflow';

import { executionMemory } from './executionMemory';
import { isToolRun } from './n8nCompat';
import { Ledger, type LedgerScope } from '../core/jobs/ledger';
import type { Clock } from '../core/ports';

const FIELD = 'imaginePdfLedger';

/**
 * What runs of this process are working on at the moment. An agent may call a tool twice at the same time,
 * in one execution with one memory; what a run has left behind when it ended is not in here.
 */
const live = new WeakSet<object>();

/** What a run that pays says of itself; without it the ledger can only be read. */
type Paying = Pick<LedgerScope, 'account' | 'kind' | 'look'>;

const READING: Paying = {
	account: '',
	kind: 'batch',
	look: { profile: 'standard', missingVariables: 'blank' },
};

/** The ledger of this run of the node, with what earlier tries have left. */
export function openLedger(
	context: IExecuteFunctions,
	clock: Clock,
	paying: Paying = READING,
): Ledger {
	const scope = {
		...paying,
		run: runIndexOf(context),
		execution: context.getExecutionId(),
		...(isToolRun(context) && { toolInput: inputDigest(context) }),
	};
	return new Ledger(
		executionMemory<unknown[]>(context, FIELD, isList, []),
		scope,
		() => clock.now(),
		live,
	);
}

function isList(value: unknown): value is unknown[] {
	return Array.isArray(value);
}

/** Which run of the node in its execution this is; in a loop, each pass has its own. */
function runIndexOf(context: IExecuteFunctions): number {
	const index: unknown = context.getWorkflowDataProxy(0).$runIndex;
	return typeof index === 'number' ? index : 0;
}

/** The same for every try of one call of the tool, whatever its expressions make of it. */
function inputDigest(context: IExecuteFunctions): string {
	const input = JSON.stringify(context.getInputData().map(({ json }) => json));
	return createHash('sha256').update(input).digest('base64url').slice(0, 11);
}
