import assert from 'node:assert/strict';
import { z } from 'zod';

import { KEYS } from '../emulator/index.mts';
import type { E2eCase } from './support/cases.mts';
import { startChatModel, type ToolCall } from './support/chat-model.mts';
import { charged, INVOICE } from './support/stage.mts';
import { MANUAL, workflowOf, type NodeSpec } from '../real-n8n/workflow.mts';

const TOOL = 'Make PDFs';
const MODEL = 'Chat Model';
const AGENT = 'AI Agent';

const typesSchema = z.array(
	z.object({ name: z.string(), codex: z.unknown().optional() }).passthrough(),
);

/** The node as a tool of n8n's AI Agent; the model is a script. */
export const agent: E2eCase[] = [
	{
		name: 'AI tool: the variant of the node is offered',
		async run({ server }) {
			const answer = await server.rest.send('GET', '/types/nodes.json');
			const types = typesSchema.parse(await answer.json());
			const ours = types.filter(({ name }) => name.startsWith('n8n-nodes-imaginepdf.'));
			assert.deepEqual(ours.map(({ name }) => name).sort(), [
				'n8n-nodes-imaginepdf.imaginePdf',
				'n8n-nodes-imaginepdf.imaginePdfTool',
			]);
			for (const { codex } of ours) assert.ok(codex, 'n8n has dropped the codex');
		},
	},
	{
		name: 'AI tool: the agent makes PDFs and reads useful JSON',
		async run(stage) {
			const emulator = await stage.emulator();
			const rows = [{ customer_name: 'Ada' }, { customer_name: 'Grace' }];
			const call: ToolCall = { name: TOOL.replace(' ', '_'), args: { rows } };
			const model = await startChatModel(({ messages }) =>
				messages.some(({ role }) => role === 'tool') ? undefined : call,
			);
			try {
				const openAi = { apiKey: 'sk-script', url: model.baseUrl };
				const modelCredential = await stage.server.saveCredential(MODEL, 'openAiApi', openAi);
				const own = await stage.credential(emulator, KEYS.demo);
				const nodes = agentNodes(modelCredential, own);
				const workflow = workflowOf('Agent', nodes, {
					links: [
						[MODEL, 0, AGENT, 'ai_languageModel'],
						[TOOL, 0, AGENT, 'ai_tool'],
					],
				});
				const id = await stage.server.saveWorkflow(workflow);
				const execution = await stage.server.ended(await stage.beginWorkflow(id));
				assert.equal(execution.status, 'success', execution.summary());
				const [first, last] = [model.requests[0], model.requests.at(-1)];
				const offered = first?.tools?.[0]?.function;
				assert.equal(offered?.description, 'Makes one PDF per row');
				assert.match(JSON.stringify(offered?.parameters), /rows/);
				const told = String(last?.messages.at(-1)?.content);
				const jobId = emulator.jobs[0]?.jobId ?? 'no job';
				for (const word of [jobId, 'completed', 'total']) assert.ok(told.includes(word), told);
				assert.ok(String(execution.item(AGENT).json.output).includes(jobId));
				assert.equal(charged(emulator), 2);
			} finally {
				await model.close();
			}
		},
	},
];

type Credential = { id: string; name: string };

function agentNodes(openAiApi: Credential, imaginePdfApi: Credential): NodeSpec[] {
	const model = { __rl: true, mode: 'id', value: 'gpt-script' };
	return [
		{ name: MANUAL, type: 'n8n-nodes-base.manualTrigger' },
		{
			name: AGENT,
			type: '@n8n/n8n-nodes-langchain.agent',
			typeVersion: 2,
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
