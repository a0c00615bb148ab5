import type { IDataObject } from 'n8n-workflow';

import { nodeSpec, type EngineSetup, type NodeUnderTest } from './setup.mts';
import { PICTURES } from '../../emulator/index.mts';
import { TEST_NODES, type RunOptions, type RunResult } from '../harness/index.mts';

/** A PNG unlike those of other numbers; what follows its last chunk is no matter to readers. */
export function photo(number: number, bytes = 0): Buffer {
	return Buffer.concat([PICTURES.png, Buffer.alloc(bytes), Buffer.from(`photo ${number}`)]);
}

/** An item with files, as a form or a drive hands it over. */
export function withFiles(json: IDataObject, files: Record<string, Uint8Array>): IDataObject {
	const stored = Object.entries(files).map(([field, bytes]) => [
		field,
		{ base64: Buffer.from(bytes).toString('base64'), name: `${field}.png` },
	]);
	return { ...json, files: Object.fromEntries(stored) };
}

/** Runs items → their files into n8n's store → ImaginePDF. */
export async function runWithFiles(
	setup: EngineSetup,
	items: IDataObject[],
	node: NodeUnderTest,
	options: Partial<RunOptions> = {},
): Promise<RunResult> {
	return await setup.engine.run({
		items,
		nodes: [
			{ name: 'Items', type: TEST_NODES.items },
			{ name: 'Files', type: TEST_NODES.storeFiles },
			nodeSpec(setup.emulator, node),
		],
		...options,
	});
}
