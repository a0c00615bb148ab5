import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { pairedTo } from './output';
import type { GeneratedPdfOutput } from './outputTypes';
import type { FetchedFiles } from './files';
import type { Session } from './session';
import { storeStream } from './store';
import { settle, unwrap } from '../core/async';
import { fetchFile, isRefusal } from '../core/download/fetchFile';
import { safeFileName } from '../core/fileName';
import { linkGone } from '../core/jobs/jobMessages';
import type { FinishedJob } from '../core/jobs/outcome';

/** Fetches a paid PDF into the binary store. */
export async function fetchPdf(
	context: IExecuteFunctions,
	session: Session,
	{ binaryField, fileNameOf }: { binaryField: string; fileNameOf: (itemIndex: number) => string },
	{ job, accepted, link }: FinishedJob,
	signal: AbortSignal,
): Promise<FetchedFiles> {
	const { itemIndexes, designId } = job;
	const { jobId: generationId, status = 'completed' } = accepted;
	const itemIndex = itemIndexes[0] ?? 0;
	const wished = fileNameOf(itemIndex);
	const base = (accepted.fileName ?? 'document').replace(/\.pdf$/i, '');
	const fallback = `document-${itemIndex + 1}`;
	const fileName = safeFileName(wished || `${base}-${itemIndex + 1}`, fallback);
	const file = { fileName, mimeType: 'application/pdf' as const };
	const stored = await settle(
		async () =>
			await fetchFile(
				session,
				{ link, isOnlyLink: true, expect: 'pdf', signal },
				async (body) => await storeStream(context, signal, body, file),
			),
	);
	if (!stored.ok && isRefusal(stored.error)) throw linkGone(job);
	const { binary, fileSize } = unwrap(stored);
	const item: INodeExecutionData = {
		json: {
			designId,
			...(generationId !== '' && { generationId }),
			status,
			fileName,
			fileSize,
		} satisfies GeneratedPdfOutput,
		binary: { [binaryField]: binary },
		pairedItem: pairedTo(itemIndexes),
	};
	return { items: [item], notes: [] };
}
