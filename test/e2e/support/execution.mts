import { createRequire } from 'node:module';

import { z } from 'zod';

/** n8n saves execution data in the form of the npm package `flatted`, which n8n-core brings along. */
const fromN8n = createRequire(createRequire(import.meta.url).resolve('n8n-core'));
const flatted = fromN8n('flatted') as { parse(text: string): unknown };

const binarySchema = z.object({
	mimeType: z.string(),
	fileName: z.string().optional(),
	fileExtension: z.string().optional(),
	directory: z.string().optional(),
	id: z.string().optional(),
	data: z.string(),
});

const itemSchema = z.object({
	json: z.record(z.unknown()),
	binary: z.record(binarySchema).optional(),
	pairedItem: z.unknown().optional(),
});

const errorSchema = z.object({
	message: z.string(),
	description: z.string().nullish(),
	name: z.string().optional(),
	httpCode: z.string().nullish(),
});

const outputSchema = z.array(z.array(itemSchema).nullable());

const runSchema = z.object({
	executionStatus: z.string().optional(),
	error: errorSchema.optional(),
	/** Connection type → output index → items. */
	data: z.record(outputSchema).optional(),
	hints: z.array(z.object({ message: z.string() }).passthrough()).optional(),
});

const dataSchema = z.object({
	resultData: z.object({
		error: errorSchema.optional(),
		lastNodeExecuted: z.string().optional(),
		runData: z.record(z.array(runSchema)),
	}),
});

const executionSchema = z.object({
	id: z.coerce.string(),
	status: z.string(),
	finished: z.boolean(),
	retryOf: z.coerce.string().nullish(),
	workflowId: z.string(),
	data: z.string(),
});

export type BinaryField = z.infer<typeof binarySchema>;
export type Item = z.infer<typeof itemSchema>;
export type NodeRun = z.infer<typeof runSchema>;

/** An execution as n8n has saved it. */
export class Execution {
	readonly id: string;
	readonly status: string;
	readonly workflowId: string;
	/** All of it, as text; for looking for what must not be there. */
	readonly raw: string;
	private readonly data: z.infer<typeof dataSchema>;

	constructor(answer: unknown) {
		const { id, status, workflowId, data } = executionSchema.parse(answer);
		this.id = id;
		this.workflowId = workflowId;
		this.status = status;
		this.raw = data;
		this.data = dataSchema.parse(flatted.parse(data));
	}

	/** What the execution ended with, where it did not succeed. */
	get error(): z.infer<typeof errorSchema> | undefined {
		return this.data.resultData.error;
	}

	runs(node: string): NodeRun[] {
		return this.data.resultData.runData[node] ?? [];
	}

	/** The items that left the node in its last run. */
	items(node: string, output = 0, connection = 'main'): Item[] {
		return this.runs(node).at(-1)?.data?.[connection]?.[output] ?? [];
	}

	/** The first of them. @throws Error where there is none */
	item(node: string, output = 0, connection = 'main'): Item {
		const [first] = this.items(node, output, connection);
		if (first) return first;
		throw new Error(`${node} handed on nothing: ${this.summary()}`);
	}

	/** The items that left the node in each of its runs: one list for each pass of a loop. */
	passes(node: string, output = 0): Item[][] {
		return this.runs(node).map(({ data }) => data?.main?.[output] ?? []);
	}

	/** For messages. */
	summary(): string {
		const error = this.error ? `: ${this.error.message} (${this.error.description ?? ''})` : '';
		const nodes = Object.entries(this.data.resultData.runData).map(
			([name, runs]) =>
				`${name} [${runs.map((run) => run.error?.message ?? run.executionStatus).join(', ')}]`,
		);
		return `execution ${this.id} ${this.status}${error}; ${nodes.join('; ')}`;
	}
}
