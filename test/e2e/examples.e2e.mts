import assert from 'node:assert/strict';

import { KEYS, type Emulator } from '../emulator/index.mts';
import { succeeded } from './support/setup.mts';
import { e2e, type E2eCase } from './support/cases.mts';
import { TRIGGERS } from './support/triggers.mts';
import type { Example, NodeJson, WorkflowJson } from '../real-n8n/workflow.mts';

/** Credential types that are ours; a node that needs another one cannot run here. */
const OWN = new Set(['imaginePdfApi']);

export interface Imported extends WorkflowJson {
	id: string;
}

/** With the ID under which it is imported. */
export function withId({ name, workflow }: Example): Imported {
	return { ...workflow, id: `example-${name}` };
}

/** The credential that all examples name, leading to the given service. */
export function exampleCredential(workflows: readonly WorkflowJson[], emulator: Emulator): object {
	const named = workflows.flatMap(({ nodes }) =>
		nodes.flatMap(({ credentials }) => credentials?.imaginePdfApi ?? []),
	);
	const [first] = named;
	assert.ok(first, 'No example names a credential');
	for (const { id } of named) assert.equal(id, first.id);
	const data = { apiKey: KEYS.demo, baseUrl: emulator.baseUrl };
	return { ...first, type: 'imaginePdfApi', data };
}

/** Each example is there after its import; those without foreign credentials run. */
export function examples(all: readonly Imported[], emulator: Emulator): E2eCase[] {
	return all.map((workflow) => {
		const trigger = workflow.nodes.find(({ type }) => type in TRIGGERS);
		const start = trigger && TRIGGERS[trigger.type];
		const runs = start && !needsForeign(workflow, trigger);
		return e2e(
			`${workflow.id.replace('-', ' ')}: ${runs ? 'imports and runs' : 'imports'}`,
			async ({ server }) => {
				const imported = await server.workflow(workflow.id);
				assert.deepEqual(names(imported.nodes), names(workflow.nodes));
				if (!runs) return;
				const execution = await start(server, workflow, trigger);
				succeeded(execution);
				const ours = workflow.nodes.filter(({ type }) => type.startsWith('n8n-nodes-imaginepdf.'));
				for (const { name } of ours) {
					assert.ok(execution.runs(name).length > 0, `${name} was not reached`);
				}
				assert.deepEqual(emulator.leaks, []);
			},
		);
	});
}

function names(nodes: readonly NodeJson[]): string[] {
	return nodes.map(({ name }) => name).sort();
}

/** Whether a node on the way from the trigger needs an account that is not ours. */
function needsForeign(workflow: WorkflowJson, trigger: NodeJson): boolean {
	const reached = new Set([trigger.name]);
	for (const name of reached) {
		for (const outputs of Object.values(workflow.connections[name] ?? {})) {
			for (const { node } of outputs.flat()) reached.add(node);
		}
	}
	return workflow.nodes
		.filter(({ name, disabled }) => reached.has(name) && !disabled)
		.some(({ credentials }) => Object.keys(credentials ?? {}).some((type) => !OWN.has(type)));
}
