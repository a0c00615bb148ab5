import { createHash } from 'node:crypto';
import type { IExecuteFunctions } from 'n8n-workflow';

import { executionMemory } from './executionMemory';
import { aboutExecution, recordKeys } from './n8nCompat';
import { settle, untilAborted } from '../core/async';
import type { Clock, Logger } from '../core/ports';

/*
 * The ledger lives in n8n's memory of the execution, and a killed n8n takes that memory with it. n8n 1.x in
 * queue mode then runs the execution again by itself, and on every version somebody may retry it. So each
 * try leaves a mark in n8n's database before its first paid request, and looks for marks of an earlier one.
 * A mark is never taken back: a kill in a later node runs this one again, too.
 */

const FIELD = 'imaginePdfPaying';
/** n8n keeps so many keys for a node, in one row of its database that each call rewrites (about 50 kB). */
const MAX_KEYS = 2000;
const DAY_MS = 24 * 3_600_000;

interface Paying {
	/** How often this node began to pay in this execution, over all its runs and tries. */
	begun: number;
	/** n8n had saved nothing of the execution that this one retries: when n8n established this one. */
	unsaved?: number;
}

/**
 * To be called once in a try, before its first paid request. Goes on without a mark, and says so in the log,
 * where n8n has no place for it.
 * @param content of all rows; tells one call of a sub-workflow from another
 * @returns whether an earlier run of this same execution may have paid, of which the ledger knows nothing
 */
export async function wasCutOff(
	context: IExecuteFunctions,
	{ clock, logger, signal }: { clock: Clock; logger: Logger; signal: AbortSignal },
	content: () => string,
): Promise<boolean> {
	const memory = executionMemory<Paying>(context, FIELD, isPaying, { begun: 0 });
	const { id, isRetry, establishedAt, source, parentId } = aboutExecution(context);
	const time = memory.begun++;
	// n8n 1.x establishes a retry anew only where it had saved nothing of the first run.
	if (isRetry && source === 'retry' && time === 0) memory.unsaved = establishedAt;
	const isUnsaved = memory.unsaved !== undefined && memory.unsaved === establishedAt;

	// Databases may give out an id once more, so it counts for a day. What begins at night may be run again after it.
	const today = Math.floor(clock.now() / DAY_MS);
	const execution =
		id === '' ? [] : [today, today - 1].map((day) => `execution ${id} ${day} ${time}`);
	const start = establishedAt === undefined ? [] : [`start ${establishedAt} ${time}`];
	const isCalled = parentId !== undefined && !isRetry;
	const parent = isCalled ? [`parent ${parentId} ${digestOf(content())}`] : [];
	const keys = [...execution, ...start, ...parent];
	const recording = inTurn(async () => await recordKeys(context, keys, MAX_KEYS));
	const recorded = await untilAborted(
		signal,
		settle(async () => await recording),
	);
	if (!recorded.ok) {
		const reason = recorded.error instanceof Error ? recorded.error.message : 'no reason given';
		logger.warn(`If n8n is killed now, a retry will not know that this run has paid (${reason})`);
		return isUnsaved;
	}
	const found = new Set(recorded.value);
	const isIn = (key: string) => found.has(key);
	return (
		isUnsaved ||
		execution.some(isIn) ||
		(isRetry && start.some(isIn)) ||
		// Called again by a node of the same process, it is another order, or another try of that node.
		parent.some((key) => !isOwn(key) && isIn(key))
	);
}

function isPaying(kept: unknown): kept is Paying {
	if (typeof kept !== 'object' || kept === null || !('begun' in kept)) return false;
	return typeof kept.begun === 'number';
}

function digestOf(content: string): string {
	return createHash('sha256').update(content).digest('base64url').slice(0, 22);
}

/** Keys of calls of sub-workflows that this process has recorded, the oldest first. */
const own = new Set<string>();

/** Whether this process has recorded the key; from now on it has. */
function isOwn(key: string): boolean {
	const isKnown = own.delete(key);
	own.add(key);
	for (const oldest of own) {
		if (own.size <= MAX_KEYS) break;
		own.delete(oldest);
	}
	return isKnown;
}

let last: Promise<unknown> = Promise.resolve();

/** One at a time: n8n reads, changes and writes back, and loses most of what comes at once. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
	const turn = last.then(work);
	last = settle(async () => await turn);
	return await turn;
}
