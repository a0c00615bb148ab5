import { randomUUID } from 'node:crypto';

import type {
	ICredentialDataDecryptedObject,
	IConnections,
	INode,
	INodeParameters,
	IWorkflowSettings,
	Workflow,
} from 'n8n-workflow';

import type { InMemoryCredentials } from './credentials.mts';
import { n8nWorkflow } from './modules.mts';
import type { NodeTypes } from './node-types.mts';

/** The type of this package's node, as installed. */
export const IMAGINEPDF = 'n8n-nodes-imaginepdf.imaginePdf';

/** Its variant that AI agents use, under the name that n8n gives it. */
export const IMAGINEPDF_TOOL = `${IMAGINEPDF}Tool`;

/** A node of a workflow; what is left out gets n8n's default. */
export interface NodeSpec extends Partial<
	Pick<
		INode,
		| 'typeVersion'
		| 'disabled'
		| 'retryOnFail'
		| 'maxTries'
		| 'waitBetweenTries'
		| 'alwaysOutputData'
		| 'executeOnce'
		| 'onError'
	>
> {
	name: string;
	/** Default: this package's node. */
	type?: string;
	parameters?: INodeParameters;
	/** Decrypted credentials by type. */
	credentials?: Record<string, ICredentialDataDecryptedObject>;
}

/** From one node's output (default 0) to another's input. */
export type Edge = [from: string, to: string, output?: number];

export interface WorkflowSpec {
	/** The first one starts, unless a manual trigger is among them. */
	nodes: NodeSpec[];
	/** Default: each node into the next, in the order given. */
	connections?: Edge[] | IConnections;
	settings?: IWorkflowSettings;
}

/** A workflow as n8n saves it. */
export interface WorkflowDefinition {
	id: string;
	name: string;
	nodes: INode[];
	connections: IConnections;
	settings: IWorkflowSettings;
}

/** Makes of a short description the full workflow that n8n would save, credentials included. */
export function defineWorkflow(
	{ nodes, connections, settings }: WorkflowSpec,
	credentials: InMemoryCredentials,
): WorkflowDefinition {
	return {
		id: randomUUID(),
		name: 'Test workflow',
		nodes: nodes.map((node, index) => defineNode(node, index, credentials)),
		connections: defineConnections(connections ?? chain(nodes)),
		settings: { executionOrder: 'v1', ...settings },
	};
}

export function defineNode(
	{ credentials = {}, ...spec }: NodeSpec,
	index: number,
	store: InMemoryCredentials,
): INode {
	const references = Object.entries(credentials).map(([type, data]) => [
		type,
		store.save(type, data),
	]);
	return {
		typeVersion: 1,
		type: IMAGINEPDF,
		parameters: {},
		...spec,
		id: randomUUID(),
		position: [index * 200, 0],
		...(references.length > 0 && { credentials: Object.fromEntries(references) }),
	};
}

/** n8n's own workflow object; it is made anew for each execution, as n8n does. */
export function openWorkflow(definition: WorkflowDefinition, nodeTypes: NodeTypes): Workflow {
	const { nodes, connections, ...rest } = definition;
	return new n8nWorkflow.Workflow({
		...rest,
		nodes: structuredClone(nodes),
		connections: structuredClone(connections),
		active: false,
		nodeTypes,
	});
}

function chain(nodes: NodeSpec[]): Edge[] {
	return nodes.slice(1).map(({ name }, index) => [nodes[index]?.name ?? '', name]);
}

function defineConnections(connections: Edge[] | IConnections): IConnections {
	if (!Array.isArray(connections)) return connections;
	const defined: IConnections = {};
	for (const [from, to, output = 0] of connections) {
		const outputs = ((defined[from] ??= {})['main'] ??= []);
		while (outputs.length <= output) outputs.push([]);
		outputs[output]?.push({ node: to, type: 'main', index: 0 });
	}
	return defined;
}
