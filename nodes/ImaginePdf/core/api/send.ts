import { settle, type CallOptions } from './retry';
import { NO_TIME_LEFT, TransportError } from './transport';
import { withTimeout } from '../abort';
import type { ApiAnswer, ApiRequest, Clock, Http } from '../ports';

/** Lets requests through at a bounded pace; see `jobs/gate.ts`. */
export interface RequestGate {
	take(signal?: AbortSignal): Promise<void>;
}

/** What sending a request needs; without a gate it leaves at once. */
export interface SendDeps {
	clock: Clock;
	http: Http;
	gate?: RequestGate;
}

/**
 * Sends a request when its turn has come, and waits for the answer, both within its own time limit and
 * the deadline. Requests that cost credits come without a deadline: one that is cut off leaves an outcome
 * nobody knows.
 * @throws TransportError without an answer: `NO_TIME_LEFT` where it was not even sent; the signal's
 * reason
 */
export async function sendInTime(
	{ clock, http, gate }: SendDeps,
	request: ApiRequest,
	{ signal, deadline = Infinity }: CallOptions,
): Promise<ApiAnswer> {
	if (gate) await passGate(gate, clock, deadline, signal);
	const left = deadline - clock.now();
	if (left < 1) throw outOfTime();
	const timeoutMs = Math.min(request.timeoutMs, left);
	return await withTimeout(
		clock,
		timeoutMs,
		signal,
		async (limited) => await http.api({ ...request, timeoutMs, signal: limited }),
	);
}

async function passGate(
	gate: RequestGate,
	clock: Clock,
	deadline: number,
	signal: AbortSignal | undefined,
): Promise<void> {
	if (deadline === Infinity) return await gate.take(signal);
	const turn = await settle(() =>
		withTimeout(
			clock,
			Math.max(1, deadline - clock.now()),
			signal,
			async (limited) => await gate.take(limited),
		),
	);
	signal?.throwIfAborted();
	if (!turn.ok) throw outOfTime();
}

function outOfTime(): TransportError {
	return new TransportError(NO_TIME_LEFT, 'No time was left', true);
}
