import {
	actions,
	AFTER_CHARGING,
	KEYS,
	ODD_ANSWERS,
	type FaultAction,
} from '../emulator/index.mts';
import { TEST_NODES, type RetryOptions, type RunResult } from './harness/index.mts';
import {
	invoices,
	NODE,
	nodeSpec,
	openEngineSetup,
	type EngineSetup,
	type NodeUnderTest,
} from './support/setup.mts';

const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 } satisfies NodeUnderTest;
const GENERATE = { resource: 'pdf', operation: 'generate' };
const RECEIPT = { __rl: true, mode: 'id', value: 'design_receipt' };
/** What a gateway says before the service: that nothing was charged then is taken for granted. */
const GATEWAY_BUSY = '503 page, with Retry-After';
/** Charged, and then an answer of which nobody can tell what it means. */
const charged500 = () => actions.answerAfter({ status: 500 });

describe('What is paid for', () => {
	let setup: EngineSetup;
	const open = async (options: Parameters<typeof openEngineSetup>[0] = {}) => {
		setup = await openEngineSetup({ timing: { queueMs: 10, rowMs: 10 }, ...options });
	};
	afterEach(async () => await setup.close());
	const refuseDownloads = (times?: number) =>
		setup.emulator.faults.add({
			route: 'download',
			...(times && { times }),
			action: actions.refusal(403, 'FORBIDDEN'),
		});
	const credits = () =>
		invoices(5).map((row) => setup.emulator.creditsFor({ invoice_number: row['invoice_number'] }));

	describe('is found by a retry by hand', () => {
		it.each<[string, NodeUnderTest['parameters'], NonNullable<RetryOptions['edited']>[string]]>([
			['with nothing changed', {}, {}],
			['with smaller batches', {}, { options: { rowsPerBatch: 1 } }],
			['with larger batches', { options: { rowsPerBatch: 1 } }, { options: { rowsPerBatch: 100 } }],
			[
				'with the same rows from another source',
				{},
				{ rowSource: 'json', rowsJson: '={{ $json }}' },
			],
			['with another output', {}, { output: 'pdfs' }],
		])(
			'a retry by hand %s finds the paid jobs and does not pay again',
			async (_, parameters, edited) => {
				await open();
				refuseDownloads(9);
				const failed = await setup.run(invoices(5), { parameters });
				expect(failed.status).toBe('error');
				setup.emulator.faults.clear();
				const result = await setup.engine.retry(failed, { edited: { [NODE]: edited } });
				expect(result.error).toBeUndefined();
				const told = new Set(result.json(NODE).map(({ jobId }) => jobId));
				expect(told).toEqual(new Set(setup.jobIds()));
				expect(credits()).toEqual([1, 1, 1, 1, 1]);
			},
		);

		it('a retry by hand with a lower batch size, as the message advised, pays for the missing rows only', async () => {
			await open();
			const plan = { useApiKeys: true, batchGenerate: true, maxRowsPerBatch: 40 };
			setup.emulator.addWorkspace({ key: 'pc_live_small', credits: 1000, plan });
			const failed = await setup.run(invoices(130), { apiKey: 'pc_live_small' });
			expect(failed.error?.description).toContain(
				"Lower the option 'Rows per Batch' to 40 or less",
			);
			const edited = { [NODE]: { options: { rowsPerBatch: 40 } } };
			const result = await setup.engine.retry(failed, { edited });
			expect(result.error).toBeUndefined();
			expect(setup.charged()).toBe(130);
			const paired = result.items(NODE).flatMap(({ pairedItem }) => pairedItem);
			expect(paired).toHaveLength(130);
		});
	});

	describe('stops a retry by hand that would pay again', () => {
		const otherKey = (): RetryOptions => {
			setup.emulator.addKey(KEYS.demo, 'pc_live_second');
			const data = { apiKey: 'pc_live_second', baseUrl: setup.emulator.baseUrl };
			return { credentials: { [NODE]: { imaginePdfApi: data } } };
		};
		const CHANGES: Array<[string, NodeUnderTest['parameters'], () => RetryOptions]> = [
			['another credential of the same workspace', {}, otherKey],
			['another operation', {}, () => ({ edited: { [NODE]: GENERATE } })],
			['another design', {}, () => ({ edited: { [NODE]: { designId: RECEIPT } } })],
			[
				'a list of which a value was edited',
				{ rowSource: 'json', rowsJson: '[{"invoice_number":"R-0"},{"invoice_number":"R-1"}]' },
				() => ({
					edited: { [NODE]: { rowsJson: '[{"invoice_number":"R-0"},{"invoice_number":"R-7"}]' } },
				}),
			],
			[
				'blanks instead of sample content',
				{ options: { missingVariables: 'sample' } },
				() => ({ edited: { [NODE]: { options: { missingVariables: 'blank' } } } }),
			],
			[
				'another PDF profile',
				{},
				() => ({ edited: { [NODE]: { options: { pdfProfile: 'pdf-a' } } } }),
			],
		];

		it.each(CHANGES)(
			'a retry by hand with %s stops before it pays, and both ways out of the message work',
			async (_, parameters, change) => {
				await open();
				refuseDownloads(9);
				const failed = await setup.run(invoices(1), { parameters });
				setup.emulator.faults.clear();
				const paid = setup.charged();
				const result = await setup.engine.retry(failed, change());
				const [jobId = ''] = setup.jobIds();
				expect(result.error?.message).toBe(
					`These items were already submitted in another form as job ${jobId}`,
				);
				expect(result.error?.description).toContain(`the operation 'Download'`);
				expect(result.error?.description).toContain('start a new execution');
				expect(setup.charged()).toBe(paid);
				const fetched = await setup.run([{ jobId }], {
					parameters: { resource: 'batch', operation: 'download' },
				});
				expect(fetched.json(NODE)[0]).toMatchObject({ jobId, fileCount: paid });
				expect(setup.charged()).toBe(paid);
				const anew = await setup.run(invoices(1), { parameters });
				expect(anew.error).toBeUndefined();
				expect(setup.charged()).toBe(2 * paid);
			},
		);

		it('a retry by hand with another credential stops where the outcome of a submit is unknown', async () => {
			await open();
			setup.emulator.faults.add({ route: 'submit', call: 1, action: charged500() });
			const failed = await setup.run(invoices(2));
			const result = await setup.engine.retry(failed, otherKey());
			expect(result.error?.context['code']).toBe('SUBMIT_OUTCOME_UNKNOWN');
			expect(setup.charged()).toBe(2);
		});

		it('a retry by hand stops where single PDFs that are paid for would become a batch, and goes on as Generate again', async () => {
			await open();
			setup.emulator.faults.add({ route: 'pdf', action: actions.answer({ status: 403 }) });
			const failed = await setup.run(invoices(2), { parameters: GENERATE });
			const paid = setup.charged();
			const edited = { [NODE]: { resource: 'batch', operation: 'submit' } };
			const result = await setup.engine.retry(failed, { edited });
			expect(result.error?.message).toBe('These items already became PDFs in another form');
			expect(setup.charged()).toBe(paid);
			setup.emulator.faults.clear();
			const original = await setup.engine.retry(failed);
			expect(original.error).toBeUndefined();
			expect(original.items(NODE)).toHaveLength(2);
			expect(setup.charged()).toBe(2);
		});
	});

	it('a submit of unknown outcome is not paid for again when a retry by hand changes the batch size', async () => {
		await open();
		setup.emulator.faults.add({ route: 'submit', call: 1, action: charged500() });
		let result: RunResult = await setup.run(invoices(5));
		for (const rowsPerBatch of [1, 2, 5]) {
			const edited = { [NODE]: { options: { rowsPerBatch } } };
			result = await setup.engine.retry(result, { edited });
			expect(result.error?.context['code']).toBe('SUBMIT_OUTCOME_UNKNOWN');
		}
		expect(credits()).toEqual([1, 1, 1, 1, 1]);
	});

	it.each([
		['the batch size', { options: { rowsPerBatch: '={{ Number($vars.size) }}' } }],
		['the design', { designId: { ...RECEIPT, value: '={{ $vars.design }}' } }],
	])(
		'an automatic try finds what is paid for although an expression changes %s',
		async (_, parameters) => {
			await open();
			const { variables } = setup.engine;
			Object.assign(variables, { size: '5', design: 'design_invoice' });
			const action: FaultAction = {
				name: 'refused, and the variables change',
				async before(context) {
					Object.assign(variables, { size: '2', design: 'design_receipt' });
					return await actions.refusal(403, 'FORBIDDEN').before?.(context);
				},
			};
			setup.emulator.faults.add({ route: 'download', times: 1, action });
			const result = await setup.run(invoices(5), { ...RETRY, parameters });
			expect(result.error).toBeUndefined();
			expect(result.tries(NODE)).toBe(2);
			expect(result.json(NODE)).toMatchObject([{ designId: 'design_invoice', fileCount: 5 }]);
			expect(setup.charged()).toBe(5);
		},
	);

	describe.each([
		['submit', {}],
		['generate', GENERATE],
	] as const)('at %s', (route, parameters) => {
		it.each(Object.keys(AFTER_CHARGING).filter((name) => name !== GATEWAY_BUSY))(
			`a ${route} of which the service has charged the rows is not paid for again: %s`,
			async (name) => {
				await open();
				setup.emulator.faults.add({ route, call: 1, action: AFTER_CHARGING[name]! });
				const result = await setup.run(invoices(1), { ...RETRY, parameters });
				expect(result.tries(NODE)).toBe(3);
				expect(result.error?.context['code']).toBe('SUBMIT_OUTCOME_UNKNOWN');
				expect(setup.charged()).toBe(1);
			},
		);

		it.each(Object.keys(ODD_ANSWERS[route]))(
			`what a ${route} has paid for is handed on although the answer is odd: %s`,
			async (name) => {
				await open();
				const odd = ODD_ANSWERS[route] as Record<string, FaultAction>;
				setup.emulator.faults.add({ route, action: odd[name]! });
				const result = await setup.run(invoices(2), { parameters });
				expect(result.error).toBeUndefined();
				expect(result.items(NODE).every(({ binary }) => binary?.['data'])).toBe(true);
				expect(setup.charged()).toBe(2);
			},
		);

		it(`a ${route} is never charged for more than twice with Submit Again, in all tries together`, async () => {
			await open();
			setup.emulator.faults.add({ route, action: charged500() });
			const options = { unknownSubmit: 'submitAgain', maxConcurrentJobs: 1 };
			let result = await setup.run(invoices(1), {
				...RETRY,
				maxTries: 5,
				parameters: { ...parameters, options },
			});
			for (let hand = 0; hand < 2; hand++) result = await setup.engine.retry(result);
			expect(result.error?.context['code']).toBe('SUBMIT_OUTCOME_UNKNOWN');
			expect(result.error?.description).toContain('a second time already');
			expect(setup.charged()).toBe(2);
		});
	});

	it.each(['number', 'sequence'] as const)(
		'a paid job is handed on where the service gives its jobs ids of the kind: %s',
		async (jobIds) => {
			await open({ choices: { jobIds } });
			const parameters = { options: { rowsPerBatch: 1 } };
			const result = await setup.run(invoices(3), { parameters });
			expect(result.error).toBeUndefined();
			expect(result.json(NODE).map(({ fileCount }) => fileCount)).toEqual([1, 1, 1]);
			expect(new Set(result.json(NODE).map(({ jobId }) => jobId)).size).toBe(3);
			expect(setup.charged()).toBe(3);
		},
	);

	it('no job is handed on where the service gives all jobs the same number', async () => {
		await open({ choices: { jobIds: 'same number' } });
		const result = await setup.run(invoices(2), { parameters: { options: { rowsPerBatch: 1 } } });
		expect(result.error?.context['code']).toBe('SHARED_JOB');
		expect(setup.charged()).toBe(2);
	});

	it('a job is waited for although its submit takes longer than the job may take', async () => {
		await open({ timing: { queueMs: 10, rowMs: 10 } });
		setup.emulator.faults.add({ route: 'submit', action: actions.delayAnswer(1500) });
		const result = await setup.run(invoices(1), { parameters: { options: { timeout: 1 } } });
		expect(result.error).toBeUndefined();
		expect(setup.charged()).toBe(1);
	});

	it('a paid job is named only by the item it belongs to, beside items that cannot be sent', async () => {
		await open();
		const items = [{ ...invoices(1)[0], amount: '[object Object]' }, invoices(2)[1]!];
		const rowsJson = '={{ $vars.bad === "all" || $itemIndex === 0 ? "no JSON" : $json }}';
		const action: FaultAction = {
			name: 'refused, and no item can be sent any more',
			async before(context) {
				Object.assign(setup.engine.variables, { bad: 'all' });
				return await actions.refusal(403, 'FORBIDDEN').before?.(context);
			},
		};
		setup.emulator.faults.add({ route: 'download', action });
		const result = await setup.run(items, {
			...RETRY,
			onError: 'continueRegularOutput',
			parameters: { rowSource: 'json', rowsJson },
		});
		const byItem = new Map(
			result.items(NODE).map(({ json, pairedItem }) => [JSON.stringify(pairedItem), json]),
		);
		const [jobId] = setup.jobIds();
		expect(byItem.get('[{"item":0}]')).toMatchObject({ error: expect.any(String) });
		expect(JSON.stringify(byItem.get('[{"item":0}]'))).not.toContain(jobId);
		expect(JSON.stringify(byItem.get('[{"item":1}]'))).toContain(jobId);
		expect(setup.charged()).toBe(1);
	});

	it('a retry by hand submits the rows of a failed job anew that counts nothing and has no file', async () => {
		await open();
		const { behaviour, faults } = setup.emulator;
		behaviour.failRows = () => true;
		const action = ODD_ANSWERS.status['nothing counted at the end'];
		faults.add({ route: 'status', action });
		const failed = await setup.run(invoices(1), RETRY);
		expect(failed.tries(NODE)).toBe(3);
		expect(failed.error?.context['code']).toBe('JOB_FAILED');
		expect(setup.charged()).toBe(1);
		behaviour.failRows = () => false;
		const result = await setup.engine.retry(failed);
		expect(result.error).toBeUndefined();
		expect(setup.charged()).toBe(2);
	});

	it('a row is charged for a second time by Submit Again once, also where its job failed and is retried by hand', async () => {
		await open();
		const { behaviour, faults } = setup.emulator;
		behaviour.failRows = () => true;
		faults.add({ route: 'submit', times: 1, action: charged500() });
		const parameters = { options: { unknownSubmit: 'submitAgain' } };
		const failed = await setup.run(invoices(1), { parameters });
		expect(failed.error?.context['code']).toBe('JOB_FAILED');
		expect(setup.charged()).toBe(2);
		faults.add({ route: 'submit', action: charged500() });
		const result = await setup.engine.retry(failed);
		expect(result.error?.context['code']).toBe('SUBMIT_OUTCOME_UNKNOWN');
		const last = await setup.engine.retry(result);
		expect(last.error?.context['code']).toBe('SUBMIT_OUTCOME_UNKNOWN');
		// The retry itself asks for the row of the failed job once more.
		expect(setup.charged()).toBe(3);
	});

	it('a paid job of one pass of a loop does not block the next pass, nor is it named in its messages', async () => {
		await open();
		setup.emulator.faults.add({ route: 'submit', call: 1, times: 1, action: charged500() });
		const row = { rows: { customer_name: 'Ada', invoice_number: 'R-0' } };
		const source = { rowSource: 'json', rowsJson: '={{ $json.rows }}' };
		const result = await setup.engine.run({
			items: [row, row, { rows: 'no JSON' }],
			nodes: [
				{ name: 'Items', type: TEST_NODES.items },
				{ name: 'Loop', type: TEST_NODES.loop },
				nodeSpec(setup.emulator, { onError: 'continueRegularOutput', parameters: source }),
			],
			connections: [
				['Items', 'Loop'],
				['Loop', NODE, 1],
				[NODE, 'Loop'],
			],
		});
		const codes = [0, 1, 2].map((run) => result.json(NODE, 0, run)[0]);
		expect(codes).toMatchObject([
			{ code: 'SUBMIT_OUTCOME_UNKNOWN' },
			{ status: 'completed' },
			{ code: 'INVALID_ROWS' },
		]);
		expect(setup.charged()).toBe(2);
	});

	describe('is never put at risk by an advice', () => {
		const oneByOne = { options: { rowsPerBatch: 1, maxConcurrentJobs: 1 } };

		it('the node does not advise a new execution where one batch is paid for and one is not known', async () => {
			await open();
			setup.emulator.faults.add({ route: 'submit', call: 2, times: 1, action: charged500() });
			const failed = await setup.run(invoices(2), { parameters: oneByOne });
			const description = failed.error?.description ?? '';
			const [paid = '?'] = setup.jobIds();
			expect(description).not.toContain('start a new execution');
			expect(description.indexOf(paid)).toBeGreaterThan(-1);
			expect(description.indexOf(paid)).toBeLessThan(description.indexOf('If it was not accepted'));
			const options = { ...oneByOne.options, unknownSubmit: 'submitAgain' };
			const result = await setup.engine.retry(failed, { edited: { [NODE]: { options } } });
			expect(result.error).toBeUndefined();
			expect(credits().slice(0, 2)).toEqual([1, 2]);
		});

		it.each<
			[string, NodeUnderTest['parameters'], Parameters<EngineSetup['emulator']['faults']['add']>[0]]
		>([
			['credits', {}, { route: 'submit', action: actions.refusal(402, 'INSUFFICIENT_CREDITS') }],
			['patience', {}, { route: 'submit', action: actions.busy(429) }],
			['certainty', {}, { route: 'submit', action: charged500() }],
			['a file', GENERATE, { route: 'pdf', action: actions.answer({ status: 400 }) }],
		])(
			'the node does not advise to retry an execution that n8n does not offer to retry: lacking %s with On Error: Continue',
			async (_, parameters, fault) => {
				await open();
				setup.emulator.faults.add(fault);
				const result = await setup.run(invoices(1), {
					onError: 'continueErrorOutput',
					parameters,
				});
				const { message, description } = Object(result.json(NODE, 1)[0]?.['error']);
				expect(message).toEqual(expect.any(String));
				expect(description).not.toContain('this execution');
			},
		);
	});
});
