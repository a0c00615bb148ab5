import { actions, hostileZip, rewrite } from '../emulator/index.mts';
import { RemoteStore } from '../engine/harness/remote-store.mts';
import { invoices, NODE } from '../engine/support/setup.mts';
import { filesOf, followAdvice, type AdviceCase, type Given } from './support/advice.mts';

const GENERATE = { resource: 'pdf', operation: 'generate' };

/** A job's file that could not be handed on: the two ways to it, neither of which pays. */
function fetchedLater(
	message: string,
	spoilt: string,
	spoil: (given: Given) => () => void,
): AdviceCase[] {
	const start = async (given: Given) => {
		const { setup, told } = given;
		const mend = spoil(given);
		const failed = await setup.run(invoices(3));
		const description = told(failed);
		const [jobId = ''] = setup.jobIds();
		expect(description).toContain(`'Download' and the job ID ${jobId}`);
		expect(setup.charged()).toBe(3);
		mend();
		return { failed, jobId };
	};
	const options = { binaryMode: 's3' } as const;
	return [
		{
			message,
			by: `${spoilt}, and a retry fetches it`,
			credits: 3,
			options,
			async follow(given) {
				const { failed, jobId } = await start(given);
				const result = await given.retry(failed);
				expect(result.json(NODE)).toMatchObject([{ jobId, fileCount: 3 }]);
			},
		},
		{
			message,
			by: `${spoilt}, and Download fetches it by the ID in the message`,
			credits: 3,
			options,
			async follow(given) {
				const { jobId } = await start(given);
				const result = await given.download([jobId], { output: 'pdfs' });
				expect(filesOf(result)).toHaveLength(3);
			},
		},
	];
}

const MISSING = 'The ZIP of job … holds … of the … PDFs that ImaginePDF reports';
/** Two PDFs, whatever the number of rows. */
const TWO = { entries: 2, entryBytes: 500, content: 'compressible', compression: 'store' } as const;
const all = { options: { partialFailure: 'error' } };

followAdvice('Files', [
	...fetchedLater(
		'The ZIP file could not be fetched (job …): …',
		'the storage was away',
		({ setup }) => {
			setup.emulator.faults.add({ route: 'zip', action: actions.gatewayPage(503) });
			return () => setup.emulator.faults.clear();
		},
	),
	...fetchedLater(
		'The ZIP file could not be fetched (job …): …',
		'the archive was empty',
		({ setup }) => {
			setup.emulator.faults.add({ route: 'zip', action: hostileZip('empty') });
			return () => setup.emulator.faults.clear();
		},
	),
	{
		message: 'The PDF could not be fetched: …',
		by: 'a retry while its link is valid',
		credits: 2,
		async follow({ setup, told, retry }) {
			const action = actions.gatewayPage(503);
			setup.emulator.faults.add({ route: 'pdf', action });
			const failed = await setup.run(invoices(2), { parameters: GENERATE });
			expect(told(failed)).toContain('a retry of this execution fetches them without paying again');
			setup.emulator.faults.clear();
			expect(filesOf(await retry(failed))).toHaveLength(2);
		},
	},
	{
		message: 'The PDF could not be fetched: …',
		by: 'with On Error: Continue it lies in ImaginePDF, and once more costs another credit',
		credits: 3,
		again: 1,
		async follow({ setup, told }) {
			const action = actions.gatewayPage(503);
			setup.emulator.faults.add({ route: 'pdf', call: 1, times: 6, action });
			const parameters = { ...GENERATE, options: { maxConcurrentJobs: 1 } };
			const node = { onError: 'continueRegularOutput' as const, parameters };
			const items = invoices(2);
			const first = await setup.run(items, node);
			expect(told(first, 0)).toContain('Sending it again costs 1 credit more');
			expect(setup.charged()).toBe(2);
			const result = await setup.run(items.slice(0, 1), node);
			expect(result.items(NODE)[0]?.binary).toHaveProperty('data');
		},
	},
	{
		message: MISSING,
		by: "'If Some Rows Fail' set to 'Continue', and a retry, which hands on those that are there",
		credits: 3,
		async follow({ setup, told, retry }) {
			setup.emulator.behaviour.synthetic = TWO;
			const failed = await setup.run(invoices(3), { parameters: all });
			expect(told(failed)).toContain("'If Some Rows Fail' to 'Continue'");
			const result = await retry(failed, { options: { partialFailure: 'continue' } });
			expect(result.json(NODE)).toMatchObject([{ fileCount: 2 }]);
		},
	},
	{
		message: MISSING,
		by: 'Download with the ID that the message names, once support has mended the counts',
		credits: 3,
		async follow({ setup, told, download }) {
			const action = rewrite('a PDF more', (data) => ({ ...data, total: 4, completed: 4 }));
			setup.emulator.faults.add({ route: 'status', jobStatus: 'completed', action });
			const failed = await setup.run(invoices(3), { parameters: all });
			const description = told(failed);
			expect(description).toContain("Ask ImaginePDF's support about the others");
			setup.emulator.faults.clear();
			const [, jobId = ''] = /'Download' and the job ID (\S+)\./.exec(description) ?? [];
			const result = await download([jobId], all);
			expect(result.json(NODE)).toMatchObject([{ fileCount: 3 }]);
		},
	},
	...fetchedLater('The result of job … could not be handed over', 'the disk was full', () => {
		const store = jest.spyOn(RemoteStore.prototype, 'write');
		store.mockRejectedValue(new Error('The disk is full'));
		return () => store.mockRestore();
	}),
]);
