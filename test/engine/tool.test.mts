import { actions, KEYS, type FaultAction } from '../emulator/index.mts';
import { IMAGINEPDF_TOOL, TEST_NODES, type RunResult } from './harness/index.mts';
import {
	NODE,
	nodeSpec,
	openEngineSetup,
	type EngineSetup,
	type NodeUnderTest,
} from './support/setup.mts';

const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 } satisfies NodeUnderTest;
const AGENT = 'Agent';
const charged500 = () => actions.answerAfter({ status: 500 });
type Rows = Array<Record<string, string>>;
const rowsOf = (...names: string[]): Rows => names.map((customer_name) => ({ customer_name }));

/** As a tool, the run index counts tries, and calls may run at the same time over one memory. */
describe('As a tool of an AI agent, what is paid for', () => {
	let setup: EngineSetup;
	beforeEach(async () => {
		setup = await openEngineSetup({ timing: { queueMs: 10, rowMs: 10 } });
	});
	afterEach(async () => await setup.close());

	/** The agent calls the tool with these rows; calls of one round at the same time. */
	async function agent(
		rounds: Rows[][],
		node: NodeUnderTest = {},
		throws = false,
	): Promise<RunResult> {
		const parameters = {
			rowSource: 'json',
			rowsJson: "={{ $fromAI('rows', 'One object per PDF', 'json') }}",
			output: 'none',
			...node.parameters,
		};
		const calls = rounds.map((round) => round.map((rows) => ({ rows })));
		return await setup.engine.run({
			items: [{}],
			nodes: [
				{ name: 'Items', type: TEST_NODES.items },
				{ name: AGENT, type: TEST_NODES.agent, parameters: { rounds: calls as never, throws } },
				{ ...nodeSpec(setup.emulator, { ...node, parameters }), type: IMAGINEPDF_TOOL },
			],
			connections: {
				Items: { main: [[{ node: AGENT, type: 'main', index: 0 }]] },
				[NODE]: { ai_tool: [[{ node: AGENT, type: 'ai_tool', index: 0 }]] },
			},
		});
	}
	const answers = (result: RunResult) => result.json(AGENT).map(({ answer }) => answer);

	it("a tool's next try finds what is paid for after a poll that failed", async () => {
		setup.emulator.faults.add({
			route: 'download',
			times: 1,
			action: actions.refusal(403, 'FORBIDDEN'),
		});
		const result = await agent([[rowsOf('Ada', 'Grace')]], RETRY);
		expect(answers(result)).toEqual([expect.stringContaining(setup.jobIds()[0] ?? '?')]);
		expect(result.tries(NODE)).toBe(2);
		expect(setup.charged()).toBe(2);
	});

	it("a tool's next try does not pay again where the outcome of a submit is not known", async () => {
		setup.emulator.faults.add({ route: 'submit', action: charged500() });
		const result = await agent([[rowsOf('Ada', 'Grace')]], RETRY);
		expect(result.tries(NODE)).toBe(3);
		expect(result.json(AGENT)[0]?.['failed']).toContain('It is not known whether');
		expect(setup.charged()).toBe(2);
	});

	it("a tool's next try finds what is paid for although its values change with every evaluation", async () => {
		setup.emulator.faults.add({
			route: 'download',
			times: 1,
			action: actions.refusal(403, 'FORBIDDEN'),
		});
		const rowsJson =
			"={{ $fromAI('rows', 'One object per PDF', 'json').map(row => ({ ...row, due_date: $now.toISO() })) }}";
		const result = await agent([[rowsOf('Ada')]], { ...RETRY, parameters: { rowsJson } });
		expect(answers(result)).toEqual([expect.stringContaining('completed')]);
		expect(setup.charged()).toBe(1);
	});

	it("a tool's next call with the same rows finds what a failed call has paid for", async () => {
		setup.emulator.faults.add({
			route: 'download',
			times: 1,
			action: actions.refusal(403, 'FORBIDDEN'),
		});
		const result = await agent([[rowsOf('Ada')], [rowsOf('Ada')]]);
		expect(answers(result)).toEqual([undefined, expect.stringContaining('completed')]);
		expect(setup.charged()).toBe(1);
	});

	it('a row that a failed call has paid for is found by a later call, although another row of its job was handed on before', async () => {
		setup.emulator.faults.add({
			route: 'download',
			times: 1,
			action: actions.refusal(403, 'FORBIDDEN'),
		});
		const rounds = [[rowsOf('Ada', 'Grace')], [rowsOf('Ada')], [rowsOf('Grace')], [rowsOf('Ada')]];
		const result = await agent(rounds);
		const [job = '?', next = '?'] = setup.jobIds();
		const told = answers(result)
			.slice(1)
			.map((answer) => String(answer));
		expect(told.map((answer) => answer.includes(job))).toEqual([true, true, false]);
		expect(told[2]).toContain(next);
		expect(setup.charged()).toBe(3);
	});

	it('a retry by hand finds the job of a failed call whose rows were handed on one by one', async () => {
		setup.emulator.faults.add({
			route: 'download',
			times: 1,
			action: actions.refusal(403, 'FORBIDDEN'),
		});
		setup.emulator.faults.add({ route: 'submit', call: 2, action: actions.refusal(402, 'X') });
		const rounds = [[rowsOf('Ada', 'Grace')], [rowsOf('Grace')], [rowsOf('Ada')], [rowsOf('Alan')]];
		const failed = await agent(rounds, {}, true);
		setup.emulator.faults.clear();
		const calls = [[{ rows: rowsOf('Ada', 'Grace') }], [{ rows: rowsOf('Alan') }]];
		const edited = { [AGENT]: { rounds: calls as never } };
		const result = await setup.engine.retry(failed, { edited });
		expect(result.error).toBeUndefined();
		expect(answers(result)[0]).toContain(setup.jobIds()[0]);
		expect(setup.charged()).toBe(3);
	});

	it('two equal calls of a tool that succeed pay each for themselves, at the same time or one after the other', async () => {
		const result = await agent([[rowsOf('Ada'), rowsOf('Ada')], [rowsOf('Ada')]], RETRY);
		expect(answers(result)).toHaveLength(3);
		expect(new Set(answers(result)).size).toBe(3);
		expect(setup.charged()).toBe(3);
	});

	it('two equal calls of a tool at the same time that both failed first find each their own paid job', async () => {
		setup.emulator.faults.add({
			route: 'download',
			times: 2,
			action: actions.refusal(403, 'FORBIDDEN'),
		});
		const result = await agent([[rowsOf('Ada'), rowsOf('Ada')]], RETRY);
		for (const jobId of setup.jobIds()) expect(answers(result).join()).toContain(jobId);
		expect(setup.charged()).toBe(2);
	});

	it("a tool's call that failed does not keep another call at the same time from paying for other rows", async () => {
		const forAda: FaultAction = {
			...charged500(),
			name: 'charged and lost, for Ada',
			after: (answer, context) =>
				context.request.body.includes('Ada') ? { ...answer, status: 500, body: '' } : answer,
		};
		setup.emulator.faults.add({ route: 'submit', action: forAda });
		const result = await agent([[rowsOf('Ada'), rowsOf('Grace')], [rowsOf('Alan')]], RETRY);
		expect(result.json(AGENT)).toMatchObject([
			{ failed: expect.stringContaining('It is not known whether') },
			{ answer: expect.stringContaining('completed') },
			{ answer: expect.stringContaining('completed') },
		]);
		expect(setup.charged()).toBe(3);
	});

	it('a retry of the execution by hand finds what a tool has paid for', async () => {
		setup.emulator.faults.add({
			route: 'download',
			times: 3,
			action: actions.refusal(403, 'FORBIDDEN'),
		});
		const failed = await agent([[rowsOf('Ada', 'Grace')]], RETRY, true);
		expect(failed.status).toBe('error');
		const result = await setup.engine.retry(failed);
		expect(result.error).toBeUndefined();
		expect(answers(result)).toEqual([expect.stringContaining(setup.jobIds()[0] ?? '?')]);
		expect(setup.charged()).toBe(2);
	});

	it('a retry by hand finds what a tool has paid for although an earlier call has handed it on', async () => {
		setup.emulator.faults.add({ route: 'submit', call: 2, action: actions.refusal(402, 'X') });
		const failed = await agent([[rowsOf('Ada')], [rowsOf('Grace')]], {}, true);
		setup.emulator.faults.clear();
		const result = await setup.engine.retry(failed);
		expect(answers(result)).toHaveLength(2);
		expect(setup.charged()).toBe(2);
	});

	it('a retry by hand pays for no row again after calls at the same time that share a row and both succeeded', async () => {
		setup.emulator.faults.add({ route: 'submit', call: 3, action: actions.refusal(402, 'X') });
		const rounds = [[rowsOf('Ada', 'Bob'), rowsOf('Ada')], [rowsOf('Alan')]];
		const failed = await agent(rounds, {}, true);
		expect(failed.status).toBe('error');
		setup.emulator.faults.clear();
		const result = await setup.engine.retry(failed);
		expect(result.error).toBeUndefined();
		expect(answers(result)).toHaveLength(3);
		// Three rows, and Alan.
		expect(setup.charged()).toBe(4);
	});

	it.each([
		['Missing Variables', { options: { missingVariables: 'sample' } }],
		['the design', { designId: { __rl: true, mode: 'id', value: 'design_receipt' } }],
		[
			'the values',
			{
				rowsJson:
					"={{ $fromAI('rows', 'One object per PDF', 'json').map(row => ({ ...row, notes: 'Now' })) }}",
			},
		],
	])(
		'a retry of the execution by hand stops where a tool has paid for the same call and something else is changed: %s',
		async (_, edited) => {
			setup.emulator.faults.add({
				route: 'download',
				times: 3,
				action: actions.refusal(403, 'FORBIDDEN'),
			});
			const failed = await agent([[rowsOf('Ada')]], RETRY, true);
			const result = await setup.engine.retry(failed, { edited: { [NODE]: edited } });
			expect(result.error?.message).toContain(`in another form as job ${setup.jobIds()[0]}`);
			expect(setup.charged()).toBe(1);
		},
	);

	it('a retry of the execution by hand pays for another call of a tool than the one that failed', async () => {
		setup.emulator.faults.add({
			route: 'download',
			times: 1,
			action: actions.refusal(403, 'FORBIDDEN'),
		});
		const failed = await agent([[rowsOf('Ada')]], {}, true);
		const rounds = [[{ rows: rowsOf('Grace') }]] as never;
		const result = await setup.engine.retry(failed, { edited: { [AGENT]: { rounds } } });
		expect(result.error).toBeUndefined();
		expect(setup.charged()).toBe(2);
	});

	it('a retry of the execution by hand stops where a tool has paid with another credential', async () => {
		setup.emulator.faults.add({
			route: 'download',
			times: 3,
			action: actions.refusal(403, 'FORBIDDEN'),
		});
		const failed = await agent([[rowsOf('Ada')]], RETRY, true);
		setup.emulator.addKey(KEYS.demo, 'pc_live_second');
		const data = { apiKey: 'pc_live_second', baseUrl: setup.emulator.baseUrl };
		const credentials = { [NODE]: { imaginePdfApi: data } };
		const result = await setup.engine.retry(failed, { credentials });
		expect(result.error?.message).toContain(`in another form as job ${setup.jobIds()[0]}`);
		expect(setup.charged()).toBe(1);
	});
});
