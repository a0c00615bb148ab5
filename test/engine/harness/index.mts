import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';

import type { BinaryData, WorkflowExecute } from 'n8n-core';
import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	INode,
	INodeCredentialTestResult,
	INodeExecutionData,
	INodeParameters,
	INodeType,
	WorkflowExecuteMode,
} from 'n8n-workflow';

import { ImaginePdfApi } from '../../../credentials/ImaginePdfApi.credentials.ts';
import { ImaginePdf } from '../../../nodes/ImaginePdf/ImaginePdf.node.ts';
import { agentNode, toolVariant } from './agent.mts';
import { BinaryStore, type BinaryMode, type StoredFile } from './binary-store.mts';
import { testCredential } from './credential-test.mts';
import { InMemoryCredentials } from './credentials.mts';
import { Editor } from './editor.mts';
import { executeWorkflow, type EndingOptions, type ExecutionRecord } from './execution.mts';
import { CapturedLogs, type LogEntry } from './logs.mts';
import { n8nCore, userFolder } from './modules.mts';
import { NodeTypes } from './node-types.mts';
import { RunResult } from './result.mts';
import { openProcessedData, type ProcessedData } from './processed-data.mts';
import { dataForRetry, dataFromStart, runtimeDataOf, withoutWaits } from './retry.mts';
import { TEST_NODES, testNodes } from './test-nodes.mts';
import {
	defineWorkflow,
	IMAGINEPDF,
	IMAGINEPDF_TOOL,
	openWorkflow,
	type WorkflowDefinition,
	type WorkflowSpec,
} from './workflow.mts';

export type { BinaryMode, StoredFile } from './binary-store.mts';
export type { Panel } from './editor.mts';
export type { EndingOptions } from './execution.mts';
export type { LogEntry } from './logs.mts';
export type { RunResult, ShownError } from './result.mts';
export type { Edge, NodeSpec, WorkflowSpec } from './workflow.mts';
export { IMAGINEPDF, IMAGINEPDF_TOOL, TEST_NODES };

export interface EngineOptions {
	/** Default `filesystem`. */
	binaryMode?: BinaryMode;
	/** Where n8n keeps files, left behind at the end; without it they are removed with all others. */
	binaryFolder?: string;
	/** More node types, by full name. */
	nodeTypes?: Record<string, INodeType>;
	/** Whether n8n tries again at once with Retry On Fail, instead of after the node's Wait Between Tries. */
	hurries?: boolean;
}

/** An input item; a plain object is the JSON of one. */
export type InputItem = INodeExecutionData | IDataObject;

export interface RunOptions extends WorkflowSpec, EndingOptions {
	/** What the nodes of type `test.items` emit; by node name where there are several. */
	items?: InputItem[] | Record<string, InputItem[]>;
	/** Default `trigger`, as for a workflow that is active. */
	mode?: WorkflowExecuteMode;
}

export interface RetryOptions extends EndingOptions {
	/** "With currently saved workflow": parameters that were changed meanwhile, by node name. */
	edited?: Record<string, INodeParameters>;
	/** Other credentials that were chosen meanwhile, by node name and credential type. */
	credentials?: Record<string, Record<string, ICredentialDataDecryptedObject>>;
	/** Other settings of the nodes, such as Retry On Fail. */
	settings?: Record<string, Partial<Pick<INode, 'retryOnFail' | 'maxTries' | 'onError'>>>;
}

/**
 * How the same workflow runs once more, from its start and with an empty memory. `anew`: as a new execution.
 * After a kill: `again` by n8n itself, as n8n 1 does in queue mode; `retried` by hand; `retried unsaved`
 * where n8n 1 had saved nothing of the execution.
 */
export type Rerun = 'anew' | 'again' | 'retried' | 'retried unsaved';

/** n8n's real engine, with this package's node in it. One at a time per process. */
export interface Engine {
	/** Runs a workflow to its end; what goes wrong in it is in the result, not thrown. */
	run(options: RunOptions): Promise<RunResult>;
	/** "Retry execution": goes on where the saved data of a failed execution stopped. */
	retry(failed: RunResult, options?: RetryOptions): Promise<RunResult>;
	/** Runs the workflow of an execution from its start, as after a kill, which takes n8n's memory of it. */
	rerun(ran: RunResult, how: Rerun, items: RunOptions['items']): Promise<RunResult>;
	/** n8n's table of what nodes have processed. */
	readonly processedData: ProcessedData;
	/** Enters other data into the credential of a type that a workflow's node uses. */
	renewCredential(
		ran: RunResult,
		nodeName: string,
		type: string,
		data: ICredentialDataDecryptedObject,
	): void;
	/** What the editor asks the node. */
	readonly editor: Editor;
	/** The credential's "Test" button. */
	testCredential(
		type: string,
		data: ICredentialDataDecryptedObject,
	): Promise<INodeCredentialTestResult>;
	readBinary(item: INodeExecutionData, field: string): Promise<Buffer>;
	binaryStream(item: INodeExecutionData, field: string): Promise<Readable>;
	binaryMetadata(item: INodeExecutionData, field: string): Promise<BinaryData.Metadata>;
	/** All files in n8n's store. */
	binaryFiles(): Promise<StoredFile[]>;
	/** n8n's variables, `$vars` in expressions; a test may change them between two tries. */
	readonly variables: IDataObject;
	/** Everything logged since the start. */
	readonly logs: readonly LogEntry[];
	/** Removes all files of the engine, but those in a folder that it was given. */
	close(): Promise<void>;
}

