import { actions, KEYS, ODD_ANSWERS } from '../emulator/index.mts';
import { invoices, NODE, type EngineSetupOptions } from '../engine/support/setup.mts';
import { followAdvice, type AdviceCase, type Given } from './support/advice.mts';

const DOWNLOAD = { resource: 'batch', operation: 'download' };
const STATUS = { resource: 'batch', operation: 'getStatus' };
const PAYS_AGAIN =
	'Submitting its rows again, also by a retry of the saved execution, pays for them again.';
const MINUTE = { timing: { queueMs: 60_000, rowMs: 10 } };

/** The two ways on where a job was waited for in vain: each fetches it. */
function waitedFor(
	message: string,
	options: EngineSetupOptions,
	lookAway: (given: Given) => void = () => undefined,
): AdviceCase[] {
	const parameters = { options: { timeout: 60 } };
	return [
		{
			message,
			by: 'Download, later',
			credits: 2,
			options,
			async follow(given) {
				const { setup, told, download } = given;
				lookAway(given);
				const failed = await setup.run(invoices(2), { parameters });
				const [jobId = ''] = setup.jobIds();
				expect(told(failed)).toContain(`'Download' and the job ID ${jobId}`);
				setup.emulator.faults.clear();
				expect((await download([jobId])).json(NODE)).toMatchObject([{ jobId, fileCount: 2 }]);
			},
		},
		{
			message,
			by: "a larger 'Timeout', and a retry",
			credits: 2,
			options,
			async follow(given) {
				const { setup, told, retry } = given;
				lookAway(given);
				const failed = await setup.run(invoices(2), { parameters });
				expect(told(failed)).toContain("raise the option 'Timeout'");
				setup.emulator.faults.clear();
				const result = await retry(failed, { options: { timeout: 1800 } });
				expect(result.json(NODE)).toMatchObject([{ jobId: setup.jobIds()[0], fileCount: 2 }]);
			},
		},
	];
}

/** A job without a PDF: what to look at, and what another try of its rows costs. */
function withoutPdfs(
	message: string,
	by: string,
	more: Pick<AdviceCase, 'credits' | 'again'>,
	{ prepare, right }: { prepare?: (given: Given) => void; right?: Record<string, unknown> } = {},
): AdviceCase {
	return {
		message,
		by,
		...more,
		async follow(given) {
			const { setup, told, retry } = given;
			setup.emulator.behaviour.failRows = (row) => row['amount'] !== '7.00';
			prepare?.(given);
			const failed = await setup.run(invoices(2));
			expect(told(failed)).toContain(PAYS_AGAIN);
			expect(setup.charged()).toBe(2);
			setup.emulator.faults.clear();
			if (!right) setup.emulator.behaviour.failRows = () => false;
			const result = await retry(failed, right);
			expect(result.json(NODE)).toMatchObject([{ fileCount: 2 }]);
		},
	};
}

