import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';

/** Types of the small nodes that surround the node under test. */
export const TEST_NODES = {
	/** Starts a workflow with one empty item, under the name that n8n's own node has. */
	manualTrigger: 'n8n-nodes-base.manualTrigger',
	/** Emits the items that the run was given for it. */
	items: 'test.items',
	/** Passes everything on. */
	noOp: 'n8n-nodes-base.noOp',
	/** Puts the files of `json.files` (field → base64 and name) into n8n's store, as other nodes do. */
	storeFiles: 'test.storeFiles',
	/** Hands on `batchSize` items at a time by output 1, all that came back by output 0. */
	loop: 'n8n-nodes-base.splitInBatches',
	/** Calls its one tool; see `agent.mts`. */
	agent: 'test.agent',
} as const;

type Execute = (this: IExecuteFunctions) => Promise<INodeExecutionData[][]>;

/** The nodes of `TEST_NODES`; `itemsOf` tells what the node `test.items` of that name emits. */
export function testNodes(
	itemsOf: (nodeName: string) => INodeExecutionData[],
): Array<[type: string, node: INodeType]> {
	const pass: Execute = async function () {
		return [this.getInputData()];
	};
	return [
		nodeType(TEST_NODES.manualTrigger, {}, async () => [[{ json: {} }]]),
		nodeType(TEST_NODES.items, {}, async function () {
			return [itemsOf(this.getNode().name)];
		}),
		nodeType(TEST_NODES.noOp, {}, pass),
		nodeType('n8n-nodes-base.stickyNote', {}, pass),
		nodeType(TEST_NODES.storeFiles, {}, storeFiles),
		nodeType(
			TEST_NODES.loop,
			{ outputs: ['main', 'main'], properties: [field('batchSize', 'number', 1)] },
			loop,
		),
	];
}

function nodeType(
	type: string,
	more: Partial<INodeTypeDescription>,
	execute: Execute,
): [string, INodeType] {
	const name = type.slice(type.indexOf('.') + 1);
	const description: INodeTypeDescription = {
		displayName: name,
		name,
		group: [],
		version: [1, 2, 3],
		description: name,
		defaults: { name },
		inputs: ['main'],
		outputs: ['main'],
		properties: [],
		...more,
	};
	return [type, { description, execute }];
}

function field(name: string, type: 'number', value: number): INodeProperties {
	return { displayName: name, name, type, default: value };
}

async function storeFiles(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const stored = this.getInputData().map(async ({ json: { files = {}, ...json } }, itemIndex) => {
		const binary: NonNullable<INodeExecutionData['binary']> = {};
		for (const [field, { base64, name }] of Object.entries(files as FilesToStore)) {
			const bytes = Buffer.from(base64, 'base64');
			binary[field] = await this.helpers.prepareBinaryData(bytes, name);
		}
		const hasFiles = Object.keys(binary).length > 0;
		return { json, ...(hasFiles && { binary }), pairedItem: itemIndex };
	});
	return [await Promise.all(stored)];
}

type FilesToStore = Record<string, { base64: string; name: string }>;

async function loop(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const memory = this.getContext('node') as {
		waiting?: INodeExecutionData[];
		done?: INodeExecutionData[];
	};
	if (memory.waiting === undefined) {
		memory.waiting = [...this.getInputData()];
		memory.done = [];
	} else {
		memory.done = [...(memory.done ?? []), ...this.getInputData()];
	}
	const next = memory.waiting.splice(0, Number(this.getNodeParameter('batchSize', 0)));
	return next.length > 0 ? [[], next] : [memory.done ?? [], []];
}
