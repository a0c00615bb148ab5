import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { numberEqualFileNames } from './files';
import { openLedger, runIndexOf } from './memory';
import { addHint, pairedTo } from './output';
import type { GeneratedPdfOutput } from './outputTypes';
import { forEachItem, type ItemJob } from './perItem';
import type { Session } from './session';
import { storeStream } from './store';
import type { PdfProfile } from '../core/api/client';
import { itemsText, plural } from '../core/wording';
import { Failure } from '../core/failure';
import { safeFileName } from '../core/fileName';
import { openDownload } from '../core/download/download';
import { wholePdf } from '../core/download/expectedFile';
import { withRestarts, type TransferOptions } from '../core/download/retryBudget';
import { generatePdf, linkGone, preparePdf } from '../core/jobs/generate';
import type { PaidPdf } from '../core/jobs/generate';
import { costText, isUnknown } from '../core/jobs/report';
import { Occurrences } from '../core/jobs/submit';
import { DOWNLOAD_STALL_MS, DOWNLOAD_TIMEOUT_MS } from '../core/limits';
import type { PreparedRow } from '../core/rows/types';

/** The parameters of 'PDF: Generate'. */
export interface GenerateSettings {
	maxConcurrentJobs: number;
	unknownSubmit: 'stop' | 'submitAgain';
	pdfProfile: PdfProfile;
	binaryField: string;
}

interface Workshop {
	context: IExecuteFunctions;
	session: Session;
	settings: GenerateSettings;
	/** PDFs that are paid for, by the items they belong to. */
	paid: Map<number, PaidPdf>;
	/** Those of them that are in the output. */
	emitted: PaidPdf[];
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
	const ledger = openLedger(context, session.clock);
	const shop: Workshop = { context, session, settings, paid: new Map(), emitted: [] };
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
			shop.paid.set(row.itemIndex, pdf);
			return [await deliver(shop, row, pdf, signal)];
		};
		return {
			itemIndex: row.itemIndex,
			occasion: { doing: 'generate', designId: row.designId },
			work,
		};
	});
	const items = await forEachItem(context, session, jobs, settings.maxConcurrentJobs, (failures) =>
		summarised(failures, shop.paid),
	);
	numberEqualFileNames(items);
	const taken = !(context.getNode().retryOnFail && items[0]?.json.error);
	if (taken) for (const { key } of shop.emitted) ledger.forget(key);
	tellAfterwards(context, shop.emitted);
	return items;
}

function tellAfterwards(context: IExecuteFunctions, emitted: readonly PaidPdf[]): void {
	const pdfs = emitted.length;
	if (pdfs === 0) return;
	const earlier = emitted.filter(({ foundAgain }) => foundAgain).length;
	addHint(context, `${plural(pdfs, 'PDF')} made. ${costText(pdfs, earlier)}`, 'info');
	if (emitted.some(({ profileApplied }) => !profileApplied)) {
		addHint(
			context,
			'The PDF profile was not applied: this ImaginePDF service does not offer profiles. The PDFs are standard ones.',
		);
	}
}

/** The failure to stop with: what nobody knows comes first, and what is paid for is told. */
function summarised(
	failures: readonly [Failure, ...Failure[]],
	paid: ReadonlyMap<number, PaidPdf>,
): Failure {
	const doubts = failures.filter(isUnknown);
	const cause = doubts[0] ?? failures[0];
	const also = doubts.slice(1).flatMap(({ details }) => details.itemIndexes ?? []);
	const sentences = [cause.details.description];
	if (also.length > 0) sentences.push(`The same is not known of ${itemsText(also)}.`);
	if (paid.size > 0) {
		const made = [...paid.keys()].sort((a, b) => a - b);
		sentences.push(
			`${plural(paid.size, 'PDF')} of this run ${paid.size === 1 ? 'is' : 'are'} made and paid for (${itemsText(made)}): a retry of this execution fetches ${paid.size === 1 ? 'it' : 'them'} without paying again, as long as the links are valid.`,
		);
	}
	return cause.with({ description: sentences.join(' ') });
}

/** Fetches a paid PDF into the binary store. */
async function deliver(
	{ context, session, settings, emitted }: Workshop,
	row: PreparedRow,
	pdf: PaidPdf,
	signal: AbortSignal,
): Promise<INodeExecutionData> {
	const { itemIndex, designId } = row;
	const wished = String(context.getNodeParameter('options.fileName', itemIndex, '')).trim();
	const base = (pdf.fileName ?? 'document').replace(/\.pdf$/i, '');
	const fallback = `document-${itemIndex + 1}`;
	const fileName = safeFileName(wished || `${base}-${itemIndex + 1}`, fallback);
	const file = { fileName, mimeType: 'application/pdf' as const };
	const bounds = { signal, deadline: session.clock.now() + DOWNLOAD_TIMEOUT_MS };
	const { binary, fileSize } = await withRestarts(session, bounds, async () => {
		const download = await openPdf(session, row, pdf.url, bounds);
		const body = counted(wholePdf(download.body));
		const storing = { http: session.http, signal, discard: download.discard };
		const binary = await storeStream(context, storing, body.chunks(), file);
		return { binary, fileSize: body.bytes() };
	});
	emitted.push(pdf);
	return {
		json: {
			designId,
			...(pdf.generationId && { generationId: pdf.generationId }),
			status: pdf.status ?? 'completed',
			fileName,
			fileSize,
		} satisfies GeneratedPdfOutput,
		binary: { [settings.binaryField]: binary },
		pairedItem: pairedTo([itemIndex]),
	};
}

async function openPdf(
	{ http, clock, journal, random }: Session,
	row: PreparedRow,
	url: string,
	bounds: TransferOptions,
) {
	let given = false;
	const getUrl = async () => {
		// The service has no route for a second link, so a refused one is the end.
		if (given) throw linkGone(row);
		given = true;
		return { url, expiresIn: undefined };
	};
	const options = { ...bounds, stallMs: DOWNLOAD_STALL_MS, expect: 'pdf' } as const;
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
	throw new Failure({
		message: `An item can become one PDF only, and there are several rows in ${itemsText(itemIndexes)}`,
		description:
			"Split the rows into items first, e.g. with the node 'Split Out', or use the resource 'Batch'. Nothing was submitted.",
		code: 'SEVERAL_ROWS',
		fromService: false,
		itemIndexes,
	});
}
