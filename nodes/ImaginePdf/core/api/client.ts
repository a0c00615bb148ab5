import type { z } from 'zod';

import { readEnvelope, readRaw } from './envelope';
import { AnswerFault, ApiError, isRouteMissing } from './errors';
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
import type { ApiAnswer, ApiRequest } from '../ports';

/** Kinds of PDF, as the second generation of the API names them (docs/imaginepdf-api.md, "Batch: second generation"). */
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

/** What a request to a route carries, besides the id. */
interface RouteDetails {
	/** Kind of PDF that is wished for. */
	profile?: PdfProfile;
	/** From 0. */
	page?: number;
	timeoutMs?: number;
	content?: (generation: Generation) => Pick<ApiRequest, 'body' | 'contentType'>;
}

/**
 * The ImaginePDF API, one method per operation, whichever generation of routes the service speaks.
 * Questions are repeated on passing trouble. Paid requests are sent once; see `jobs/purchase.ts`.
 * Every method throws `ApiError` (the service said no), `TransportError` (no answer) or the
 * signal's reason.
 */
export class ImaginePdfClient {
	constructor(private readonly deps: ClientDeps) {}

	/** One page of the workspace's designs, at most 200 (docs/imaginepdf-api.md, "Designs"). */
	async listDesigns(
		page: { limit: number; cursor?: string },
		options: CallOptions = {},
	): Promise<schemas.DesignPage> {
		const cursor = page.cursor ? `&cursor=${encodeURIComponent(page.cursor)}` : '';
		const path = `/designs?limit=${page.limit}${cursor}`;
		return await this.ask(path, options, schemas.designPageSchema);
	}

