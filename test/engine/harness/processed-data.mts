import type { IDataDeduplicator, IDeduplicationOutput } from 'n8n-workflow';

import { n8nCore } from './modules.mts';

const notUsed = async (): Promise<never> =>
	await Promise.reject(new Error('Not part of the test engine'));

/**
 * n8n's table of processed data, in which the node Remove Duplicates remembers. Kept in memory; as n8n's own
 * (`DeduplicationHelper` of the n8n package, 1.123 and 2.41) it reads a node's row, changes it and writes it
 * back, so what comes at the same time is lost.
 */
export class ProcessedData implements IDataDeduplicator {
	private rows = new Map<string, readonly unknown[]>();
	/** Set to make the table refuse. */
	refusal: Error | undefined;

	readonly removeProcessed = notUsed;
	readonly clearAllProcessedItems = notUsed;
	readonly getProcessedDataCount = notUsed;

	readonly checkProcessedAndRecord: IDataDeduplicator['checkProcessedAndRecord'] = async (
		items,
		_scope,
		{ workflow, node },
		{ maxEntries = Infinity },
	) => {
		if (this.refusal) throw this.refusal;
		const key = `${workflow.id} ${node?.id}`;
		const row = [...(this.rows.get(key) ?? [])];
		// The database answers in another turn.
		await new Promise((resolve) => setImmediate(resolve));
		const sorted: IDeduplicationOutput = { new: [], processed: [] };
		for (const item of items) {
			if (row.includes(item)) sorted.processed.push(item);
			else {
				sorted.new.push(item);
				row.push(item);
			}
		}
		this.rows.set(key, row.slice(-maxEntries));
		return sorted;
	};

	/** All that is kept, of all nodes. */
	get entries(): unknown[] {
		return [...this.rows.values()].flat();
	}
}

/** Gives n8n an empty table. It takes one for the life of a process, and tests want one for each engine. */
export async function openProcessedData(): Promise<ProcessedData> {
	const processedData = new ProcessedData();
	Reflect.set(n8nCore.DataDeduplicationService, 'instance', undefined);
	await n8nCore.DataDeduplicationService.init(processedData);
	return processedData;
}
