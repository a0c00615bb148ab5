import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';

/** What n8n makes of a node that agents may use: the same node, with the output of a tool. */
export function toolVariant(node: INodeType): INodeType {
	const variant: INodeType = Object.create(node);
	const { name } = node.description;
	variant.description = {
		...node.description,
		name: `${name}Tool`,
		inputs: [],
		outputs: ['ai_tool'],
	};
	return variant;
}

const description: INodeTypeDescription = {
	displayName: 'Agent',
	name: 'agent',
	group: [],
	version: 1,
	description: 'Calls its one tool as its parameter says',
	defaults: { name: 'Agent' },
	inputs: ['main', { type: 'ai_tool' }],
	outputs: ['main'],
	properties: [{ displayName: 'Rounds', name: 'rounds', type: 'json', default: [] }],
};

interface Tool {
	invoke(args: IDataObject): Promise<unknown>;
}

/**
 * An AI agent without a model: the parameter `rounds` lists the arguments of its calls, those of one round
 * being made at the same time. It emits what each call came to: `{ answer }` or `{ error }`. With the
 * parameter `throws` it fails at the end where a call of the last round did.
 */
export const agentNode: INodeType = {
	description: {
		...description,
		properties: [
			...description.properties,
			{ displayName: 'Throws', name: 'throws', type: 'boolean', default: false },
		],
	},
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const rounds = this.getNodeParameter('rounds', 0) as IDataObject[][];
		const given: unknown = await this.getInputConnectionData('ai_tool', 0);
		const [tool] = (Array.isArray(given) ? given : [given]) as Tool[];
		if (!tool) throw new Error('There is no tool');
		const items: INodeExecutionData[] = [];
		for (const round of rounds) {
			const calls = await Promise.allSettled(round.map(async (args) => await tool.invoke(args)));
			for (const call of calls) {
				const json =
					call.status === 'fulfilled'
						? { answer: String(call.value) }
						: { failed: String((call.reason as Error).message) };
				items.push({ json, pairedItem: 0 });
			}
		}
		const last = items.at(-1)?.json['failed'];
		if (this.getNodeParameter('throws', 0) === true && last !== undefined)
			throw new Error(String(last));
		return [items];
	},
};
