import assert from 'node:assert/strict';
import { z } from 'zod';

import { actions, KEYS } from '../emulator/index.mts';
import { e2e, type E2eCase } from './support/cases.mts';
import { startChatModel, type ChatModel, type ToolCall } from './support/chat-model.mts';
import { INVOICE, type CaseSetup, succeeded } from './support/setup.mts';
import { MANUAL, workflowOf, type NodeSpec } from '../real-n8n/workflow.mts';
import type { Execution } from './support/execution.mts';

const TOOL = 'Make PDFs';
const MODEL = 'Chat Model';
const AGENT = 'AI Agent';

const typesSchema = z.array(
	z.object({ name: z.string(), codex: z.unknown().optional() }).passthrough(),
);

/** The node as a tool of n8n's AI Agent; the model is a script. */
export const agent: E2eCase[] = [
	e2e('AI tool: the variant of the node is offered', async ({ server }) => {
		const answer = await server.rest.send('GET', '/types/nodes.json');
		const types = typesSchema.parse(await answer.json());
		const ours = types.filter(({ name }) => name.startsWith('n8n-nodes-imaginepdf.'));
		assert.deepEqual(ours.map(({ name }) => name).sort(), [
			'n8n-nodes-imaginepdf.imaginePdf',
			'n8n-nodes-imaginepdf.imaginePdfTool',
		]);
		for (const { codex } of ours) assert.ok(codex, 'n8n has dropped the codex');
	}),
	// From version 3 on it is n8n's engine that calls the tool, not the agent itself.
	...([2, 3] as const).flatMap((version) => toolCases(version)),
	e2e(
		'AI tool (agent 3): a retry by hand finds what the tool has paid for, where its error stopped the execution',
		async (setup, emulator) => {
			const takeBack = emulator.faults.add({ route: 'download', action: refused() });
			const tool = { onError: 'stopWorkflow' };
			await withAgent(setup, { version: 3, tool }, async ({ execution, told }) => {
				assert.equal(execution.status, 'error');
				assert.equal(setup.charged(), 2);
				takeBack();
				await setup.retry(execution.id);
				assert.ok(told().includes(emulator.jobs[0]?.jobId ?? 'no job'), told());
				assert.equal(setup.charged(), 2);
			});
		},
	),
];

const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 100 };

/** What holds for each version of the AI Agent node. */
function toolCases(version: 2 | 3): E2eCase[] {
	const agentOf = `AI tool (agent ${version})`;
	return [
		e2e(`${agentOf}: the agent makes PDFs and reads useful JSON`, async (setup, emulator) => {
			await withAgent(setup, { version }, async ({ execution, model, told }) => {
				succeeded(execution);
				const offered = model.requests[0]?.tools?.[0]?.function;
				assert.equal(offered?.description, 'Makes one PDF per row');
				assert.match(JSON.stringify(offered?.parameters), /rows/);
				const jobId = emulator.jobs[0]?.jobId ?? 'no job';
				for (const word of [jobId, 'completed', 'total']) assert.ok(told().includes(word), told());
				assert.ok(String(execution.item(AGENT).json.output).includes(jobId));
				assert.equal(setup.charged(), 2);
			});
		}),
		e2e(
			`${agentOf}: Retry On Fail fetches what its first try has paid for`,
			async (setup, emulator) => {
				emulator.faults.add({ route: 'download', times: 1, action: refused() });
				await withAgent(setup, { version, tool: RETRY }, async ({ execution, told }) => {
					succeeded(execution);
					assert.ok(told().includes(emulator.jobs[0]?.jobId ?? 'no job'), told());
					assert.equal(setup.charged(), 2);
				});
			},
		),
		e2e(
			`${agentOf}: with On Error: Continue the model reads the paid job's ID, and a further call fetches it`,
			async (setup, emulator) => {
				emulator.faults.add({ route: 'download', times: 1, action: refused() });
				const tool = { onError: 'continueRegularOutput' };
				const spec = { version, tool, calls: 2 };
				await withAgent(setup, spec, async ({ execution, model }) => {
					succeeded(execution);
					const { messages = [] } = model.requests.at(-1) ?? {};
					const answers = messages.filter(({ role }) => role === 'tool');
					const told = answers.map(({ content }) => String(content));
					assert.equal(told.length, 2);
					for (const text of told)
						assert.ok(text.includes(emulator.jobs[0]?.jobId ?? 'no job'), text);
					assert.match(told[0] ?? '', /"error"/);
					assert.match(told[1] ?? '', /"completed"/);
					assert.equal(setup.charged(), 2);
				});
			},
		),
		e2e(
			`${agentOf}: a retry by hand finds what the tool has paid for, where the model failed after it`,
			async (setup, emulator) => {
				await withAgent(setup, { version, fails: true }, async (talk) => {
					assert.equal(talk.execution.status, 'error');
					assert.equal(setup.charged(), 2);
					talk.heal();
					await setup.retry(talk.execution.id);
					assert.ok(talk.told().includes(emulator.jobs[0]?.jobId ?? 'no job'), talk.told());
					assert.equal(setup.charged(), 2);
				});
			},
		),
	];
}

