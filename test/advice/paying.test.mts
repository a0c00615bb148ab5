import { actions, type FaultAction } from '../emulator/index.mts';
import {
	byId,
	charged500,
	CONTINUE,
	GENERATE,
	good,
	invoices,
	NODE,
	ONE_BY_ONE,
} from '../engine/support/setup.mts';
import {
	continuing,
	countsOf,
	filesOf,
	followAdvice,
	type AdviceCase,
	type OneStep,
} from './support/advice.mts';

const FEW = 'pc_live_few';
/** Nobody knows what it means: here the rows were not charged. */
const lost500 = () => actions.answer({ status: 500 });
const fileRefused = actions.answer({ status: 403 });
const SUBMIT_AGAIN = { unknownSubmit: 'submitAgain' };
const oneByOne = { parameters: { options: ONE_BY_ONE } };
const single = { parameters: { ...GENERATE, options: { maxConcurrentJobs: 1 } } };

const UNKNOWN = 'It is not known whether ImaginePDF accepted …';
const OTHER_FORM = 'These items were already sent in another form: …';

/** Of items that were refused for want of credits, the later ones are told so without asking. */
const refusedWithOthers = (message: string, parameters: Record<string, unknown>): AdviceCase => ({
	message,
	by: 'more credits, and those items once more',
	credits: 4,
	async follow({ setup, told }) {
		setup.emulator.addWorkspace({ key: FEW, credits: 1 });
		const node = { ...CONTINUE, apiKey: FEW, parameters };
		const items = invoices(4);
		const first = await setup.run(items, node);
		expect(told(first, 3)).toMatch(
			/Nothing of this request was .* charged.*send only this item again/,
		);
		expect(setup.charged()).toBe(1);
		setup.emulator.addCredits(FEW, 3);
		const refused = items.filter((_, index) => first.json(NODE)[index]?.['error']);
		expect(filesOf(await setup.run(refused, node))).toHaveLength(3);
	},
});

/** One of several is in doubt and is there; with On Error: Continue a retry hands on the others. */
const othersRetried = (by: string, route: 'submit' | 'generate', node: object): AdviceCase => ({
	message: UNKNOWN,
	by,
	credits: 3,
	async follow({ setup, told }) {
		setup.fault(route, charged500(), { call: 2 });
		const failed = await setup.run(invoices(3), node);
		expect(told(failed)).toMatch(/'On Error'.*'Continue'/);
		const [, second] = setup.jobIds();
		if (second) expect(countsOf(await setup.download([second]))).toEqual([1]);
		const result = await setup.retry(failed, {}, continuing());
		told(result, 1);
		expect(result.json(NODE)[1]?.['fileName']).toBeUndefined();
		expect(countsOf(result)).toEqual([1, 1]);
	},
});

/** The form in which single PDFs are paid for has changed. */
const otherPdfs = (more: Omit<OneStep, 'message' | 'node'>): AdviceCase => ({
	message: OTHER_FORM,
	...more,
	async follow({ setup, told }) {
		setup.fault('pdf', fileRefused, { times: 2 });
		const items = more.items ?? invoices(2);
		const failed = await setup.run(items, { parameters: GENERATE });
		const receipt = { designId: byId('design_receipt') };
		expect(told(await setup.retry(failed, receipt))).toMatch(more.says);
		setup.emulator.faults.clear();
		const anew = { parameters: { ...GENERATE, ...receipt } };
		const result = more.anew ? await setup.run(items, anew) : await setup.retry(failed);
		expect(filesOf(good(result))).toHaveLength(items.length);
	},
});

