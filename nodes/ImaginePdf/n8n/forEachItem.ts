import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { errorItem } from './output';
import type { Session } from './session';
import { ownSignal, settle } from '../core/async';
import type { Failure } from '../core/failure';
import type { ErrorContext } from '../core/messages';
import { toFailure } from '../core/toFailure';

/** Items whose work is in progress at the same time. */
const ITEMS_AT_ONCE = 3;

/** One item's turn. */
export interface ItemTurn {
	itemIndex: number;
	/** Aborts on Stop. */
	signal: AbortSignal;
	/** What the turn is about, for messages; the work fills in what it learns, e.g. the job. */
	about: ErrorContext;
}

/**
 * Does each item's work, a few at once, and returns the results in the order of the items. An item
 * that does not succeed becomes an error item, or stops the node: later items are not begun then.
 *
 * @throws Failure of the first such item, unless On Error is Continue; the signal's reason when stopped
 */
export async function forEachItem(
	context: IExecuteFunctions,
	{ signal, redact }: Session,
	doing: ErrorContext['doing'],
	work: (turn: ItemTurn) => Promise<INodeExecutionData[]>,
): Promise<INodeExecutionData[]> {
	const items = [...context.getInputData().keys()];
	const results: INodeExecutionData[][] = items.map(() => []);
	const failures = new Map<number, Failure>();
	const waiting = items.values();
	const worker = async () => {
		for (const itemIndex of waiting) {
			if (failures.size > 0 && !context.continueOnFail()) return;
			const about: ErrorContext = { doing };
			const outcome = await settle(() => work({ itemIndex, signal: ownSignal(signal), about }));
			signal.throwIfAborted();
			if (outcome.ok) {
				results[itemIndex] = outcome.value;
				continue;
			}
			const failure = toFailure(outcome.error, about).with({ itemIndexes: [itemIndex] });
			failures.set(itemIndex, failure);
			results[itemIndex] = [errorItem(context, failure, redact, [itemIndex])];
		}
	};
	await Promise.all(Array.from({ length: Math.min(ITEMS_AT_ONCE, items.length) }, worker));
	const first = failures.get(Math.min(...failures.keys()));
	if (first && !context.continueOnFail()) throw first;
	return results.flat();
}
