import type { INodeExecutionData } from 'n8n-workflow';

import type { Run } from './operation';
import { planJobs, type PlannedJob } from '../core/jobs/plan';
import type { PreparedRow } from '../core/rows/types';
import { prepareRows, previewItems, type RowSettings } from '../n8n/items';
import { addHint, inInputOrder } from '../n8n/output';
import { withPictures } from '../n8n/pictures';

/** What becomes of rows that can be sent. */
interface Plan {
	rowsPerJob: number;
	/** Says what the jobs would cost. */
	cost: (jobs: readonly PlannedJob[]) => string;
	/** Submits them. @returns their items */
	pay: (rows: readonly PreparedRow[]) => Promise<INodeExecutionData[]>;
}

/**
 * From items to rows, and from rows to what is paid for, or with 'Check Only' to one item per row as it
 * would be sent.
 * @throws Failure, what `pay` throws
 */
export async function runRows(
	{ context, session, settings }: Run<RowSettings & { checkOnly: boolean }>,
	{ rowsPerJob, cost, pay }: Plan,
): Promise<INodeExecutionData[]> {
	const { checkOnly } = settings;
	const prepared = await prepareRows(context, session, settings);
	const { rows, refused } = await withPictures(context, session, prepared, checkOnly);
	if (!checkOnly) return inInputOrder([...(await pay(rows)), ...refused]);
	const jobs = planJobs(rows, rowsPerJob);
	if (rows.length > 0) addHint(context, `Nothing was submitted. ${cost(jobs)}.`, 'info');
	return inInputOrder([...previewItems(rows, jobs), ...refused]);
}
