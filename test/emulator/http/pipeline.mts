import type { IncomingMessage, ServerResponse } from 'node:http';

import type { FaultAction, FaultContext } from '../faults/fault.mts';
import type { FaultSchedule } from '../faults/schedule.mts';
import type { World } from '../world.mts';
import { Refused, failure, type Answer } from './answer.mts';
import type { NewRequest } from './log.mts';
import { readRequestBody } from './request.mts';
import { send } from './send.mts';

/** One origin's part: what a request is about, and what it is answered. */
export interface Exchange {
	request: Omit<NewRequest, 'arrivedAt'>;
	answer: (body: string, strikes: readonly FaultAction[], context: FaultContext) => Promise<Answer>;
}

/**
 * The way of every request on both origins: log, faults before, handler, faults after, wire. This
 * is the only place where faults and handlers meet.
 */
export async function processRequest(
	world: World,
	faults: FaultSchedule,
	exchange: Exchange,
	incoming: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	const { route, origin, jobId } = exchange.request;
	const entry = world.log.arrive({ ...exchange.request, arrivedAt: world.clock.now() });
	const strikes = faults.strike({ route, origin, jobId });
	entry.faults = strikes.map(({ name }) => name);
	let outcome: 'completed' | 'cut' = 'cut';
	try {
		const answer = await answerWithFaults(world, exchange, strikes, incoming);
		if (!answer.wire?.reset) entry.status = answer.status;
		outcome = await send(answer, response);
	} catch {
		// The client left in the middle of its request, or the emulator is closing.
		response.destroy();
	} finally {
		world.log.end(entry, outcome, world.clock.now());
	}
}

async function answerWithFaults(
	world: World,
	{ request, answer }: Exchange,
	strikes: readonly FaultAction[],
	incoming: IncomingMessage,
): Promise<Answer> {
	const context: FaultContext = {
		clock: world.clock,
		closing: world.closing,
		presigner: world.presigner,
		storageOrigin: world.presigner.origin,
		job: request.jobId === undefined ? undefined : world.jobs.find(request.jobId),
	};
	const body = await readOrRefuse(incoming);
	for (const action of strikes) {
		const instead = await action.before?.(context);
		if (instead) return instead;
	}
	let result = typeof body === 'string' ? await answer(body, strikes, context) : body;
	for (const action of strikes) result = (await action.after?.(result, context)) ?? result;
	return result;
}

async function readOrRefuse(incoming: IncomingMessage): Promise<string | Answer> {
	try {
		return await readRequestBody(incoming);
	} catch (error) {
		if (error instanceof Refused) return failure(error.status, error.code, error.message);
		throw error;
	}
}
