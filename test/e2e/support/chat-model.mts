import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

import { z } from 'zod';

import { listen } from '../../emulator/http/listen.mts';

const requestSchema = z.object({
	model: z.string(),
	stream: z.boolean().optional(),
	messages: z.array(z.object({ role: z.string(), content: z.unknown() })),
	tools: z
		.array(
			z.object({
				function: z.object({
					name: z.string(),
					description: z.string().optional(),
					parameters: z.record(z.unknown()).optional(),
				}),
			}),
		)
		.optional(),
});

export type ChatRequest = z.infer<typeof requestSchema>;

/** A call of a tool that the model is to make. */
export interface ToolCall {
	name: string;
	args: Record<string, unknown>;
}

/** What the model says next; `undefined` ends the talk with what the last tool answered. */
export type Script = (request: ChatRequest) => ToolCall | undefined;

/** A chat model on loopback that speaks OpenAI's chat completions and follows a script. */
export interface ChatModel {
	/** For the credential's `url`. */
	baseUrl: string;
	requests: ChatRequest[];
	close(): Promise<void>;
}

export async function startChatModel(script: Script): Promise<ChatModel> {
	const requests: ChatRequest[] = [];
	const { origin, close } = await listen(0, async (request, response) => {
		await answer(request, response, script, requests).catch((error: unknown) => {
			response.writeHead(500).end(String(error));
		});
	});
	return { baseUrl: `${origin}/v1`, requests, close };
}

async function answer(
	request: IncomingMessage,
	response: ServerResponse,
	script: Script,
	requests: ChatRequest[],
): Promise<void> {
	if (!request.url?.endsWith('/chat/completions')) {
		response.writeHead(404).end();
		return;
	}
	const asked = requestSchema.parse(JSON.parse(await text(request)));
	requests.push(asked);
	const message = messageOf(script(asked), asked);
	const finish = 'tool_calls' in message ? 'tool_calls' : 'stop';
	const common = { id: `chat-${requests.length}`, created: 0, model: asked.model };
	if (asked.stream) {
		const object = 'chat.completion.chunk';
		response.writeHead(200, { 'content-type': 'text/event-stream' });
		for (const choice of [
			{ index: 0, delta: streamed(message), finish_reason: null },
			{ index: 0, delta: {}, finish_reason: finish },
		]) {
			response.write(`data: ${JSON.stringify({ ...common, object, choices: [choice] })}\n\n`);
		}
		response.end('data: [DONE]\n\n');
		return;
	}
	const choices = [{ index: 0, message, finish_reason: finish }];
	const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
	response.writeHead(200, { 'content-type': 'application/json' });
	response.end(JSON.stringify({ ...common, object: 'chat.completion', choices, usage }));
}

type Message = { role: 'assistant'; content: string } | ReturnType<typeof calling>;

function messageOf(call: ToolCall | undefined, asked: ChatRequest): Message {
	if (call) return calling(call, asked.messages.length);
	const content = asked.messages.at(-1)?.content;
	return { role: 'assistant', content: `Done: ${String(content)}` };
}

function calling({ name, args }: ToolCall, number: number) {
	return {
		role: 'assistant' as const,
		content: null,
		tool_calls: [
			{
				id: `call_${number}`,
				type: 'function' as const,
				function: { name, arguments: JSON.stringify(args) },
			},
		],
	};
}

/** The calls of a streamed message carry their place in the list. */
function streamed(message: Message): object {
	if (!('tool_calls' in message)) return message;
	return { ...message, tool_calls: message.tool_calls.map((call, index) => ({ index, ...call })) };
}
