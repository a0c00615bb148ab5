import {
	AnswerFault,
	isRouteMissing,
	NO_TIME_LEFT,
	OtherJobError,
	readAnswer,
	TransportError,
	type ApiError,
	type Schema,
} from './errors';
import { isTransient, requestPolicy, type CallOptions } from './retry';
import { ROUTES, type Generation, type Route, type RouteMemory } from './routes';
import * as schemas from './schemas';
import { childController, settle, unwrap } from '../async';
import {
	GENERATE_TIMEOUT_MS,
	MAX_REQUEST_ATTEMPTS,
	READ_TIMEOUT_MS,
	SUBMIT_TIMEOUT_MS,
	UPLOAD_TIMEOUT_MS,
} from '../limits';
import type { ApiRequest, Clock, Http, Runtime } from '../ports';
import { retrying } from '../retrying';

/**
 * Kinds of PDF, as the second generation of the API names them (docs/imaginepdf-api.md, "Batch: second
 * generation").
 */
export type PdfProfile = 'standard' | 'accessible' | 'pdf-a';

export interface ClientDeps extends Runtime {
	http: Http;
	routes: RouteMemory;
}

/** What a paid request carries. `body` makes the JSON text, with the profile where it is known. */
export interface PaidRequest {
	designId: string;
	body: (profile: PdfProfile | undefined) => string;
	profile: PdfProfile;
}

/** `profileApplied` is false when the answering generation knows no PDF profiles. */
export type Paid<T> = T & { profileApplied: boolean };

/** A request, by whichever generation of routes it is sent, and what is expected of the answer. */
interface Call<T> {
	/** In the order of the generations. */
	routes: readonly Route[];
	schema: Schema<T>;
	/** Whether a successful answer comes without the envelope. */
	isBare?: boolean;
	/** Kind of PDF that is wished for. */
	profile?: PdfProfile;
	/** Default: `READ_TIMEOUT_MS`. */
	timeoutMs?: number;
	content?: (generation: Generation | undefined) => Pick<ApiRequest, 'body' | 'contentType'>;
}

/**
 * The ImaginePDF API, one method per operation, whichever generation of routes the service speaks.
 * Questions and uploads, which are free, are repeated on transient errors unless it says otherwise. Paid requests
 * are sent once; see `jobs/submit.ts`. Every method throws `ApiError` (the service said no), `TransportError`
 * (no answer) or the signal's reason.
 */
export class ImaginePdfClient {
	constructor(private readonly deps: ClientDeps) {}

	/** One page of the workspace's designs, at most 200 (docs/imaginepdf-api.md, "Designs"). */
	async listDesigns(
		page: { limit: number; cursor?: string; parentId?: string },
		options: CallOptions = {},
	): Promise<schemas.DesignPage> {
		const routes = ROUTES.designs(page);
		return await this.ask({ routes, schema: schemas.designPageSchema }, options);
	}

	/** A design's metadata, with `variables` where the first generation answers. */
	async getDesign(designId: string, options: CallOptions = {}): Promise<schemas.Design> {
		const routes = ROUTES.design(designId);
		return await this.ask({ routes, schema: schemas.designSchema }, options);
	}

	/**
	 * A design's tree (second generation only).
	 * @param isThere whether the service must have it, so that "not found" by somebody else may pass
	 */
	async getDesignTree(
		designId: string,
		isThere: boolean,
		options: CallOptions = {},
	): Promise<schemas.DesignTree> {
		const mayPass = (error: unknown) =>
			isTransient(error) ||
			(isThere && isRouteMissing(error) && error.code === AnswerFault.notImaginePdf);
		const routes = ROUTES.tree(designId);
		return await this.ask(
			{ routes, schema: schemas.designTreeSchema, isBare: true },
			options,
			mayPass,
		);
	}

	/** Submits a job: this is where the credits go. */
	async submitBatch(
		request: PaidRequest,
		options: CallOptions = {},
	): Promise<Paid<schemas.SubmittedJob>> {
		const routes = ROUTES.submit(request.designId);
		const call = { routes, schema: schemas.submittedJobSchema, timeoutMs: SUBMIT_TIMEOUT_MS };
		return await this.pay(request, call, options);
	}

	/** Renders one PDF for one credit and waits for it. */
	async generatePdf(
		request: PaidRequest,
		options: CallOptions = {},
	): Promise<Paid<schemas.GeneratedPdf>> {
		const routes = ROUTES.generate(request.designId);
		const call = { routes, schema: schemas.generatedPdfSchema, timeoutMs: GENERATE_TIMEOUT_MS };
		return await this.pay(request, call, options);
	}

	/** Polls a job once, without repetition: whoever waits for it has a schedule of its own. */
	async jobState(jobId: string, options: CallOptions = {}): Promise<schemas.JobState> {
		return ofJob(jobId, (await this.send(statusCall(jobId), options)).value);
	}

	/** Polls a job, repeated on transient errors. */
	async jobStateWithRetries(jobId: string, options: CallOptions = {}): Promise<schemas.JobState> {
		return ofJob(jobId, await this.ask(statusCall(jobId), options));
	}

