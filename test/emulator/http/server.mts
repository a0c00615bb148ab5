import type { IncomingMessage, ServerResponse } from 'node:http';

import type {
	FaultAction,
	FaultContext,
	FaultSchedule,
	FaultSubject,
} from '../faults/schedule.mts';
import { stateAt } from '../jobs.mts';
import type { World } from '../world.mts';
import { failure, type Answer } from './answer.mts';
import type { NewRequest } from './log.mts';
import { send } from './send.mts';

/** Larger than any batch that the API takes. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** A request as it came, before its body. */
export interface Incoming {
	method: string;
	url: URL;
	headers: Record<string, string>;
}

/** One origin's part: what a request is about, and what it is answered. */
export interface Exchange {
	request: Pick<NewRequest, 'origin' | 'route' | 'path' | 'jobId'>;
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
	exchangeOf: (world: World, incoming: Incoming) => Exchange,
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	const incoming = incomingOf(request);
	const exchange = exchangeOf(world, incoming);
	const { method, headers, url } = incoming;
	const arrivedAt = world.clock.now();
	const entry = world.log.arrive({ ...exchange.request, method, headers, arrivedAt });
	const strikes = faults.strike(subjectOf(world, exchange, headers));
	entry.faults = strikes.map(({ name }) => name);
	const gone = new AbortController();
	response.once('close', () => gone.abort());
	let outcome: 'completed' | 'cut' = 'cut';
	try {
		const body = await bodyOf(request);
		const { jobId } = exchange.request;
		const context: FaultContext = {
			clock: world.time,
			closing: world.closing,
			gone: gone.signal,
			presigner: world.presigner,
			storageOrigin: world.presigner.origin,
			request: { url: url.href, headers, body },
			job: jobId === undefined ? undefined : world.jobs.find(jobId),
		};
		const answer = await answerWithFaults(world, exchange, strikes, context);
		if (!answer.wire?.reset) entry.status = answer.status;
		outcome = await send(answer, response, async (event) => await world.waiting(event));
	} catch {
		// The client left in the middle of its request, or the emulator is closing.
		response.destroy();
	} finally {
		world.log.end(entry, outcome, world.clock.now());
	}
}

function incomingOf(request: IncomingMessage): Incoming {
	const headers: Record<string, string> = {};
	for (const [name, value] of Object.entries(request.headers)) {
		if (value !== undefined) headers[name] = [value].flat().join(', ');
	}
	const url = new URL(request.url ?? '/', `http://${headers['host'] ?? 'nowhere'}`);
	return { method: request.method ?? 'GET', url, headers };
}

function subjectOf(
	world: World,
	{ request: { route, origin, jobId }, generationId }: Exchange,
	headers: Record<string, string>,
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
	{ answer }: Exchange,
	strikes: readonly FaultAction[],
	context: FaultContext,
): Promise<Answer> {
	// What goes wrong is not the service's work: an action waits for time, for the client or for the test.
	const pause = async <T,>(act: () => Promise<T>) => await world.waiting(act());
	for (const action of strikes) {
		const instead = await pause(async () => action.before?.(context));
		if (instead) return instead;
	}
	const { body } = context.request;
	const tooLarge = failure(400, 'VALIDATION_ERROR', 'The body is too large.');
	let result = body.length > MAX_BODY_BYTES ? tooLarge : await answer(body, strikes, context);
	for (const action of strikes) {
		const given = result;
		result = (await pause(async () => action.after?.(given, context))) ?? given;
	}
	return result;
}

/** The whole body. Rejects when the client goes away in the middle of it. */
async function bodyOf(request: IncomingMessage): Promise<Buffer> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of request) chunks.push(chunk);
	return Buffer.concat(chunks);
}
