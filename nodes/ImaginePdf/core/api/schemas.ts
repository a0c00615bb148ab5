import { z } from 'zod';

import { isRecord, known, mapTexts } from '../objects';

/*
 * The answers of the ImaginePDF API, checked at run time where they come in. Unknown fields are
 * dropped silently: the service may add some at any time. Source: docs/imaginepdf-api.md, "Batch: the
 * contract", "Single PDF" and "Designs".
 *
 * What was paid for is read leniently: of a submit only the job's id is needed, of a single PDF only
 * its link, under whichever of the names below. Every other field of theirs is taken where it makes sense
 * and is left out where it does not.
 */

/** Names of a job's id, the documented one first, and of the object it may stand in. */
const JOB_ID_NAMES = ['jobId', 'job_id', 'batchId', 'batch_id', 'id'];
const JOB_NAMES = ['job', 'batch'];
/** The same of a link: the generations of the API name it `url` and `downloadUrl`. */
const LINK_NAMES = ['downloadUrl', 'url', 'download_url'];
const FILE_NAMES = ['pdf', 'file', 'document'];

const filledText = z.string().min(1);
/** An id. A number beyond the safe integers has lost digits, and would lead to another job. */
const id = z
	.union([z.string().trim().min(1), z.number().int().nonnegative().safe()])
	.transform(String);

/** An answer's fields; those of an object in it that bears one of the names count as its own. */
function fieldsOf(data: unknown, names: readonly string[]): unknown {
	const [only] = Array.isArray(data) && data.length === 1 ? (data as unknown[]) : [data];
	return isRecord(only) ? { ...only, ...names.map((name) => only[name]).find(isRecord) } : only;
}

/** The fields, and under `own` the first value of these names that the schema takes. */
function named(
	own: string,
	fields: unknown,
	names: readonly string[],
	schema: z.ZodTypeAny,
): unknown {
	if (!isRecord(fields)) return fields;
	const found = names.map((name) => fields[name]).find((value) => schema.safeParse(value).success);
	return { ...fields, [own]: found };
}

/** Text, or a number as text; anything else is left out. */
const optionalText = z.unknown().transform((value) => {
	const shown = typeof value === 'number' ? String(value) : value;
	return typeof shown === 'string' && shown !== '' ? shown : undefined;
});

/** A number from 0 on, or its text; anything else is left out. */
const optionalNumber = z.unknown().transform((value) => {
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined;
});

const optionalCount = optionalNumber.transform((value) =>
	value !== undefined && Number.isInteger(value) ? value : undefined,
);

const optionalId = z.unknown().transform((value) => id.safeParse(value).data);

const url = z.string().trim().url();

/** The statuses of a job that are documented (docs/imaginepdf-api.md, "Batch: the contract"). */
const DOCUMENTED_STATUSES = ['queued', 'processing', 'completed', 'failed'];

/**
 * The service's own word for how a job is. Other spellings of a documented status become that status;
 * where there is no word, it is 'unknown'. What a word means is decided in `phaseOf`.
 */
const jobStatusSchema = optionalText.transform((value) => {
	const word = value?.trim() || 'unknown';
	const lower = word.toLowerCase();
	return DOCUMENTED_STATUSES.includes(lower) ? lower : word;
});

/** The answer to a submit. */
export const submittedJobSchema = z.preprocess(
	(data) => named('jobId', fieldsOf(data, JOB_NAMES), JOB_ID_NAMES, id),
	z.object({
		jobId: id,
		status: jobStatusSchema,
		total: optionalCount,
		designId: optionalText,
	}),
);

/**
 * A job's state: counts of rows, and times as the service writes them. Further fields stand in `more`, since
 * the vendor speaks of reasons per row and does not say where they are.
 */
export const jobStateSchema = z.preprocess(
	(data) => fieldsOf(data, JOB_NAMES),
	z
		.object({
			jobId: optionalId,
			status: jobStatusSchema,
			total: optionalCount,
			completed: optionalCount,
			failed: optionalCount,
			designId: optionalText,
			createdAt: optionalText,
			updatedAt: optionalText,
		})
		.catchall(z.unknown())
		.transform(
			({ jobId, status, total, completed, failed, designId, createdAt, updatedAt, ...more }) => ({
				...{ jobId, status, total, completed, failed, designId, createdAt, updatedAt },
				more: withoutLinks(Object.fromEntries(Object.entries(more).filter(isHarmless))),
			}),
		),
);

