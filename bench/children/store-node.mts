import { Readable } from 'node:stream';

import type { IExecuteFunctions, INodeExecutionData, INodeType } from 'n8n-workflow';

import { PICTURES } from '../../test/emulator/index.mts';

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

/** Type of a node that puts so many pictures into n8n's store, an item each, and keeps none in memory. */
export const PICTURES_NODE = 'bench.pictures';

const CHUNK_BYTES = 64 * 1024;

export function picturesNode(): INodeType {
	const { description } = storeNode();
	return {
		description: { ...description, displayName: 'Pictures', name: 'pictures' },
		async execute(this: IExecuteFunctions) {
			const files = Number(this.getNodeParameter('files', 0));
			const bytes = Number(this.getNodeParameter('bytes', 0));
			const items: INodeExecutionData[] = [];
			for (let number = 0; number < files; number++) {
				const content = Readable.from(pictureOf(number, bytes), { objectMode: false });
				const name = `${number}.png`;
				const data = await this.helpers.prepareBinaryData(content, name, 'image/png');
				items.push({ json: { name: `Guest ${number}` }, binary: { data } });
			}
			return [items];
		},
	};
}

/** A small picture, filled up with what readers do not look at; no two are equal. */
function* pictureOf(number: number, bytes: number): Generator<Buffer> {
	const first = Buffer.alloc(Math.min(CHUNK_BYTES, bytes), number);
	first.set(PICTURES.png);
	yield first;
	const more = Buffer.alloc(CHUNK_BYTES, number);
	for (let left = bytes - first.length; left > 0; left -= CHUNK_BYTES) {
		yield more.subarray(0, Math.min(left, CHUNK_BYTES));
	}
}
