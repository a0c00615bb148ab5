import type { Hooks } from '../hooks.mts';
import type { RouteName } from '../routes/names.mts';

/** One request, as it was and as it ended. */
export interface LoggedRequest {
	/** From 1, over both origins. */
	number: number;
	origin: 'api' | 'storage';
	route: RouteName;
	method: string;
	/** Below the base URL, with the query; signatures are left out. */
	path: string;
	/** Milliseconds since the epoch by the emulator's clock. */
	arrivedAt: number;
	endedAt: number | undefined;
	/** Header names in lower case. */
	headers: Record<string, string>;
	/** Whether an X-API-Key header came along. */
	hasApiKey: boolean;
	/** The job that the request is about, where it names one. */
	jobId: string | undefined;
	/** Names of the fault actions that struck. */
	faults: string[];
	/** Undefined until the answer begins; stays so for a reset connection. */
	status: number | undefined;
	outcome: 'running' | 'completed' | 'cut';
}

export type NewRequest = Pick<
	LoggedRequest,
	'origin' | 'route' | 'method' | 'path' | 'arrivedAt' | 'headers' | 'jobId'
>;

/** What was asked of both origins, in order of arrival. */
export class RequestLog {
	readonly entries: LoggedRequest[] = [];
	/** Requests that brought the API key to the storage. */
	readonly leaks: LoggedRequest[] = [];

	constructor(private readonly hooks: Hooks) {}

	arrive(request: NewRequest): LoggedRequest {
		const entry: LoggedRequest = {
			...request,
			number: this.entries.length + 1,
			endedAt: undefined,
			hasApiKey: 'x-api-key' in request.headers,
			faults: [],
			status: undefined,
			outcome: 'running',
		};
		this.entries.push(entry);
		if (entry.origin === 'storage' && entry.hasApiKey) this.leaks.push(entry);
		this.hooks.emit('request', entry);
		return entry;
	}

	end(entry: LoggedRequest, outcome: 'completed' | 'cut', at: number): void {
		entry.outcome = outcome;
		entry.endedAt = at;
		this.hooks.emit('answer', entry);
	}
}
