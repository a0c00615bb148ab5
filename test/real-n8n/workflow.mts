import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import { z } from 'zod';

const NodeJson = z
	.object({
		id: z.string(),
		name: z.string(),
		type: z.string(),
		typeVersion: z.number(),
		position: z.tuple([z.number(), z.number()]),
		parameters: z.record(z.unknown()),
		credentials: z.record(z.object({ id: z.string(), name: z.string() })).optional(),
		disabled: z.boolean().optional(),
	})
	.passthrough();
export type NodeJson = z.infer<typeof NodeJson>;

const Link = z.object({ node: z.string(), type: z.string(), index: z.number() });

/** A workflow as n8n exports it. */
export const WorkflowJson = z
	.object({
		name: z.string().min(1),
		nodes: z.array(NodeJson),
		/** By node, kind of connection and output. */
		connections: z.record(z.record(z.array(z.array(Link)))),
		settings: z.record(z.unknown()),
	})
	.passthrough();
export type WorkflowJson = z.infer<typeof WorkflowJson>;

export interface Example {
	/** Its name in `examples/`, without the extension. */
	name: string;
	workflow: WorkflowJson;
}

/** The workflows of `examples/`, in the order of their file names. */
export async function readExamples(): Promise<Example[]> {
	const files = (await readdir('examples')).filter((file) => file.endsWith('.json')).sort();
	return await Promise.all(
		files.map(async (file) => ({
			name: path.parse(file).name,
			workflow: WorkflowJson.parse(JSON.parse(await readFile(path.join('examples', file), 'utf8'))),
		})),
	);
}

export interface NodeSpec extends Partial<NodeJson> {
	name: string;
	type: string;
}

/** From node, its output's number, to node, kind of connection. */
export type LinkSpec = [from: string, output: number, to: string, type?: string];

/** Where a manual execution begins. */
export const MANUAL = 'Start';
/** Splits the rows that come before it; each leaves as an item. */
export const ITEMS = 'One Item per Row';

/**
 * Nodes in one line, each connected to the next; `links` adds branches, which take the place of the
 * line where they begin or end. Nodes that serve another one (tools, models) stand outside the line.
 */
export function workflowOf(
	name: string,
	specs: readonly NodeSpec[],
	{ links = [], settings = {} }: { links?: LinkSpec[]; settings?: Record<string, unknown> } = {},
): WorkflowJson {
	const nodes = specs.map(nodeOf);
	const connections: WorkflowJson['connections'] = {};
	for (const link of [...lineOf(specs, links), ...links]) connect(connections, link);
	return {
		name,
		active: false,
		nodes,
		connections,
		settings: { executionOrder: 'v1', ...settings },
	};
}

function nodeOf(spec: NodeSpec, index: number): NodeJson {
	return {
		id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
		typeVersion: 1,
		position: [index * 220, 0],
		parameters: {},
		...spec,
	};
}

function lineOf(specs: readonly NodeSpec[], links: readonly LinkSpec[]): LinkSpec[] {
	const isMain = ([, , , type = 'main']: LinkSpec) => type === 'main';
	const servants = new Set(links.filter((link) => !isMain(link)).map(([from]) => from));
	const branching = new Set(
		links.filter(isMain).flatMap(([from, , to]) => [`from ${from}`, `to ${to}`]),
	);
	const line = specs.filter(({ name }) => !servants.has(name));
	return line.slice(1).flatMap(({ name }, index): LinkSpec[] => {
		const from = line[index]?.name ?? '';
		const taken = branching.has(`from ${from}`) || branching.has(`to ${name}`);
		return taken ? [] : [[from, 0, name]];
	});
}

function connect(
	connections: WorkflowJson['connections'],
	[from, output, to, type = 'main']: LinkSpec,
): void {
	const outputs = ((connections[from] ??= {})[type] ??= []);
	while (outputs.length <= output) outputs.push([]);
	outputs[output]?.push({ node: to, type, index: 0 });
}

/** Manual Trigger and these items, as nodes. */
export function itemNodes(rows: readonly object[]): NodeSpec[] {
	return [
		{ name: MANUAL, type: 'n8n-nodes-base.manualTrigger' },
		{
			name: 'Rows',
			type: 'n8n-nodes-base.set',
			typeVersion: 3.4,
			parameters: { mode: 'raw', jsonOutput: JSON.stringify({ rows }), options: {} },
		},
		splitRows('rows'),
	];
}

/** Makes an item of each entry of a field. */
export function splitRows(field: string): NodeSpec {
	return {
		name: ITEMS,
		type: 'n8n-nodes-base.splitOut',
		parameters: { fieldToSplitOut: field, options: {} },
	};
}

/** A node that changes nothing, to see what arrives where. */
export function passThrough(name: string): NodeSpec {
	return { name, type: 'n8n-nodes-base.noOp' };
}

/** Items as a CRM hands them over, for the emulator's invoice. */
export function invoices(count: number): Array<Record<string, string>> {
	return Array.from({ length: count }, (_, index) => ({
		customer_name: `Customer ${index + 1}`,
		invoice_number: `R-${index + 1}`,
		amount: `${index + 1}.00`,
	}));
}
