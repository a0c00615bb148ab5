import { createHash } from 'node:crypto';
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { executionMemory } from './executionMemory';
import { numberEqualFileNames } from './files';
import { isToolRun } from './n8nCompat';
import { inInputOrder } from './output';
import { Ledger, type LedgerScope } from '../core/jobs/ledger';
import type { JobOutcome } from '../core/jobs/outcome';
import { placeOf } from '../core/jobs/rowIdentity';
import type { Clock } from '../core/ports';
import type { PreparedRow } from '../core/rows/types';

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

/**
 * The node's output, in input order. What it holds need not be remembered any more, unless n8n runs the
 * node again: with Retry On Fail it does so when the first item has an `error` field, as has the item that
 * stands for an input without a row.
 */
export function handOn(
	context: IExecuteFunctions,
	ledger: Ledger,
	{ rows, items, outcomes }: HandedOn,
): INodeExecutionData[] {
	const ordered = inInputOrder(items);
	numberEqualFileNames(ordered);
	const startsWell = rows.some(({ itemIndexes }) => itemIndexes.includes(0));
	if (context.getNode().retryOnFail && (ordered[0]?.json.error || !startsWell)) return ordered;
	for (const { job, accepted, failure } of outcomes) {
		if (!accepted || failure) continue;
		ledger.handedOn(accepted.known, job.earlier?.places ?? job.rows.map(placeOf));
	}
	return ordered;
}

interface HandedOn {
	rows: readonly PreparedRow[];
	items: INodeExecutionData[];
	outcomes: ReadonlyArray<JobOutcome<unknown>>;
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
