import path from 'node:path';
import { z } from 'zod';

import type { Command } from '../../real-n8n/process.mts';
import type { Rest, Saved } from '../../real-n8n/rest.mts';
import { startServer } from '../../real-n8n/start.mts';
import { until } from '../../real-n8n/until.mts';
import { WorkflowJson, type NodeSpec } from '../../real-n8n/workflow.mts';
import { Execution, type BinaryField } from './execution.mts';
import { optionsFor, type Instance } from './instance.mts';

/** Statuses in which an execution may still change. */
export const UNFINISHED = new Set(['new', 'running', 'waiting', 'unknown']);

const idSchema = z.object({ id: z.coerce.string() });
const startedSchema = z.object({ executionId: z.string() });
const statusSchema = z.object({ status: z.string() });
const publicationSchema = z.object({ status: z.string() });
const listSchema = z.object({
	results: z.array(z.object({ id: z.coerce.string(), status: z.string() })),
});

/** Large enough for the slowest case on a slow machine; no case waits that long when all is well. */
const EXECUTION_TIMEOUT_MS = 180_000;

/** A running n8n server. */
export class N8nServer {
	private lastSaved: Promise<unknown> = Promise.resolve();

	private constructor(
		readonly instance: Instance,
		readonly command: Command,
		readonly rest: Rest,
	) {}

	static async start(
		instance: Instance,
		name: string,
		extra: Record<string, string> = {},
	): Promise<N8nServer> {
		const { command, rest } = await startServer(optionsFor(instance, name, extra));
		return new N8nServer(instance, command, rest);
	}

	get major(): 1 | 2 {
		return this.instance.n8n.major;
	}

	async stop(): Promise<void> {
		await this.command.stop();
	}

	/** Everything the server has logged. */
	async log(): Promise<string> {
		return await this.command.output();
	}

	async saveCredential(name: string, type: string, data: Record<string, string>): Promise<Saved> {
		return await this.inTurn(async () => await this.rest.createCredential({ name, type, data }));
	}

	/** Saves a workflow and returns its ID. */
	async saveWorkflow(workflow: WorkflowJson): Promise<string> {
		return (await this.inTurn(async () => await this.rest.createWorkflow(workflow))).id;
	}

	async workflow(id: string): Promise<WorkflowJson> {
		return WorkflowJson.parse(await this.rest.json('GET', `/rest/workflows/${id}`));
	}

	/** Saves other parameters, and perhaps another credential, of one node. */
	async editNode(
		id: string,
		name: string,
		{ parameters, credentials }: Pick<NodeSpec, 'parameters' | 'credentials'>,
	): Promise<void> {
		const path = `/rest/workflows/${id}`;
		const workflow = await this.workflow(id);
		const nodes = workflow.nodes.map((node) =>
			node.name === name
				? {
						...node,
						parameters: { ...node.parameters, ...parameters },
						...(credentials && { credentials }),
					}
				: node,
		);
		const { connections, versionId } = workflow;
		const edited = { versionId, nodes, connections };
		await this.inTurn(async () => await this.rest.json('PATCH', path, edited));
	}

	/** What cases save at the same moment, n8n 1 mixes up in one transaction of SQLite's, and answers 500. */
	private async inTurn<T>(save: () => Promise<T>): Promise<T> {
		const saved = this.lastSaved.then(save);
		this.lastSaved = saved.catch(() => undefined);
		return await saved;
	}

	/** Makes a saved workflow live, and waits until its webhooks answer. */
	async activate(id: string): Promise<void> {
		const path = `/rest/workflows/${id}`;
		const { versionId } = z
			.object({ versionId: z.string() })
			.parse(await this.rest.json('GET', path));
		if (this.major === 1) {
			await this.rest.json('PATCH', path, { versionId, active: true });
			return;
		}
		await this.rest.json('POST', `${path}/activate`, { versionId });
		// n8n 2 publishes in the background.
		await until(`workflow ${id} to be published`, async () => {
			const answer = await this.rest.json('GET', `${path}/publication-status`);
			return publicationSchema.parse(answer).status === 'published' ? true : undefined;
		});
	}

	/** Presses "Execute workflow" and returns the execution's ID. */
	async begin(workflowId: string, trigger: string): Promise<string> {
		// n8n 1 takes the workflow from the request, n8n 2 from its database.
		const workflowData = this.major === 1 ? await this.workflow(workflowId) : undefined;
		const started = await this.rest.json('POST', `/rest/workflows/${workflowId}/run`, {
			...(workflowData && { workflowData }),
			triggerToStartFrom: { name: trigger },
		});
		return startedSchema.parse(started).executionId;
	}

	/** Waits until the execution has ended, however it did. */
	async ended(executionId: string, timeoutMs = EXECUTION_TIMEOUT_MS): Promise<Execution> {
		await until(
			`execution ${executionId} to end`,
			async () => (UNFINISHED.has(await this.status(executionId)) ? undefined : true),
			timeoutMs,
		);
		return await this.execution(executionId);
	}

	/** @returns `new` while the execution is not saved yet */
	async status(executionId: string): Promise<string> {
		const answer = await this.rest.send('GET', `/rest/executions/${executionId}`);
		if (answer.status === 404) return 'new';
		const { data } = z.object({ data: z.unknown() }).parse(await answer.json());
		return data ? statusSchema.parse(data).status : 'new';
	}

	async execution(executionId: string): Promise<Execution> {
		return new Execution(await this.rest.json('GET', `/rest/executions/${executionId}`));
	}

	/** The workflow's executions, newest first. */
	async executionsOf(workflowId: string): Promise<Array<{ id: string; status: string }>> {
		const filter = encodeURIComponent(JSON.stringify({ workflowId }));
		const answer = await this.rest.json('GET', `/rest/executions?limit=100&filter=${filter}`);
		return listSchema.parse(answer).results;
	}

	/** Presses "Stop". */
	async stopExecution(executionId: string): Promise<void> {
		await this.rest.json('POST', `/rest/executions/${executionId}/stop`);
	}

	/** "Retry execution" from the list of executions; returns the new execution. */
	async retryExecution(executionId: string, withSavedWorkflow: boolean): Promise<Execution> {
		const answer = await this.rest.json('POST', `/rest/executions/${executionId}/retry`, {
			loadWorkflow: withSavedWorkflow,
		});
		return await this.ended(idSchema.parse(answer).id);
	}

	/** The bytes of a binary field, wherever this server keeps them. */
	async readBinary({ id, data }: BinaryField): Promise<Buffer> {
		if (id === undefined) return Buffer.from(data, 'base64');
		const query = new URLSearchParams({ id, action: 'download' });
		return await this.rest.bytes(`/rest/binary-data?${query}`);
	}

	/** SQLite's file. */
	get databaseFile(): string {
		return path.join(this.instance.userFolder, '.n8n/database.sqlite');
	}
}
