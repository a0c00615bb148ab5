import { actions, AFTER_CHARGING, ODD_ANSWERS, type FaultAction } from '../emulator/index.mts';
import type { RetryOptions, RunResult } from './harness/index.mts';
import {
	byId,
	charged500,
	CONTINUE,
	GENERATE,
	good,
	invoices,
	NODE,
	ONE_BY_ONE,
	QUICK,
	RETRY,
	setUp,
	whenStruck,
	type NodeUnderTest,
} from './support/setup.mts';
import { loopOf } from './support/workflows.mts';

type Values = NonNullable<NodeUnderTest['parameters']>;

const RETRY_3 = { ...RETRY, maxTries: 3 };
const UNKNOWN = { context: { code: 'SUBMIT_OUTCOME_UNKNOWN' } };
const RECEIPT = { designId: byId('design_receipt') };
/** What a gateway says before the service: that nothing was charged then is taken for granted. */
const GATEWAY_BUSY = '503 page, with Retry-After';
/** Rows that differ with every look at them. */
const VOLATILE = {
	rowSource: 'json',
	rowsJson: '={{ { customer_name: $json.customer_name, due_date: $now.toISO() } }}',
};
const missing = (missingVariables: string) => ({ options: { missingVariables } });
const perJob = (rowsPerBatch: number) => ({ options: { rowsPerBatch } });

