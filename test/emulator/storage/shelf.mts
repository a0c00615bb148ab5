import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';

import yazl from 'yazl';

import type { ByteSource } from '../http/answer.mts';
import type { Job } from '../model.mts';
import { seededRandom, seedFrom, shuffled } from '../random.mts';
import { previewImage } from '../sample-pictures.mts';
import { resolveRow, type Printed } from '../values.mts';
import type { World } from '../world.mts';
import { designedPdf } from '../pdf/designed.mts';
import { plainPdf } from '../pdf/plain.mts';
import { syntheticZip } from '../synthetic-zip.mts';

/** The same for every entry, so that a ZIP is the same whenever it is made. */
const ENTRY_TIME = new Date(Date.UTC(2026, 0, 1));

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
			return fileOf(await this.render(pdf), 'application/pdf', pdf.createdAt);
		});
	}

	/** @param page the design's ID and the page as the path names them */
	image(page: string): StoredFile {
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
		const zip = new yazl.ZipFile();
		for (const { name, pdf } of this.entriesOf(job)) {
			zip.addBuffer(Buffer.from(await this.render(pdf)), name, { mtime: ENTRY_TIME });
		}
		zip.end();
		return fileOf(await buffer(zip.outputStream), 'application/zip', job.endsAt);
	}

	/** One PDF per successful row, and more where that is chosen, in the job's ZIP order. */
	private entriesOf(job: Job): Array<{ name: string; pdf: StoredPdf }> {
		const { design, profile, createdAt, failing, rows } = job;
		const { zipNames, zipOrder, extraPdfs } = this.world.behaviour.choices;
		const rules = this.world.rulesFor(job.workspaceId, job.generation);
		const entries = rows.flatMap((row, index) => {
			if (failing.has(index)) return [];
			const number = String(index + 1).padStart(String(rows.length).length, '0');
			const names = {
				numbered: `${number}.pdf`,
				design: `${design.name} ${number}.pdf`,
			};
			const printed = resolveRow(design, row, rules);
			return { name: names[zipNames], pdf: { title: design.name, printed, profile, createdAt } };
		});
		for (let extra = 1; extra <= extraPdfs; extra++) {
			const pdf = { title: 'Summary', printed: [], profile, createdAt };
			entries.push({ name: `Summary ${extra}.pdf`, pdf });
		}
		return zipOrder === 'rows' ? entries : shuffled(entries, seededRandom(seedFrom(job.jobId)));
	}

	/** The same input gives the same bytes. */
	private async render(pdf: StoredPdf): Promise<Uint8Array> {
		return this.world.behaviour.pdfStyle === 'plain' ? plainPdf(pdf) : await designedPdf(pdf);
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

/** Bytes in pieces, as a network delivers them. */
function bytesSource(bytes: Uint8Array, pieceBytes = 64 * 1024): ByteSource {
	return {
		length: bytes.length,
		async *read() {
			for (let at = 0; at < bytes.length; at += pieceBytes) {
				yield bytes.subarray(at, at + pieceBytes);
			}
		},
	};
}

function httpDate(ms: number): string {
	return new Date(ms).toUTCString();
}
