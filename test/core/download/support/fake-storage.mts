import { TransportError } from '../../../../nodes/ImaginePdf/core/api/errors.ts';
import type { StorageAnswer, StorageRequest } from '../../../../nodes/ImaginePdf/core/ports.ts';

/** How one request is answered; all of it is optional, without any of it the file is served. */
export interface Step {
	/** No HTTP answer: this system code. */
	refuse?: string;
	/** No answer at all; `late`: it comes when nobody waits for it any more. */
	hang?: boolean | 'late';
	status?: number;
	/** Added to the answer's headers; an empty text takes one away. */
	headers?: Record<string, string>;
	/** Instead of the file. */
	body?: Buffer;
	/** The connection breaks after this many bytes. */
	breakAfter?: number;
	/** The body stops coming after this many bytes. */
	stallAfter?: number;
	/** The body ends after this many bytes, as if it were complete. */
	endAfter?: number;
}

/** Storage in memory, for the simulated clock: answers request after request by script. */
export class FakeStorage {
	readonly requests: StorageRequest[] = [];
	/** Chunks handed out, over all connections. */
	pulled = 0;
	/** Connections that are neither ended nor discarded. */
	open = 0;
	/** Requests without an answer that are not aborted. */
	hanging = 0;

	constructor(
		private readonly file: Buffer,
		private readonly steps: Step[] = [],
		private readonly chunkSize = 1000,
	) {}

	async storage(request: StorageRequest): Promise<StorageAnswer> {
		const step = this.steps[this.requests.length] ?? {};
		this.requests.push(request);
		if (step.refuse) throw new TransportError(step.refuse, `connect ${request.url}`);
		if (step.hang) return await this.hang(request, step);
		return this.answer(request, step);
	}

	private async hang(request: StorageRequest, step: Step): Promise<StorageAnswer> {
		const { signal } = request;
		this.hanging++;
		return await new Promise((resolve, reject) => {
			signal?.addEventListener('abort', () => {
				this.hanging--;
				if (step.hang === 'late') resolve(this.answer(request, step));
				else reject(signal.reason);
			});
		});
	}

	private answer({ url }: StorageRequest, step: Step): StorageAnswer {
		const { status = 200, body = this.file } = step;
		const headers = { 'content-length': String(body.length), ...step.headers };
		const told = Object.entries(headers).filter(([, value]) => value !== '');
		this.open++;
		const connection = { closed: false };
		const discard = (): void => {
			if (!connection.closed) this.open--;
			connection.closed = true;
		};
		const chunks = this.chunks(body, step, url, connection);
		return { status, headers: Object.fromEntries(told), body: chunks, discard };
	}

	private async *chunks(
		body: Buffer,
		{ breakAfter, stallAfter, endAfter }: Step,
		url: string,
		connection: { closed: boolean },
	): AsyncGenerator<Uint8Array> {
		const end = Math.min(breakAfter ?? stallAfter ?? endAfter ?? Infinity, body.length);
		for (let at = 0; at < end; at += this.chunkSize) {
			if (connection.closed) return;
			this.pulled++;
			yield body.subarray(at, Math.min(at + this.chunkSize, end));
		}
		if (stallAfter !== undefined) await new Promise(() => undefined);
		if (breakAfter !== undefined) throw new TransportError('ECONNRESET', `read ${url}`);
	}
}
