import {
	describeState,
	isWithoutPdfs,
	phaseOf,
	rowsWithoutPdf,
} from '../../../nodes/ImaginePdf/core/jobs/state.ts';

describe('phaseOf', () => {
	it.each([
		...['completed', 'Completed', 'COMPLETE', 'done', 'finished', 'succeeded', 'success'],
		...['partial', 'partially_completed', 'completed_with_errors', 'Completed with errors'],
	])('phaseOf takes %s for finished', (status) => {
		expect(phaseOf({ status })).toBe('finished');
	});

	it.each([
		...['failed', 'FAILURE', 'error', 'errored', 'cancelled', 'canceled', 'aborted', 'expired'],
		...['rejected', 'timed_out', 'timeout', 'terminated', 'unsuccessful'],
	])('phaseOf takes %s for an end that did not succeed', (status) => {
		expect(phaseOf({ status })).toBe('failed');
	});

	it.each([
		...['queued', 'Pending', 'processing', 'rendering', 'in_progress', 'in progress', 'unknown'],
		...['completing', 'finishing', 'cancelling', 'not_started', 'incomplete', 'started', ''],
	])('phaseOf takes %s for progress', (status) => {
		expect(phaseOf({ status })).toBe('running');
		expect(phaseOf({ status, total: 2, completed: 1, failed: 0 })).toBe('running');
	});

	it.each([
		{ total: 1, completed: 1, failed: 0 },
		{ total: 2, completed: 0, failed: 2 },
		{ total: 2, completed: 3 },
	])('phaseOf takes a job for finished whose rows are all accounted for (%j)', (counts) => {
		expect(phaseOf({ status: 'rendering', ...counts })).toBe('finished');
	});

	it.each([{ total: 0, completed: 0, failed: 0 }, { completed: 5 }, {}])(
		'phaseOf does not take a job for finished whose total is not known (%j)',
		(counts) => {
			expect(phaseOf({ status: 'rendering', ...counts })).toBe('running');
		},
	);
});

describe('rowsWithoutPdf', () => {
	it.each([
		['all became a PDF', { total: 3, completed: 3, failed: 0 }, 3, 0],
		['one failed', { total: 3, completed: 2, failed: 1 }, 3, 1],
		['one was never counted', { total: 3, completed: 2, failed: 0 }, 3, 1],
		['more were sent than counted', { total: 2, completed: 2, failed: 0 }, 3, 1],
		['all failed', { total: 3, completed: 0, failed: 3 }, 3, 3],
		['only those that failed are told', { failed: 1 }, 3, 1],
		['only those that did not fail are told', { completed: 2 }, 3, 1],
		['more became a PDF than were sent', { total: 3, completed: 4, failed: 0 }, 3, 0],
	])('rowsWithoutPdf counts the rows where %s', (_, counts, sent, expected) => {
		expect(rowsWithoutPdf({ status: 'completed', ...counts }, sent)).toBe(expected);
	});

	it.each([[{}], [{ total: 3 }], [{ total: 3, completed: 0, failed: 0 }]])(
		'rowsWithoutPdf claims nothing where the counts are not complete (%j)',
		(counts) => {
			expect(rowsWithoutPdf({ status: 'completed', ...counts }, 3)).toBeUndefined();
		},
	);
});

it.each([
	[true, { status: 'Failed', total: 2, completed: 0, failed: 2 }],
	[true, { status: 'completed', total: 2, completed: 0, failed: 2 }],
	[false, { status: 'processing', total: 3, completed: 0, failed: 2 }],
	[false, { status: 'completed', total: 3, completed: 0, failed: 2 }],
	[false, { status: 'failed', total: 2, completed: 0, failed: 0 }],
	[false, { status: 'failed', total: 2, completed: 1, failed: 1 }],
])('isWithoutPdfs is %s where status and counts are %j', (expected, state) => {
	expect(isWithoutPdfs(state)).toBe(expected);
});

describe('describeState', () => {
	it.each([
		[{ status: 'processing', total: 100, completed: 38, failed: 2 }, '40 of 100 rows done'],
		[{ status: 'rendering', completed: 38 }, 'it is rendering, 38 rows done'],
		[{ status: 'rendering' }, 'it is rendering'],
		[undefined, 'its state is not known'],
	])('describeState says what is known of %j', (state, expected) => {
		expect(describeState(state)).toContain(expected);
		expect(describeState(state)).not.toMatch(/undefined|NaN/);
	});
});
