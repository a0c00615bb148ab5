import { actions, KEYS, type FaultAction } from '../emulator/index.mts';
import { byId } from '../engine/support/sent.mts';
import { invoices, NODE } from '../engine/support/setup.mts';
import { filesOf, followAdvice, type AdviceCase } from './support/advice.mts';

const GENERATE = { resource: 'pdf', operation: 'generate' };
const CONTINUE = { onError: 'continueRegularOutput' } as const;
const FEW = 'pc_live_few';
const ONE_BY_ONE = { rowsPerBatch: 1, maxConcurrentJobs: 1 };
/** Nobody knows what it means: here the rows were charged, and there they were not. */
const charged500 = () => actions.answerAfter({ status: 500 });
const lost500 = () => actions.answer({ status: 500 });
const fileRefused = () => actions.answer({ status: 403 });

const UNKNOWN = 'It is not known whether ImaginePDF accepted …';
const OTHER_FORM = 'These items were already submitted in another form as …';
const OTHER_PDFS = 'These items already became PDFs in another form';
const LINK_GONE = 'The PDF of … was made and paid for, but its link is no longer valid';

/** Of items that were refused for want of credits, the later ones are told so without asking. */
function refusedWithOthers(message: string, parameters: Record<string, unknown>): AdviceCase {
	return {
		message,
		by: 'more credits, and those items once more',
		credits: 4,
		async follow({ setup, told }) {
			setup.emulator.addWorkspace({ key: FEW, credits: 1 });
			const node = { ...CONTINUE, apiKey: FEW, parameters };
			const items = invoices(4);
			const first = await setup.run(items, node);
			expect(told(first, 3)).toMatch(/Nothing of it was .* charged.*send these items again/);
			expect(setup.charged()).toBe(1);
			setup.emulator.addCredits(FEW, 3);
			const refused = items.filter((_, index) => first.json(NODE)[index]?.['error']);
			const result = await setup.run(refused, node);
			expect(filesOf(result)).toHaveLength(3);
		},
	};
}

