import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { storeStream } from './binary';
import { numberEqualFileNames } from './fileNames';
import { runIndexOf, submitMemory } from './memory';
import { addHint, pairedTo } from './output';
import type { GeneratedPdfOutput } from './outputTypes';
import { forEachItem, type ItemJob } from './perItem';
import type { Session } from './session';
import { textOption, type PaySettings, type RowSettings } from './settings';
import { settle } from '../core/api/retry';
import { plural } from '../core/wording';
import { Failure } from '../core/failure';
import { openDownload, wholePdf } from '../core/files';
import { generatePdf, linkGone, preparePdf } from '../core/jobs/generate';
import type { PaidPdf } from '../core/jobs/generate';
import { Ledger } from '../core/jobs/ledger';
import { costText } from '../core/jobs/report';
import { Occurrences } from '../core/jobs/submit';
import { DOWNLOAD_STALL_MS, DOWNLOAD_TIMEOUT_MS } from '../core/limits';
import type { PreparedRow } from '../core/rows/types';
import { safeFileName } from '../core/zip';

export interface GenerateSettings extends PaySettings, RowSettings {
	binaryField: string;
}

interface Workshop {
	context: IExecuteFunctions;
	session: Session;
	ledger: Ledger;
	settings: GenerateSettings;
	/** PDFs that are in the output: their ledger keys, and which of them an earlier try had paid for. */
	emitted: Array<{ key: string; foundAgain: boolean }>;
}

/**
 * Makes one PDF per item, several at once, each paired with its item.
 * @throws Failure, unless On Error is Continue
 */
export async function generatePdfs(
	context: IExecuteFunctions,
	session: Session,
	rows: readonly PreparedRow[],
	settings: GenerateSettings,
): Promise<INodeExecutionData[]> {
	requireOneRowPerItem(rows);
	const ledger = new Ledger(submitMemory(context), () => session.clock.now());
	const shop: Workshop = { context, session, ledger, settings, emitted: [] };
	const scope = {
		runIndex: runIndexOf(context),
		account: session.account.digest,
		profile: settings.pdfProfile,
	};
	const occurrences = new Occurrences();
	const jobs = rows.map((row): ItemJob => {
		const prepared = preparePdf(row, scope, occurrences);
		const options = {
			...scope,
			unknownSubmit: settings.unknownSubmit,
			secret: session.account.apiKey,
		};
		const work = async (signal: AbortSignal) => {
			const pdf = await generatePdf({ ...session, ledger }, row, prepared, { ...options, signal });
			return [await deliver(shop, row, pdf, signal)];
		};
		return {
			itemIndex: row.itemIndex,
			occasion: { doing: 'generate', designId: row.designId },
			work,
		};
	});
	const outcome = await settle(() =>
		forEachItem(context, session, jobs, settings.maxConcurrentJobs),
	);
	if (!outcome.ok) return await Promise.reject(withMadeSoFar(outcome.error, shop.emitted.length));
	const items = outcome.value;
	numberEqualFileNames(items);
	const taken = !(context.getNode().retryOnFail && items[0]?.json.error);
	if (taken) for (const { key } of shop.emitted) ledger.forget(key);
	tellCost(context, shop.emitted);
	return items;
}

function tellCost(context: IExecuteFunctions, emitted: Workshop['emitted']): void {
	const pdfs = emitted.length;
	if (pdfs === 0) return;
	const earlier = emitted.filter(({ foundAgain }) => foundAgain).length;
	addHint(context, `${plural(pdfs, 'PDF')} made. ${costText(pdfs, earlier)}`, 'info');
}

/** Says what of the work is not lost. */
function withMadeSoFar(error: unknown, made: number): unknown {
	if (!(error instanceof Failure) || made === 0) return error;
	const { description } = error.details;
	return error.with({
		description: `${description} ${plural(made, 'PDF')} of this run ${made === 1 ? 'was' : 'were'} already made and paid for: a retry of this execution fetches them again without paying, as long as their links are valid.`,
	});
}

/** Fetches a paid PDF into the binary store. */
async function deliver(
	{ context, session, settings, emitted }: Workshop,
	row: PreparedRow,
	{ key, link, answer }: PaidPdf,
	signal: AbortSignal,
): Promise<INodeExecutionData> {
	const { itemIndex, designId } = row;
	const download = await openPdf(session, row, link, signal);
	const body = counted(wholePdf(download.body));
	const wished = textOption(context, 'fileName', itemIndex);
	const base = (answer?.filename ?? 'document').replace(/\.pdf$/i, '');
	const fileName = safeFileName(wished || `${base}-${itemIndex + 1}`, `document-${itemIndex + 1}`);
	const file = { fileName, mimeType: 'application/pdf' as const };
	const binary = await storeStream(context, session.http, body.chunks(), file);
	emitted.push({ key, foundAgain: answer === undefined });
	if (answer && !answer.profileApplied) {
		addHint(
			context,
			'The PDF profile was not applied: this ImaginePDF service does not offer profiles. The PDF is a standard one.',
		);
	}
	const { status, generationId } = answer ?? {};
	return {
		json: {
			designId,
			...(generationId && { generationId }),
			status: status ?? 'completed',
			fileName,
			fileSize: body.bytes(),
		} satisfies GeneratedPdfOutput,
		binary: { [settings.binaryField]: binary },
		pairedItem: pairedTo([itemIndex]),
	};
}

async function openPdf(
	{ http, clock, journal, random }: Session,
	row: PreparedRow,
	link: PaidPdf['link'],
	signal: AbortSignal,
) {
	let given = false;
	const getUrl = async () => {
		// The service has no route for a second link, so a refused one is the end.
		if (given) throw linkGone(row);
		given = true;
		return link;
	};
	const deadline = clock.now() + DOWNLOAD_TIMEOUT_MS;
	const options = { signal, deadline, stallMs: DOWNLOAD_STALL_MS, expect: 'pdf' } as const;
	return await openDownload({ http, clock, journal, random, getUrl }, options);
}

/** A body that counts what goes through it. */
function counted(source: AsyncIterable<Uint8Array>) {
	let total = 0;
	async function* chunks() {
		for await (const chunk of source) {
			total += chunk.length;
			yield chunk;
		}
	}
	return { chunks, bytes: () => total };
}

/** @throws Failure naming the items that bring several rows */
function requireOneRowPerItem(rows: readonly PreparedRow[]): void {
	const itemIndexes = [
		...new Set(rows.filter((row) => (row.rowIndex ?? 0) > 0).map((row) => row.itemIndex)),
	];
	if (itemIndexes.length === 0) return;
	const named = itemIndexes
		.slice(0, 10)
		.map((index) => `[item ${index}]`)
		.join(', ');
	throw new Failure({
		message: `An item can become one PDF only, and there are several rows in ${named}${itemIndexes.length > 10 ? ` and ${itemIndexes.length - 10} more` : ''}`,
		description:
			"Split the rows into items first, e.g. with the node 'Split Out', or use the resource 'Batch'. Nothing was submitted.",
		code: 'SEVERAL_ROWS',
		fromService: false,
		itemIndexes,
	});
}