	/** A fresh presigned URL for a job's ZIP, asked for once, without repetition. */
	async downloadLink(jobId: string, options: CallOptions = {}): Promise<schemas.DownloadLink> {
		const routes = ROUTES.download(jobId);
		return (await this.send({ routes, schema: schemas.downloadLinkSchema }, options)).value;
	}

	/** Uploads a picture in its form (`pictureForm`). */
	async uploadImage(
		{ bytes: body, contentType }: { bytes: Buffer; contentType: string },
		options: CallOptions = {},
	): Promise<schemas.UploadedImage> {
		const call = {
			routes: ROUTES.upload(),
			schema: schemas.uploadedImageSchema,
			timeoutMs: UPLOAD_TIMEOUT_MS,
			content: () => ({ body, contentType }),
		};
		return await this.ask(call, options);
	}

	/**
	 * A fresh presigned URL for a page of a design as PNG.
	 * @param page from 0
	 */
	async previewLink(
		designId: string,
		page: number,
		options: CallOptions = {},
	): Promise<schemas.PreviewLink> {
		const routes = ROUTES.preview(designId, page);
		return await this.ask({ routes, schema: schemas.previewLinkSchema }, options);
	}

	/** Sends what costs credits, once. */
	private async pay<T extends object>(
		{ profile, body }: PaidRequest,
		call: Call<T>,
		options: CallOptions,
	): Promise<Paid<T>> {
		const content = (generation: Generation | undefined) => {
			const isKnown = generation === 'second' && profile !== 'standard';
			return { body: body(isKnown ? profile : undefined) };
		};
		const { value, generation } = await this.send({ ...call, profile, content }, options);
		return { ...value, profileApplied: generation === 'second' || profile === 'standard' };
	}

	/** Sends what is free, and again where the failure may pass. */
	private async ask<T>(
		call: Call<T>,
		options: CallOptions,
		mayPass: (error: unknown) => boolean = isTransient,
	): Promise<T> {
		const bounds = { maxTries: MAX_REQUEST_ATTEMPTS, ...options };
		const policy = requestPolicy(mayPass, this.deps.random);
		const { value } = await retrying(this.deps, policy, bounds, () => this.send(call, options));
		return value;
	}

	/**
	 * Sends a request to the generation that answered last (the contract's at first) and, where that route is
	 * missing, to the other. Safe for paid requests: a missing route queues nothing (docs/imaginepdf-api.md,
	 * "Which routes"). Only the second generation knows PDF profiles, so a wish for one is put to it first.
	 */
	private async send<T>(
		call: Call<T>,
		options: CallOptions,
	): Promise<{ value: T; generation: Generation | undefined }> {
		const { clock, http, routes: memory } = this.deps;
		const { schema, isBare, profile = 'standard', timeoutMs = READ_TIMEOUT_MS } = call;
		const preferred = profile === 'standard' ? memory.get(http.baseUrl) : 'second';
		const routes = preferred === 'second' ? [...call.routes].reverse() : call.routes;
		let missing: ApiError | undefined;
		for (const { generation, ...route } of routes) {
			const { isOver, end, ...limits } = timeLimit(clock, timeoutMs, options);
			const answer = await settle(async () => {
				const request = { ...route, ...call.content?.(generation), ...limits };
				const answered = await Promise.race([http.api(request), isOver]);
				const value = readAnswer(answered, schema, clock.now(), isBare);
				if (generation) memory.set(http.baseUrl, generation);
				return { value, generation };
			});
			end();
			if (answer.ok || !isRouteMissing(answer.error)) return unwrap(answer);
			missing ??= answer.error;
		}
		throw missing;
	}
}

/**
 * How long one request may take: `isOver` rejects and `signal` aborts when its own limit or the deadline has
 * come, or with the caller's signal. Requests that cost credits come without a deadline: one that is cut off
 * leaves its outcome unknown.
 * @throws TransportError `NO_TIME_LEFT` where it is not worth sending; the signal's reason
 */
function timeLimit(
	clock: Clock,
	longestMs: number,
	{ signal: parent, deadline = Infinity }: CallOptions,
) {
	parent?.throwIfAborted();
	const timeoutMs = Math.min(longestMs, deadline - clock.monotonicNow());
	if (timeoutMs < 1) throw new TransportError(NO_TIME_LEFT, 'No time was left', true);
	const { controller, release } = childController(parent);
	const { signal } = controller;
	const isOver = clock.sleep(timeoutMs, signal).then(() => {
		const seconds = Math.round(timeoutMs / 1000);
		throw new TransportError('ETIMEDOUT', `No answer within ${seconds} s`);
	});
	isOver.catch(() => undefined);
	const end = () => {
		release();
		controller.abort();
	};
	return { timeoutMs, signal, isOver, end };
}

function statusCall(jobId: string): Call<schemas.ReadJobState> {
	return { routes: ROUTES.status(jobId), schema: schemas.jobStateSchema };
}

/** @throws OtherJobError for another job's state, which would lead to another job's PDFs */
function ofJob(jobId: string, state: schemas.ReadJobState): schemas.JobState {
	if ((state.jobId ?? jobId) !== jobId) throw new OtherJobError();
	return { ...state, jobId };
}
