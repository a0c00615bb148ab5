import type { JobState } from '../api/schemas';

/*
 * What a job's state means. The documented statuses are `queued`, `processing`, `completed` and
 * `failed` (docs/imaginepdf-api.md, "Batch: the contract"). A job is paid for, so other words and
 * missing counts are understood where they can be.
 */

/** `failed` is an end that the service does not call a success; there may be PDFs all the same. */
export type Phase = 'running' | 'finished' | 'failed';

/** A job's state without the id. */
export type Told = Pick<JobState, 'status'> &
	Partial<Pick<JobState, 'total' | 'completed' | 'failed'>>;

/** Words, or their beginnings, that mean the end of a job; letters only, in lower case. */
const FINISHED = /^(complete|done|ended|finish|partial|succe)/;
const FAILED =
	/^(abort|cancel|crash|dead|deleted|denied|error|expire|fail|killed|reject|stopped|terminated|timedout|timeout|unsuccess)/;

/** These begin like an end and are none. */
const STILL_RUNNING = /ing$/;

/** Whether a job goes on, by its status in any spelling or else by its counts. */
export function phaseOf(state: Told): Phase {
	const word = state.status.toLowerCase().replace(/[^a-z]/g, '');
	if (!STILL_RUNNING.test(word)) {
		if (FAILED.test(word)) return 'failed';
		if (FINISHED.test(word)) return 'finished';
	}
	const { total = 0 } = state;
	return total > 0 && rowsDone(state) >= total ? 'finished' : 'running';
}

/** True when a job will not change any more. */
export function isFinished(state: Told): boolean {
	return phaseOf(state) !== 'running';
}

/** Rows that are through, whether they became a PDF or not. */
export function rowsDone({ completed = 0, failed = 0 }: Told): number {
	return completed + failed;
}

/** 0–1: the share of rows that are through, whether they became a PDF or not. */
export function progressOf(state: Told): number {
	if (isFinished(state)) return 1;
	const { total = 0 } = state;
	return total === 0 ? 0 : Math.min(1, rowsDone(state) / total);
}

/**
 * Rows of an ended job that did not become a PDF, also those the service never counted; `undefined`
 * where the counts do not show it, as with none at all or only zeros.
 *
 * @param rowsSent rows of the submit, where they are known
 */
export function rowsWithoutPdf(state: Told, rowsSent = 0): number | undefined {
	const { total = 0, completed, failed = 0 } = state;
	if (rowsDone(state) === 0) return undefined;
	if (completed === undefined) return failed;
	return Math.max(failed, Math.max(total, rowsSent) - completed);
}

/**
 * Whether a job has ended without a single PDF, so that its file need not be asked for: only where
 * the service calls it a failure and its counts say the same.
 */
export function isWithoutPdfs(state: Told): boolean {
	return phaseOf(state) === 'failed' && state.completed === 0 && (state.failed ?? 0) > 0;
}

/** "it is processing, 40 of 100 rows done", for messages. */
export function describeState(state: Told | undefined): string {
	if (!state) return 'its state is not known';
	const { status, total, completed, failed } = state;
	if (completed === undefined && failed === undefined) return `it is ${status}`;
	const of = total === undefined ? 'rows' : `of ${total} rows`;
	return `it is ${status}, ${rowsDone(state)} ${of} done`;
}
