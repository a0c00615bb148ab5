import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	IPairedItemData,
	NodeExecutionHint,
} from 'n8n-workflow';

import { showHint } from './n8nCompat';
import type { Session } from './session';
import type { JobState } from '../core/api/schemas';
import { isFinished, progressOf } from '../core/jobs/state';
import { mapTexts } from '../core/objects';

/** Links an output item to the input items it came from. */
export function pairedTo(itemIndexes: readonly number[]): IPairedItemData[] {
	return itemIndexes.map((item) => ({ item }));
}

/** A job's state as it is emitted: the API's own fields, unwrapped, plus `done` and `progress`. */
export function jobJson({ redact }: Session, state: JobState, designId?: string): IDataObject {
	const { jobId, status, total, completed, failed, createdAt, updatedAt, more } = state;
	const design = state.designId ?? designId;
	const json = {
		...more,
		jobId,
		...(design !== undefined && { designId: design }),
		status,
		total: total ?? null,
		completed: completed ?? null,
		failed: failed ?? null,
		...(createdAt !== undefined && { createdAt }),
		...(updatedAt !== undefined && { updatedAt }),
		done: isFinished(state),
		progress: progressOf(state),
	};
	return mapTexts(json, redact) as IDataObject;
}

/** Output items in the order of the input items they came from; of several the first counts. */
export function inInputOrder(items: readonly INodeExecutionData[]): INodeExecutionData[] {
	return [...items].sort((a, b) => firstInput(a) - firstInput(b));
}

function firstInput({ pairedItem }: INodeExecutionData): number {
	const [first] = Array.isArray(pairedItem) ? pairedItem : [];
	return typeof first === 'object' ? first.item : (first ?? 0);
}

/** Shows a note above the node's output. */
export function addHint(
	context: IExecuteFunctions,
	message: string,
	type: NodeExecutionHint['type'] = 'warning',
): void {
	showHint(context, { message, type, location: 'outputPane' });
}
