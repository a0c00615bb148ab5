import type { IBinaryKeyData, IDataObject, INodeExecutionData } from 'n8n-workflow';

import { groupedBy } from '../core/objects';

/*
 * What an AI model reads of the node's output. It reads every field of every item, and pays for the length:
 * it gets what it can act on or tell, once.
 */

/** Fields for workflows that say nothing a model needs. */
const FOR_WORKFLOWS = new Set([
	'batchCount',
	'batchNumber',
	'createdAt',
	'fileSize',
	'generationId',
	'imageId',
	'itemIndex',
	'mimeType',
	'modifiedAt',
	'progress',
	'rows',
	'updatedAt',
]);

/** The node's output for a model: an item for each job, with the names of its files. */
export function answerForModel(items: readonly INodeExecutionData[]): INodeExecutionData[] {
	const groups = groupedBy(items, (item) =>
		item.json.pdfNumber === undefined ? item : item.json.jobId,
	);
	return [...groups.values()].map(([first, ...more]) =>
		first.json.pdfNumber === undefined
			? { ...first, json: shortened(first.json) }
			: asOneItem([first, ...more]),
	);
}

function shortened(json: IDataObject): IDataObject {
	if ('error' in json) return json;
	// The ID is news only where the item is a design.
	const isNews = (name: string) =>
		!FOR_WORKFLOWS.has(name) &&
		(name !== 'designId' || 'name' in json) &&
		(name !== 'variables' || !json.variableKinds);
	return Object.fromEntries(Object.entries(json).filter(([name]) => isNews(name)));
}

/** All PDFs of a job as one item. */
function asOneItem(
	pdfs: readonly [INodeExecutionData, ...INodeExecutionData[]],
): INodeExecutionData {
	const [first] = pdfs;
	const binary: IBinaryKeyData = {};
	for (const [index, pdf] of pdfs.entries()) {
		for (const [field, file] of Object.entries(pdf.binary ?? {})) {
			binary[index === 0 ? field : `${field}_${index + 1}`] = file;
		}
	}
	const fileNames = pdfs.map(({ json }) => String(json.fileName));
	return {
		...first,
		json: { jobId: first.json.jobId, fileCount: pdfs.length, fileNames },
		binary,
	};
}