	/** A design's metadata, with `variables` where the first generation answers. */
	async getDesign(designId: string, options: CallOptions = {}): Promise<schemas.Design> {
		return await this.ask(
			`/designs/${encodeURIComponent(designId)}`,
			options,
			schemas.designSchema,
		);
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
			const answer = await this.send({ method: 'GET', path, timeoutMs: READ_TIMEOUT_MS }, options);
			return readRaw(answer, schemas.designTreeSchema, this.deps.clock.now());
		});
	}

	/** Submits a job: this is where the credits go. */
	async submitBatch(
		request: PaidRequest,
		options: CallOptions = {},
	): Promise<Paid<schemas.SubmittedJob>> {
		return await this.pay(
			'submit',
			request,
			SUBMIT_TIMEOUT_MS,
			options,
			schemas.submittedJobSchema,
		);
	}

	/** Renders one PDF for one credit and waits for it. */
	async generatePdf(
		request: PaidRequest,
		options: CallOptions = {},
	): Promise<Paid<schemas.GeneratedPdf>> {
		return await this.pay(
			'generate',
			request,
			GENERATE_TIMEOUT_MS,
			options,
			schemas.generatedPdfSchema,
		);
	}

	/** Polls a job once, without repetition: whoever waits for it has a schedule of its own. */
	async jobState(jobId: string, options: CallOptions = {}): Promise<schemas.JobState> {
		const { value } = await this.eitherGeneration('status', jobId, options, schemas.jobStateSchema);
		const answered = value.jobId ?? jobId;
		// Another job's state would lead to another job's PDFs.
		if (answered !== jobId) throw new ApiError(200, AnswerFault.unexpectedData, 'jobId');
		return { ...value, jobId };
	}

	/** Polls a job, repeated on transient errors. */
	async jobStatePatiently(jobId: string, options: CallOptions = {}): Promise<schemas.JobState> {
		return await withRetries(this.deps, options, isTransient, () => this.jobState(jobId, options));
	}

	/** A fresh presigned URL for a job's ZIP. */
	async downloadLink(jobId: string, options: CallOptions = {}): Promise<schemas.DownloadLink> {
		return await withRetries(this.deps, options, isTransient, async () => {
			const answer = await this.eitherGeneration(
				'download',
				jobId,
				options,
				schemas.downloadLinkSchema,
			);
			return answer.value;
		});
	}

	/**
	 * Uploads a picture in a form as `multipartFrame` makes it. It is free, so it is repeated on passing
	 * trouble (docs/imaginepdf-api.md, "Images").
	 */
	async uploadImage(
		content: MultipartBody,
		options: CallOptions = {},
	): Promise<schemas.UploadedImage> {
		return await withRetries(this.deps, options, isTransient, async () => {
			const answer = await this.eitherGeneration(
				'upload',
				'',
				options,
				schemas.uploadedImageSchema,
				{ timeoutMs: UPLOAD_TIMEOUT_MS, content: () => content },
			);
			return answer.value;
		});
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
		return await withRetries(this.deps, options, isTransient, async () => {
			const { value } = await this.eitherGeneration(
				'preview',
				designId,
				options,
				schemas.previewLinkSchema,
				{ page },
			);
			return value;
		});
	}

	private async ask<T>(
		path: string,
		options: CallOptions,
		schema: z.ZodType<T, z.ZodTypeDef, unknown>,
	): Promise<T> {
		return await withRetries(this.deps, options, isTransient, async () => {
			const answer = await this.send({ method: 'GET', path, timeoutMs: READ_TIMEOUT_MS }, options);
			return readEnvelope(answer, schema, this.deps.clock.now());
		});
	}

	private async pay<T extends object>(
		route: 'submit' | 'generate',
		{ designId, profile, body }: PaidRequest,
		timeoutMs: number,
		options: CallOptions,
		schema: z.ZodType<T, z.ZodTypeDef, unknown>,
	): Promise<Paid<T>> {
		const content = (generation: Generation) => {
			const isKnown = generation === 'second' && profile !== 'standard';
			return { body: body(isKnown ? profile : undefined) };
		};
		const { value, generation } = await this.eitherGeneration(route, designId, options, schema, {
			profile,
			timeoutMs,
			content,
		});
		return { ...value, profileApplied: generation === 'second' || profile === 'standard' };
	}

	/**
	 * Asks the generation that answered last (the contract's at first) and, where that route is
	 * missing, the other. Safe for paid requests: a missing route queues nothing (docs/imaginepdf-api.md, "Which routes").
	 */
	private async eitherGeneration<T>(
		route: RouteName,
		id: string,
		options: CallOptions,
		schema: z.ZodType<T, z.ZodTypeDef, unknown>,
		details: RouteDetails = {},
	): Promise<{ value: T; generation: Generation }> {
		const attempt = async (generation: Generation) => {
			const value = await this.askRoute(route, generation, id, options, schema, details);
			this.deps.routes.remember(this.deps.http.baseUrl, generation);
			return { value, generation };
		};
		const preferred = this.preferredGeneration(details.profile);
		const first = await settle(() => attempt(preferred));
		if (first.ok) return first.value;
		if (!isRouteMissing(first.error)) return await Promise.reject(first.error);
		const second = await settle(() => attempt(other(preferred)));
		if (second.ok) return second.value;
		return await Promise.reject(moreTelling(first.error, second.error));
	}

	/** Only the second generation knows PDF profiles, so a wish for one is put to it first. */
	private preferredGeneration(profile: PdfProfile | undefined): Generation {
		if (profile !== undefined && profile !== 'standard') return 'second';
		return this.deps.routes.recall(this.deps.http.baseUrl) ?? 'first';
	}

	private async askRoute<T>(
		route: RouteName,
		generation: Generation,
		id: string,
		options: CallOptions,
		schema: z.ZodType<T, z.ZodTypeDef, unknown>,
		{ page = 0, timeoutMs = READ_TIMEOUT_MS, content }: RouteDetails,
	): Promise<T> {
		const { method, path } = ROUTES[route][generation](id, page);
		const request: ApiRequest = { method, path, timeoutMs, ...content?.(generation) };
		const answer = await this.send(request, options);
		return readEnvelope(answer, schema, this.deps.clock.now());
	}

	private async send(request: ApiRequest, options: CallOptions): Promise<ApiAnswer> {
		return await sendInTime(this.deps, request, options);
	}
}

/** Of two refusals, the one that names something other than a missing route. */
function moreTelling(first: ApiError, second: unknown): unknown {
	return isRouteMissing(second) ? first : second;
}
