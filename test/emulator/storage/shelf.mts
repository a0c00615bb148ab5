import { createHash } from 'node:crypto';

import type { ByteSource } from '../http/answer.mts';
import type { Job } from '../model.mts';
import type { Printed } from '../values.mts';
import type { World } from '../world.mts';
import { renderPdf } from '../pdf/render.mts';
import { zipOfJob } from '../zip/job-zip.mts';
import { syntheticZip } from '../zip/synthetic.mts';
import { previewImage } from './preview-image.mts';

/** A file of the storage. */
export interface StoredFile {
	contentType: string;
	/** Strong, with its quotes. */
	etag: string;
	/** HTTP date. */
	lastModified: string;
	content: ByteSource;
}

/** A single PDF that was paid for; made when it is first asked for. */
export interface StoredPdf {
	title: string;
	printed: Printed[];
	profile: Job['profile'];
	createdAt: number;
}

/** The files behind presigned URLs. Made on first demand, then kept, so that they stay the same. */
export class StorageShelf {
	private readonly files = new Map<Job | StoredPdf, Promise<StoredFile>>();
	private readonly pdfs = new Map<string, StoredPdf>();

	constructor(private readonly world: World) {}

	zipPath(job: Job): string {
		return `/jobs/${job.fileId}/batch_output.zip`;
	}

	addPdf(generationId: string, pdf: StoredPdf): string {
		this.pdfs.set(generationId, pdf);
		return `/pdfs/${generationId}/output.pdf`;
	}

	/** The file of a job's ZIP, which stays as it was when it was first made. */
	async zip(jobId: string): Promise<StoredFile | undefined> {
		const job = this.world.jobs.find(jobId);
		if (!job) return undefined;
		return await this.kept(job, async () => await this.makeZip(job));
	}

	async pdf(generationId: string): Promise<StoredFile | undefined> {
		const pdf = this.pdfs.get(generationId);
		if (!pdf) return undefined;
		return await this.kept(pdf, async () => {
			const bytes = await renderPdf(pdf, this.world.behaviour.pdfStyle);
			return fileOf(bytes, 'application/pdf', pdf.createdAt);
		});
	}

	/** @param page the design's ID and the page as the path names them */
	preview(page: string): StoredFile {
		return fileOf(previewImage(page), 'image/png', 0);
	}

	/** An uploaded picture as it came; a real service makes it smaller. */
	thumbnail(id: string): StoredFile | undefined {
		const picture = this.world.pictures.uploads.find((upload) => upload.id === id);
		return picture && fileOf(picture.bytes, picture.mimeType, Date.parse(picture.createdAt));
	}

	private async makeZip(job: Job): Promise<StoredFile> {
		const { synthetic } = this.world.behaviour;
		if (synthetic) {
			const content = syntheticZip(synthetic);
			const etag = `"${job.jobId}-${content.length}"`;
			return { contentType: 'application/zip', etag, lastModified: httpDate(job.endsAt), content };
		}
		const rules = this.world.rulesFor(job.workspaceId, job.generation);
		const bytes = await zipOfJob(job, rules, this.world.behaviour.pdfStyle);
		return fileOf(bytes, 'application/zip', job.endsAt);
	}

	private async kept(of: Job | StoredPdf, make: () => Promise<StoredFile>): Promise<StoredFile> {
		const file = this.files.get(of) ?? make();
		this.files.set(of, file);
		return await file;
	}
}

/** A file that lies in memory. */
export function fileOf(bytes: Uint8Array, contentType: string, modifiedAt: number): StoredFile {
	const etag = `"${createHash('md5').update(bytes).digest('hex')}"`;
	return { contentType, etag, lastModified: httpDate(modifiedAt), content: bytesSource(bytes) };
}

/** Bytes as a source; read in pieces, as a network delivers them. */
export function bytesSource(bytes: Uint8Array, pieceBytes = 64 * 1024): ByteSource {
	return {
		length: bytes.length,
		async *read(from, to) {
			for (let at = from; at < to; at += pieceBytes) {
				yield bytes.subarray(at, Math.min(at + pieceBytes, to));
			}
		},
	};
}

function httpDate(ms: number): string {
	return new Date(ms).toUTCString();
}
