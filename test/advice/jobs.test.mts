import { actions, KEYS, ODD_ANSWERS } from '../emulator/index.mts';
import {
	CONTINUE,
	invoices,
	NODE,
	ONE_BY_ONE,
	type EngineSetup,
} from '../engine/support/setup.mts';
import { countsOf, followAdvice, withKey, type OneStep } from './support/advice.mts';

const DOWNLOAD = { operation: 'download' };
const PAYS_AGAIN =
	'Submitting its rows again, also by a retry of the saved execution, pays for them again.';
const MINUTE = { timing: { queueMs: 60_000, rowMs: 10 } };
const UNSEEN = 'Job … was not seen to finish within …';
const UNFINISHED = 'Job … is not finished yet';
const UNKNOWN = 'ImaginePDF knows no such job in this workspace';
const FAILED = 'Job … failed: there is no file';
const SOME_ROWS = '… rows of the … of job … did not become a PDF';
const strict = { parameters: { options: { partialFailure: 'error' } } };

/** A job that was submitted before, of which the node is asked. */
const submitted =
	(parameters: Record<string, unknown>, apiKey?: string): NonNullable<OneStep['run']> =>
	async ({ setup }) => {
		const unwaited = { parameters: { waitForCompletion: false } };
		const first = await setup.run(invoices(2), unwaited);
		const node = { parameters: { ...DOWNLOAD, ...parameters }, ...(apiKey && { apiKey }) };
		return await setup.run(first.json(NODE), node);
	};

/** The two ways on where a job was waited for in vain: each fetches it. */
const waitedFor = (more: Pick<OneStep, 'message' | 'options' | 'trouble'>): OneStep[] => {
	const node = { parameters: { options: { timeout: 60 } } };
	return [
		{ ...more, node, by: 'Download, later', says: "'Download' and the job ID job_", download: {} },
		{
			...more,
			node,
			by: "a larger 'Timeout', and a retry",
			says: "raise the option 'Timeout'",
			retry: { options: { timeout: 1800 } },
		},
	];
};

/** A job without a PDF: what to look at, and what another try of its rows costs. */
const withoutPdfs = (message: string, by: string, more: Partial<OneStep>): OneStep => ({
	message,
	by,
	credits: 4,
	says: PAYS_AGAIN,
	paid: 2,
	...more,
	trouble(given) {
		given.setup.emulator.behaviour.failRows = (row) => row['amount'] !== '7.00';
		more.trouble?.(given);
	},
	mend({ setup }) {
		if (!more.retry) setup.emulator.behaviour.failRows = () => false;
	},
});
const firstTwo = ({ setup }: { setup: EngineSetup }) =>
	(setup.emulator.behaviour.failRows = (_, index) => index < 2);

