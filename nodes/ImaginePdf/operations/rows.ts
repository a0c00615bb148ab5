import type { INodeExecutionData } from 'n8n-workflow';

import { planJobs } from '../core/jobs/plan';
import { previewRows } from '../core/jobs/preview';
import { plural } from '../core/text';
import { Exit } from '../n8n/exit';
import { prepareRows, type RowSettings } from '../n8n/items';
import { addHint, inInputOrder, pairedTo } from '../n8n/output';
import { runPaid, type BatchSettings, type PdfSettings } from '../n8n/paidRun';
import type { Session } from '../n8n/session';

/**
 * From items to rows, and from rows to what is paid for, or with 'Check Only' to one item per row as it
 * would be sent.
 * @throws Failure, what `runPaid` throws
 */
export async function runRows(
	session: Session,
	settings: RowSettings & (BatchSettings | PdfSettings),
): Promise<INodeExecutionData[]> {
	const { context } = session;
	const { rows, refused } = await prepareRows(session, settings);
	if (!settings.checkOnly) return await runPaid(session, rows, refused, settings);
	const jobs = planJobs(rows, settings.kind === 'pdf' ? 1 : settings.rowsPerBatch);
	const count = rows.length;
	const what =
		settings.kind === 'pdf'
			? plural(count, 'PDF')
			: `${plural(jobs.length, 'job')} with ${plural(count, 'row')}`;
	const text = `Nothing was submitted. ${what} would cost ${plural(count, 'credit')}.`;
	addHint(context, text, 'info');
	const previews = previewRows(rows, jobs).map((preview, index) => ({
		json: { ...preview },
		pairedItem: pairedTo(rows[index]?.itemIndexes ?? [preview.itemIndex]),
	}));
	return inInputOrder([...previews, ...new Exit(context, session).items(refused)]);
}