followAdvice('Paying', [
	refusedWithOthers('Batch … of … (…) was not submitted: …', { options: ONE_BY_ONE }),
	refusedWithOthers('The PDF of … was not made: …', {
		...GENERATE,
		options: { maxConcurrentJobs: 1 },
	}),
	{
		message: UNKNOWN,
		by: 'the job is there, and Download fetches it',
		credits: 2,
		async follow({ setup, told, retry, download }) {
			setup.emulator.faults.add({ route: 'submit', call: 1, action: charged500() });
			const failed = await setup.run(invoices(2));
			expect(told(failed)).toContain("fetch it with the operation 'Download'");
			const result = await download(setup.jobIds());
			expect(result.json(NODE)).toMatchObject([{ fileCount: 2 }]);
			told(await retry(failed));
		},
	},
	{
		message: UNKNOWN,
		by: 'the job is there, Download fetches it, and On Error: Continue with a retry the others',
		credits: 3,
		async follow({ setup, told, retry, download }) {
			setup.emulator.faults.add({ route: 'submit', call: 2, action: charged500() });
			const failed = await setup.run(invoices(3), { parameters: { options: ONE_BY_ONE } });
			expect(told(failed)).toMatch(/'On Error'.*'Continue'/);
			const [, second = ''] = setup.jobIds();
			expect((await download([second])).json(NODE)).toMatchObject([{ fileCount: 1 }]);
			const result = await retry(failed, {}, { settings: { [NODE]: CONTINUE } });
			told(result, 1);
			const counts = result.json(NODE).map(({ fileCount }) => fileCount);
			expect(counts).toEqual([1, undefined, 1]);
		},
	},
	{
		message: UNKNOWN,
		by: 'the job is not there and nothing else is paid for, so a new execution',
		credits: 2,
		async follow({ setup, told }) {
			setup.emulator.faults.add({ route: 'submit', call: 1, action: lost500() });
			const failed = await setup.run(invoices(2));
			expect(told(failed)).toContain('If it was not accepted, start a new execution');
			const result = await setup.run(invoices(2));
			expect(result.json(NODE)).toMatchObject([{ fileCount: 2 }]);
		},
	},
	{
		message: UNKNOWN,
		by: "the job is not there and another one is paid for, so 'Submit Again' and a retry",
		credits: 3,
		async follow({ setup, told, retry }) {
			setup.emulator.faults.add({ route: 'submit', call: 2, action: lost500() });
			const failed = await setup.run(invoices(3), { parameters: { options: ONE_BY_ONE } });
			const description = told(failed);
			expect(description).toContain(setup.jobIds()[0]);
			expect(description).not.toContain('start a new execution');
			const options = { ...ONE_BY_ONE, unknownSubmit: 'submitAgain' };
			const result = await retry(failed, { options });
			expect(result.json(NODE)).toMatchObject([1, 1, 1].map((fileCount) => ({ fileCount })));
		},
	},
	{
		message: UNKNOWN,
		by: 'with On Error: Continue the job is not there, so this item alone once more',
		credits: 3,
		async follow({ setup, told }) {
			setup.emulator.faults.add({ route: 'submit', call: 2, action: lost500() });
			const node = { ...CONTINUE, parameters: { options: ONE_BY_ONE } };
			const items = invoices(3);
			const first = await setup.run(items, node);
			expect(told(first, 1)).toContain('send only this item again (item 1)');
			const result = await setup.run([items[1]!], node);
			expect(result.json(NODE)).toMatchObject([{ fileCount: 1 }]);
		},
	},
	{
		message: UNKNOWN,
		by: "a PDF is not there and another one is paid for, so 'Submit Again' and a retry",
		credits: 2,
		async follow({ setup, told, retry }) {
			setup.emulator.faults.add({ route: 'generate', call: 2, action: lost500() });
			const options = { maxConcurrentJobs: 1 };
			const failed = await setup.run(invoices(2), { parameters: { ...GENERATE, options } });
			expect(told(failed)).not.toContain('start a new execution');
			const again = { options: { ...options, unknownSubmit: 'submitAgain' } };
			expect(filesOf(await retry(failed, again))).toHaveLength(2);
		},
	},
	{
		message: UNKNOWN,
		by: 'a PDF is there, and On Error: Continue with a retry hands on the others',
		credits: 3,
		async follow({ setup, told, retry }) {
			setup.emulator.faults.add({ route: 'generate', call: 2, action: charged500() });
			const parameters = { ...GENERATE, options: { maxConcurrentJobs: 1 } };
			const failed = await setup.run(invoices(3), { parameters });
			expect(told(failed)).toMatch(/'On Error'.*'Continue'/);
			const result = await retry(failed, {}, { settings: { [NODE]: CONTINUE } });
			told(result, 1);
			expect(filesOf(result)).toHaveLength(2);
		},
	},
	{
		message: UNKNOWN,
		by: "with 'Submit Again' neither job is there, so a new execution",
		credits: 2,
		async follow({ setup, told }) {
			setup.emulator.faults.add({ route: 'submit', call: 1, times: 2, action: lost500() });
			const parameters = { options: { unknownSubmit: 'submitAgain' } };
			const failed = await setup.run(invoices(2), { parameters });
			expect(told(failed)).toContain('If neither was accepted, start a new execution');
			const result = await setup.run(invoices(2));
			expect(result.json(NODE)).toMatchObject([{ fileCount: 2 }]);
		},
	},
	{
		message: UNKNOWN,
		by: 'the next try met something else, which is mended, and Download fetches the job',
		credits: 2,
		async follow({ setup, told, retry, download }) {
			const { faults } = setup.emulator;
			faults.add({ route: 'submit', call: 1, action: charged500() });
			const failed = await setup.run(invoices(2));
			faults.add({ route: 'design', action: actions.refusal(403, 'FORBIDDEN') });
			const second = await retry(failed);
			expect(told(second)).toContain('before you send these items again');
			expect(second.error?.message).toContain('This try: the ImaginePDF plan');
			faults.clear();
			expect((await download(setup.jobIds())).json(NODE)).toMatchObject([{ fileCount: 2 }]);
		},
	},
	...[
		{
			by: 'Download with the credential that paid for them',
			credits: 2,
			again: 0,
		},
		{ by: 'a new execution, which pays again', credits: 4, again: 2 },
	].map(({ by, credits, again }): AdviceCase => ({
		message: OTHER_FORM,
		by,
		credits,
		again,
		async follow({ setup, told, retry, download }) {
			const refused = actions.refusal(403, 'FORBIDDEN');
			setup.emulator.faults.add({ route: 'download', times: 1, action: refused });
			const failed = await setup.run(invoices(2));
			setup.emulator.addKey(KEYS.demo, 'pc_live_second');
			const imaginePdfApi = { apiKey: 'pc_live_second', baseUrl: setup.emulator.baseUrl };
			const other = await retry(failed, {}, { credentials: { [NODE]: { imaginePdfApi } } });
			expect(told(other)).toMatch(/'Download' and the credential.*start a new execution/);
			const jobIds = other.error?.context['jobIds'] as string[];
			const result = again === 0 ? await download(jobIds) : await setup.run(invoices(2));
			expect(result.json(NODE)).toMatchObject([{ fileCount: 2 }]);
		},
	})),
	{
		message: OTHER_PDFS,
		by: 'a retry with what they were made with',
		credits: 2,
		async follow({ setup, told, retry }) {
			setup.emulator.faults.add({ route: 'pdf', times: 2, action: fileRefused() });
			const failed = await setup.run(invoices(2), { parameters: GENERATE });
			const receipt = { designId: byId('design_receipt') };
			expect(told(await retry(failed, receipt))).toContain('retry with what they were made with');
			setup.emulator.faults.clear();
			expect(filesOf(await retry(failed))).toHaveLength(2);
		},
	},
	{
		message: OTHER_PDFS,
		by: 'a new execution, which pays again',
		credits: 2,
		again: 0,
		async follow({ setup, told, retry }) {
			setup.emulator.faults.add({ route: 'pdf', action: fileRefused() });
			const failed = await setup.run(invoices(1), { parameters: GENERATE });
			const parameters = { ...GENERATE, designId: byId('design_receipt') };
			expect(told(await retry(failed, parameters))).toContain('start a new execution');
			setup.emulator.faults.clear();
			expect(filesOf(await setup.run(invoices(1), { parameters }))).toHaveLength(1);
		},
	},
	{
		message: LINK_GONE,
		by: 'On Error: Continue and a retry for the others, and this item once more, which pays again',
		credits: 4,
		again: 1,
		async follow({ setup, told, retry }) {
			const gone: FaultAction = {
				name: 'the first link has expired',
				async before(context) {
					const [first = ''] = setup.emulator.presignedUrls;
					const isFirst = first.includes(context.request.url.split('?')[0] ?? '?');
					return isFirst ? await fileRefused().before?.(context) : undefined;
				},
			};
			setup.emulator.faults.add({ route: 'pdf', action: gone });
			const parameters = { ...GENERATE, options: { maxConcurrentJobs: 1 } };
			const failed = await setup.run(invoices(3), { parameters });
			const description = told(failed);
			expect(description).toContain('send only this item again for another credit');
			expect(description).toMatch(/'On Error'.*'Continue'/);
			const others = await retry(failed, {}, { settings: { [NODE]: CONTINUE } });
			told(others, 0);
			expect(filesOf(others)).toHaveLength(2);
			setup.emulator.faults.clear();
			const [first] = invoices(1);
			expect(filesOf(await setup.run([first!], { parameters }))).toHaveLength(1);
		},
	},
	{
		message: 'ImaginePDF gave the batches … the same job …',
		by: 'a look at its PDFs with Download',
		credits: 2,
		options: { choices: { jobIds: 'same number' } },
		async follow({ setup, told, retry, download }) {
			const parameters = { options: { rowsPerBatch: 1 } };
			const failed = await setup.run(invoices(2), { parameters });
			expect(told(failed)).toMatch(/support.*'Download'/);
			const result = await download(failed.error?.context['jobIds'] as string[]);
			expect(result.json(NODE)).toMatchObject([{ fileCount: 1 }]);
			told(await retry(failed));
		},
	},
]);
