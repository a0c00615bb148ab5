import { once } from 'node:events';
import { existsSync } from 'node:fs';

import { NodeOperationError } from 'n8n-workflow';

import { startEngine, TEST_NODES, type Engine, type EngineOptions } from './index.mts';
import { userFolder } from './modules.mts';
import { failing, TOY, ToyNode } from './toy-node.mts';

let n8n: Engine;

async function engine(options: EngineOptions): Promise<Engine> {
	n8n = await startEngine(options);
	return n8n;
}

afterEach(async () => {
	await n8n.close();
	expect(existsSync(userFolder)).toBe(false);
});

const items = [{ n: 1 }, { n: 2 }];
const source = { name: 'Items', type: TEST_NODES.items };
const toy = { name: 'Toy', type: TOY };

describe('a workflow on the real engine', () => {
	it('the engine hands items from node to node and pairs them', async () => {
		await engine({ nodeTypes: ToyNode.doing(async (context) => context.getInputData()) });
		const result = await n8n.run({
			nodes: [source, toy, { name: 'End', type: TEST_NODES.noOp }],
			items,
		});
		expect(result.status).toBe('success');
		expect(result.error).toBeUndefined();
		expect(result.items('End').map(({ json, pairedItem }) => [json, pairedItem])).toEqual([
			[{ n: 1 }, { item: 0 }],
			[{ n: 2 }, { item: 1 }],
		]);
		expect(result.tries('Toy')).toBe(1);
	});

	it('the engine evaluates expressions per item', async () => {
		await engine({
			nodeTypes: ToyNode.doing(async (context) =>
				context
					.getInputData()
					.map((_, item) => ({ json: { is: context.getNodeParameter('value', item) } })),
			),
		});
		const parameters = { value: '={{ $json.n * 10 }}' };
		const result = await n8n.run({ nodes: [source, { ...toy, parameters }], items });
		expect(result.json('Toy')).toEqual([{ is: 10 }, { is: 20 }]);
	});

	it('the engine refuses a workflow with an empty required parameter before anything runs', async () => {
		await engine({ nodeTypes: ToyNode.doing(async () => []) });
		const parameters = { needed: '' };
		const result = await n8n.run({ nodes: [source, { ...toy, parameters }], items });
		expect(result.status).toBe('error');
		expect(result.error?.message).toContain('Needed');
		expect(result.tries('Toy')).toBe(0);
	});

	it('the engine runs a node of a loop once per pass', async () => {
		const runIndexes: unknown[] = [];
		await engine({
			nodeTypes: ToyNode.doing(async (context) => {
				runIndexes.push(context.getWorkflowDataProxy(0)['$runIndex']);
				return context.getInputData();
			}),
		});
		const result = await n8n.run({
			nodes: [source, { name: 'Loop', type: TEST_NODES.loop }, toy, { ...toy, name: 'Done' }],
			connections: [
				['Items', 'Loop'],
				['Loop', 'Done', 0],
				['Loop', 'Toy', 1],
				['Toy', 'Loop'],
			],
			items,
		});
		expect(runIndexes).toEqual([0, 1, 0]);
		expect(result.runsOf('Toy')).toHaveLength(2);
		expect(result.json('Toy', 0, 0)).toEqual([{ n: 1 }]);
		expect(result.json('Done')).toEqual([{ n: 1 }, { n: 2 }]);
	});

	it('the engine splits items by a condition and takes pinned data for a node', async () => {
		await engine({ nodeTypes: ToyNode.doing(async () => []) });
		const condition = { condition: '={{ $json.n > 1 }}' };
		const result = await n8n.run({
			nodes: [source, toy, { name: 'If', type: TEST_NODES.condition, parameters: condition }],
			items,
			pinData: { Toy: [{ json: { n: 0 } }, { json: { n: 5 } }] },
		});
		expect(result.tries('Toy')).toBe(0);
		expect(result.json('If', 0)).toEqual([{ n: 5 }]);
		expect(result.json('If', 1)).toEqual([{ n: 0 }]);
	});
});

