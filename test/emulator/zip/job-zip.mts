import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import yazl from 'yazl';

import type { Job } from '../model.mts';
import type { Choices, PdfStyle } from '../options.mts';
import { renderPdf } from '../pdf/render.mts';
import { seededRandom, seedFrom, shuffled } from '../random.mts';
import { resolveRow, type Rules } from '../values.mts';

/** The same for every entry, so that a ZIP is the same whenever it is made. */
const ENTRY_TIME = new Date(Date.UTC(2026, 0, 1));

interface ZipPdf {
	name: string;
	bytes: Uint8Array;
}

/** One PDF per successful row, in the job's ZIP order. */
async function pdfsOfJob(job: Job, rules: Rules, pdfStyle: PdfStyle): Promise<ZipPdf[]> {
	const { choices } = rules;
	const pdfs: ZipPdf[] = [];
	for (const [index, row] of job.rows.entries()) {
		const resolved = resolveRow(job.design, row, rules);
		if (job.failing.has(index) || !resolved.ok) continue;
		const { name: title } = job.design;
		const { profile, createdAt } = job;
		const bytes = await renderPdf(
			{ title, printed: resolved.printed, profile, createdAt },
			pdfStyle,
		);
		pdfs.push({ name: entryName(job, index, choices.zipNames), bytes });
	}
	for (let extra = 1; extra <= choices.extraPdfs; extra++) {
		const { profile, createdAt } = job;
		const bytes = await renderPdf({ title: 'Summary', printed: [], profile, createdAt }, pdfStyle);
		pdfs.push({ name: `Summary ${extra}.pdf`, bytes });
	}
	return choices.zipOrder === 'rows' ? pdfs : shuffled(pdfs, seededRandom(seedFrom(job.jobId)));
}

/** The job's ZIP, whole. */
export async function zipOfJob(job: Job, rules: Rules, style: PdfStyle): Promise<Uint8Array> {
	return await zipOf(await pdfsOfJob(job, rules, style), rules.choices);
}

async function zipOf(
	pdfs: readonly ZipPdf[],
	choices: Pick<Choices, 'zipCompression' | 'zipSizes'>,
): Promise<Uint8Array> {
	const zip = new yazl.ZipFile();
	const options = { mtime: ENTRY_TIME, compress: choices.zipCompression === 'deflate' };
	for (const { name, bytes } of pdfs) {
		const content = Buffer.from(bytes);
		// yazl knows the sizes of a buffer beforehand; after a stream it writes a data descriptor.
		if (choices.zipSizes === 'known') zip.addBuffer(content, name, options);
		else zip.addReadStream(Readable.from([content]), name, options);
	}
	zip.end();
	return await buffer(zip.outputStream);
}

function entryName(job: Job, index: number, names: Choices['zipNames']): string {
	const number = String(index + 1).padStart(String(job.rows.length).length, '0');
	const { name } = job.design;
	switch (names) {
		case 'numbered':
			return `${number}.pdf`;
		case 'design':
			return `${name} ${number}.pdf`;
		case 'folders':
			return `${name}/${number}/${name}.pdf`;
	}
}