/** Links may be presigned, and n8n takes a field `error` for a failed try. */
function isHarmless([name]: [string, unknown]): boolean {
	const isTaken = name === 'error' || JOB_NAMES.includes(name) || JOB_ID_NAMES.includes(name);
	return !isTaken && !/url|link|href|signature|token|key/i.test(name);
}

/** Base64 may hold slashes, too. */
const LINK = /(?:[a-z][a-z\d+.-]*:|(?<![\w+/=]))[\\/]{2}[^\s"'<>]+/gi;

/** Of texts that hold a link, the rest is kept. */
function withoutLinks(fields: Record<string, unknown>): Record<string, unknown> {
	return mapTexts(fields, (text) => text.replace(LINK, '[link]')) as Record<string, unknown>;
}

/** The link to a job's ZIP. */
export const downloadLinkSchema = z.preprocess(
	(data) => named('url', fieldsOf(data, FILE_NAMES), LINK_NAMES, url),
	z.object({ url, expiresIn: optionalNumber }),
);

/** A single PDF. */
export const generatedPdfSchema = z.preprocess(
	(data) => named('downloadUrl', fieldsOf(data, FILE_NAMES), LINK_NAMES, url),
	z.object({
		designId: optionalText,
		filename: optionalText,
		downloadUrl: url,
		expiresIn: optionalNumber,
		status: optionalText,
		generationId: optionalText,
	}),
);

/** A design as the list has it (docs/imaginepdf-api.md, "Designs"). */
const designSummarySchema = z.object({
	designId: filledText,
	name: z.string(),
	description: z.string().nullish(),
	fileSize: z.number().nullish(),
	createdAt: z.string().nullish(),
	modifiedAt: z.string().nullish(),
});

/** A page of designs; without `nextCursor` it is the last one. */
export const designPageSchema = z.object({
	items: z.array(designSummarySchema),
	nextCursor: optionalText,
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
 * An uploaded image (docs/imaginepdf-api.md, "Images"), as it is emitted, too: what the service does not say
 * has no key. The second generation names its id `uploadId`, the first `id`. The thumbnail's link is left out:
 * it may be presigned.
 */
export const uploadedImageSchema = z
	.object({
		/** What an image variable takes as its value. */
		ref: filledText,
		uploadId: optionalText,
		id: optionalText,
		name: optionalText,
		mimeType: optionalText,
		/** Bytes. */
		fileSize: optionalNumber,
		/** Pixels. */
		dimensions: z.object({ width: optionalNumber, height: optionalNumber }).nullish(),
		/** ISO 8601. */
		createdAt: optionalText,
	})
	.transform(({ ref, uploadId, id, dimensions, ...image }) => {
		const { width, height } = dimensions ?? {};
		return { ref, ...known({ ...image, imageId: uploadId ?? id, width, height }) };
	});

/** The link to a page as PNG (docs/imaginepdf-api.md, "Designs"). */
export const previewLinkSchema = z.object({
	previewUrl: url,
	expiresIn: optionalNumber,
	/** From 0. */
	page: optionalNumber,
});

export type SubmittedJob = z.infer<typeof submittedJobSchema>;
export type ReadJobState = z.infer<typeof jobStateSchema>;
/** A job's state. A count that the service does not report is `undefined`. */
export type JobState = Omit<ReadJobState, 'jobId'> & { jobId: string };
export type DownloadLink = z.infer<typeof downloadLinkSchema>;
export type GeneratedPdf = z.infer<typeof generatedPdfSchema>;
export type DesignSummary = z.infer<typeof designSummarySchema>;
export type DesignPage = z.infer<typeof designPageSchema>;
export type Design = z.infer<typeof designSchema>;
export type DesignTree = z.infer<typeof designTreeSchema>;
export type UploadedImage = z.infer<typeof uploadedImageSchema>;
export type PreviewLink = z.infer<typeof previewLinkSchema>;
