import type { IncomingMessage, ServerResponse } from 'node:http';

import type { FaultAction, FaultContext } from '../faults/fault.mts';
import type { FaultSchedule, FaultSubject } from '../faults/schedule.mts';
import { stateAt } from '../jobs/schedule.mts';
import type { World } from '../world.mts';
import { Refused, failure, type Answer } from './answer.mts';
import type { NewRequest } from './log.mts';
import { readRequestBody } from './request.mts';
import { send } from './send.mts';

/** One origin's part: what a request is about, and what it is answered. */
export interface Exchange {
	request: Omit<NewRequest, 'arrivedAt'>;
	/** The single PDF that is fetched, where it is one. */
	generationId?: string;
	answer: (body: Buffer, strikes: readonly FaultAction[], context: FaultContext) => Promise<Answer>;
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
	const entry = world.log.arrive({ ...exchange.request, arrivedAt: world.clock.now() });
	const strikes = faults.strike(subjectOf(world, exchange));
	entry.faults = strikes.map(({ name }) => name);
	const gone = new AbortController();
	response.once('close', () => gone.abort());
	let outcome: 'completed' | 'cut' = 'cut';
	try {
		const answer = await answerWithFaults(world, exchange, strikes, incoming, gone.signal);
		if (!answer.wire?.reset) entry.status = answer.status;
		outcome = await send(answer, response, async (event) => await world.waiting(event));
	} catch {
		// The client left in the middle of its request, or the emulator is closing.
		response.destroy();
	} finally {
		world.log.end(entry, outcome, world.clock.now());
	}
}

function subjectOf(
	world: World,
	{ request: { route, origin, jobId, headers }, generationId }: Exchange,
): FaultSubject {
	const job = jobId === undefined ? undefined : world.jobs.find(jobId);
	const paid = world.ledger.charges.findLast(
		(charge) =>
			(jobId !== undefined && charge.jobId === jobId) ||
			(generationId !== undefined && charge.generationId === generationId),
	);
	return {
		route,
		origin,
		jobId,
		jobStatus: job && stateAt(job, world.clock.now()).status,
		key: headers['x-api-key'] ?? paid?.key,
	};
}

async function answerWithFaults(
	world: World,
	{ request, answer }: Exchange,
	strikes: readonly FaultAction[],
	incoming: IncomingMessage,
	gone: AbortSignal,
): Promise<Answer> {
	const body = await readOrRefuse(incoming);
	const context: FaultContext = {
		clock: world.time,
		closing: world.closing,
		gone,
		presigner: world.presigner,
		storageOrigin: world.presigner.origin,
		request: {
			url: `http://${incoming.headers.host ?? ''}${incoming.url ?? ''}`,
			headers: request.headers,
			get body() {
				return Buffer.isBuffer(body) ? body.toString('utf8') : '';
			},
		},
		job: request.jobId === undefined ? undefined : world.jobs.find(request.jobId),
	};
	// What goes wrong is not the service's work: an action waits for time, for the client or for the test.
	const pause = async <T,>(act: () => Promise<T>) => await world.waiting(act());
	for (const action of strikes) {
		const instead = await pause(async () => action.before?.(context));
		if (instead) return instead;
	}
	let result = Buffer.isBuffer(body) ? await answer(body, strikes, context) : body;
	for (const action of strikes) {
		const given = result;
		result = (await pause(async () => action.after?.(given, context))) ?? given;
	}
	return result;
}

async function readOrRefuse(incoming: IncomingMessage): Promise<Buffer | Answer> {
	try {
		return await readRequestBody(incoming);
	} catch (error) {
		if (error instanceof Refused) return failure(error.status, error.code, error.message);
		throw error;
	}
}
