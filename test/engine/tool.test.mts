import { readFileSync } from 'node:fs';

import { z } from 'zod';

import { actions, KEYS, KINDS_DESIGN, type FaultAction } from '../emulator/index.mts';
import { WorkflowJson } from '../real-n8n/workflow.mts';
import type { RunResult } from './harness/index.mts';
import {
	byId,
	charged500,
	CONTINUE,
	good,
	INVOICE,
	NODE,
	nodeSpec,
	QUICK,
	RETRY,
	setUp,
	type NodeUnderTest,
} from './support/setup.mts';
import { AGENT, agentOf } from './support/workflows.mts';

const RETRY_3 = { ...RETRY, maxTries: 3 };
type Rows = Array<Record<string, string>>;
const rowsOf = (...names: string[]): Rows => names.map((customer_name) => ({ customer_name }));
const roundsOf = (rounds: Rows[][]) => rounds.map((round) => round.map((rows) => ({ rows })));
/** `$fromAI` under a key. */
const ai = (key: string, type = 'string', then = '') =>
	`={{ $fromAI('${key}', 'Some words', '${type}')${then} }}`;
const ADA = rowsOf('Ada');
const BOTH = rowsOf('Ada', 'Grace');

/** As a tool, the run index counts tries, and calls may run at the same time over one memory. */
describe('As a tool of an AI agent, what is paid for', () => {
	const setup = setUp({ timing: QUICK });
	const refused = actions.refusal(402, 'X');

	/** The agent calls the tool with these rows; calls of one round at the same time. */
	async function agent(rounds: Rows[][], node: NodeUnderTest = {}, throws = false) {
		const source = { rowSource: 'json', rowsJson: ai('rows', 'json'), output: 'none' };
		const parameters = { ...source, ...node.parameters };
		const spec = nodeSpec(setup.emulator, { ...node, parameters });
		return await setup.engine.run(agentOf(roundsOf(rounds), spec, throws));
	}
	/** Another agent's calls, in a retry by hand. */
	const calls = (rounds: Rows[][]) => ({
		edited: { [AGENT]: { rounds: roundsOf(rounds) as never } },
	});
	const answers = (result: RunResult) => result.json(AGENT).map(({ answer }) => answer);

	it.each<[string, NodeUnderTest]>([
		['after a poll that failed', {}],
		[
			'although its values change with every evaluation',
			{
				parameters: {
					rowsJson: ai('rows', 'json', '.map(row => ({ ...row, due_date: $now.toISO() }))'),
				},
			},
		],
	])("a tool's next try finds what is paid for %s", async (_, node) => {
		setup.notFetched();
		const result = await agent([[BOTH]], { ...RETRY_3, ...node });
		expect(answers(result)).toEqual([expect.stringContaining(setup.jobIds()[0] ?? '?')]);
		expect(result.tries(NODE)).toBe(2);
		expect(setup.charged()).toBe(2);
	});

	it("a tool's next try does not pay again where the outcome of a submit is not known", async () => {
		setup.fault('submit', charged500());
		const result = await agent([[BOTH]], RETRY_3);
		expect(result.tries(NODE)).toBe(3);
		expect(result.json(AGENT)[0]?.['failed']).toContain('It is not known whether');
		expect(setup.charged()).toBe(2);
	});

	it("a tool's next call with the same rows finds what a failed call has paid for", async () => {
		setup.notFetched();
		const result = await agent([[ADA], [ADA]]);
		expect(answers(result)).toEqual([undefined, expect.stringContaining('completed')]);
		expect(setup.charged()).toBe(1);
	});

	it('a row that a failed call has paid for is found by a later call, although another row of its job was handed on before', async () => {
		setup.notFetched();
		const result = await agent([[BOTH], [ADA], [rowsOf('Grace')], [ADA]]);
		const [job = '?', next = '?'] = setup.jobIds();
		const told = answers(result).slice(1).map(String);
		expect(told.map((answer) => answer.includes(job))).toEqual([true, true, false]);
		expect(told[2]).toContain(next);
		expect(setup.charged()).toBe(3);
	});

	it('two equal calls of a tool that succeed pay each for themselves, at the same time or one after the other', async () => {
		const result = await agent([[ADA, ADA], [ADA]], RETRY_3);
		expect(answers(result)).toHaveLength(3);
		expect(new Set(answers(result)).size).toBe(3);
		expect(setup.charged()).toBe(3);
	});

	it('two equal calls of a tool at the same time that both failed first find each their own paid job', async () => {
		setup.notFetched(2);
		const result = await agent([[ADA, ADA]], RETRY_3);
		for (const jobId of setup.jobIds()) expect(answers(result).join()).toContain(jobId);
		expect(setup.charged()).toBe(2);
	});

	it("a tool's call that failed does not keep another call at the same time from paying for other rows", async () => {
		const forAda: FaultAction = {
			name: 'charged and lost, for Ada',
			after: (answer, { request }) =>
				request.body.includes('Ada') ? { ...answer, status: 500, body: '' } : answer,
		};
		setup.fault('submit', forAda);
		const result = await agent([[ADA, rowsOf('Grace')], [rowsOf('Alan')]], RETRY_3);
		const done = { answer: expect.stringContaining('completed') };
		const failed = { failed: expect.stringContaining('It is not known whether') };
		expect(result.json(AGENT)).toMatchObject([failed, done, done]);
		expect(setup.charged()).toBe(3);
	});

	/** An agent that fails at its last round, with what has gone wrong mended afterwards. */
	const failedAgent = async (...args: Parameters<typeof agent>) => {
		const failed = await agent(args[0], args[1], true);
		expect(failed.status).toBe('error');
		setup.emulator.faults.clear();
		return failed;
	};

	it.each<[string, Rows[][], trouble: () => void, charged: number]>([
		['a failed call', [[BOTH]], () => setup.notFetched(), 2],
		[
			'an earlier call that has handed it on',
			[[ADA], [rowsOf('Grace')]],
			() => void setup.fault('submit', refused, { call: 2 }),
			2,
		],
		[
			// Three rows, and Alan.
			'calls at the same time that share a row and both succeeded',
			[[rowsOf('Ada', 'Bob'), ADA], [rowsOf('Alan')]],
			() => void setup.fault('submit', refused, { call: 3 }),
			4,
		],
	])(
		'a retry by hand finds what a tool has paid for in %s',
		async (_, rounds, trouble, charged) => {
			trouble();
			const result = good(await setup.engine.retry(await failedAgent(rounds)));
			expect(answers(result)).toHaveLength(rounds.flat().length);
			expect(answers(result)[0]).toContain(setup.jobIds()[0]);
			expect(setup.charged()).toBe(charged);
		},
	);

	it('a retry by hand finds the job of a failed call whose rows were handed on one by one', async () => {
		setup.notFetched();
		setup.fault('submit', refused, { call: 2 });
		const failed = await failedAgent([[BOTH], [rowsOf('Grace')], [ADA], [rowsOf('Alan')]]);
		const result = good(await setup.engine.retry(failed, calls([[BOTH], [rowsOf('Alan')]])));
		expect(answers(result)[0]).toContain(setup.jobIds()[0]);
		expect(setup.charged()).toBe(3);
	});

	it.each([
		['Missing Variables', { options: { missingVariables: 'sample' } }, undefined],
		['the design', { designId: byId('design_receipt') }, undefined],
		[
			'the values',
			{ rowsJson: ai('rows', 'json', '.map(row => ({ ...row, notes: "Now" }))') },
			undefined,
		],
		['the credential', {}, () => setup.otherKey()],
	])('a retry by hand stops where a tool has paid and %s is changed', async (_, edited, more) => {
		setup.notFetched(3);
		const failed = await failedAgent([[ADA]], RETRY_3);
		const { error } = await setup.retry(failed, edited, more?.() ?? {});
		expect(error?.message).toContain(`in another form: ${setup.jobIds()[0]}`);
		expect(setup.charged()).toBe(1);
	});

	it('a retry by hand pays for another call of a tool than the one that failed', async () => {
		setup.notFetched();
		const failed = await failedAgent([[ADA]]);
		good(await setup.engine.retry(failed, calls([[rowsOf('Grace')]])));
		expect(setup.charged()).toBe(2);
	});
});

