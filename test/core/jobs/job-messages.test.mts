import {
	concerning,
	failedJob,
	linkGone,
	notFinished,
	notSubmitted,
	pairingNotes,
	requireAllRows,
	stateNotes,
	unknownFailure,
} from '../../../nodes/ImaginePdf/core/jobs/jobMessages.ts';
import { Failure } from '../../../nodes/ImaginePdf/core/failure.ts';
import { stateOf } from '../../../nodes/ImaginePdf/core/jobs/state.ts';
import { Ledger } from '../../../nodes/ImaginePdf/core/jobs/ledger.ts';
import { invoiceJobs, SCOPE } from '../support/setup.mts';

const [job] = invoiceJobs(4, 2);
const [only] = invoiceJobs(1, 1);
const state = (status: string, total?: number, completed?: number, failed?: number) =>
	stateOf('job_1', { status, total, completed, failed });
const cause = new Failure({ message: 'Not enough credits', description: '', code: 'X' });
const unknown = (kind: 'batch' | 'pdf', isSecond: boolean) =>
	unknownFailure(
		only!,
		new Ledger({}, { ...SCOPE, kind, call: {} }, () => 0).sending('design_invoice', []),
		'Lost.',
		isSecond,
	);
const thrown = (work: () => void): string | undefined => {
	try {
		work();
	} catch (error) {
		if (error instanceof Failure) return error.message;
	}
	return undefined;
};

describe('What is said of a job', () => {
	it.each<[string, string | undefined, string | undefined]>([
		['a batch of several', concerning(job!, 'batch'), 'Concerned: batch 1 of 2, items 0 to 1.'],
		['the only batch', concerning(only!, 'batch'), ''],
		['a PDF', concerning(job!, 'pdf'), ''],
		[
			'a batch that was not submitted',
			notSubmitted(job!, 'batch', cause).message,
			'Batch 1 of 2 (2 rows) was not submitted: not enough credits',
		],
		[
			'a PDF that was not made',
			notSubmitted(only!, 'pdf', cause).message,
			'The PDF of item 0 was not made: not enough credits',
		],
		[
			'a PDF without a link',
			linkGone(only!).message,
			'The PDF of item 0 was made and paid for, but its link is no longer valid',
		],
		[
			'failed',
			failedJob(state('failed', 3, 0, 3), 0)?.message,
			'Job job_1 failed: none of its 3 rows became a PDF',
		],
		[
			'failed, with the rows that were sent',
			failedJob(state('failed'), 2)?.message,
			'Job job_1 failed: none of its 2 rows became a PDF',
		],
		[
			'failed with one row',
			failedJob(state('failed', 1, 0, 1), 1)?.message,
			'Job job_1 failed: its row did not become a PDF',
		],
		[
			'failed with PDFs',
			failedJob(state('failed', 3, 2, 1), 3)?.message,
			'Job job_1 failed: there is no file',
		],
		[
			'failed without counts',
			failedJob(state('failed'), 0)?.message,
			'Job job_1 failed: there is no file',
		],
		[
			'cancelled',
			failedJob(state('cancelled', 1, 0, 1), 1)?.message,
			"Job job_1 ended as 'cancelled': its row did not become a PDF",
		],
		['completed', failedJob(state('completed', 3, 0, 3), 3)?.message, undefined],
		['running', notFinished(state('queued')).message, 'Job job_1 is not finished yet'],
		[
			'running at the end',
			notFinished(state('queued'), '9 seconds').message,
			'Job job_1 was not finished after 9 seconds',
		],
	])('what is said of a job: %s', (_, told, expected) => {
		expect(told).toBe(expected);
	});

	it.each([
		['batch', false, /^Lost\. To avoid paying twice.*a job of 1 row.*'Download'/],
		['batch', true, /^Lost\. The repetition.*is used up/],
		['pdf', false, /whether a PDF of design 'design_invoice' was made\.$/],
	] as const)(
		'what is said of a %s of unknown outcome (second: %s)',
		(kind, isSecond, expected) => {
			expect(unknown(kind, isSecond).details.description).toMatch(expected);
		},
	);

	const PART = '1 row of the 3 of job job_1 did not become a PDF';
	it.each([
		['error', state('completed', 3, 2, 1), PART],
		['error', state('completed', 3, 3, 0), undefined],
		['error', state('completed'), undefined],
		['continue', state('completed', 3, 2, 1), undefined],
	] as const)('rows without a PDF with If Some Rows Fail: %s (%j)', (choice, seen, expected) => {
		expect(thrown(() => requireAllRows(seen, choice))).toBe(expected);
	});

	it.each([
		[
			'running',
			state('rendering', 3, 1, 0),
			[
				'Job job_1 has a file, although its state does not show it: it is rendering, 1 of 3 rows done.',
			],
		],
		[
			'failed without PDFs',
			state('failed', 3, 0, 3),
			[expect.stringContaining('has a file, although')],
		],
		['failed in part', state('failed', 3, 2, 1), [`${PART}. ImaginePDF does not say which.`]],
		[
			'with reasons',
			{ ...state('completed', 3, 2, 1), more: { errors: ['no logo'], other: 1 } },
			[`${PART}. ImaginePDF says: {"errors":["no logo"]}`],
		],
		[
			'with long reasons',
			{ ...state('completed', 3, 2, 1), more: { error: 'x'.repeat(500) } },
			[expect.stringMatching(/x{380,400}…$/)],
		],
		['whole', state('completed', 3, 3, 0), []],
	])('the hint for a job whose file was fetched: %s', (_, seen, expected) => {
		expect(stateNotes(seen)).toEqual(expected);
	});

	it.each([
		[1, 1, undefined],
		[3, 1, undefined],
		[1, 2, /has one row, and its ZIP holds 2 PDFs/],
		[3, 3, /in no known order/],
	])('the hint for a job of %i rows and %i PDFs', (rows, pdfs, expected) => {
		const notes = pairingNotes(state('completed', 9), rows, pdfs);
		if (expected) expect(notes).toEqual([expect.stringMatching(expected)]);
		else expect(notes).toEqual([]);
	});
});
