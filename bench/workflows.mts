import { KEYS } from '../test/emulator/index.mts';
import type { Edge, NodeSpec } from '../test/engine/harness/index.mts';
import type { WorkflowRun } from './children/messages.mts';
import { PICTURES_NODE, STORE_NODE } from './children/store-node.mts';

/** Name of the last node of every workflow here. */
export const LAST = 'Files';

const DESIGN_ID = 'design_invoice';

/** ImaginePDF: Download, of a job that has ended. */
export function downloadWithNode(
	baseUrl: string,
	jobId: string,
	output: 'zip' | 'pdfs',
): WorkflowRun {
	return {
		items: [{ jobId }],
		nodes: [ours(baseUrl, { operation: 'download', jobId, waitForCompletion: false, output })],
	};
}

/** Nothing but so many files going into n8n's store. */
export function storeOnly(files: number, bytes: number): WorkflowRun {
	return { items: [{}], nodes: [{ name: LAST, type: STORE_NODE, parameters: { files, bytes } }] };
}

/** Pictures out of n8n's store into the rows of a job, which is not waited for. */
export function submitPictures(baseUrl: string, files: number, bytes: number): WorkflowRun {
	return {
		items: [{}],
		nodes: [
			{ name: 'Pictures', type: PICTURES_NODE, parameters: { files, bytes } },
			ours(baseUrl, {
				operation: 'submit',
				designId: { __rl: true, mode: 'id', value: 'design_badge' },
				waitForCompletion: false,
				options: { images: { images: [{ variable: 'photo', binaryField: 'data' }] } },
			}),
		],
	};
}

/** n8n's HTTP Request node with a file as its response. */
export function downloadWithHttpRequest(url: string): WorkflowRun {
	return { items: [{}], nodes: [fileRequest(LAST, url)] };
}

/** HTTP Request, then n8n's Compression node. */
export function unpackWithCompression(url: string): WorkflowRun {
	return {
		items: [{}],
		nodes: [
			fileRequest('ZIP', url),
			{
				name: LAST,
				type: 'n8n-nodes-base.compression',
				typeVersion: 1.1,
				parameters: { operation: 'decompress', binaryPropertyName: 'data', outputPrefix: 'file_' },
			},
		],
	};
}

/** ImaginePDF: Submit with Wait for Completion. */
export function batchWithNode(
	baseUrl: string,
	rows: ReadonlyArray<Record<string, string>>,
): WorkflowRun {
	return {
		items: [...rows],
		nodes: [
			ours(baseUrl, {
				operation: 'submit',
				designId: { __rl: true, mode: 'id', value: DESIGN_ID },
				// As the workflow by hand, which knows nothing of the plan's limit.
				options: { rowsPerBatch: rows.length },
			}),
		],
	};
}

/**
 * What people build today: submit, wait 5 s, ask, loop until it has ended, ask for the link, fetch
 * the file. Its rows come ready in one item; gathering them would be one more node.
 */
export function batchByHand(
	baseUrl: string,
	rows: ReadonlyArray<Record<string, string>>,
): WorkflowRun {
	const api = { authentication: 'predefinedCredentialType', nodeCredentialType: 'imaginePdfApi' };
	const nodes: NodeSpec[] = [
		apiRequest('Submit', baseUrl, {
			...api,
			method: 'POST',
			url: `${baseUrl}/batch/generate?design=${DESIGN_ID}`,
			sendBody: true,
			specifyBody: 'json',
			jsonBody: '={{ JSON.stringify({ rows: $json.rows }) }}',
		}),
		{
			name: 'Wait',
			type: 'n8n-nodes-base.wait',
			typeVersion: 1.1,
			parameters: { resume: 'timeInterval', amount: 5, unit: 'seconds' },
		},
		apiRequest('Status', baseUrl, {
			...api,
			url: `=${baseUrl}/batch/{{ $('Submit').item.json.data.jobId }}/status`,
		}),
		{
			name: 'Ended?',
			type: 'n8n-nodes-base.if',
			typeVersion: 1,
			parameters: {
				conditions: { string: [{ value1: '={{ $json.data.status }}', value2: 'completed' }] },
			},
		},
		apiRequest('Link', baseUrl, {
			...api,
			url: `=${baseUrl}/batch/{{ $json.data.jobId }}/download`,
		}),
		fileRequest(LAST, '={{ $json.data.url }}'),
	];
	const connections: Edge[] = [
		['Items', 'Submit'],
		['Submit', 'Wait'],
		['Wait', 'Status'],
		['Status', 'Ended?'],
		['Ended?', 'Link', 0],
		['Ended?', 'Wait', 1],
		['Link', LAST],
	];
	return { items: [{ rows }], nodes, connections };
}

function ours(baseUrl: string, parameters: Record<string, unknown>): NodeSpec {
	return {
		name: LAST,
		parameters: { resource: 'batch', ...parameters } as NonNullable<NodeSpec['parameters']>,
		credentials: { imaginePdfApi: { apiKey: KEYS.demo, baseUrl } },
	};
}

function apiRequest(
	name: string,
	baseUrl: string,
	parameters: NonNullable<NodeSpec['parameters']>,
): NodeSpec {
	return {
		name,
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
		parameters: { options: {}, ...parameters },
		credentials: { imaginePdfApi: { apiKey: KEYS.demo, baseUrl } },
	};
}

function fileRequest(name: string, url: string): NodeSpec {
	const options = {
		response: { response: { responseFormat: 'file', outputPropertyName: 'data' } },
	};
	return {
		name,
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
		parameters: { url, options },
	};
}
