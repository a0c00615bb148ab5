import { createHash } from 'node:crypto';
import type { IExecuteFunctions } from 'n8n-workflow';

import { executionMemory } from './ledgerStore';
import { aboutExecution, recordKeys } from './n8nCompat';
import { isRecord } from '../core/objects';
import { settle, untilAborted, type Settled } from '../core/async';
import type { Clock, Logger } from '../core/ports';

/*
 * The ledger lives in n8n's memory of the execution, and a killed n8n takes that memory with it. n8n 1.x in
 * queue mode then runs the execution again by itself, and on every version somebody may retry it. So each
 * try leaves a mark in n8n's database before its first paid request, and looks for marks of an earlier one.
 * A mark is never taken back: a kill in a later node runs this one again, too.
 */

/** n8n keeps so many keys for a node, in one row of its database that each call rewrites (about 75 kB). */
const MAX_KEYS = 3000;
const DAY_MS = 24 * 3_600_000;

/** One at a time: n8n reads, changes and writes back, and loses most of what comes at once. */
let lastRecording: Promise<Settled<unknown[]>> | undefined;

/** Keys of calls of sub-workflows that this process has recorded, the oldest first. */
const ownCalls = new Set<string>();

interface CutOff {
	/** The run that was ended knew as much of these rows as this one. */
	isProven: boolean;
	/** It is not known that any try has reported it. */
	isFirst: boolean;
}

/**
 * To be called once in a try, before its first paid request. Goes on without a mark, and says so in the log,
 * where n8n has no place for it.
 * @param content of all rows; tells one call of a sub-workflow from another
 * @returns `undefined` unless an earlier run of this same execution was ended, or may have been, after it had
 * begun to pay
 */
export async function findCutOff(
	context: IExecuteFunctions,
	{ clock, logger, signal }: { clock: Clock; logger: Logger; signal: AbortSignal },
	content: string,
): Promise<CutOff | undefined> {
	const { memory, id } = rememberId(context);
	const { isRetry, establishedAt, source, parentId } = aboutExecution(context);
	// How often this node began to pay in this execution, over all its runs and tries.
	const time = Number(memory.begun ?? 0);
	memory.begun = time + 1;
	// n8n 1.x establishes a retry anew only where it had saved nothing of the first run.
	if (isRetry && source === 'retry' && time === 0) memory.unsaved = establishedAt;
	const isUnsaved = memory.unsaved !== undefined && memory.unsaved === establishedAt;
	const isFirst = time === 0;
	const unproven = isUnsaved ? { isProven: false, isFirst } : undefined;

	const digest = createHash('sha256').update(content).digest('base64url').slice(0, 11);
	const orders = isRecord(memory.orders) ? memory.orders : (memory.orders = {});
	const order = Number(orders[digest] ?? 0);
	orders[digest] = order + 1;
	// By count, since expressions may give other rows now. By rows, since runs may have begun to pay in another order.
	const both = (base: string) => [`${base} ${time}`, `${base} ${digest} ${order}`];

	// Databases may give out an id once more, so it counts for a day. What begins at night may be run again after it.
	const today = Math.floor(clock.now() / DAY_MS);
	const days = id === '' ? [] : [today, today - 1];
	const execution = days.flatMap((day) => both(`execution ${id} ${day}`));
	const start = establishedAt === undefined ? [] : both(`start ${establishedAt}`);
	const call = parentId === undefined || isRetry ? [] : [`parent ${parentId} ${digest}`];
	// Called again by a node of the same process, it is another order, or another try of that node.
	const foreignCall = call.filter((key) => !isOwnCall(key));

	const keys = [...execution, ...start, ...call];
	const record = async () => await settle(() => recordKeys(context, keys, MAX_KEYS));
	const recording = Promise.resolve(lastRecording).then(record);
	lastRecording = recording;
	const recorded = await untilAborted(signal, recording);
	if (!recorded.ok) {
		const reason = recorded.error instanceof Error ? recorded.error.message : 'no reason given';
		logger.warn(`If n8n is killed now, a retry will not know that this run has paid (${reason})`);
		return unproven;
	}
	const found = new Set(recorded.value.map(String));
	const proofs = [...execution, ...(isRetry ? start : []), ...foreignCall];
	const proof = proofs.filter((key) => found.has(key));
	if (proof.length === 0) return unproven;
	// In a loop, a mark by count alone may be of another pass, of which this try knows more.
	return { isProven: proof.some((key) => key.endsWith(`${digest} ${order}`)), isFirst };
}

/**
 * The id under which the node leaves its marks. A retry keeps that of the execution it goes on from: n8n 1.x
 * may have run that one twice, and the second run may have failed before it asked for marks. So this is to be
 * called before anything can fail.
 */
export function rememberId(context: IExecuteFunctions) {
	const memory = executionMemory(context, 'imaginePdfPaying');
	memory.id ??= aboutExecution(context).id;
	return { memory, id: String(memory.id) };
}

/** Whether this process has recorded the key; from now on it has. */
function isOwnCall(key: string): boolean {
	const isKnown = ownCalls.delete(key);
	ownCalls.add(key);
	const [oldest = key] = ownCalls;
	if (ownCalls.size > MAX_KEYS) ownCalls.delete(oldest);
	return isKnown;
}
