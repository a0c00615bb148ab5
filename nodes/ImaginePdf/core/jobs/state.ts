import type { JobState, JobStatus } from '../api/schemas';

/** True when a job will not change any more. */
export function isFinished(status: JobStatus): boolean {
	return status === 'completed' || status === 'failed';
}

/** 0–1: the share of rows that are through, whether they became a PDF or not. */
export function progressOf({ status, total, completed, failed }: JobState): number {
	if (isFinished(status)) return 1;
	if (total === 0) return 0;
	return Math.min(1, Math.max(0, (completed + failed) / total));
}

/** "processing, 40 of 100 rows done", for messages. */
export function describeState(state: JobState | undefined): string {
	if (!state) return 'its state is not known';
	const done = state.completed + state.failed;
	return `it is ${state.status}, ${done} of ${state.total} rows done`;
}
