import { TransportError } from '../../../../nodes/ImaginePdf/core/api/errors.ts';
import type {
	ApiAnswer,
	Http,
	StorageAnswer,
	StorageRequest,
} from '../../../../nodes/ImaginePdf/core/ports.ts';

/** How one request is answered; all of it is optional, without any of it the file is served. */
export interface Step {
	/** No HTTP answer: this system code. */
	refuse?: string;
	/** No answer at all. */
	hang?: boolean;
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
	/** Sends the whole file where a part was asked for. */
	ignoreRange?: boolean;
}

export interface FakeFile {
	bytes: Buffer;
	etag?: string;
	lastModified?: string;
	/** No Content-Length. */
	lengthless?: boolean;
	chunkSize?: number;
}

const DATE = 'Mon, 23 Nov 2026 12:00:00 GMT';

/** Storage in memory, for the simulated clock: answers request after request by script. */
export class FakeStorage implements Http {
	readonly baseUrl = 'https://api.test/api/v1';
	readonly requests: StorageRequest[] = [];
	/** Chunks handed out, over all connections. */
	pulled = 0;
	/** Connections that are neither ended nor discarded. */
	open = 0;
	/** Requests without an answer that are not aborted. */
	hanging = 0;
	file: FakeFile;

	constructor(
		file: FakeFile | Buffer,
		private readonly steps: Step[] = [],
	) {
		this.file = Buffer.isBuffer(file) ? { bytes: file, etag: '"v1"' } : file;
	}

	async api(): Promise<ApiAnswer> {
		return await Promise.reject(new Error('Downloads do not call the API'));
	}

	/** The byte each request began at, 0 where it asked for the whole file. */
	get starts(): number[] {
		return this.requests.map(({ headers }) =>
			Number(/^bytes=(\d+)-$/.exec(headers.Range ?? '')?.[1] ?? 0),
		);
	}

	async storage(request: StorageRequest): Promise<StorageAnswer> {
		const step = this.steps[this.requests.length] ?? {};
		this.requests.push(request);
		if (step.refuse) throw new TransportError(step.refuse, `connect ${request.url}`);
		if (step.hang) return await this.hang(request.signal);
		return this.answer(request, step);
	}

	private async hang(signal: AbortSignal | undefined): Promise<never> {
		this.hanging++;
		return await new Promise<never>((_, reject) => {
			signal?.addEventListener('abort', () => {
				this.hanging--;
				reject(signal.reason);
			});
		});
	}

	private answer(request: StorageRequest, step: Step): StorageAnswer {
		const { bytes, etag, lastModified, lengthless } = this.file;
		const range = step.ignoreRange ? undefined : /^bytes=(\d+)-$/.exec(request.headers.Range ?? '');
		const from = range && this.unchanged(request) ? Number(range[1]) : 0;
		const body = step.body ?? bytes.subarray(from);
		const partial = from > 0 && step.status === undefined;
		const headers: Record<string, string> = {
			date: DATE,
			...(etag && { etag }),
			...(lastModified && { 'last-modified': lastModified }),
			...(!lengthless && { 'content-length': String(body.length) }),
			...(partial && { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
			...step.headers,
		};
		for (const [name, value] of Object.entries(headers)) if (value === '') delete headers[name];
		this.open++;
		const connection = { closed: false };
		const close = (): void => {
			if (!connection.closed) this.open--;
			connection.closed = true;
		};
		return {
			status: step.status ?? (partial ? 206 : 200),
			headers,
			body: this.chunks(body, step, request.url, close, connection),
			discard: close,
		};
	}

	/** As a server must treat `If-Range` (RFC 9110, section 13.1.5). */
	private unchanged({ headers }: StorageRequest): boolean {
		const validator = headers['If-Range'];
		return (
			validator === undefined ||
			validator === this.file.etag ||
			validator === this.file.lastModified
		);
	}

	private async *chunks(
		body: Buffer,
		step: Step,
		url: string,
		close: () => void,
		connection: { closed: boolean },
	): AsyncGenerator<Uint8Array> {
		const end = Math.min(
			step.breakAfter ?? Infinity,
			step.stallAfter ?? Infinity,
			step.endAfter ?? Infinity,
			body.length,
		);
		const size = this.file.chunkSize ?? 1000;
		for (let at = 0; at < end; at += size) {
			if (connection.closed) return;
			this.pulled++;
			yield body.subarray(at, Math.min(at + size, end));
		}
		if (step.stallAfter !== undefined) await new Promise(() => undefined);
		if (step.breakAfter !== undefined) throw new TransportError('ECONNRESET', `read ${url}`);
		close();
	}
}
