import type { z } from 'zod';

import { readEnvelope, readRaw } from './envelope';
import { AnswerFault, isRouteMissing, OtherJobError } from './errors';
import { isTransient, withRetries, type CallOptions, type RetryDeps } from './retry';
import { settle } from '../async';
import { other, ROUTES, type Generation, type RouteMemory, type RouteName } from './routes';
import * as schemas from './schemas';
import { sendInTime, type SendDeps } from './send';
import type { MultipartBody } from './multipart';
import {
	GENERATE_TIMEOUT_MS,
	READ_TIMEOUT_MS,
	SUBMIT_TIMEOUT_MS,
	UPLOAD_TIMEOUT_MS,
} from '../limits';
import type { ApiRequest } from '../ports';

/**
 * Kinds of PDF, as the second generation of the API names them (docs/imaginepdf-api.md, "Batch: second
 * generation").
 */
export type PdfProfile = 'standard' | 'accessible' | 'pdf-a';

/** What the client is given. */
export interface ClientDeps extends RetryDeps, SendDeps {
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

type Schema<T> = z.ZodType<T, z.ZodTypeDef, unknown>;

/** A call of a route whose path depends on the generation. */
interface RouteCall<T> {
	schema: Schema<T>;
	/** The design's or the job's; none for an upload. */
	id?: string;
	/** From 0. */
	page?: number;
	/** Kind of PDF that is wished for. */
	profile?: PdfProfile;
	/** Default: `READ_TIMEOUT_MS`. */
	timeoutMs?: number;
	content?: (generation: Generation) => Pick<ApiRequest, 'body' | 'contentType'>;
}

/**
 * The ImaginePDF API, one method per operation, whichever generation of routes the service speaks.
 * Questions are repeated on transient errors. Paid requests are sent once; see `jobs/purchase.ts`.
 * Every method throws `ApiError` (the service said no), `TransportError` (no answer) or the
 * signal's reason.
 */
export class ImaginePdfClient {
	constructor(private readonly deps: ClientDeps) {}

	/** One page of the workspace's designs, at most 200 (docs/imaginepdf-api.md, "Designs"). */
	async listDesigns(
		page: { limit: number; cursor?: string; parentId?: string },
		options: CallOptions = {},
	): Promise<schemas.DesignPage> {
		const query = Object.entries(page).map(
			([name, value]) => `${name}=${encodeURIComponent(value)}`,
		);
		return await this.ask(`/designs?${query.join('&')}`, schemas.designPageSchema, options);
	}

	/** A design's metadata, with `variables` where the first generation answers. */
	async getDesign(designId: string, options: CallOptions = {}): Promise<schemas.Design> {
		const path = `/designs/${encodeURIComponent(designId)}`;
		return await this.ask(path, schemas.designSchema, options);
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
		const path = `/designs/${encodeURIComponent(designId)}/tree`;
		const mayPass = (error: unknown) =>
			isTransient(error) ||
			(isThere && isRouteMissing(error) && error.code === AnswerFault.notImaginePdf);
		return await withRetries(this.deps, options, mayPass, async () => {
			const answer = await sendInTime(this.deps, get(path), options);
			return readRaw(answer, schemas.designTreeSchema, this.deps.clock.now());
		});
	}

	/** Submits a job: this is where the credits go. */
	async submitBatch(
		request: PaidRequest,
		options: CallOptions = {},
	): Promise<Paid<schemas.SubmittedJob>> {
		const call = { schema: schemas.submittedJobSchema, timeoutMs: SUBMIT_TIMEOUT_MS };
		return await this.pay('submit', request, call, options);
	}

	/** Renders one PDF for one credit and waits for it. */
	async generatePdf(
		request: PaidRequest,
		options: CallOptions = {},
	): Promise<Paid<schemas.GeneratedPdf>> {
		const call = { schema: schemas.generatedPdfSchema, timeoutMs: GENERATE_TIMEOUT_MS };
		return await this.pay('generate', request, call, options);
	}

	/** Polls a job once, without repetition: whoever waits for it has a schedule of its own. */
	async jobState(jobId: string, options: CallOptions = {}): Promise<schemas.JobState> {
		const call = { schema: schemas.jobStateSchema, id: jobId };
		const { value } = await this.eitherGeneration('status', call, options);
		const answered = value.jobId ?? jobId;
		// Another job's state would lead to another job's PDFs.
		if (answered !== jobId) throw new OtherJobError();
		return { ...value, jobId };
	}

