import { readFileSync } from 'node:fs';

import { z } from 'zod';

import { WorkflowJson } from '../real-n8n/workflow.mts';
import { IMAGINEPDF_TOOL, TEST_NODES } from './harness/index.mts';
import { INVOICE, NODE, nodeSpec, openEngineSetup, type EngineSetup } from './support/setup.mts';

const AGENT = 'Agent';
const ROWS = [{ customer_name: 'Ada' }, { customer_name: 'Grace' }];

const list = z.array(z.record(z.unknown()));

/** `$fromAI` under a key. */
const ai = (key: string, type = 'string') => `={{ $fromAI('${key}', 'Some words', '${type}') }}`;
const byAi = { __rl: true, mode: 'id', value: ai('design') };
const ROWS_BY_AI = { designId: INVOICE, rowSource: 'json', rowsJson: ai('rows', 'json') };

describe('As a tool of an AI agent', () => {
	let setup: EngineSetup;
	beforeAll(async () => {
		setup = await openEngineSetup({ timing: { queueMs: 10, rowMs: 10 } });
	});
	afterAll(async () => await setup.close());

	/** What the model reads of one call. */
	async function answerTo(
		args: Record<string, unknown>,
		parameters: Record<string, unknown>,
		onError?: 'continueRegularOutput',
	): Promise<unknown> {
		const node = { ...nodeSpec(setup.emulator, {}), parameters: parameters as never };
		const result = await setup.engine.run({
			items: [{}],
			nodes: [
				{ name: 'Items', type: TEST_NODES.items },
				{ name: AGENT, type: TEST_NODES.agent, parameters: { rounds: [[args]] as never } },
				{ ...node, type: IMAGINEPDF_TOOL, ...(onError && { onError }) },
			],
			connections: {
				Items: { main: [[{ node: AGENT, type: 'main', index: 0 }]] },
				[NODE]: { ai_tool: [[{ node: AGENT, type: 'ai_tool', index: 0 }]] },
			},
		});
		const [told] = result.json(AGENT);
		expect(told?.['failed']).toBeUndefined();
		const answer = told?.['answer'];
		return typeof answer === 'string' ? JSON.parse(answer) : answer;
	}

	const state = { jobId: expect.any(String), status: 'completed', done: true };
	const counts = { total: 2, completed: 2, failed: 0 };

	it.each([
		['a job', { ...ROWS_BY_AI, output: 'none' }, [{ ...state, ...counts }]],
		[
			'a ZIP',
			ROWS_BY_AI,
			[{ ...state, ...counts, fileName: expect.stringMatching(/\.zip$/), fileCount: 2 }],
		],
		[
			'PDFs',
			{ ...ROWS_BY_AI, output: 'pdfs' },
			[
				{
					jobId: expect.any(String),
					fileCount: 2,
					fileNames: [expect.stringMatching(/\.pdf$/), expect.stringMatching(/\.pdf$/)],
				},
			],
		],
		[
			'designs',
			{ resource: 'design', operation: 'getMany', limit: 1 },
			[{ designId: expect.any(String), name: expect.any(String), description: expect.any(String) }],
		],
		[
			'a design',
			{ resource: 'design', operation: 'get', designId: INVOICE },
			[
				{
					designId: 'design_invoice',
					name: 'Invoice',
					description: expect.any(String),
					variableKinds: expect.objectContaining({ customer_name: 'text' }),
				},
			],
		],
	])('a model reads of %s what it can tell or act on, once', async (_, parameters, expected) => {
		expect(await answerTo({ rows: ROWS }, parameters)).toEqual(expected);
	});

	it('a model reads of an error all there is, with the ID of the job', async () => {
		const parameters = { operation: 'download', jobId: ai('job') };
		const answer = await answerTo({ job: 'job_none' }, parameters, 'continueRegularOutput');
		expect(answer).toEqual([
			expect.objectContaining({ error: expect.any(String), description: expect.any(String) }),
		]);
	});

	it('a model may fill every parameter of Submit', async () => {
		const args = {
			design: 'design_order',
			source: 'json',
			rows: [
				{ order_number: 'A-1', ordered: '2026-03-31', items: [{ name: 'Nut', price: '1.00' }] },
			],
			wait: true,
			output: 'zip',
			field: 'file',
			check: true,
			format: 'dd.MM.yyyy',
			table: 'items',
			columns: 'name=Item, price=Price',
			names: 'order_number, items',
			missing: 'blank',
			profile: 'standard',
			whole: 1,
			seconds: 60,
			fails: 'error',
			unknown: 'stop',
			file: 'orders.zip',
		};
		const [row] = (await answerTo(args, {
			designId: byAi,
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

	it('the prompt of the documentation works with the tools of the example', async () => {
		const page = readFileSync('docs/parameters.md', 'utf8').split('## As a tool of an agent')[1];
		const [, prompt = ''] = /^> (.+)$/m.exec(page ?? '') ?? [];
		const { nodes } = WorkflowJson.parse(
			JSON.parse(readFileSync('examples/ai-agent-tool.json', 'utf8')),
		);
		const about = nodes.find(({ name }) => name === 'About');
		expect(about?.parameters['content']).toContain(prompt);
		const ask = async (tool: string, args: Record<string, unknown>) => {
			const { parameters = {} } = nodes.find(({ name }) => name === tool) ?? {};
			return list.parse(await answerTo(args, parameters));
		};

		const designs = await ask('List Designs', {});
		const { designId } = designs.find(({ name }) => name === 'Invoice') ?? {};
		const [design] = await ask('Get Design', { designId });
		const row = { customer_name: 'Ada Lovelace', invoice_number: 'INV-1001', amount: '$240' };
		for (const [variable, value] of Object.entries(row)) {
			expect(design?.['variableKinds']).toHaveProperty(variable, 'text');
			expect(prompt).toContain(value);
		}
		const before = setup.charged();
		const [job] = await ask('Submit Rows', { designId, rows: [row] });
		const [state] = await ask('Get Status', { jobId: job?.['jobId'] });
		expect(state).toMatchObject({ jobId: job?.['jobId'], completed: 1, done: true });
		expect(setup.charged()).toBe(before + 1);
	});
});
