import { actions, type FaultAction } from '../emulator/index.mts';
import {
	invoices,
	NODE,
	openEngineSetup,
	type EngineSetup,
	type NodeUnderTest,
} from './support/setup.mts';

const RETRY = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 } satisfies NodeUnderTest;
const GENERATE = { resource: 'pdf', operation: 'generate' };
const oneByOne = (atOnce: number) => ({
	parameters: { options: { rowsPerBatch: 1, maxConcurrentJobs: atOnce } },
});

/** Of several paid things, everything is told, not only the one that failed first. */
describe('What is emitted and named when several batches end differently', () => {
	let setup: EngineSetup;
	beforeEach(async () => {
		setup = await openEngineSetup({ timing: { queueMs: 10, rowMs: 10 } });
	});
	afterEach(async () => await setup.close());

	describe('when the first batch is refused at last, after later ones were paid for', () => {
		const lastOfAll: FaultAction = {
			...actions.refusal(402, 'INSUFFICIENT_CREDITS'),
			async before(context) {
				if (!context.request.body.includes('"R-0"')) return undefined;
				await setup.emulator.waitFor(() => setup.jobIds().length === 5);
				return await actions.refusal(402, 'INSUFFICIENT_CREDITS').before?.(context);
			},
		};
		beforeEach(() => void setup.emulator.faults.add({ route: 'submit', action: lastOfAll }));

		it('paid batches are handed on with On Error: Continue when the first batch is refused at last', async () => {
			const onError = 'continueRegularOutput' as const;
			const result = await setup.run(invoices(6), { ...RETRY, onError, ...oneByOne(2) });
			expect(result.tries(NODE)).toBe(2);
			expect(setup.charged()).toBe(5);
			const [first, ...others] = result.json(NODE);
			expect(first).toMatchObject({ code: 'INSUFFICIENT_CREDITS' });
			expect(others.map(({ jobId }) => jobId).sort()).toEqual(setup.jobIds().sort());
			expect(others.map(({ batchNumber }) => batchNumber)).toEqual([2, 3, 4, 5, 6]);
		});

		it('every paid job is named when the node stops because the first batch is refused at last', async () => {
			const result = await setup.run(invoices(6), { ...RETRY, ...oneByOne(2) });
			expect(result.tries(NODE)).toBe(2);
			expect(setup.charged()).toBe(5);
			expect([...(result.error?.context['jobIds'] as string[])].sort()).toEqual(
				setup.jobIds().sort(),
			);
		});
	});

	it('every batch whose outcome is not known is named', async () => {
		setup.emulator.faults.add({ route: 'submit', action: actions.answerAfter({ status: 500 }) });
		const { error } = await setup.run(invoices(3), oneByOne(3));
		expect(error?.message).toContain('accepted batch 1 of 3');
		expect(error?.description).toMatch(
			/not known of 1 row of design '.*' \(item 1, .*\) and 1 row .*\(item 2, .*check each of them/,
		);
	});

	it('every single PDF whose outcome is not known is named, and those that are paid for', async () => {
		const action = actions.answerAfter({ status: 500 });
		setup.emulator.faults.add({ route: 'generate', call: 2, times: 2, action });
		const { error } = await setup.run(invoices(3), { parameters: GENERATE });
		expect(error?.message).toMatch(/^It is not known whether ImaginePDF accepted the PDF of item/);
		expect(error?.description).toMatch(/The same is not known of 1 row .*\(item \d, /);
		expect(error?.description).toMatch(/1 PDF of this run is made and paid for \(item \d\)/);
		expect(error?.description).not.toContain('start a new execution');
	});

	it('PDFs that are paid for and could not be fetched are counted', async () => {
		setup.emulator.faults.add({ route: 'pdf', action: actions.answer({ status: 404 }) });
		const { error } = await setup.run(invoices(3), { parameters: GENERATE });
		expect(error?.description).toMatch(/\d PDFs? of this run (is|are) made and paid for/);
		expect(setup.charged()).toBeGreaterThan(0);
	});

	it('a try that stops early counts the PDFs that an earlier try has paid for', async () => {
		const { faults } = setup.emulator;
		faults.add({ route: 'pdf', action: actions.answer({ status: 403 }) });
		faults.add({ route: 'design', call: 2, action: actions.refusal(403, 'FORBIDDEN') });
		const { error } = await setup.run(invoices(1), { ...RETRY, parameters: GENERATE });
		expect(error?.description).toContain(
			'1 PDF of this run is made and paid for (item 0): a retry',
		);
		expect(setup.charged()).toBe(1);
	});

	it('a batch that is refused is named with its items', async () => {
		const action = actions.refusal(402, 'INSUFFICIENT_CREDITS');
		setup.emulator.faults.add({ route: 'submit', call: 3, action });
		const parameters = { options: { maxConcurrentJobs: 1 } };
		const { error } = await setup.run(invoices(250), { parameters });
		expect(error?.description).toContain('Concerned: batch 3 of 3, items 200 to 249.');
	});

	it.each([1, 3])(
		'a smaller batch is submitted after larger ones were refused for want of credits (%i at once)',
		async (atOnce) => {
			setup.emulator.addWorkspace({ key: 'pc_live_few', credits: 60, plan: 'business' });
			const result = await setup.run(invoices(250), {
				apiKey: 'pc_live_few',
				onError: 'continueRegularOutput',
				parameters: { options: { maxConcurrentJobs: atOnce } },
			});
			expect(result.json(NODE).map(({ code, status }) => code ?? status)).toEqual([
				'INSUFFICIENT_CREDITS',
				'INSUFFICIENT_CREDITS',
				'completed',
			]);
		},
	);

	it("a gateway's page is not taken for a refusal of the account", async () => {
		const action = actions.gatewayPage(403);
		setup.emulator.faults.add({ route: 'submit', call: 1, times: 1, action });
		const result = await setup.run(invoices(3), {
			onError: 'continueRegularOutput',
			...oneByOne(1),
		});
		expect(result.json(NODE).map(({ error, status }) => error ?? status)).toEqual([
			'The answer did not come from ImaginePDF',
			'completed',
			'completed',
		]);
	});

	it.each(['stopWorkflow', 'continueRegularOutput'] as const)(
		'a try that stops early names the jobs of an earlier try, each to its own items (%s)',
		async (onError) => {
			const { faults } = setup.emulator;
			const refused = actions.refusal(402, 'INSUFFICIENT_CREDITS');
			faults.add({ route: 'submit', call: 1, times: 1, action: refused });
			faults.add({ route: 'design', call: 2, action: actions.refusal(403, 'FORBIDDEN') });
			const result = await setup.run(invoices(2), { ...RETRY, onError, ...oneByOne(2) });
			expect(result.tries(NODE)).toBe(2);
			const [jobId] = setup.jobIds();
			expect(jobId).toBeDefined();
			const told = result.error
				? result.error.context['jobIds']
				: result.json(NODE).flatMap(({ jobId: own }) => own ?? []);
			expect(told).toEqual([jobId]);
		},
	);

	it.each(['stopWorkflow', 'continueRegularOutput'] as const)(
		'a try that stops early names what an earlier try may have paid for (%s)',
		async (onError) => {
			const { faults } = setup.emulator;
			const lost = actions.answerAfter({ status: 500 });
			faults.add({ route: 'submit', call: 1, times: 1, action: lost });
			faults.add({ route: 'design', call: 2, action: actions.refusal(403, 'FORBIDDEN') });
			const result = await setup.run(invoices(2), { ...RETRY, onError });
			expect(result.tries(NODE)).toBe(2);
			const message = result.error?.message ?? result.json(NODE)[0]?.['error'];
			expect(message).toMatch(
				/^It is not known whether ImaginePDF accepted 1 submit of an earlier try\. This try: the/,
			);
			const code = result.error?.context['code'] ?? result.json(NODE)[0]?.['code'];
			expect(code).toBe('SUBMIT_OUTCOME_UNKNOWN');
		},
	);
});