	/** Polls a job, repeated on transient errors. */
	async jobStateWithRetries(jobId: string, options: CallOptions = {}): Promise<schemas.JobState> {
		return await withRetries(this.deps, options, isTransient, () => this.jobState(jobId, options));
	}

	/** A fresh presigned URL for a job's ZIP, asked for once; see `jobs/zipLink.ts`. */
	async downloadLink(jobId: string, options: CallOptions = {}): Promise<schemas.DownloadLink> {
		const call = { schema: schemas.downloadLinkSchema, id: jobId };
		const { value } = await this.eitherGeneration('download', call, options);
		return value;
	}

	/**
	 * Uploads a picture in a form as `multipartFrame` makes it. It is free, so it is repeated on
	 * transient errors (docs/imaginepdf-api.md, "Images").
	 */
	async uploadImage(
		content: MultipartBody,
		options: CallOptions = {},
	): Promise<schemas.UploadedImage> {
		const schema = schemas.uploadedImageSchema;
		const call = { schema, timeoutMs: UPLOAD_TIMEOUT_MS, content: () => content };
		return await this.askRoute('upload', call, options);
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
		const call = { schema: schemas.previewLinkSchema, id: designId, page };
		return await this.askRoute('preview', call, options);
	}

	/** Asks a route that both generations have in common. */
	private async ask<T>(path: string, schema: Schema<T>, options: CallOptions): Promise<T> {
		return await withRetries(this.deps, options, isTransient, () =>
			this.exchange(get(path), schema, options),
		);
	}

	/** Asks a route of either generation, repeated on transient errors. */
	private async askRoute<T>(
		route: RouteName,
		call: RouteCall<T>,
		options: CallOptions,
	): Promise<T> {
		return await withRetries(this.deps, options, isTransient, async () => {
			const { value } = await this.eitherGeneration(route, call, options);
			return value;
		});
	}

	/** Sends what costs credits, once. */
	private async pay<T extends object>(
		route: 'submit' | 'generate',
		{ designId, profile, body }: PaidRequest,
		call: Pick<RouteCall<T>, 'schema' | 'timeoutMs'>,
		options: CallOptions,
	): Promise<Paid<T>> {
		const content = (generation: Generation) => {
			const isKnown = generation === 'second' && profile !== 'standard';
			return { body: body(isKnown ? profile : undefined) };
		};
		const paid = { ...call, id: designId, profile, content };
		const { value, generation } = await this.eitherGeneration(route, paid, options);
		return { ...value, profileApplied: generation === 'second' || profile === 'standard' };
	}

	/**
	 * Asks the generation that answered last (the contract's at first) and, where that route is missing,
	 * the other. Safe for paid requests: a missing route queues nothing (docs/imaginepdf-api.md, "Which
	 * routes").
	 */
	private async eitherGeneration<T>(
		route: RouteName,
		{ schema, id = '', page = 0, profile, timeoutMs = READ_TIMEOUT_MS, content }: RouteCall<T>,
		options: CallOptions,
	): Promise<{ value: T; generation: Generation }> {
		const attempt = async (generation: Generation) => {
			const request = { ...ROUTES[route][generation](id, page), ...content?.(generation) };
			const value = await this.exchange({ ...request, timeoutMs }, schema, options);
			this.deps.routes.remember(this.deps.http.baseUrl, generation);
			return { value, generation };
		};
		const preferred = this.preferredGeneration(profile);
		const first = await settle(() => attempt(preferred));
		if (first.ok) return first.value;
		if (!isRouteMissing(first.error)) return await Promise.reject(first.error);
		const second = await settle(() => attempt(other(preferred)));
		if (second.ok) return second.value;
		// Of two refusals, the one that names something other than a missing route says more.
		return await Promise.reject(isRouteMissing(second.error) ? first.error : second.error);
	}

	/** Only the second generation knows PDF profiles, so a wish for one is put to it first. */
	private preferredGeneration(profile: PdfProfile | undefined): Generation {
		if (profile !== undefined && profile !== 'standard') return 'second';
		return this.deps.routes.recall(this.deps.http.baseUrl) ?? 'first';
	}

	/** Sends one request and reads the data in its answer. */
	private async exchange<T>(
		request: ApiRequest,
		schema: Schema<T>,
		options: CallOptions,
	): Promise<T> {
		const answer = await sendInTime(this.deps, request, options);
		return readEnvelope(answer, schema, this.deps.clock.now());
	}
}

function get(path: string): ApiRequest {
	return { method: 'GET', path, timeoutMs: READ_TIMEOUT_MS };
}
