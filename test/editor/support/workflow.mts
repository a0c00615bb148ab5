import type { Named, N8nRest } from '../../../scripts/lib/dev/rest.mts';

/** The node's name on the canvas. */
export const NODE_NAME = 'ImaginePDF';

export const INVOICES = [
	{ customer_name: 'Ada Lovelace', invoice_number: 'INV-1001', amount: '$240.00' },
	{ customer_name: 'Grace Hopper', invoice_number: 'INV-1002', amount: '$150.00' },
	{ customer_name: 'Katherine Johnson', invoice_number: 'INV-1003', amount: '$99.50' },
];

/** Creates a workflow of trigger → rows → our node with the given parameters, ready to be opened. */
export async function createWorkflow(
	rest: N8nRest,
	name: string,
	credential: Named,
	parameters: Record<string, unknown> = {},
): Promise<Named> {
	return await rest.createWorkflow({
		name,
		nodes: [
			node('Start', 'n8n-nodes-base.manualTrigger', 1, 0, {}),
			node('Invoices', 'n8n-nodes-base.set', 3.4, 1, {
				mode: 'raw',
				jsonOutput: JSON.stringify({ rows: INVOICES }),
				options: {},
			}),
			node('One Item per Invoice', 'n8n-nodes-base.splitOut', 1, 2, {
				fieldToSplitOut: 'rows',
				options: {},
			}),
			{
				...node(NODE_NAME, 'n8n-nodes-imaginepdf.imaginePdf', 1, 3, parameters),
				credentials: { imaginePdfApi: { id: credential.id, name: credential.name } },
			},
		],
		connections: {
			Start: next('Invoices'),
			Invoices: next('One Item per Invoice'),
			'One Item per Invoice': next(NODE_NAME),
		},
		settings: { executionOrder: 'v1' },
	});
}

const next = (node: string) => ({ main: [[{ node, type: 'main', index: 0 }]] });

function node(
	name: string,
	type: string,
	typeVersion: number,
	column: number,
	parameters: Record<string, unknown>,
) {
	return { id: name, name, type, typeVersion, position: [column * 220, 0], parameters };
}