const refused = () => actions.refusal(403, 'FORBIDDEN');

interface AgentSpec {
	/** Of n8n's AI Agent node. */
	version: 2 | 3;
	/** More of the tool. */
	tool?: Partial<NodeSpec>;
	/** How often the model calls the tool, one call after the other. Default: once. */
	calls?: number;
	/** The model breaks down after the last call, until it is healed. */
	fails?: boolean;
}

interface Talk {
	execution: Execution;
	model: ChatModel;
	/** What the tool has told the agent last. */
	told: () => string;
	heal: () => void;
}

/** Runs an agent whose model calls the tool with two rows. */
async function withAgent(
	setup: CaseSetup,
	{ version, tool, calls = 1, fails = false }: AgentSpec,
	check: (talk: Talk) => Promise<void>,
): Promise<void> {
	const rows = [{ customer_name: 'Ada' }, { customer_name: 'Grace' }];
	const call: ToolCall = { name: TOOL.replace(' ', '_'), args: { rows } };
	let isIll = fails;
	const model = await startChatModel(({ messages }) => {
		if (messages.filter(({ role }) => role === 'tool').length < calls) return call;
		if (isIll) throw new Error('The model is out of order');
		return undefined;
	});
	try {
		const openAi = { apiKey: 'sk-script', url: model.baseUrl };
		const modelCredential = await setup.server.saveCredential(MODEL, 'openAiApi', openAi);
		const own = await setup.credential(KEYS.demo);
		const nodes = agentNodes(version, modelCredential, own).map((node) =>
			node.name === TOOL ? { ...node, ...tool } : node,
		);
		const workflow = workflowOf('Agent', nodes, {
			links: [
				[MODEL, 0, AGENT, 'ai_languageModel'],
				[TOOL, 0, AGENT, 'ai_tool'],
			],
		});
		const id = await setup.server.saveWorkflow(workflow);
		const execution = await setup.server.ended(await setup.beginWorkflow(id));
		const told = () => String(model.requests.at(-1)?.messages.at(-1)?.content);
		await check({ execution, model, told, heal: () => (isIll = false) });
	} finally {
		await model.close();
	}
}

type Credential = { id: string; name: string };

function agentNodes(version: 2 | 3, openAiApi: Credential, imaginePdfApi: Credential): NodeSpec[] {
	const model = { __rl: true, mode: 'id', value: 'gpt-script' };
	return [
		{ name: MANUAL, type: 'n8n-nodes-base.manualTrigger' },
		{
			name: AGENT,
			type: '@n8n/n8n-nodes-langchain.agent',
			typeVersion: version,
			parameters: { promptType: 'define', text: 'Invoices for Ada and Grace, please', options: {} },
		},
		{
			name: MODEL,
			type: '@n8n/n8n-nodes-langchain.lmChatOpenAi',
			typeVersion: 1.2,
			parameters: { model, options: {} },
			credentials: { openAiApi },
		},
		{
			name: TOOL,
			type: 'n8n-nodes-imaginepdf.imaginePdfTool',
			parameters: {
				descriptionType: 'manual',
				toolDescription: 'Makes one PDF per row',
				resource: 'batch',
				operation: 'submit',
				designId: INVOICE,
				rowSource: 'json',
				rowsJson: "={{ $fromAI('rows', 'One object per PDF', 'json') }}",
				output: 'none',
			},
			credentials: { imaginePdfApi },
		},
	];
}