describe('What is paid for', () => {
	const setup = setUp({ timing: QUICK });
	const credits = () =>
		invoices(5).map((row) => setup.emulator.creditsFor({ invoice_number: row['invoice_number'] }));

	it.each<[what: string, parameters: Values, edited: Values]>([
		['with nothing changed', {}, {}],
		['with smaller batches', {}, perJob(1)],
		['with larger batches', perJob(1), perJob(100)],
		['with its rows from another source', {}, { rowSource: 'json', rowsJson: '={{ $json }}' }],
		['with another output', {}, { output: 'pdfs' }],
	])('a retry by hand %s finds the paid jobs', async (_, parameters, edited) => {
		setup.notFetched(9);
		const failed = await setup.run(invoices(5), { parameters });
		expect(failed.status).toBe('error');
		setup.emulator.faults.clear();
		const result = good(await setup.retry(failed, edited));
		const told = new Set(result.json(NODE).map(({ jobId }) => jobId));
		expect(told).toEqual(new Set(setup.jobIds()));
		expect(credits()).toEqual([1, 1, 1, 1, 1]);
	});

	const OTHER_FORM = /^These items were already sent in another form: (job_\w+|items 0 to 1)$/;
	it.each<[what: string, parameters: Values, edited: Values, more?: () => RetryOptions]>([
		['another credential', {}, {}, () => setup.otherKey()],
		['another operation', {}, GENERATE],
		['another design', {}, RECEIPT],
		['other values', { rowSource: 'json' }, { rowsJson: '={{ ({ invoice_number: "R-7" }) }}' }],
		['blanks instead of samples', missing('sample'), missing('blank')],
		['another PDF profile', {}, { options: { pdfProfile: 'pdf-a' } }],
	])(
		'a retry by hand with %s stops before it pays',
		async (_, parameters, edited, more = () => ({})) => {
			setup.notFetched(9);
			const failed = await setup.run(invoices(1), { parameters });
			setup.emulator.faults.clear();
			const { error } = await setup.retry(failed, edited, more());
			expect(error?.message).toMatch(OTHER_FORM);
			expect(error?.context['jobIds']).toEqual(setup.jobIds());
			expect(error?.description).toMatch(/start a new execution.*the operation 'Download'/);
			expect(setup.charged()).toBe(1);
		},
	);

	it('with On Error: Continue each item names its own job where a retry by hand stops before it pays', async () => {
		setup.notFetched(9);
		const parameters = { rowSource: 'json', options: ONE_BY_ONE };
		const failed = await setup.run(invoices(2), { parameters });
		setup.emulator.faults.clear();
		const edited = { ...parameters, rowsJson: '={{ ({ ...$json, amount: "7" }) }}' };
		const result = await setup.retry(failed, edited, { settings: { [NODE]: CONTINUE } });
		expect(result.pairs(NODE)).toEqual([[0], [1]]);
		expect(result.json(NODE).map(({ jobId }) => jobId)).toEqual([setup.jobIds()[0], undefined]);
	});

	it('with On Error: Continue what is paid for of an item that is refused now does not stop the others', async () => {
		setup.notFetched(9);
		const designs = ['design_invoice', 'design_receipt'];
		const items = invoices(2).map((item, at) => ({ ...item, total: '1', design: designs[at]! }));
		const parameters = { designId: byId('={{ $json.design }}'), options: { maxConcurrentJobs: 1 } };
		const failed = await setup.run(items, { parameters });
		setup.emulator.faults.clear();
		setup.fault('design', actions.refusal(403, 'FORBIDDEN'), { call: 1, times: 1 });
		const result = await setup.retry(failed, {}, { settings: { [NODE]: CONTINUE } });
		const [first, second] = result.json(NODE);
		expect(first).toMatchObject({
			error: expect.stringContaining('plan of this workspace'),
			jobId: setup.jobIds()[0],
		});
		expect(second).toMatchObject({ status: 'completed' });
		expect(setup.charged()).toBe(2);
	});

	it('a retry by hand with another credential stops where a submit is in doubt', async () => {
		setup.lostSubmit();
		const failed = await setup.run(invoices(2));
		expect(failed.error).toMatchObject({ ...UNKNOWN, name: 'NodeApiError' });
		expect(failed.error?.description).not.toContain('To get the others');
		expect((await setup.retry(failed, {}, setup.otherKey())).error).toMatchObject(UNKNOWN);
		expect(setup.charged()).toBe(2);
	});

	it('single PDFs that are paid for do not become a batch by a retry by hand', async () => {
		setup.fault('pdf', actions.answer({ status: 403 }));
		const failed = await setup.run(invoices(2), { parameters: GENERATE });
		const paid = setup.charged();
		const batch = { resource: 'batch', operation: 'submit' };
		const { error } = await setup.retry(failed, batch);
		expect(error?.message).toMatch(OTHER_FORM);
		expect(setup.charged()).toBe(paid);
		setup.emulator.faults.clear();
		expect(good(await setup.retry(failed)).items(NODE)).toHaveLength(2);
		expect(setup.charged()).toBe(2);
	});

	it('a submit in doubt is not paid for again when a retry by hand changes the batch size', async () => {
		setup.lostSubmit();
		let result: RunResult = await setup.run(invoices(5));
		for (const rowsPerBatch of [1, 2, 5]) {
			result = await setup.retry(result, perJob(rowsPerBatch));
			expect(result.error).toMatchObject(UNKNOWN);
		}
		expect(credits()).toEqual([1, 1, 1, 1, 1]);
	});

	it.each([
		['the batch size', perJob('={{ Number($vars.size) }}' as never)],
		['the design', { designId: byId('={{ $vars.design }}') }],
	])('the next try finds what is paid for although %s changes', async (_, parameters) => {
		const { variables } = setup.engine;
		Object.assign(variables, { size: '5', design: 'design_invoice' });
		const change = () => Object.assign(variables, { size: '2', design: 'design_receipt' });
		setup.fault('download', whenStruck(change), { times: 1 });
		const result = good(await setup.run(invoices(5), { ...RETRY, parameters }));
		expect(result.tries(NODE)).toBe(2);
		expect(result.json(NODE)).toMatchObject([{ designId: 'design_invoice', fileCount: 5 }]);
		expect(setup.charged()).toBe(5);
	});

	it.each<[what: string, parameters: Values, trouble: () => unknown, isKnown: boolean]>([
		['jobs', {}, () => setup.notFetched(), true],
		['submits in doubt', {}, () => setup.lostSubmit(), false],
		[
			'PDFs',
			GENERATE,
			() => setup.fault('pdf', actions.answer({ status: 403 }), { times: 1 }),
			true,
		],
	])('the next try finds %s although the values change', async (_, more, trouble, isKnown) => {
		trouble();
		const parameters = { ...VOLATILE, ...more };
		const result = await setup.run(invoices(1), { ...RETRY, parameters });
		expect(result.tries(NODE)).toBe(2);
		if (isKnown) expect(result.json(NODE)).toMatchObject([{ status: 'completed' }]);
		else expect(result.error).toMatchObject(UNKNOWN);
		expect(setup.charged()).toBe(1);
	});

	it('the next try finds what is paid for although the design has been edited', async () => {
		setup.notFetched();
		const failed = await setup.run(invoices(2));
		setup.fault('design', {
			name: 'a variable was added',
			after: (answer) => {
				const body = JSON.parse(String(answer.body)) as { data: { variables: object } };
				Object.assign(body.data.variables, { po_number: { type: 'text' } });
				return { ...answer, body: JSON.stringify(body) };
			},
		});
		const result = good(await setup.retry(failed));
		expect(result.json(NODE).map(({ jobId }) => jobId)).toEqual(setup.jobIds());
		expect(setup.charged()).toBe(2);
	});

	it.each([
		['429', actions.busy(429)],
		['429, later', actions.busy(429, { seconds: 2 })],
		['503, later', actions.busy(503, { dateInMs: 5000 })],
	])('a submit that provably had no effect is repeated: %s', async (_, action) => {
		setup.fault('submit', action, { times: 2 });
		good(await setup.run(invoices(2)));
		expect(setup.count('submit')).toBe(3);
		expect(setup.charged()).toBe(2);
	});

	it('Retry On Fail finds each of several paid jobs again', async () => {
		setup.notFetched();
		const result = good(await setup.run(invoices(250), RETRY));
		expect(result.tries(NODE)).toBe(2);
		expect(setup.charged()).toBe(250);
		expect(result.json(NODE).map(({ jobId }) => jobId)).toEqual(setup.jobIds());
	});

	it('a paid job is found when n8n runs the node again because of an error item', async () => {
		setup.fault('submit', actions.refusal(400, 'VALIDATION_ERROR'), { call: 1 });
		const node = { ...RETRY, ...CONTINUE, parameters: { options: ONE_BY_ONE } };
		const result = await setup.run(invoices(3), node);
		expect(result.tries(NODE)).toBe(2);
		expect(setup.charged()).toBe(3);
		const done = { status: 'completed' };
		expect(result.json(NODE)).toMatchObject([done, done, done]);
	});

	describe.each([
		['submit', {}],
		['generate', GENERATE],
	] as const)('at %s', (route, parameters) => {
		it.each(Object.keys(AFTER_CHARGING).filter((name) => name !== GATEWAY_BUSY))(
			`a ${route} of which the service has charged the rows is not paid for again: %s`,
			async (name) => {
				setup.fault(route, AFTER_CHARGING[name]!, { call: 1 });
				const result = await setup.run(invoices(1), { ...RETRY_3, parameters });
				expect(result.tries(NODE)).toBe(3);
				expect(result.error).toMatchObject(UNKNOWN);
				expect(result.error?.description).toMatch(/An earlier try.*start a new execution/);
				expect(setup.count(route)).toBe(1);
				expect(setup.charged()).toBe(1);
			},
		);

		it.each(Object.keys(ODD_ANSWERS[route]))(
			`what a ${route} has paid for is handed on although the answer is odd: %s`,
			async (name) => {
				const odd = ODD_ANSWERS[route] as Record<string, FaultAction>;
				setup.fault(route, odd[name]!);
				const result = good(await setup.run(invoices(2), { parameters }));
				expect(result.items(NODE).every(({ binary }) => binary?.['data'])).toBe(true);
				expect(setup.charged()).toBe(2);
			},
		);

		it(`a ${route} is never charged for more than twice with Submit Again, in all tries`, async () => {
			setup.fault(route, charged500());
			const options = { unknownSubmit: 'submitAgain', maxConcurrentJobs: 1 };
			const node = { ...RETRY, maxTries: 5, parameters: { ...parameters, options } };
			let result = await setup.run(invoices(1), node);
			for (let hand = 0; hand < 2; hand++) result = await setup.retry(result);
			expect(result.error).toMatchObject(UNKNOWN);
			expect(result.error?.description).toContain('allows is used up');
			expect(setup.charged()).toBe(2);
		});
	});

	it.each(['number', 'sequence'] as const)(
		'a paid job is handed on where the service gives its jobs ids of the kind: %s',
		async (jobIds) => {
			await setup.reopen({ choices: { jobIds } });
			const result = good(await setup.run(invoices(3), { parameters: perJob(1) }));
			expect(result.json(NODE).map(({ fileCount }) => fileCount)).toEqual([1, 1, 1]);
			expect(new Set(result.json(NODE).map(({ jobId }) => jobId)).size).toBe(3);
			expect(setup.charged()).toBe(3);
		},
	);

	it('a job is waited for although its submit takes longer than the job may take', async () => {
		setup.fault('submit', actions.delayAnswer(1500));
		good(await setup.run(invoices(1), { parameters: { options: { timeout: 1 } } }));
		expect(setup.charged()).toBe(1);
	});

	it('a paid job is named only by the item it belongs to, beside items that cannot be sent', async () => {
		const rowsJson = '={{ $vars.bad === "all" || $itemIndex === 0 ? "no JSON" : $json }}';
		const spoil = () => Object.assign(setup.engine.variables, { bad: 'all' });
		setup.fault('download', whenStruck(spoil));
		const parameters = { rowSource: 'json', rowsJson };
		const result = await setup.run(invoices(2), { ...RETRY_3, ...CONTINUE, parameters });
		const items = new Map(
			result.pairs(NODE).map((pair, at) => [pair.join(), JSON.stringify(result.json(NODE)[at])]),
		);
		expect(items.get('0')).toContain('"error":');
		expect(items.get('0')).not.toContain(setup.jobIds()[0]);
		expect(items.get('1')).toContain(setup.jobIds()[0]);
		expect(setup.charged()).toBe(1);
	});

	it('a retry by hand submits the rows of a failed job anew that counts nothing and has no file', async () => {
		const { behaviour } = setup.emulator;
		behaviour.failRows = () => true;
		setup.fault('status', ODD_ANSWERS.status['nothing counted at the end']);
		const failed = await setup.run(invoices(1), RETRY_3);
		expect(failed.tries(NODE)).toBe(3);
		expect(failed.error?.context['code']).toBe('JOB_FAILED');
		expect(setup.charged()).toBe(1);
		behaviour.failRows = () => false;
		good(await setup.retry(failed));
		expect(setup.charged()).toBe(2);
	});

	it('a row is charged for again by Submit Again once, also where its job failed and is retried by hand', async () => {
		setup.emulator.behaviour.failRows = () => true;
		setup.fault('submit', charged500(), { times: 1 });
		const parameters = { options: { unknownSubmit: 'submitAgain' } };
		const failed = await setup.run(invoices(1), { parameters });
		expect(failed.error?.context['code']).toBe('JOB_FAILED');
		expect(setup.charged()).toBe(2);
		setup.fault('submit', charged500());
		const result = await setup.retry(failed);
		expect(result.error).toMatchObject(UNKNOWN);
		expect((await setup.retry(result)).error).toMatchObject(UNKNOWN);
		// The retry itself asks for the row of the failed job once more.
		expect(setup.charged()).toBe(3);
	});

	it('each pass of a loop submits equal rows again', async () => {
		const row = { customer_name: 'Ada' };
		const result = good(await setup.engine.run(loopOf(setup, [row, row, row])));
		expect(result.runsOf(NODE)).toHaveLength(3);
		expect(setup.charged()).toBe(3);
	});

	it('a paid job of one pass of a loop does not block the next pass, nor is it named in its messages', async () => {
		setup.fault('submit', charged500(), { call: 1, times: 1 });
		const row = { rows: { customer_name: 'Ada', invoice_number: 'R-0' } };
		const parameters = { rowSource: 'json', rowsJson: '={{ $json.rows }}' };
		const items = [row, row, { rows: 'no JSON' }];
		const result = await setup.engine.run(loopOf(setup, items, { ...CONTINUE, parameters }));
		expect([0, 1, 2].map((run) => result.json(NODE, 0, run)[0])).toMatchObject([
			{ code: 'SUBMIT_OUTCOME_UNKNOWN' },
			{ status: 'completed' },
			{ code: 'INVALID_ROWS' },
		]);
		expect(setup.charged()).toBe(2);
	});

	it.each<[what: string, parameters: Values, route: 'submit' | 'pdf', action: FaultAction]>([
		['credits', {}, 'submit', actions.refusal(402, 'INSUFFICIENT_CREDITS')],
		['patience', {}, 'submit', actions.busy(429)],
		['certainty', {}, 'submit', charged500()],
		['a file', GENERATE, 'pdf', actions.answer({ status: 400 })],
	])(
		'no retry of an execution is advised that n8n does not offer to retry: lacking %s',
		async (_, parameters, route, action) => {
			setup.fault(route, action);
			const node = { onError: 'continueErrorOutput' as const, parameters };
			const result = await setup.run(invoices(1), node);
			const { message, description } = Object(result.json(NODE, 1)[0]?.['error']);
			expect(message).toEqual(expect.any(String));
			expect(description).not.toContain('this execution');
		},
	);
});