describe('As a tool of an AI agent, what a model reads and fills in', () => {
	const setup = setUp({ timing: QUICK });
	const byAi = { designId: INVOICE, rowSource: 'json', rowsJson: ai('rows', 'json') };

	/** What the model reads of one call. */
	async function answerTo(
		args: Record<string, unknown>,
		parameters: Record<string, unknown>,
		more: NodeUnderTest = {},
	): Promise<unknown> {
		const node = { ...nodeSpec(setup.emulator, {}), parameters: parameters as never };
		const calls = agentOf([[args as never]], { ...node, ...(more as object) });
		const [told] = (await setup.engine.run(calls)).json(AGENT);
		expect(told?.['failed']).toBeUndefined();
		return JSON.parse(String(told?.['answer']));
	}

	const text = expect.any(String);
	const pdf = expect.stringMatching(/\.pdf$/);
	const jobId = text;
	const done = { jobId, status: 'completed', done: true, total: 2, completed: 2, failed: 0 };
	const zip = { fileName: expect.stringMatching(/\.zip$/), fileCount: 2 };
	const design = { resource: 'design', operation: 'get', designId: INVOICE };
	const variableKinds = expect.objectContaining({ customer_name: 'text' });
	const about = { designId: 'design_invoice', name: 'Invoice', description: text };
	it.each([
		['a job', { ...byAi, output: 'none' }, done],
		['a ZIP', byAi, { ...done, ...zip }],
		['PDFs', { ...byAi, output: 'pdfs' }, { jobId, fileCount: 2, fileNames: [pdf, pdf] }],
		[
			'designs',
			{ ...design, operation: 'getMany', limit: 1 },
			{ designId: text, name: text, description: text },
		],
		['a design', design, { ...about, variableKinds }],
	])('a model reads of %s what it can tell or act on, once', async (_, parameters, expected) => {
		expect(await answerTo({ rows: BOTH }, parameters)).toEqual([expected]);
	});

	it('a model reads of an error all there is, with the ID of the job', async () => {
		const parameters = { operation: 'download', jobId: ai('job') };
		const answer = await answerTo({ job: 'job_none' }, parameters, CONTINUE);
		expect(answer).toEqual([expect.objectContaining({ error: text, description: text })]);
	});

	it('a model may fill every parameter of Submit', async () => {
		const order = { order_number: 'A-1', items: [{ name: 'Nut', price: '1.00' }] };
		const args = {
			...{ design: 'design_order', source: 'json', rows: [order], wait: true, output: 'zip' },
			...{ field: 'file', check: true, format: 'dd.MM.yyyy', table: 'items', missing: 'blank' },
			...{ columns: 'name=Item, price=Price', profile: 'standard', whole: 1, seconds: 60 },
			...{ fails: 'error', unknown: 'stop', file: 'orders.zip' },
		};
		const [row] = (await answerTo(args, {
			designId: byId(ai('design')),
			rowSource: ai('source'),
			rowsJson: ai('rows', 'json'),
			waitForCompletion: ai('wait', 'boolean'),
			output: ai('output'),
			binaryField: ai('field'),
			options: {
				checkOnly: ai('check', 'boolean'),
				dateFormat: ai('format'),
				tableColumns: { tables: [{ variable: ai('table'), columns: ai('columns') }] },
				missingVariables: ai('missing'),
				pdfProfile: ai('profile'),
				rowsPerBatch: ai('whole', 'number'),
				maxConcurrentJobs: ai('whole', 'number'),
				pollInterval: ai('seconds', 'number'),
				timeout: ai('seconds', 'number'),
				partialFailure: ai('fails'),
				unknownSubmit: ai('unknown'),
				fileName: ai('file'),
			},
		})) as Array<Record<string, unknown>>;
		const items = [
			['Item', 'Price'],
			['Nut', '1.00'],
		];
		expect(row).toMatchObject({ row: 1, credits: 1, values: { items } });
	});

	// What a tool takes from the model is its item, too.
	const given = { customer_name: 'Ada', amount: '1.00', field: 'file', name: 'mine', page: 1 };
	const mapped = { customer_name: ai('customer_name'), amount: ai('amount') };
	const waits = { timeout: ai('page', 'number'), pollInterval: ai('page', 'number') };
	const single = { resource: 'pdf', operation: 'generate', binaryField: ai('field') };
	const chosen = { resource: 'design', designId: byId(ai('design')) };
	it.each<[string, Record<string, unknown>, Record<string, unknown>, unknown]>([
		[
			'Submit, as to fields and groups',
			{ by: 'by', order_number: 'order_number', fields: ['order_number'] },
			{
				...{ designId: byId('design_order'), rowSource: 'items' },
				options: {
					...{ groupBy: ai('by'), onlyFields: ai('fields', 'json'), checkOnly: true },
					tableColumns: { tables: [{ variable: 'items', columns: ai('order_number') }] },
				},
			},
			{ values: expect.objectContaining({ items: [['order_number'], ['order_number']] }) },
		],
		[
			'Submit, as to pictures',
			{ design: 'design_badge', images: 'portrait' },
			{
				...{ designId: byId(ai('design')), rowSource: 'items' },
				options: {
					images: { images: [{ variable: ai('images'), binaryField: ai('field') }] },
					fileName: ai('name'),
				},
			},
			{ error: expect.stringContaining("'portrait'") },
		],
		[
			'Submit, as to the mapper',
			{},
			{
				...{ designId: INVOICE, rowSource: 'mapped', options: { checkOnly: true } },
				variables: { mappingMode: 'defineBelow', value: mapped },
			},
			{ values: expect.objectContaining({ customer_name: 'Ada', amount: '1.00' }) },
		],
		[
			'Generate',
			{ design: 'design_invoice', once: 'stop', row: { customer_name: 'Ada' } },
			{
				...{
					...single,
					designId: byId(ai('design')),
					rowSource: 'json',
					rowsJson: ai('row', 'json'),
				},
				options: { fileName: ai('name'), unknownSubmit: ai('once') },
			},
			{ fileName: 'mine.pdf', status: 'completed' },
		],
		['Get Status', {}, { operation: 'getStatus', jobId: ai('job') }, { done: true, total: 1 }],
		[
			'Download',
			{ output: 'pdfs', wait: true, fails: 'error' },
			{
				...{ operation: 'download', jobId: ai('job'), output: ai('output') },
				...{ waitForCompletion: ai('wait', 'boolean'), binaryField: ai('field') },
				options: { partialFailure: ai('fails'), ...waits },
			},
			{ fileCount: 1 },
		],
		[
			'Download, as to the ZIP',
			{},
			{ operation: 'download', jobId: ai('job'), options: { fileName: ai('name') } },
			{ fileName: 'mine.zip' },
		],
		[
			'Image > Upload',
			{},
			{ resource: 'image', operation: 'upload', inputBinaryField: ai('field') },
			{ error: "The file in 'file' of item 0 is missing" },
		],
		[
			'Design > Get',
			{ design: 'design_badge' },
			{ ...chosen, operation: 'get' },
			{ name: 'Event badge' },
		],
		[
			'Design > Get Many',
			{ all: false },
			{
				...{ resource: 'design', operation: 'getMany', returnAll: ai('all', 'boolean') },
				...{ limit: ai('page', 'number'), options: { parentId: ai('name') } },
			},
			undefined,
		],
		[
			'Design > Get Preview',
			{ design: KINDS_DESIGN.designId, page: 2 },
			{
				...{ ...chosen, operation: 'getPreview' },
				...{ page: ai('page', 'number'), binaryField: ai('field') },
			},
			{ page: 2, fileName: expect.stringContaining('page-2.png') },
		],
	])('a model may fill every parameter of %s', async (_, args, parameters, expected) => {
		setup.emulator.addDesign(KEYS.demo, KINDS_DESIGN);
		good(await setup.run([{ customer_name: 'Ada' }]));
		const [job] = setup.jobIds();
		const told = await answerTo({ ...given, job, ...args }, parameters, CONTINUE);
		expect(told).toEqual(expected ? [expect.objectContaining(expected)] : []);
	});

	it('the prompt of the documentation works with the tools of the example', async () => {
		const page = readFileSync('docs/parameters.md', 'utf8').split('## As a tool of an agent')[1];
		const [, prompt = ''] = /^> (.+)$/m.exec(page ?? '') ?? [];
		const example: unknown = JSON.parse(readFileSync('examples/ai-agent-tool.json', 'utf8'));
		const { nodes } = WorkflowJson.parse(example);
		const note = nodes.find(({ name }) => name === 'About');
		expect(note?.parameters['content']).toContain(prompt);
		const ask = async (tool: string, args: Record<string, unknown>) => {
			const { parameters = {} } = nodes.find(({ name }) => name === tool) ?? {};
			return z.array(z.record(z.unknown())).parse(await answerTo(args, parameters));
		};

		const designs = await ask('List Designs', {});
		const { designId } = designs.find(({ name }) => name === 'Invoice') ?? {};
		const [chosen] = await ask('Get Design', { designId });
		const row = { customer_name: 'Ada Lovelace', invoice_number: 'INV-1001', amount: '$240' };
		for (const [variable, value] of Object.entries(row)) {
			expect(chosen?.['variableKinds']).toHaveProperty(variable, 'text');
			expect(prompt).toContain(value);
		}
		const [job] = await ask('Submit Rows', { designId, rows: [row] });
		const [state] = await ask('Get Status', { jobId: job?.['jobId'] });
		expect(state).toMatchObject({ jobId: job?.['jobId'], completed: 1, done: true });
		expect(setup.charged()).toBe(1);
	});
});
