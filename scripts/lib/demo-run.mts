import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

import { KEYS, type Emulator } from '../../test/emulator/index.mts';
import {
	startEngine,
	TEST_NODES,
	type Engine,
	type RunResult,
} from '../../test/engine/harness/index.mts';

const NODE = 'ImaginePDF';
/** The plan of the emulator's demo workspace takes this many rows in one batch. */
export const ROWS_PER_BATCH = 500;

export interface DemoJob {
	emulator: Emulator;
	designId: string;
	rows: Array<Record<string, string>>;
	/** Name for the ZIP, without its extension. */
	name: string;
	/** Where the ZIPs go. */
	folder: string;
	stop: AbortSignal;
}

export interface DemoOutcome {
	result: RunResult;
	/** Paths of the ZIPs on disk. */
	zips: string[];
	/** What n8n's editor shows beside the output. */
	hints: string[];
}

/** The demo's workflow on n8n's real engine: rows of the table → ImaginePDF → ZIP on disk. */
export async function runWorkflow(job: DemoJob): Promise<DemoOutcome> {
	const n8n = await startEngine();
	try {
		const result = await n8n.run({
			nodes: [
				{ name: 'Spreadsheet', type: TEST_NODES.items },
				{
					name: NODE,
					parameters: {
						resource: 'batch',
						operation: 'submit',
						designId: { __rl: true, mode: 'id', value: job.designId },
						rowSource: 'items',
						waitForCompletion: true,
						output: 'zip',
						options: {
							rowsPerBatch: ROWS_PER_BATCH,
							// Several jobs make several ZIPs, which then carry the names of their jobs.
							...(job.rows.length <= ROWS_PER_BATCH && { fileName: `${job.name}.zip` }),
						},
					},
					credentials: { imaginePdfApi: { apiKey: KEYS.demo, baseUrl: job.emulator.baseUrl } },
				},
			],
			items: job.rows.map((json) => ({ json })),
			stop: job.stop,
		});
		return {
			result,
			zips: await saveZips(n8n, result, job.folder),
			hints: result.hints(NODE).map(({ message }) => message),
		};
	} finally {
		await n8n.close();
	}
}

async function saveZips(n8n: Engine, result: RunResult, folder: string): Promise<string[]> {
	await mkdir(folder, { recursive: true });
	const saved: string[] = [];
	for (const item of result.items(NODE)) {
		const { fileName } = await n8n.binaryMetadata(item, 'data');
		const file = path.join(folder, path.basename(fileName ?? 'output.zip'));
		await pipeline(await n8n.binaryStream(item, 'data'), createWriteStream(file));
		saved.push(file);
	}
	return saved;
}
