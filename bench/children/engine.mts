import { createRequire } from 'node:module';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';

import type { INodeType, Node } from 'n8n-workflow';

import {
	startEngine,
	TEST_NODES,
	type Engine,
	type RunResult,
} from '../../test/engine/harness/index.mts';
import { watchMemory } from './memory.mts';
import { PICTURES_NODE, picturesNode, STORE_NODE, storeNode } from './store-node.mts';
import type { EngineReport, EngineWork, RunReport, WorkflowRun } from './messages.mts';

/** n8n's own nodes that the comparisons use, by the file each lies in. */
const N8N_NODES = {
	'n8n-nodes-base.httpRequest': 'HttpRequest/HttpRequest.node.js#HttpRequest',
	'n8n-nodes-base.wait': 'Wait/Wait.node.js#Wait',
	'n8n-nodes-base.if': 'If/If.node.js#If',
	'n8n-nodes-base.compression': 'Compression/Compression.node.js#Compression',
};

const NANOSECONDS_PER_MS = 1_000_000;

/** Runs workflows on n8n's engine, and watches memory and event loop while it does. */
export async function runOnEngine(work: EngineWork): Promise<EngineReport> {
	const engine = await startEngine({
		...(work.storeFolder !== undefined && { binaryFolder: work.storeFolder }),
		nodeTypes: {
			[STORE_NODE]: storeNode(),
			[PICTURES_NODE]: picturesNode(),
			...(work.n8nFolder !== undefined && n8nNodes(work.n8nFolder)),
		},
	});
	try {
		const { failure } = await runOne(engine, work.warmUp);
		if (failure !== undefined) throw new Error(`The bench's warm-up failed: ${failure}`);
		const before = await stored(engine);
		const memory = watchMemory();
		const loop = monitorEventLoopDelay({ resolution: 1 });
		loop.enable();
		const runs = await Promise.all(work.measured.map(async (one) => await runOne(engine, one)));
		loop.disable();
		const memoryMb = memory.finish();
		const after = await stored(engine);
		return {
			runs,
			stored: { files: after.files - before.files, bytes: after.bytes - before.bytes },
			memoryMb,
			eventLoopP99Ms: loop.percentile(99) / NANOSECONDS_PER_MS,
		};
	} finally {
		await engine.close();
	}
}

async function runOne(engine: Engine, run: WorkflowRun): Promise<RunReport> {
	const { items, nodes, connections } = run;
	const startedAt = Date.now();
	const result = await engine.run({
		items,
		nodes: [{ name: 'Items', type: TEST_NODES.items }, ...nodes],
		...(connections && { connections }),
	});
	const endedAt = Date.now();
	return {
		startedAt,
		endedAt,
		nodeMs: Object.fromEntries(nodes.map(({ name }) => [name, nodeMs(result, name)])),
		...(result.status !== 'success' && { failure: result.error?.message ?? result.status }),
	};
}

function nodeMs(result: RunResult, name: string): number {
	return result.runsOf(name).reduce((sum, { executionTime }) => sum + executionTime, 0);
}

async function stored(engine: Engine): Promise<{ bytes: number; files: number }> {
	const files = await engine.binaryFiles();
	return { bytes: files.reduce((sum, { size }) => sum + size, 0), files: files.length };
}

/** From an installed n8n, with the modules that it brings along. */
function n8nNodes(folder: string): Record<string, INodeType> {
	const base = createRequire(path.join(folder, 'package.json')).resolve(
		'n8n-nodes-base/package.json',
	);
	const load = createRequire(base);
	const { Node } = load('n8n-workflow') as typeof import('n8n-workflow');
	const nodes = Object.entries(N8N_NODES).map(([type, place]): [string, INodeType] => {
		const [file, exported = ''] = place.split('#');
		const module = load(`./dist/nodes/${file}`) as Record<string, new () => INodeType>;
		const NodeType = module[exported];
		if (!NodeType) throw new Error(`n8n has no ${exported} any more`);
		const node = new NodeType();
		return [type, node instanceof Node ? asObject(node) : node];
	});
	return Object.fromEntries(nodes);
}

/**
 * Nodes that extend n8n's class `Node` are handed their context as an argument. The engine knows them
 * by its own copy of that class, which is not the installed n8n's.
 */
function asObject(node: Node): INodeType {
	return {
		description: node.description,
		async execute() {
			return (await node.execute?.(this)) ?? null;
		},
	};
}
