import type { INodeExecutionData } from 'n8n-workflow';

import type { Run } from './operation';
import { planJobs } from '../core/jobs/plan';
import { previewRows } from '../core/jobs/preview';
import type { PreparedRow } from '../core/rows/types';
import { prepareRows, type RowSettings } from '../n8n/items';
import { addHint, inInputOrder, pairedTo } from '../n8n/output';

/** What becomes of rows that can be sent. */
interface Plan {
	rowsPerJob: number;
	/** Says what they would cost. */
	cost: (jobs: number, rows: number) => string;
	/** Submits them. @returns their items */
	pay: (rows: readonly PreparedRow[]) => Promise<INodeExecutionData[]>;
}

/**
 * From items to rows, and from rows to what is paid for, or with 'Check Only' to one item per row as it
 * would be sent.
 * @throws Failure, what `pay` throws
 */
export async function runRows(
	{ context, session, settings }: Run<RowSettings>,
	{ rowsPerJob, cost, pay }: Plan,
): Promise<INodeExecutionData[]> {
	const { rows, refused } = await prepareRows(context, session, settings);
	if (!settings.checkOnly) return inInputOrder([...(await pay(rows)), ...refused]);
	const jobs = planJobs(rows, rowsPerJob);
	const text = `Nothing was submitted. ${cost(jobs.length, rows.length)}.`;
	if (rows.length > 0) addHint(context, text, 'info');
	const previews = previewRows(rows, jobs).map((preview, index) => ({
		json: { ...preview },
		pairedItem: pairedTo(rows[index]?.itemIndexes ?? [preview.itemIndex]),
	}));
	return inInputOrder([...previews, ...refused]);
}
