import { z } from 'zod';

/*
 * The answers of the ImaginePDF API, checked at run time where they come in. Unknown fields are
 * dropped silently: the service may add some at any time. Source: API page, sections Batch, Single
 * PDF and Designs.
 */

const text = z.string().min(1);
const count = z.number().int().nonnegative();
/** Dates are only handed on, so any text will do; a service that leaves one out or sends null is fine. */
const optionalText = z
	.string()
	.nullish()
	.transform((value) => value ?? undefined);
const optionalNumber = z
	.number()
	.nullish()
	.transform((value) => value ?? undefined);

export const jobStatusSchema = z.enum(['queued', 'processing', 'completed', 'failed']);

/** The answer to a submit (API page, "Batch: the contract"). */
export const submittedJobSchema = z.object({
	jobId: text,
	status: jobStatusSchema,
	total: count,
	designId: optionalText,
});

/** A job's state: counts of rows, and times as the service writes them. */
export const jobStateSchema = z.object({
	jobId: text,
	status: jobStatusSchema,
	total: count,
	completed: count,
	failed: count,
	designId: optionalText,
	createdAt: optionalText,
	updatedAt: optionalText,
});

/** The first generation of routes names the link `url`, the second `downloadUrl`. */
export const downloadLinkSchema = z
	.object({
		url: z.string().url().optional(),
		downloadUrl: z.string().url().optional(),
		expiresIn: optionalNumber,
	})
	.transform((link, context) => {
		const url = link.url ?? link.downloadUrl;
		if (url === undefined) {
			context.addIssue({ code: 'custom', path: ['url'], message: 'Required' });
			return z.NEVER;
		}
		return { url, expiresIn: link.expiresIn };
	});

/** A single PDF (API page, "Single PDF"). */
export const generatedPdfSchema = z.object({
	designId: optionalText,
	filename: optionalText,
	downloadUrl: z.string().url(),
	expiresIn: optionalNumber,
	status: optionalText,
	generationId: optionalText,
});

/** A design as the list tells it (docs/imaginepdf-api.md, "Designs"). */
export const designSummarySchema = z.object({
	designId: text,
	name: z.string(),
	description: z.string().nullish(),
	fileSize: z.number().nullish(),
	createdAt: z.string().nullish(),
	modifiedAt: z.string().nullish(),
});

/** A page of designs; without `nextCursor` it is the last one. */
export const designPageSchema = z.object({
	items: z.array(designSummarySchema),
	nextCursor: z
		.string()
		.nullish()
		.transform((value) => value ?? undefined),
});

/**
 * A single design. In the first generation only, `config` is the whole design tree and `variables`
 * what can be filled in; the shape of neither is documented.
 */
export const designSchema = designSummarySchema.extend({
	config: z.unknown(),
	variables: z.unknown(),
});

/** The raw tree of the second generation, as far as it matters here. */
export const designTreeSchema = z.object({
	pages: z.unknown(),
	nodes: z.unknown(),
	variables: z.unknown(),
});

/**
 * An uploaded image (docs/imaginepdf-api.md, "Images"). The second generation names its id `uploadId`,
 * the first `id`. The thumbnail's link is left out: it may be presigned.
 */
export const uploadedImageSchema = z
	.object({
		ref: text,
		uploadId: optionalText,
		id: optionalText,
		name: optionalText,
		mimeType: optionalText,
		fileSize: optionalNumber,
		dimensions: z.object({ width: optionalNumber, height: optionalNumber }).nullish(),
		createdAt: optionalText,
	})
	.transform(({ uploadId, id, dimensions, ...image }) => ({
		...image,
		imageId: uploadId ?? id,
		width: dimensions?.width,
		height: dimensions?.height,
	}));

/** The link to a page as PNG (docs/imaginepdf-api.md, "Designs"). */
export const previewLinkSchema = z.object({
	previewUrl: z.string().url(),
	expiresIn: optionalNumber,
	/** From 0. */
	page: optionalNumber,
});

export type JobStatus = z.infer<typeof jobStatusSchema>;
export type SubmittedJob = z.infer<typeof submittedJobSchema>;
export type JobState = z.infer<typeof jobStateSchema>;
export type DownloadLink = z.infer<typeof downloadLinkSchema>;
export type GeneratedPdf = z.infer<typeof generatedPdfSchema>;
export type DesignSummary = z.infer<typeof designSummarySchema>;
export type DesignPage = z.infer<typeof designPageSchema>;
export type Design = z.infer<typeof designSchema>;
export type DesignTree = z.infer<typeof designTreeSchema>;
export type UploadedImage = z.infer<typeof uploadedImageSchema>;
export type PreviewLink = z.infer<typeof previewLinkSchema>;
