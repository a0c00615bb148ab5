/* What the node puts into an item's `json`. The names are a contract: saved workflows refer to them. */

/** A job as Get Status and Submit without waiting emit it. */
export interface JobOutput {
	jobId: string;
	designId?: string;
	/** `queued`, `processing`, `completed`, `failed`, or another word of the service's own. */
	status: string;
	/** Rows of the job. A count is `null` where the service does not report it. */
	total: number | null;
	completed: number | null;
	failed: number | null;
	/** As the service reports it, ISO 8601. */
	createdAt?: string;
	updatedAt?: string;
	/** Whether the job has ended, well or not. */
	done: boolean;
	/** 0 to 1. */
	progress: number;
}

/** What Submit adds to a job. */
export interface BatchOutput {
	/** 1-based, of `batchCount` jobs of the run. */
	batchNumber: number;
	batchCount: number;
	/** Rows of this job. */
	rows: number;
}

interface FileOutput {
	fileName: string;
	/** Bytes. */
	fileSize: number;
}

/** A finished job with its ZIP; `fileCount` files are in it. */
export interface ZipOutput extends JobOutput, Partial<BatchOutput>, FileOutput {
	fileCount: number;
}

/** One PDF out of a job's ZIP: 1-based, of `pdfCount` PDFs. */
export interface PdfOutput extends FileOutput {
	jobId: string;
	designId?: string;
	pdfNumber: number;
	pdfCount: number;
}

/** A single PDF, as PDF: Generate emits it. */
export interface GeneratedPdfOutput extends FileOutput {
	designId: string;
	generationId?: string;
	status: string;
}

/** A page of a design as a picture, as Design: Get Preview emits it; pages count from 1. */
export interface PreviewOutput extends FileOutput {
	designId: string;
	page: number;
}

/** What failed, with On Error: Continue. */
export interface FailureOutput {
	/** The message. */
	error: string;
	/** What to do next. */
	description: string;
	/** The API's `error.code`, or one of the node's own. */
	code: string;
	jobId?: string;
	jobIds?: string[];
	designId?: string;
	httpCode?: string;
}