followAdvice('Jobs', [
	{
		message: 'ImaginePDF knows no such job in this workspace',
		by: 'the right ID, and a retry',
		credits: 2,
		async follow({ setup, told, retry }) {
			const submitted = await setup.run(invoices(2), { parameters: { waitForCompletion: false } });
			const parameters = { ...DOWNLOAD, jobId: '={{ $json.jobId }}x' };
			const failed = await setup.run(submitted.json(NODE), { parameters });
			expect(told(failed)).toContain('Check the job ID');
			const result = await retry(failed, { jobId: '={{ $json.jobId }}' });
			expect(result.json(NODE)).toMatchObject([{ fileCount: 2 }]);
		},
	},
	{
		message: 'ImaginePDF knows no such job in this workspace',
		by: 'the credential of the workspace that submitted it, and a retry',
		credits: 2,
		async follow({ setup, told, retry }) {
			const submitted = await setup.run(invoices(2));
			setup.emulator.addWorkspace({ key: 'pc_live_other' });
			const node = { apiKey: 'pc_live_other', parameters: DOWNLOAD };
			const failed = await setup.run(submitted.json(NODE), node);
			expect(told(failed)).toContain('belongs to the workspace that submitted it');
			const imaginePdfApi = { apiKey: KEYS.demo, baseUrl: setup.emulator.baseUrl };
			const result = await retry(failed, {}, { credentials: { [NODE]: { imaginePdfApi } } });
			expect(result.json(NODE)).toMatchObject([{ fileCount: 2 }]);
		},
	},
	{
		message: 'Job … is not finished yet',
		by: "'Wait for Completion' turned on, and a retry",
		credits: 2,
		options: MINUTE,
		async follow({ setup, told, retry }) {
			const submitted = await setup.run(invoices(2), { parameters: { waitForCompletion: false } });
			const parameters = { ...DOWNLOAD, waitForCompletion: false };
			const failed = await setup.run(submitted.json(NODE), { parameters });
			expect(told(failed)).toContain("turn on 'Wait for Completion'");
			const result = await retry(failed, { waitForCompletion: true });
			expect(result.json(NODE)).toMatchObject([{ fileCount: 2 }]);
		},
	},
	{
		message: 'Job … is not finished yet',
		by: 'a retry, later',
		credits: 2,
		options: MINUTE,
		async follow({ setup, told, retry }) {
			const submitted = await setup.run(invoices(2), { parameters: { waitForCompletion: false } });
			const parameters = { ...DOWNLOAD, waitForCompletion: false };
			const failed = await setup.run(submitted.json(NODE), { parameters });
			expect(told(failed)).toContain('Try again later');
			await setup.emulator.next('job', ({ state }) => state.status === 'completed');
			expect((await retry(failed)).json(NODE)).toMatchObject([{ fileCount: 2 }]);
		},
	},
	...waitedFor('Job … was not finished after …', { timing: { queueMs: 90_000, rowMs: 10 } }),
	{
		message: 'Job … was not finished after …',
		by: 'with On Error: Continue, Download of what has a job ID, and the others once more',
		credits: 3,
		options: {
			timing: (rows) => ({ queueMs: rows[0]?.['invoice_number'] === 'R-0' ? 90_000 : 10 }),
		},
		async follow({ setup, told, download }) {
			const refused = actions.refusal(402, 'INSUFFICIENT_CREDITS');
			setup.emulator.faults.add({ route: 'submit', call: 3, action: refused });
			const options = { rowsPerBatch: 1, maxConcurrentJobs: 1, timeout: 60 };
			const items = invoices(3);
			const node = { onError: 'continueRegularOutput' as const, parameters: { options } };
			const first = await setup.run(items, node);
			told(first, 0);
			const paid = first.json(NODE).filter(({ error, jobId }) => error && jobId);
			const unpaid = items.filter((_, index) => !first.json(NODE)[index]?.['jobId']);
			expect([paid.length, unpaid]).toEqual([1, [items[2]]]);
			const result = await download(paid.map(({ jobId }) => String(jobId)));
			expect(result.json(NODE)).toMatchObject([{ fileCount: 1 }]);
			expect((await setup.run(unpaid, node)).json(NODE)).toMatchObject([{ fileCount: 1 }]);
		},
	},
	...waitedFor('Job … was not seen to finish within …', {}, ({ setup }) => {
		for (const route of ['status', 'download'] as const)
			setup.emulator.faults.add({ route, action: actions.busy(503) });
	}),
	withoutPdfs(
		'Job … failed: …',
		'the values mended and a retry, which pays for these rows',
		{ credits: 4 },
		{ right: { rowSource: 'json', rowsJson: '={{ ({ ...$json, amount: "7.00" }) }}' } },
	),
	withoutPdfs('Job … failed: …', 'a retry with nothing changed, which pays again', {
		credits: 4,
		again: 2,
	}),
	withoutPdfs(
		"Job … ended as '…': …",
		'a retry with nothing changed, which pays again',
		{ credits: 4, again: 2 },
		{
			prepare: ({ setup }) =>
				setup.emulator.faults.add({ route: 'status', action: ODD_ANSWERS.status.cancelled }),
		},
	),
	{
		message: '… rows of the … of job … did not become a PDF',
		by: "'If Some Rows Fail' set to 'Continue', and a retry, which hands on the others",
		credits: 4,
		async follow({ setup, told, retry }) {
			setup.emulator.behaviour.failRows = (_, index) => index < 2;
			const options = { partialFailure: 'error' };
			const failed = await setup.run(invoices(4), { parameters: { options } });
			expect(told(failed)).toContain("'If Some Rows Fail' to 'Continue'");
			const result = await retry(failed, { options: { partialFailure: 'continue' } });
			expect(result.json(NODE)).toMatchObject([{ completed: 2, failed: 2, fileCount: 2 }]);
		},
	},
	{
		message: '… rows of the … of job … did not become a PDF',
		by: 'Download with the ID that the message names',
		credits: 4,
		async follow({ setup, told, download }) {
			setup.emulator.behaviour.failRows = (_, index) => index < 2;
			const options = { partialFailure: 'error' };
			const failed = await setup.run(invoices(4), { parameters: { options } });
			const [, jobId = ''] = /'Download' and the job ID (\S+)\./.exec(told(failed)) ?? [];
			expect((await download([jobId])).json(NODE)).toMatchObject([{ jobId, fileCount: 2 }]);
		},
	},
	{
		message: 'There is no file for this job',
		by: 'the job is finished according to Get Status, and Download fetches it later',
		credits: 2,
		async follow({ setup, told, download }) {
			const action = actions.refusal(404, 'PDF_NOT_FOUND');
			setup.emulator.faults.add({ route: 'download', action });
			const failed = await setup.run(invoices(2));
			expect(told(failed)).toContain("'Get Status'");
			const [jobId = ''] = setup.jobIds();
			const state = await setup.run([{ jobId }], { parameters: STATUS });
			expect(state.json(NODE)).toMatchObject([{ status: 'completed', completed: 2 }]);
			setup.emulator.faults.clear();
			expect((await download([jobId])).json(NODE)).toMatchObject([{ fileCount: 2 }]);
		},
	},
	{
		message: 'Job … failed: …',
		by: 'the job has failed according to Get Status, and a retry pays for its rows again',
		credits: 4,
		again: 2,
		options: { choices: { partialFailure: 'failed' } },
		async follow({ setup, told, retry }) {
			setup.emulator.behaviour.failRows = (_, index) => index === 0;
			const failed = await setup.run(invoices(2));
			expect(told(failed)).toContain(PAYS_AGAIN);
			const [jobId = ''] = setup.jobIds();
			const state = await setup.run([{ jobId }], { parameters: STATUS });
			expect(state.json(NODE)).toMatchObject([{ status: 'failed', failed: 1 }]);
			setup.emulator.behaviour.failRows = () => false;
			expect((await retry(failed)).json(NODE)).toMatchObject([{ fileCount: 2 }]);
		},
	},
]);