followAdvice('Paying', [
	refusedWithOthers('Batch … of … (…) was not submitted: …', { options: ONE_BY_ONE }),
	refusedWithOthers('The PDF of … was not made: …', single.parameters),
	{
		message: UNKNOWN,
		by: 'the job is there, and Download fetches it',
		async follow({ setup, told }) {
			setup.lostSubmit();
			const failed = await setup.run(invoices(2));
			expect(told(failed)).toContain("fetch it with the operation 'Download'");
			expect(countsOf(await setup.download())).toEqual([2]);
			told(await setup.retry(failed));
		},
	},
	othersRetried(
		'the job is there, Download fetches it, and On Error: Continue with a retry the others',
		'submit',
		oneByOne,
	),
	othersRetried(
		'a PDF is there, and On Error: Continue with a retry hands on the others',
		'generate',
		single,
	),
	{
		message: UNKNOWN,
		by: 'the job is not there and nothing else is paid for, so a new execution',
		trouble: ({ setup }) => setup.fault('submit', lost500(), { call: 1 }),
		says: 'If it was not accepted, start a new execution',
		anew: {},
	},
	{
		message: UNKNOWN,
		by: "the job is not there and another one is paid for, so 'Submit Again' and a retry",
		credits: 3,
		items: invoices(3),
		node: oneByOne,
		trouble: ({ setup }) => setup.fault('submit', lost500(), { call: 2 }),
		says: /job_\w+(?!.*start a new execution)/s,
		retry: { options: { ...ONE_BY_ONE, ...SUBMIT_AGAIN } },
		gives: [1, 1, 1],
	},
	{
		message: UNKNOWN,
		by: 'with On Error: Continue the job is not there, so this item alone once more',
		credits: 3,
		async follow({ setup, told }) {
			setup.fault('submit', lost500(), { call: 2 });
			const node = { ...CONTINUE, ...oneByOne };
			const items = invoices(3);
			const first = await setup.run(items, node);
			expect(told(first, 1)).toContain('send only this item again (item 1)');
			expect(countsOf(await setup.run([items[1]!], node))).toEqual([1]);
		},
	},
	{
		message: UNKNOWN,
		by: "a PDF is not there and another one is paid for, so 'Submit Again' and a retry",
		node: single,
		trouble: ({ setup }) => setup.fault('generate', lost500(), { call: 2 }),
		says: /^(?!.*start a new execution)/s,
		retry: { options: { maxConcurrentJobs: 1, ...SUBMIT_AGAIN } },
		gives: [1, 1],
	},
	{
		message: UNKNOWN,
		by: "with 'Submit Again' neither job is there, so a new execution",
		node: { parameters: { options: SUBMIT_AGAIN } },
		trouble: ({ setup }) => setup.fault('submit', lost500(), { call: 1, times: 2 }),
		says: 'If neither was accepted, start a new execution',
		anew: {},
	},
	{
		message: UNKNOWN,
		by: 'the next try met something else, which is mended, and Download fetches the job',
		async follow({ setup, told }) {
			setup.lostSubmit();
			const failed = await setup.run(invoices(2));
			setup.fault('design', actions.refusal(403, 'FORBIDDEN'));
			const second = await setup.retry(failed);
			expect(told(second)).toContain('before you send these items again');
			expect(second.error?.message).toContain('Besides: the ImaginePDF plan');
			setup.emulator.faults.clear();
			expect(countsOf(await setup.download())).toEqual([2]);
		},
	},
	...[
		{ by: 'Download with the credential that paid for them', credits: 2, again: 0 },
		{ by: 'a new execution, which pays again', credits: 4, again: 2 },
	].map((one): AdviceCase => ({
		message: OTHER_FORM,
		...one,
		async follow({ setup, told }) {
			setup.notFetched();
			const failed = await setup.run(invoices(2));
			const other = await setup.retry(failed, {}, setup.otherKey());
			expect(told(other)).toMatch(/the credential that paid.*start a new execution.*'Download'/);
			const jobIds = other.error?.context['jobIds'] as string[];
			const result = one.again ? await setup.run(invoices(2)) : await setup.download(jobIds);
			expect(countsOf(result)).toEqual([2]);
		},
	})),
	otherPdfs({
		by: 'a retry with what they were made with',
		says: 'retry with what it was made with',
	}),
	otherPdfs({
		by: 'a new execution, which pays again',
		items: invoices(1),
		says: 'start a new execution',
		anew: {},
	}),
	{
		message: 'The PDF of … was made and paid for, but its link is no longer valid',
		by: 'On Error: Continue and a retry for the others, and this item once more, which pays again',
		credits: 4,
		again: 1,
		async follow({ setup, told }) {
			const gone: FaultAction = {
				name: 'the first link has expired',
				async before(context) {
					const [first = ''] = setup.emulator.presignedUrls;
					const isFirst = first.includes(context.request.url.split('?')[0] ?? '?');
					return isFirst ? await fileRefused.before?.(context) : undefined;
				},
			};
			setup.fault('pdf', gone);
			const failed = await setup.run(invoices(3), single);
			const description = told(failed);
			expect(description).toContain('send only this item again for another credit');
			expect(description).toMatch(/'On Error'.*'Continue'/);
			const others = await setup.retry(failed, {}, continuing());
			told(others, 0);
			expect(filesOf(others)).toHaveLength(2);
			setup.emulator.faults.clear();
			expect(filesOf(await setup.run(invoices(1), single))).toHaveLength(1);
		},
	},
	{
		message: 'ImaginePDF gave the batches … the same job …',
		by: 'a look at its PDFs with Download',
		options: { choices: { jobIds: 'same number' } },
		async follow({ setup, told }) {
			const failed = await setup.run(invoices(2), { parameters: { options: { rowsPerBatch: 1 } } });
			expect(told(failed)).toMatch(/support.*'Download'/);
			const result = await setup.download(failed.error?.context['jobIds'] as string[]);
			expect(countsOf(result)).toEqual([1]);
			told(await setup.retry(failed));
		},
	},
]);
