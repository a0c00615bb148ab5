import { createHash } from 'node:crypto';
import type { IExecuteFunctions } from 'n8n-workflow';

import { executionMemory } from './executionMemory';
import { isToolRun } from './n8nCompat';
import { Ledger, whereOf, type LedgerScope } from '../core/jobs/ledger';
import type { Clock } from '../core/ports';

const FIELD = 'imaginePdfLedger';

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
	const run: unknown = context.getWorkflowDataProxy(0).$runIndex;
	const input = isToolRun(context) ? inputDigest(context) : undefined;
	const scope = {
		...paying,
		where: whereOf(typeof run === 'number' ? run : 0, input),
		execution: context.getExecutionId(),
		call: context,
	};
	const texts = executionMemory<unknown[]>(context, FIELD, isList, []);
	return new Ledger(texts, scope, () => clock.now());
}

function isList(value: unknown): value is unknown[] {
	return Array.isArray(value);
}

/** The same for every try of one call of the tool, whatever its expressions make of it. */
function inputDigest(context: IExecuteFunctions): string {
	const input = JSON.stringify(context.getInputData().map(({ json }) => json));
	return createHash('sha256').update(input).digest('base64url').slice(0, 11);
}
