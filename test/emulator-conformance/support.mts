import { pdfText } from '../support/pdf-text.mts';
import { VirtualClock } from '../client/virtual-clock.mts';
import { createUndiciHttp, type UndiciHttp } from '../client/undici-http.mts';
import { KEYS, startEmulator, type Emulator, type EmulatorOptions } from '../emulator/index.mts';
import { readZip } from '../support/zip.mts';

/** What the two generations call the same things (docs/imaginepdf-api.md, "Batch", "Single PDF"). */
export const ROUTES = {
	first: {
		submit: (design: string) => `/batch/generate?design=${design}`,
		status: (job: string) => `/batch/${job}/status`,
		download: (job: string) => `/batch/${job}/download`,
		generate: (design: string) => `/generate?design=${design}`,
		upload: '/assets',
		urlField: 'url',
	},
	second: {
		submit: (design: string) => `/designs/${design}/batch`,
		status: (job: string) => `/batches/${job}`,
		download: (job: string) => `/batches/${job}/download`,
		generate: (design: string) => `/designs/${design}/generate`,
		upload: '/uploads',
		urlField: 'downloadUrl',
	},
} as const;

const TIMEOUT_MS = 5000;

export interface Envelope {
	status: string;
	data: Record<string, unknown> | null;
	error: { code: string; message: string } | null;
}

export interface Answered {
	status: number;
	headers: Record<string, string>;
	text: string;
	/** The body as JSON; an empty envelope where it is none. */
	body: Envelope;
	/** The envelope's data; empty where there is none. */
	data: Record<string, unknown>;
	code: string | undefined;
}

/** Where rows are submitted; by default to the invoice, by the first generation. */
type Where = [design?: string, generation?: keyof typeof ROUTES];

/** An emulator with a client, and what tests do with them over and over. */
export class EmulatorSetup {
	private readonly clients: UndiciHttp[] = [];
	readonly http: UndiciHttp;

	private constructor(
		readonly emulator: Emulator,
		private readonly clock: VirtualClock,
	) {
		this.http = this.client(KEYS.demo);
	}

	static async start(options: EmulatorOptions = {}): Promise<EmulatorSetup> {
		const clock = new VirtualClock(Date.now());
		const emulator = await startEmulator({ pdfStyle: 'plain', clock, ...options });
		return new EmulatorSetup(emulator, clock);
	}

	/** Starts one for the length of `work`, and closes it however that ends. */
	static async during<T>(
		options: EmulatorOptions,
		work: (setup: EmulatorSetup) => Promise<T>,
	): Promise<T> {
		const setup = await EmulatorSetup.start(options);
		try {
			return await work(setup);
		} finally {
			await setup.close();
		}
	}

	async close(): Promise<void> {
		for (const client of this.clients) await client.close();
		await this.emulator.close();
		this.clock.close();
	}

	client(apiKey: string | undefined): UndiciHttp {
		const client = createUndiciHttp({ baseUrl: this.emulator.baseUrl, apiKey });
		this.clients.push(client);
		return client;
	}

	async get(path: string, http = this.http): Promise<Answered> {
		return answered(await http.api({ method: 'GET', path, timeoutMs: TIMEOUT_MS }));
	}

	async post(path: string, body: unknown, http = this.http): Promise<Answered> {
		const text = typeof body === 'string' ? body : JSON.stringify(body);
		return answered(await http.api({ method: 'POST', path, body: text, timeoutMs: TIMEOUT_MS }));
	}

	/** Sends a form, by default to the second generation's upload. */
	async postForm(
		form: FormData,
		path: string = ROUTES.second.upload,
		apiKey: string = KEYS.demo,
	): Promise<Answered> {
		const answer = await fetch(`${this.emulator.baseUrl}${path}`, {
			method: 'POST',
			headers: { 'x-api-key': apiKey },
			body: form,
		});
		const { status, headers } = answer;
		return answered({ status, headers: Object.fromEntries(headers), body: await answer.text() });
	}

	/** Submits rows, by default by the first generation's route; resolves to the job's id. */
	async submit(
		rows: unknown[],
		...[design = 'design_invoice', generation = 'first']: Where
	): Promise<string> {
		const path = ROUTES[generation].submit(design);
		const { data, status, text } = await this.post(path, { rows });
		if (typeof data.jobId !== 'string') throw new Error(`Submit answered ${status}: ${text}`);
		return data.jobId;
	}

	/** Resolves when the job has ended, whichever way. */
	async ended(jobId: string): Promise<void> {
		await this.emulator.waitFor(({ jobs }) =>
			jobs.some((job) => job.jobId === jobId && ['completed', 'failed'].includes(job.state.status)),
		);
	}

	/** The presigned URL of a job's ZIP, once it has ended. */
	async zipUrl(jobId: string): Promise<string> {
		await this.ended(jobId);
		const { data } = await this.get(`/batch/${jobId}/download`);
		return String(data.url);
	}

	/** The text of the PDF of this row. @throws Error when the row failed */
	async pdfText(row: unknown, ...where: Where): Promise<string> {
		const jobId = await this.submit([row], ...where);
		await this.ended(jobId);
		const [pdf] = await readZip(await this.emulator.zipOf(jobId));
		if (!pdf) throw new Error('There is no PDF: the row failed');
		return await pdfText(pdf.bytes);
	}

	/** How many of these rows succeed and fail. */
	async counts(rows: unknown[], ...where: Where): Promise<unknown[]> {
		const jobId = await this.submit(rows, ...where);
		await this.ended(jobId);
		const { data } = await this.get(`/batch/${jobId}/status`);
		return [data.completed, data.failed];
	}

	async fetch(url: string, headers: Record<string, string> = {}): Promise<Fetched> {
		const {
			status,
			headers: got,
			body,
		} = await this.http.storage({ url, headers, timeoutMs: TIMEOUT_MS });
		return { status, headers: got, bytes: await bytesOf(body) };
	}
}

export interface Fetched {
	status: number;
	headers: Record<string, string>;
	bytes: Buffer;
}

export async function bytesOf(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of body) chunks.push(chunk);
	return Buffer.concat(chunks);
}

function answered(answer: {
	status: number;
	headers: Record<string, string>;
	body: string;
}): Answered {
	const body = envelopeIn(answer.body);
	return {
		status: answer.status,
		headers: answer.headers,
		text: answer.body,
		body,
		data: body.data ?? {},
		code: body.error?.code,
	};
}

function envelopeIn(text: string): Envelope {
	try {
		return JSON.parse(text);
	} catch {
		return { status: '', data: null, error: null };
	}
}