describe('An item with several rows, with On Error: Continue', () => {
	const setup = setUp();
	const rowsOf = { parameters: { rowSource: 'json', rowsJson: '={{ $json.rows }}' } };
	const run = async (rows: object[], parameters = {}) => {
		const node = { ...CONTINUE, parameters: { ...rowsOf.parameters, ...parameters } };
		const result = await setup.run([{ rows }] as never, node);
		const [error] = result.json(NODE).filter((json) => 'error' in json);
		return { ...result, error: error as Record<string, unknown> };
	};

	it.each([
		['without the credits for its second batch', actions.refusal(402, 'INSUFFICIENT_CREDITS')],
		['with an unknown outcome of its second batch', charged500()],
	])('an error item names what is paid for of its item %s', async (_, fault) => {
		setup.fault('submit', fault, { call: 2 });
		const { error } = await run(invoices(150));
		const [jobId] = setup.jobIds();
		expect(error).toMatchObject({ jobId });
		expect(error['description']).toContain('batch 2 of 2, item 0: rows 101 to 150 of item 0.');
		expect(error['description']).toContain(
			'send only the rows of this item that are not paid for (item 0)',
		);
	});

	it('an error item names the rows of each item in a batch that was refused', async () => {
		setup.fault('submit', actions.refusal(400, 'VALIDATION_ERROR'), { call: 2 });
		const parameters = { ...rowsOf.parameters, options: { ...ONE_BY_ONE, rowsPerBatch: 2 } };
		const items = [0, 1].map(() => ({ rows: invoices(3) }));
		items[1]!.rows = invoices(6).slice(3);
		const result = await setup.run(items as never, { ...CONTINUE, parameters });
		const { description } = result.json(NODE).find((json) => 'error' in json) ?? {};
		expect(description).toContain(
			'batch 2 of 3, items 0 to 1: row 3 of item 0 and row 1 of item 1.',
		);
	});

	it.each([
		['a row that cannot be sent', [...invoices(1), { amount: '#N/A' }], {}],
		[
			'a picture that is refused',
			[{ name: 'A', photo: 'assets:sample-photo' }, { name: 'B' }],
			{ designId: byId('design_badge') },
		],
	])('an error item for %s names what is paid for of its item', async (_, rows, parameters) => {
		setup.fault('upload', actions.refusal(403, 'FORBIDDEN'));
		const { error } = await run(rows, parameters);
		expect(setup.charged()).toBe(1);
		expect(error).toMatchObject({ jobId: setup.jobIds()[0] });
		expect(error['description']).not.toContain('Nothing was submitted');
	});
});

describe('With the second generation of the API alone', () => {
	const setup = setUp({ generations: { first: false } });

	it.each([
		['is outlasted', 2, undefined, 1],
		['stops the node before it pays', Infinity, 'The answer did not come from ImaginePDF', 0],
	])("a gateway's page instead of the variables %s", async (_, times, message, charged) => {
		setup.fault('tree', actions.gatewayPage(404), { call: 1, times });
		const { error } = await setup.run(invoices(1));
		expect(error?.message).toBe(message);
		expect(setup.charged()).toBe(charged);
		// It is no design without variables: all are sent.
		for (const { rows } of setup.emulator.jobs) expect(rows[0]).toHaveProperty('notes', '');
	});
});
