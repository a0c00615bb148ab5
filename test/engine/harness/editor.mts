import type { LoadOptionsContext } from 'n8n-core';
import type { INodeListSearchResult, INodeType, ResourceMapperFields } from 'n8n-workflow';

import { additionalData } from './additional-data.mts';
import type { InMemoryCredentials } from './credentials.mts';
import { n8nCore } from './modules.mts';
import type { NodeTypes } from './node-types.mts';
import { defineWorkflow, openWorkflow, type NodeSpec } from './workflow.mts';

/** The node's panel as it stands when the editor asks. */
export type Panel = Omit<NodeSpec, 'name'>;

/** What the editor asks a node while it is being set up. */
export class Editor {
	constructor(
		private readonly nodeTypes: NodeTypes,
		private readonly credentials: InMemoryCredentials,
	) {}

	/** The entries of a searchable list; `paginationToken` asks for the next page. */
	async listSearch(
		method: string,
		panel: Panel,
		filter?: string,
		paginationToken?: string,
	): Promise<INodeListSearchResult> {
		const { context, type } = this.open(panel);
		const search = named(type.methods?.listSearch, method);
		return await search.call(context, filter, paginationToken);
	}

	/** The fields of a resource mapper. */
	async resourceMapping(method: string, panel: Panel): Promise<ResourceMapperFields> {
		const { context, type } = this.open(panel);
		return await named(type.methods?.resourceMapping, method).call(context);
	}

	private open(panel: Panel): { context: LoadOptionsContext; type: INodeType } {
		const { parameters = {} } = panel;
		const definition = defineWorkflow({ nodes: [{ ...panel, name: 'Node' }] }, this.credentials);
		const workflow = openWorkflow(definition, this.nodeTypes);
		const node = workflow.getNode('Node');
		if (node === null) throw new Error('The workflow has lost its node');
		const data = additionalData({
			credentials: this.credentials,
			currentNodeParameters: parameters,
		});
		const context = new n8nCore.LoadOptionsContext(workflow, node, data, '');
		return { context, type: this.nodeTypes.getByNameAndVersion(node.type, node.typeVersion) };
	}
}

function named<T>(methods: Record<string, T> | undefined, name: string): T {
	const method = methods?.[name];
	if (method === undefined) throw new Error(`The node has no method "${name}"`);
	return method;
}