followAdvice('Jobs', [
	{
		message: UNKNOWN,
		by: 'the right ID, and a retry',
		run: submitted({ jobId: '={{ $json.jobId }}x' }),
		says: 'Check the job ID',
		retry: { jobId: '={{ $json.jobId }}' },
	},
	{
		message: UNKNOWN,
		by: 'the credential of the workspace that submitted it, and a retry',
		trouble: ({ setup }) => setup.emulator.addWorkspace({ key: 'pc_live_other' }),
		run: submitted({}, 'pc_live_other'),
		says: 'belongs to the workspace that submitted it',
		more: withKey(KEYS.demo),
	},
	{
		message: UNFINISHED,
		by: "'Wait for Completion' turned on, and a retry",
		options: MINUTE,
		run: submitted({ waitForCompletion: false }),
		says: "turn on 'Wait for Completion'",
		retry: { waitForCompletion: true },
	},
	{
		message: UNFINISHED,
		by: 'a retry, later',
		options: MINUTE,
		async follow(given) {
			const { setup, told } = given;
			const failed = await submitted({ waitForCompletion: false })(given);
			expect(told(failed)).toContain('Try again later');
			await setup.emulator.next('job', ({ state }) => state.status === 'completed');
			expect(countsOf(await setup.retry(failed))).toEqual([2]);
		},
	},
	...waitedFor({ message: UNSEEN, options: { timing: { queueMs: 90_000, rowMs: 10 } } }),
	...waitedFor({
		message: UNSEEN,
		trouble: ({ setup }) =>
			(['status', 'download'] as const).map((route) => setup.fault(route, actions.busy(503))),
	}),
	{
		message: UNSEEN,
		by: 'with On Error: Continue, Download of what has a job ID, and the others once more',
		credits: 3,
		options: {
			timing: (rows) => ({ queueMs: rows[0]?.['invoice_number'] === 'R-0' ? 90_000 : 10 }),
		},
		async follow({ setup, told }) {
			setup.fault('submit', actions.refusal(402, 'INSUFFICIENT_CREDITS'), { call: 3 });
			const items = invoices(3);
			const node = { ...CONTINUE, parameters: { options: { ...ONE_BY_ONE, timeout: 60 } } };
			const first = await setup.run(items, node);
			told(first, 0);
			const told3 = first.json(NODE);
			const paid = told3.flatMap(({ error, jobId }) => (error && jobId ? String(jobId) : []));
			const unpaid = items.filter((_, index) => !told3[index]?.['jobId']);
			expect([paid.length, unpaid]).toEqual([1, [items[2]]]);
			expect(countsOf(await setup.download(paid))).toEqual([1]);
			expect(countsOf(await setup.run(unpaid, node))).toEqual([1]);
		},
	},
	withoutPdfs(FAILED, 'the values mended and a retry, which pays for these rows', {
		retry: { rowSource: 'json', rowsJson: '={{ ({ ...$json, amount: "7.00" }) }}' },
	}),
	withoutPdfs(FAILED, 'a retry with nothing changed, which pays again', { again: 2 }),
	withoutPdfs(
		"Job … ended as '…': there is no file",
		'a retry with nothing changed, which pays again',
		{
			again: 2,
			trouble: ({ setup }) => setup.fault('status', ODD_ANSWERS.status.cancelled),
		},
	),
	{
		message: SOME_ROWS,
		by: "'If Some Rows Fail' set to 'Continue', and a retry, which hands on the others",
		credits: 4,
		items: invoices(4),
		node: strict,
		trouble: firstTwo,
		says: "'If Some Rows Fail' to 'Continue'",
		retry: { options: { partialFailure: 'continue' } },
	},
	{
		message: SOME_ROWS,
		by: 'Download with the ID that the message names',
		credits: 4,
		items: invoices(4),
		node: strict,
		trouble: firstTwo,
		says: /'Download' and the job ID job_/,
		download: {},
	},
	{
		message: 'There is no file for this job',
		by: 'the job is finished according to Get Status, and Download fetches it later',
		async follow({ setup, told }) {
			setup.fault('download', actions.refusal(404, 'PDF_NOT_FOUND'));
			expect(told(await setup.run(invoices(2)))).toContain("'Get Status'");
			const [state] = (await setup.download(undefined, { operation: 'getStatus' })).json(NODE);
			expect(state).toMatchObject({ status: 'completed', completed: 2 });
			setup.emulator.faults.clear();
			expect(countsOf(await setup.download())).toEqual([2]);
		},
	},
	{
		message: FAILED,
		by: 'the job has failed according to Get Status, and a retry pays for its rows again',
		credits: 4,
		again: 2,
		options: { choices: { partialFailure: 'failed' } },
		async follow({ setup, told }) {
			setup.emulator.behaviour.failRows = (_, index) => index === 0;
			const failed = await setup.run(invoices(2));
			expect(told(failed)).toContain(PAYS_AGAIN);
			const [state] = (await setup.download(undefined, { operation: 'getStatus' })).json(NODE);
			expect(state).toMatchObject({ status: 'failed', failed: 1 });
			setup.emulator.behaviour.failRows = () => false;
			expect(countsOf(await setup.retry(failed))).toEqual([2]);
		},
	},
]);
