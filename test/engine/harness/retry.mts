import type { WorkflowExecute } from 'n8n-core';
import type { INode, IRunExecutionData, IRunExecutionDataAll, Workflow } from 'n8n-workflow';

import { flatted, n8nWorkflow } from './modules.mts';

/** Execution data as n8n reads it back from its database. */
export function parseSaved(saved: string): IRunExecutionData {
	return n8nWorkflow.migrateRunExecutionData(flatted.parse(saved) as IRunExecutionDataAll);
}

/**
 * The saved data of an execution, made ready for "Retry execution": the error and the data of the
 * node that raised it go, so that the stack starts with this node again. Follows
 * `ExecutionService.retry` of n8n 2.x. The node's context stays, as everything else.
 *
 * @param nodes those of the workflow as it is now, which the stack gets
 */
export function dataForRetry(saved: string, nodes: readonly INode[]): IRunExecutionData {
	const data = parseSaved(saved);
	const { resultData } = data;
	const runs = resultData.runData[resultData.lastNodeExecuted ?? ''];
	if (resultData.lastNodeExecuted !== undefined) delete resultData.error;
	if (runs?.at(-1)?.error !== undefined) runs.pop();
	for (const entry of data.executionData?.nodeExecutionStack ?? []) {
		entry.node = nodes.find(({ name }) => name === entry.node.name) ?? entry.node;
	}
	return data;
}

/**
 * Takes the pause out of Retry On Fail, which is a timer of the machine (`getRetryParams` in
 * `workflow-execute.ts` of n8n-core 2.41 gives the tries and the pause).
 */
export function withoutWaits(execute: WorkflowExecute): void {
	const own: (...args: unknown[]) => [tries: number, waitMs: number] = Reflect.get(
		execute,
		'getRetryParams',
	);
	const hurrying = (...args: unknown[]) => [own.apply(execute, args)[0], 0];
	Object.assign(execute, { getRetryParams: hurrying });
}

/** Execution data of a workflow that is to run from its first node. */
export function dataFromStart(workflow: Workflow, startNode: string): IRunExecutionData {
	const node = workflow.getNode(startNode);
	if (!node) throw new Error(`The workflow has no node ${startNode}`);
	const start = { node, data: { main: [[{ json: {} }]] }, source: null };
	return n8nWorkflow.createRunExecutionData({ executionData: { nodeExecutionStack: [start] } });
}

/** What n8n 2 saves of an execution when it starts. */
export function runtimeDataOf(saved: string) {
	return parseSaved(saved).executionData?.runtimeData;
}
