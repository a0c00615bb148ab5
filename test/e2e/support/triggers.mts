import assert from 'node:assert/strict';

import { FormData } from 'undici';
import { z } from 'zod';

import { PICTURES } from '../../emulator/index.mts';
import { until } from '../../real-n8n/until.mts';
import type { NodeJson, WorkflowJson } from '../../real-n8n/workflow.mts';
import { startChatModel, type ChatRequest, type ToolCall } from './chat-model.mts';
import type { Execution } from './execution.mts';
import type { N8nServer } from './server.mts';

/** Sets off an imported workflow from its trigger as a user does, and waits for its end. */
type Start = (
	server: N8nServer,
	workflow: WorkflowJson & { id: string },
	trigger: NodeJson,
) => Promise<Execution>;

const MODEL_TYPE = '@n8n/n8n-nodes-langchain.lmChatOpenAi';

/** By the type of the trigger. */
export const TRIGGERS: Record<string, Start | undefined> = {
	'n8n-nodes-base.manualTrigger': async (server, { id }, { name }) =>
		await server.ended(await server.begin(id, name)),
	'n8n-nodes-base.formTrigger': submitForm,
	'@n8n/n8n-nodes-langchain.chatTrigger': chat,
};

const formSchema = z.object({
	webhookId: z.string(),
	parameters: z.object({
		formFields: z.object({
			values: z.array(z.object({ fieldLabel: z.string(), fieldType: z.string().default('text') })),
		}),
	}),
});

/** Makes the workflow live, and sends its form as a browser does, with a picture for each file. */
async function submitForm(...[server, { id }, trigger]: Parameters<Start>): Promise<Execution> {
	const { webhookId, parameters } = formSchema.parse(trigger);
	const form = new FormData();
	for (const [index, { fieldLabel, fieldType }] of parameters.formFields.values.entries()) {
		const name = `field-${index}`;
		if (fieldType !== 'file') form.set(name, `${fieldLabel} of a visitor`);
		else form.set(name, new File([PICTURES.png], 'photo.png', { type: 'image/png' }));
	}
	await server.activate(id);
	const answer = await server.rest.sendForm(`/form/${webhookId}`, form);
	assert.equal(answer.status, 200, await answer.text());
	return await onlyExecution(server, id);
}

/** A copy that strangers may talk to, and whose model is a script that calls one tool after another. */
async function chat(...[server, workflow, trigger]: Parameters<Start>): Promise<Execution> {
	const { webhookId } = z.object({ webhookId: z.string() }).parse(trigger);
	const model = await startChatModel(nextCall);
	try {
		const openAi = { apiKey: 'sk-script', url: model.baseUrl };
		const openAiApi = await server.saveCredential(workflow.name, 'openAiApi', openAi);
		const nodes = workflow.nodes.map((node) => {
			if (node.type === MODEL_TYPE) return { ...node, credentials: { openAiApi } };
			if (node !== trigger) return node;
			return { ...node, parameters: { ...node.parameters, public: true } };
		});
		const { name, connections, settings } = workflow;
		const id = await server.saveWorkflow({ name, active: false, nodes, connections, settings });
		await server.activate(id);
		const chatInput = 'An invoice for Ada, please';
		const said = { action: 'sendMessage', sessionId: id, chatInput };
		const answer = await server.rest.send('POST', `/webhook/${webhookId}/chat`, said);
		assert.equal(answer.status, 200, await answer.text());
		const told = toldBy(model.requests.at(-1));
		assert.equal(told.length, 4);
		for (const text of told) assert.doesNotMatch(text, /\berror\b/i);
		return await onlyExecution(server, id);
	} finally {
		await model.close();
	}
}

/** List Designs, Get Design, Submit Rows, Get Status: with what the tools before have told. */
function nextCall(request: ChatRequest): ToolCall | undefined {
	const told = toldBy(request);
	const found = (pattern: RegExp) => pattern.exec(told.join('\n'))?.[0] ?? 'nothing';
	const designId = found(/design_invoice\b/);
	const calls: ToolCall[] = [
		{ name: 'List_Designs', args: {} },
		{ name: 'Get_Design', args: { designId } },
		{ name: 'Submit_Rows', args: { designId, rows: [{ customer_name: 'Ada' }] } },
		{ name: 'Get_Status', args: { jobId: found(/\bjob_\w+/) } },
	];
	return calls[told.length];
}

/** What the tools have answered. */
function toldBy(request: ChatRequest | undefined): string[] {
	const answers = request?.messages.filter(({ role }) => role === 'tool') ?? [];
	return answers.map(({ content }) => JSON.stringify(content));
}

async function onlyExecution(server: N8nServer, workflowId: string): Promise<Execution> {
	const { id } = await until('the workflow to be started', async () => {
		const [execution] = await server.executionsOf(workflowId);
		return execution;
	});
	return await server.ended(id);
}
