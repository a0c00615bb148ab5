import { readdirSync, readFileSync } from 'node:fs';

import { z } from 'zod';

import { findOperation, nodeProperties } from '../../nodes/ImaginePdf/operations/index.ts';
import { WorkflowJson, type NodeJson } from '../real-n8n/workflow.mts';

const OURS = /^n8n-nodes-imaginepdf\.imaginePdf(Tool)?$/;
const NOTE = 'n8n-nodes-base.stickyNote';
/** Added by n8n to the tool variant of every node. */
const TOOL_PARAMETERS = ['descriptionType', 'toolDescription'];

const files = readdirSync('examples').filter((file) => file.endsWith('.json'));

const properties = nodeProperties();
const known = new Map(properties.map((property) => [property.name, property]));

/** Names of the 'Options' that the node's operation offers. */
function optionsOf(node: NodeJson): string[] {
	const { resource = 'batch', operation } = node.parameters;
	const shown = properties.filter(
		({ name, displayOptions }) =>
			name === (operation === undefined ? 'operation' : 'options') &&
			(displayOptions?.show?.['resource'] ?? []).includes(String(resource)),
	);
	const chosen = String(operation ?? shown[0]?.default);
	const found = findOperation(String(resource), chosen);
	expect(found?.value).toBe(chosen);
	const options = found?.fields.find(({ name }) => name === 'options');
	return (options?.options ?? []).map(({ name }) => name);
}

describe.each(files)('examples/%s', (file) => {
	const text = readFileSync(`examples/${file}`, 'utf8');
	const { nodes, connections } = WorkflowJson.parse(JSON.parse(text));
	const names = nodes.map(({ name }) => name);
	const ours = nodes.filter(({ type }) => OURS.test(type));

	it(`${file} has our node, and no two nodes of one name or ID`, () => {
		expect(ours).not.toHaveLength(0);
		expect(new Set(names).size).toBe(names.length);
		expect(new Set(nodes.map(({ id }) => id)).size).toBe(nodes.length);
	});

	it(`${file} connects every node, and only nodes that it has`, () => {
		const targets = Object.values(connections).flatMap((byType) =>
			Object.values(byType).flatMap((outputs) => outputs.flat().map(({ node }) => node)),
		);
		const linked = new Set([...Object.keys(connections), ...targets]);
		const steps = nodes.filter(({ type }) => type !== NOTE).map(({ name }) => name);
		expect([...linked].sort()).toEqual(steps.sort());
	});

	it.each(ours.map((node) => [node.name, node] as const))(
		`${file} gives its node "%s" only parameters that the node has`,
		(_name, node) => {
			const unknown = Object.keys(node.parameters).filter(
				(name) => !known.has(name) && !TOOL_PARAMETERS.includes(name),
			);
			expect(unknown).toEqual([]);
			const options = z.record(z.unknown()).parse(node.parameters['options'] ?? {});
			expect(optionsOf(node)).toEqual(expect.arrayContaining(Object.keys(options)));
			expect(node.typeVersion).toBe(1);
		},
	);

	it(`${file} names our credential as n8n does by itself, and no other credential`, () => {
		const credentials = nodes.map((node) => node.credentials).filter((one) => one !== undefined);
		expect(credentials).toHaveLength(ours.length);
		for (const one of credentials) {
			expect(one).toEqual({
				imaginePdfApi: { id: 'imaginePdfAccount', name: 'ImaginePDF account' },
			});
		}
	});

	it(`${file} explains itself in a note, and says what it costs`, () => {
		const notes = nodes.filter(({ type }) => type === NOTE);
		const about = notes.find(({ name }) => name === 'About');
		expect(about?.parameters['content']).toMatch(/^## .+\*\*Set up\*\*.+\*\*Cost:\*\*/s);
		const bold = notes.flatMap(({ parameters }) =>
			[...String(parameters['content']).matchAll(/(?:In|in|Replace|Open) \*\*([^*]+)\*\*/g)].map(
				([, name]) => name,
			),
		);
		// What a note calls by name is a node of the workflow.
		expect(names).toEqual(expect.arrayContaining(bold));
	});

	it(`${file} has only e-mail addresses of example.com`, () => {
		const addresses = text.match(/[\w.]+@[\w.-]+\.\w+/g) ?? [];
		expect(addresses.filter((address) => !address.endsWith('@example.com'))).toEqual([]);
	});
});
