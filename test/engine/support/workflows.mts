import type { IDataObject } from 'n8n-workflow';

import { NODE, nodeSpec, type EngineSetup, type NodeUnderTest } from './setup.mts';
import {
	IMAGINEPDF_TOOL,
	TEST_NODES,
	type InputItem,
	type NodeSpec,
	type RunOptions,
} from '../harness/index.mts';

export const AGENT = 'Agent';
const items = { name: 'Items', type: TEST_NODES.items };

/** Items → a loop → the node, which leads back into the loop. */
export function loopOf(
	{ emulator }: EngineSetup,
	given: InputItem[],
	node: NodeUnderTest = {},
	batchSize = 1,
): RunOptions {
	const loop = { name: 'Loop', type: TEST_NODES.loop, parameters: { batchSize } };
	return {
		items: given,
		nodes: [items, loop, nodeSpec(emulator, node)],
		connections: [
			['Items', 'Loop'],
			['Loop', NODE, 1],
			[NODE, 'Loop'],
		],
	};
}

/** An agent that calls the node as its tool, with these arguments; the calls of a round at the same time. */
export function agentOf(rounds: IDataObject[][], node: NodeSpec, throws = false): RunOptions {
	const parameters = { rounds: rounds as never, throws };
	return {
		items: [{}],
		nodes: [
			items,
			{ name: AGENT, type: TEST_NODES.agent, parameters },
			{ ...node, type: IMAGINEPDF_TOOL },
		],
		connections: {
			Items: { main: [[{ node: AGENT, type: 'main', index: 0 }]] },
			[NODE]: { ai_tool: [[{ node: AGENT, type: 'ai_tool', index: 0 }]] },
		},
	};
}