/** Starts the engine with an empty binary folder and no credentials. */
export async function startEngine(options: EngineOptions = {}): Promise<Engine> {
	const logs = new CapturedLogs();
	logs.install();
	const folder = options.binaryFolder ?? path.join(userFolder, 'binary');
	const store = await BinaryStore.open(options.binaryMode ?? 'filesystem', folder, logs);
	const type = new ImaginePdfApi();
	const credentials = new InMemoryCredentials(new Map([[type.name, type]]));
	const variables: IDataObject = {};
	const processedData = await openProcessedData();
	const typesFor = (items: RunOptions['items']) =>
		new NodeTypes([
			...testNodes((name) => inputItems(items, name)),
			[IMAGINEPDF, new ImaginePdf()],
			[IMAGINEPDF_TOOL, toolVariant(new ImaginePdf())],
			[TEST_NODES.agent, agentNode],
			...Object.entries(options.nodeTypes ?? {}),
		]);

	function openExecution(...args: ConstructorParameters<typeof WorkflowExecute>): WorkflowExecute {
		const execute = new n8nCore.WorkflowExecute(...args);
		if (options.hurries) withoutWaits(execute);
		return execute;
	}

	async function toResult(
		definition: WorkflowDefinition,
		nodeTypes: NodeTypes,
		execute: () => Promise<ExecutionRecord>,
	): Promise<RunResult> {
		const before = logs.entries.length;
		return new RunResult({
			definition,
			record: await execute(),
			logs: logs.entries.slice(before),
			tries: (name) => nodeTypes.tries(name),
		});
	}

	return {
		async run({ items, mode = 'trigger', ...spec }) {
			const nodeTypes = typesFor(items);
			const definition = defineWorkflow(spec, credentials);
			const workflow = openWorkflow(definition, nodeTypes);
			const startNode = workflow.getNode(startName(definition));
			if (startNode === null) throw new Error('The workflow has no nodes');
			return await toResult(definition, nodeTypes, async () =>
				executeWorkflow({
					...endingOf(spec),
					...{ definition, workflow, credentials, variables, mode },
					open: (data) => openExecution(data, mode),
					start: (execute) => execute.run({ workflow, startNode }),
				}),
			);
		},

		async rerun({ definition, executionId, saved }, how, items) {
			const nodeTypes = typesFor(items);
			const workflow = openWorkflow(definition, nodeTypes);
			const mode = how.startsWith('retried') ? 'retry' : 'trigger';
			const data = dataFromStart(workflow, startName(definition));
			if (how === 'retried') data.executionData!.runtimeData = runtimeDataOf(saved)!;
			return await toResult(definition, nodeTypes, async () =>
				executeWorkflow({
					...{ definition, workflow, credentials, variables, mode },
					...(how === 'again' && { executionId }),
					open: (more) => openExecution(more, mode, data),
					start: (execute) => execute.processRunExecutionData(workflow),
				}),
			);
		},

		async retry({ definition: ran, status, saved }, options = {}) {
			if (status === 'success') throw new Error('n8n retries no execution that succeeded');
			const nodeTypes = typesFor([]);
			const { edited = {}, credentials: chosen = {}, settings = {}, ...ending } = options;
			const nodes = ran.nodes.map((node) => {
				const parameters = { ...node.parameters, ...edited[node.name] };
				const own = Object.entries(chosen[node.name] ?? {}).map(
					([type, data]) => [type, credentials.save(type, data)] as const,
				);
				const all = { ...node.credentials, ...Object.fromEntries(own) };
				return { ...node, ...settings[node.name], parameters, credentials: all };
			});
			const definition = { ...ran, nodes };
			const workflow = openWorkflow(definition, nodeTypes);
			return await toResult(definition, nodeTypes, async () =>
				executeWorkflow({
					...ending,
					...{ definition, workflow, credentials, variables, mode: 'retry' },
					open: (data) => openExecution(data, 'retry', dataForRetry(saved, definition.nodes)),
					start: (execute) => execute.processRunExecutionData(workflow),
				}),
			);
		},

		renewCredential({ definition }, nodeName, type, data) {
			const node = definition.nodes.find(({ name }) => name === nodeName);
			credentials.renew(String(node?.credentials?.[type]?.id), data);
		},

		processedData,
		editor: new Editor(typesFor([]), credentials),
		testCredential: async (type, data) => await testCredential(credentials, type, data),
		readBinary: async (item, field) => await store.read(item, field),
		binaryStream: async (item, field) => await store.stream(item, field),
		binaryMetadata: async (item, field) => await store.metadata(item, field),
		binaryFiles: async () => await store.files(),
		variables,
		logs: logs.entries,
		async close() {
			await rm(userFolder, { recursive: true, force: true });
		},
	};
}

function startName({ nodes }: WorkflowDefinition): string {
	const trigger = nodes.find(({ type }) => type === TEST_NODES.manualTrigger);
	return (trigger ?? nodes[0])?.name ?? '';
}

function endingOf({ stop, timeoutMs }: EndingOptions): EndingOptions {
	return { ...(stop && { stop }), ...(timeoutMs !== undefined && { timeoutMs }) };
}

function inputItems(items: RunOptions['items'], nodeName: string): INodeExecutionData[] {
	const given = Array.isArray(items) ? items : (items?.[nodeName] ?? []);
	return given.map((item) => (isWholeItem(item) ? item : { json: item }));
}

function isWholeItem(item: InputItem): item is INodeExecutionData {
	return 'json' in item && typeof item['json'] === 'object' && item['json'] !== null;
}
