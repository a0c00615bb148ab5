import type { INodeExecutionData } from 'n8n-workflow';

import { Exit } from './exit';
import { pairedTo } from './output';
import type { Session } from './session';
import { inLanes, ownSignal, settle } from '../core/async';
import { toFailure, type ErrorContext } from '../core/messages';

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
 * Does each item's work, a few at once, and returns the results in the order of the items, paired with
 * theirs. An item that does not succeed becomes an error item, or stops the node: later items are not
 * begun then.
 *
 * @throws Failure of the first such item, unless On Error is Continue; the signal's reason when stopped
 */
export async function forEachItem(
	session: Session,
	doing: ErrorContext['doing'],
	work: (turn: ItemTurn) => Promise<INodeExecutionData[]>,
): Promise<INodeExecutionData[]> {
	const { context, signal } = session;
	const exit = new Exit(context, session);
	const items = [...context.getInputData().keys()];
	const results = await inLanes(ITEMS_AT_ONCE, items, async (itemIndex) => {
		const about: ErrorContext = { doing };
		const turn = { itemIndex, signal: ownSignal(signal), about };
		const outcome = await settle(() => work(turn), signal);
		const pairedItem = pairedTo([itemIndex]);
		if (outcome.ok) return outcome.value.map((item) => ({ ...item, pairedItem }));
		const failure = toFailure(outcome.error, about).with({ itemIndexes: [itemIndex] });
		if (!context.continueOnFail()) throw failure;
		return [exit.item(failure, [itemIndex])];
	});
	return results.flat();
}
