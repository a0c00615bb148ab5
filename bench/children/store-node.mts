import type { IExecuteFunctions, INodeType } from 'n8n-workflow';

/** Type of a node that does nothing but hand bytes to n8n's store, several at a time. */
export const STORE_NODE = 'bench.store';

const AT_ONCE = 8;

/** The lower bound: how long n8n's own store takes for so many files. */
export function storeNode(): INodeType {
	return {
		description: {
			displayName: 'Store',
			name: 'store',
			group: [],
			version: 1,
			description: 'Stores files',
			defaults: { name: 'Store' },
			inputs: ['main'],
			outputs: ['main'],
			properties: [
				{ displayName: 'Files', name: 'files', type: 'number', default: 0 },
				{ displayName: 'Bytes', name: 'bytes', type: 'number', default: 0 },
			],
		},
		async execute(this: IExecuteFunctions) {
			const files = Number(this.getNodeParameter('files', 0));
			const content = Buffer.alloc(Number(this.getNodeParameter('bytes', 0)), '%PDF-');
			let next = 0;
			const work = Array.from({ length: AT_ONCE }, async () => {
				while (next < files) {
					await this.helpers.prepareBinaryData(content, `${next++}.pdf`, 'application/pdf');
				}
			});
			await Promise.all(work);
			return [[{ json: {} }]];
		},
	};
}
