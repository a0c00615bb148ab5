import type { JobState } from '../api/schemas';

/*
 * What a job's state means. The documented statuses are `queued`, `processing`, `completed` and
 * `failed` (docs/imaginepdf-api.md, "Batch: the contract"). A job is paid for, so other words and
 * missing counts are understood where they can be.
 */

/** `failed` is an end that the service does not call a success; there may be PDFs all the same. */
export type Phase = 'running' | 'finished' | 'failed';

/** A job's state without the id. */
export type JobProgress = Pick<JobState, 'status'> &
	Partial<Pick<JobState, 'total' | 'completed' | 'failed'>>;

/** Beginnings of words that mean the end of a job, in lower case. The first such word of a status counts. */
const FINISHED = /^(complete|done|ended|finish|partial|succe)/;
const FAILED =
	/^(abort|cancel|crash|dead|deleted|denied|error|expire|fail|killed|reject|stopped|terminated|timed|timeout|unsuccess)/;

/** A status with such a word is no end, e.g. 'retrying failed rows'. */
const STILL_RUNNING = /^(not|.*ing)$/;

/** The documented statuses of a job that goes on. */
const RUNNING = new Set(['queued', 'processing']);

/**
 * Whether a job goes on, by its status in any spelling or else by its counts. Beside a documented word of
 * progress full counts are no end: the ZIP may still be made.
 * @param rowsSent rows of the submit, where they are known: the service may count fewer
 */
export function phaseOf(state: JobProgress, rowsSent = 0): Phase {
	const words = state.status
		.split(/[^A-Za-z]+|(?<=[a-z])(?=[A-Z])/)
		.map((word) => word.toLowerCase());
	if (!words.some((word) => STILL_RUNNING.test(word))) {
		const end = words.find((word) => FAILED.test(word) || FINISHED.test(word));
		if (end !== undefined) return FAILED.test(end) ? 'failed' : 'finished';
	}
	return !RUNNING.has(state.status) && hasFullCounts(state, rowsSent) ? 'finished' : 'running';
}

/** Whether all rows are through, so that there may be a file whatever the status says. */
export function hasFullCounts(state: JobProgress, rowsSent = 0): boolean {
	const { total = 0 } = state;
	return total > 0 && rowsDone(state) >= Math.max(total, rowsSent);
}

/** True when a job will not change any more. */
export function isFinished(state: JobProgress, rowsSent = 0): boolean {
	return phaseOf(state, rowsSent) !== 'running';
}

/** True where a documented status says that the job goes on, and its counts do not say otherwise. */
export function goesOn(state: JobProgress, rowsSent = 0): boolean {
	return RUNNING.has(state.status) && !hasFullCounts(state, rowsSent);
}

/** The state of a job of which the service says nothing but this. */
export function stateOf(jobId: string, known: Partial<JobState> = {}): JobState {
	return {
		jobId,
		status: 'unknown',
		total: undefined,
		completed: undefined,
		failed: undefined,
		designId: undefined,
		createdAt: undefined,
		updatedAt: undefined,
		more: {},
		...known,
	};
}

/** Rows that are through, whether they became a PDF or not. */
export function rowsDone({ completed = 0, failed = 0 }: JobProgress): number {
	return completed + failed;
}

/** 0–1: the share of rows that are through, whether they became a PDF or not. */
export function progressOf(state: JobProgress): number {
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
export function rowsWithoutPdf(state: JobProgress, rowsSent = 0): number | undefined {
	const { total = 0, completed, failed = 0 } = state;
	if (rowsDone(state) === 0) return undefined;
	if (completed === undefined) return failed;
	return Math.max(failed, Math.max(total, rowsSent) - completed);
}

/** Whether a job has ended without a single PDF, as its counts say: all of them, unless it is called a failure. */
export function isWithoutPdfs(state: JobProgress): boolean {
	const phase = phaseOf(state);
	const isCounted = phase === 'failed' || (phase === 'finished' && hasFullCounts(state));
	return isCounted && state.completed === 0 && (state.failed ?? 0) > 0;
}

/** "it is processing, 40 of 100 rows done", for messages. */
export function describeState(state: JobProgress | undefined): string {
	if (!state) return 'its state is not known';
	const { status, total, completed, failed } = state;
	if (completed === undefined && failed === undefined) return `it is ${status}`;
	const of = total === undefined ? 'rows' : `of ${total} rows`;
	return `it is ${status}, ${rowsDone(state)} ${of} done`;
}
