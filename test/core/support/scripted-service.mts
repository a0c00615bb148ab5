import { ImaginePdfClient } from '../../../nodes/ImaginePdf/core/api/client.ts';
import { RouteMemory } from '../../../nodes/ImaginePdf/core/api/routes.ts';
import type { ApiAnswer, ApiRequest, Clock } from '../../../nodes/ImaginePdf/core/ports.ts';

/** What the service says to its n-th request, counted from 1; may take its time, or reject. */
export type Script = (number: number, request: ApiRequest) => ApiAnswer | Promise<ApiAnswer>;

export interface ScriptedService {
	client: ImaginePdfClient;
	/** What was written into the log. */
	notes: string[];
	logger: { info(message: string): void; warn(message: string): void };
	/** When each request was sent, by the monotonic clock. */
	sentAt: number[];
}

/** The real client in front of a service that answers by a script, on the clock that it is given. */
export function scriptedService(clock: Clock, script: Script): ScriptedService {
	const notes: string[] = [];
	const sentAt: number[] = [];
	const note = (message: string) => void notes.push(message);
	const logger = { info: note, warn: note };
	const client = new ImaginePdfClient({
		clock,
		logger,
		random: () => 0.5,
		routes: new RouteMemory(),
		http: {
			baseUrl: 'http://127.0.0.1/api/v1',
			api: async (request) => {
				sentAt.push(clock.monotonicNow());
				return await script(sentAt.length, request);
			},
			storage: async () => await Promise.reject(new Error('No file is fetched here')),
		},
	});
	return { client, notes, logger, sentAt };
}

/** A success in ImaginePDF's envelope. */
export function success(data: unknown, status = 200): ApiAnswer {
	const body = JSON.stringify({ status: 'success', data, error: null });
	return { status, headers: {}, body };
}

/** A refusal in ImaginePDF's envelope. */
export function refusal(
	status: number,
	code: string,
	headers: Record<string, string> = {},
): ApiAnswer {
	const error = { code, message: 'As the script says.' };
	return { status, headers, body: JSON.stringify({ status: 'error', data: null, error }) };
}
