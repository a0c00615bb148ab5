import { ImaginePdfClient } from '../../nodes/ImaginePdf/core/api/client.ts';
import { RouteMemory } from '../../nodes/ImaginePdf/core/api/routes.ts';
import type { Design, JobState } from '../../nodes/ImaginePdf/core/api/schemas.ts';
import type { ApiAnswer, ApiRequest, Clock, Http } from '../../nodes/ImaginePdf/core/ports.ts';
import type { Variables } from '../../nodes/ImaginePdf/core/designs/variable.ts';

const TIMEOUT_MS = 30_000;

/** An answer of the API as it came. */
export interface Witnessed {
	request: Pick<ApiRequest, 'method' | 'path'>;
	answer: ApiAnswer;
}

export interface Parsed {
	status: number;
	headers: Record<string, string>;
	/** The body, where it is a JSON object. */
	body: Record<string, unknown>;
	/** `data` of the envelope, empty where there is none. */
	data: Record<string, unknown>;
	/** `error.code` of the envelope. */
	code: unknown;
}

/** What earlier checks found, for later ones to go on with. */
export interface Found {
	design?: Design;
	variables?: Variables;
	jobId?: string;
	state?: JobState;
	/** Presigned URLs: never to be printed. */
	zipUrl?: string;
	pdfUrl?: string;
	/** Why nothing more can be asked of batches, or of paid requests. */
	noBatches?: string;
	noCredits?: string;
}

export interface ServiceOptions {
	http: Http;
	/** The same base URL with another key, or with none. */
	stranger: (apiKey?: string) => Http;
	clock: Clock;
	/** The design to use; the first one of the list where it is left out. */
	designId?: string;
}

/** The service under contract: the real one, or the emulator. */
export class Service {
	readonly answers: Witnessed[] = [];
	readonly routes = new RouteMemory();
	readonly found: Found = {};
	readonly client: ImaginePdfClient;
	readonly clock: Clock;
	readonly designId: string | undefined;
	readonly http: Http;
	private readonly stranger: ServiceOptions['stranger'];

	constructor({ http, stranger, clock, designId }: ServiceOptions) {
		this.http = this.witnessed(http);
		this.stranger = stranger;
		this.clock = clock;
		this.designId = designId;
		const logger = { info: () => undefined, warn: () => undefined };
		const deps = { clock, logger, random: Math.random, routes: this.routes };
		this.client = new ImaginePdfClient({ ...deps, http: this.http });
	}

	async get(path: string): Promise<Parsed> {
		return parsed(await this.http.api({ method: 'GET', path, timeoutMs: TIMEOUT_MS }));
	}

	async post(path: string, body: unknown): Promise<Parsed> {
		const request = { method: 'POST', path, body: JSON.stringify(body) } as const;
		return parsed(await this.http.api({ ...request, timeoutMs: TIMEOUT_MS }));
	}

	/** Asks as somebody else. */
	async getAs(apiKey: string | undefined, path: string): Promise<Parsed> {
		const http = this.stranger(apiKey);
		return parsed(await http.api({ method: 'GET', path, timeoutMs: TIMEOUT_MS }));
	}

	/** A file of the storage, or a part of it. */
	async fetch(url: string, headers: Record<string, string> = {}) {
		const answer = await this.http.storage({ url, headers, timeoutMs: TIMEOUT_MS });
		const chunks: Uint8Array[] = [];
		for await (const chunk of answer.body) chunks.push(chunk);
		return { status: answer.status, headers: answer.headers, bytes: Buffer.concat(chunks) };
	}

	/** The last answer to a request whose path matches. */
	last(method: 'GET' | 'POST', path: RegExp): Parsed {
		const seen = this.answers.findLast(
			({ request }) => request.method === method && path.test(request.path),
		);
		if (!seen) throw new Error('There was no such request');
		return parsed(seen.answer);
	}

	private witnessed(http: Http): Http {
		return {
			baseUrl: http.baseUrl,
			storage: async (request) => await http.storage(request),
			api: async (request) => {
				const answer = await http.api(request);
				this.answers.push({ request: { method: request.method, path: request.path }, answer });
				return answer;
			},
		};
	}
}

export function parsed({ status, headers, body: text }: ApiAnswer): Parsed {
	const body = objectIn(text);
	const error = record(body['error']);
	return { status, headers, body, data: record(body['data']), code: error['code'] };
}

function objectIn(text: string): Record<string, unknown> {
	try {
		return record(JSON.parse(text));
	} catch {
		return {};
	}
}

export function record(value: unknown): Record<string, unknown> {
	const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
	return isRecord ? { ...value } : {};
}
