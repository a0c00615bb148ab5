import type { Design, DesignVariable, TreeShape } from '../model.mts';
import type { Choices } from '../options.mts';
import { tokensOf, unboundTexts } from '../values.mts';

/*
 * A design as the API tells it. What is not documented (the shape of nodes and of the variable
 * store, how a cell is written) is as `Choices` say.
 */

interface Node {
	id: string;
	type: string;
	name?: string;
	data: Record<string, unknown>;
	styles?: Record<string, unknown>;
}

/** The whole tree as the second generation's `GET /designs/:id/tree` gives it (section Designs). */
export function treeOf(design: Design, choices: Choices): Record<string, unknown> {
	const shape = choices.variableStore === 'design' ? design.treeShape : choices.variableStore;
	const variables = storeOf(design, shape, choices);
	return { ...configOf(design, choices), ...(variables !== undefined && { variables }) };
}

/** The first generation's `config`: the tree without its variables, which stand beside it. */
export function configOf(design: Design, choices: Choices): Record<string, unknown> {
	const nodes = nodesOf(design, choices);
	const pages = Array.from({ length: design.pages }, (_, index) => ({
		id: `page_${index + 1}`,
		name: `Page ${index + 1}`,
		size: 'A4',
		// All content lies on the first page.
		children: index === 0 ? nodes.map(({ id }) => id) : [],
	}));
	return { metadata: { schemaVersion: 'v1' }, pages, nodes: arranged(nodes, choices.nodes) };
}

/**
 * The first generation's `variables`: an object by name. There a `{{name}}` inside any text is a
 * variable of its own.
 */
export function namedVariables(design: Design, choices: Choices): Record<string, unknown> {
	const samples = design.variables.map(({ sample }) => sample);
	const own = [...samples, ...unboundTexts(design)].flatMap(tokensOf);
	const tokenSamples = Object.assign({}, ...design.variables.map(({ tokens }) => tokens));
	const tokens = own.map((name): [string, unknown] => [
		name,
		schemaOf({ name, kind: 'text', sample: String(tokenSamples[name] ?? '') }, choices),
	]);
	const bound = design.variables.map((variable): [string, unknown] => [
		variable.name,
		schemaOf(variable, choices),
	]);
	// A variable wins over a token of the same name.
	return Object.fromEntries([...bound, ...tokens, ...bound]);
}

function storeOf(design: Design, shape: TreeShape, choices: Choices): unknown {
	const entries = design.variables.map((variable, index) => ({
		variable: {
			name: variable.name,
			...schemaOf(variable, choices),
			...(choices.nodeNames === 'unnamed' && { nodeId: nodeId(index) }),
		},
		index,
	}));
	const keyed = (key: (index: number, name: string) => string) =>
		Object.fromEntries(entries.map(({ variable, index }) => [key(index, variable.name), variable]));
	switch (shape) {
		case 'byName':
			return keyed((_index, name) => name);
		case 'byId':
			return keyed((index) => `var_${String(index + 1).padStart(3, '0')}`);
		case 'byNode':
			return keyed(nodeId);
		case 'array':
			return entries.map(({ variable }) => variable);
		case 'odd':
			return { version: 7, defined: entries.length };
		case 'absent':
			return undefined;
	}
}

function schemaOf({ kind, label, sample }: DesignVariable, { variableTypes }: Choices) {
	const shown = label !== undefined && { label };
	return variableTypes === 'told' ? { type: kind, ...shown, default: sample } : { ...shown };
}

function nodeId(index: number): string {
	return `node_${index + 1}`;
}

/** The bound elements, then the others, then a line that holds nothing. */
function nodesOf({ variables, texts, unbound }: Design, choices: Choices): Node[] {
	const bound = variables.map((variable, index): Node => ({
		id: nodeId(index),
		type: variable.kind,
		...(choices.nodeNames === 'named' && { name: variable.name }),
		...(variable.isHidden && { isHidden: true }),
		...variable.further,
		...contentOf(variable, choices),
	}));
	const fixed = texts.map((content, index): Node => ({
		id: nodeId(variables.length + index),
		type: 'text',
		name: `Text ${index + 1}`,
		data: { content },
	}));
	const others = unbound.map(({ name, type, content }, index): Node => ({
		id: `node_unbound_${index + 1}`,
		type,
		name,
		data: content === undefined ? {} : { content },
	}));
	const line: Node = { id: 'node_line', type: 'line', name: 'Line', data: {} };
	return [...bound, ...fixed, ...others, line];
}

function contentOf(
	{ kind, sample, list, template, headerRow = true, tableCells }: DesignVariable,
	choices: Choices,
): Pick<Node, 'data' | 'styles'> {
	if (kind === 'image') return { data: { src: sample } };
	if (typeof sample === 'string') return { data: { content: list ?? sample } };
	const columns = Math.max(0, ...sample.map((row) => row.length));
	const form = tableCells ?? choices.tableCells;
	const cells = sample.map((row) => row.map((text) => cellOf(text, form)));
	const data = { rows: sample.length, columns, ...(template && { template }), cells };
	if (headerRow === null) return { data };
	if (choices.headerRow === 'styles') return { data, styles: { headerRow } };
	return { data: { ...data, headerRow } };
}

function cellOf(text: string, tableCells: Choices['tableCells']): unknown {
	if (tableCells === 'strings') return text;
	const data = tableCells === 'data' ? text : { content: text };
	return { type: 'text', data, styles: {} };
}

function arranged(nodes: Node[], layout: Choices['nodes']): unknown {
	switch (layout) {
		case 'byId':
			return Object.fromEntries(
				nodes.map(({ id, ...node }) => [id, { ...node, parent: 'page_1' }]),
			);
		case 'list':
			return nodes.map((node) => ({ ...node, parent: 'page_1' }));
		case 'nested': {
			const frame = { id: 'frame_1', type: 'frame', name: 'Frame', children: nodes };
			return { root: { id: 'root', type: 'document', children: [frame] } };
		}
	}
}