describe('a node that cannot go on', () => {
	it('a node that fails ends the execution with the message that the user sees', async () => {
		await engine({ nodeTypes: ToyNode.doing(failing(1)) });
		const result = await n8n.run({ nodes: [source, toy], items });
		expect(result.status).toBe('error');
		expect(result.error).toMatchObject({
			name: 'NodeApiError',
			message: 'Refused [call 1]',
			description: 'Buy more credits',
			httpCode: '402',
			itemIndex: 1,
			nodeName: 'Toy',
		});
	});

	it('a node that fails is tried again with Retry On Fail, and no more often than Max Tries', async () => {
		await engine({ nodeTypes: ToyNode.doing(failing(2)) });
		const retrying = { ...toy, retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
		const nodes = [source, retrying];
		const result = await n8n.run({ nodes, items });
		expect(result.status).toBe('success');
		expect(result.tries('Toy')).toBe(3);
		await n8n.close();

		await engine({ nodeTypes: ToyNode.doing(failing(9)) });
		const exhausted = await n8n.run({ nodes: [source, { ...retrying, maxTries: 2 }], items });
		expect(exhausted.error?.message).toBe('Refused [call 2]');
		expect(exhausted.tries('Toy')).toBe(2);
	});

	it('a node that fails passes its input on with On Error: Continue', async () => {
		await engine({ nodeTypes: ToyNode.doing(failing(1)) });
		const result = await n8n.run({
			nodes: [
				source,
				{ ...toy, onError: 'continueRegularOutput' },
				// n8n calls an execution failed if its very last node failed, continuing or not.
				{ name: 'End', type: TEST_NODES.noOp },
			],
			items,
		});
		expect(result.status).toBe('success');
		expect(result.nodeError('Toy')?.message).toBe('Refused [call 1]');
		expect(result.json('End')).toEqual(items);
	});

	it('a node sends error items to its error output', async () => {
		await engine({
			nodeTypes: ToyNode.doing(async () => [
				{ json: { fine: true }, pairedItem: { item: 0 } },
				{ json: { error: { message: 'No' } }, pairedItem: { item: 1 } },
			]),
		});
		const result = await n8n.run({
			nodes: [
				source,
				{ ...toy, onError: 'continueErrorOutput' },
				{ name: 'Failed', type: TEST_NODES.noOp },
			],
			connections: [
				['Items', 'Toy'],
				['Toy', 'Failed', 1],
			],
			items,
		});
		expect(result.json('Toy', 0)).toEqual([{ fine: true }]);
		expect(result.json('Failed')).toEqual([{ n: 2, error: { message: 'No' } }]);
	});
});

describe('the memory of a node', () => {
	const counting = (failures: number) =>
		ToyNode.doing(async (context) => {
			const memory = context.getContext('node');
			memory['calls'] = Number(memory['calls'] ?? 0) + 1;
			if (Number(memory['calls']) <= failures) {
				throw new NodeOperationError(context.getNode(), `Call ${String(memory['calls'])}`);
			}
			return [{ json: { calls: memory['calls'] } }];
		});

	it('the context of a node survives Retry On Fail', async () => {
		await engine({ nodeTypes: counting(1) });
		const result = await n8n.run({
			nodes: [source, { ...toy, retryOnFail: true, maxTries: 2, waitBetweenTries: 1 }],
			items,
		});
		expect(result.json('Toy')).toEqual([{ calls: 2 }]);
	});

	it('the context of a node is saved, so that every "Retry execution" finds it', async () => {
		await engine({ nodeTypes: counting(2) });
		const end = { name: 'End', type: TEST_NODES.noOp };
		const first = await n8n.run({ nodes: [source, toy, end], items });
		expect(first.error?.message).toBe('Call 1');
		const second = await n8n.retry(first);
		expect(second.error?.message).toBe('Call 2');
		const third = await n8n.retry(second);
		expect(third.status).toBe('success');
		expect(third.json('End')).toEqual([{ calls: 3 }]);
		expect(third.runsOf('Toy')).toHaveLength(1);
		expect(third.tries('Items')).toBe(0);
		expect(third.json('Items')).toEqual(items);
	});
});

describe('ending an execution from outside', () => {
	const untilStopped = (started: () => void) =>
		ToyNode.doing(async (context) => {
			const signal = context.getExecutionCancelSignal();
			if (signal === undefined) throw new Error('The engine gave no signal');
			started();
			context.getContext('node')['before'] = true;
			await once(signal, 'abort');
			context.getContext('node')['after'] = true;
			throw signal.reason;
		});

	it('Stop ends a node in the middle of its work, and saves what was known by then', async () => {
		const stop = new AbortController();
		await engine({ nodeTypes: untilStopped(() => setImmediate(() => stop.abort())) });
		const result = await n8n.run({ nodes: [source, toy], items, stop: stop.signal });
		expect(result.status).toBe('canceled');
		expect(result.stopToEndMs).toBeGreaterThanOrEqual(0);
		expect(result.saved).toContain('before');
		expect(result.saved).not.toContain('after');
	});

	it('the time limit of a workflow ends its execution', async () => {
		await engine({ nodeTypes: untilStopped(() => {}) });
		const result = await n8n.run({ nodes: [source, toy], items, timeoutMs: 50 });
		expect(result.status).toBe('canceled');
		expect(result.runsOf('Items')).toHaveLength(1);
	});
});
