import type { IDataObject, INodeType, INodeTypes, IVersionedNodeType } from 'n8n-workflow';

import { n8nWorkflow } from './modules.mts';

/** The node types that a workflow can name, and how often a node's `execute` was called. */
export class NodeTypes implements INodeTypes {
	private readonly types = new Map<string, INodeType>();
	private readonly calls = new Map<string, number>();

	constructor(types: Iterable<[string, INodeType]>) {
		for (const [name, type] of types) this.types.set(name, this.counting(type));
	}

	getByName(name: string): INodeType | IVersionedNodeType {
		const type = this.types.get(name);
		if (type === undefined) throw new Error(`No node type "${name}" in this engine`);
		return type;
	}

	getByNameAndVersion(name: string, version?: number): INodeType {
		return n8nWorkflow.NodeHelpers.getVersionedNodeType(this.getByName(name), version);
	}

	getKnownTypes(): IDataObject {
		return {};
	}

	/** Calls of `execute` on the node of this name, every try of every run. */
	tries(nodeName: string): number {
		return this.calls.get(nodeName) ?? 0;
	}

	/** The same type, its prototype and methods included, with `execute` counted. */
	private counting(type: INodeType): INodeType {
		const { execute } = type;
		if (execute === undefined) return type;
		const counted: INodeType = Object.create(type);
		const { calls } = this;
		counted.execute = async function (...args) {
			const { name } = this.getNode();
			calls.set(name, (calls.get(name) ?? 0) + 1);
			return await execute.apply(this, args);
		};
		return counted;
	}
}
