import type { Rest, Saved } from '../../real-n8n/rest.mts';
import { itemNodes, workflowOf } from '../../real-n8n/workflow.mts';

/** The node's name on the canvas. */
export const NODE_NAME = 'ImaginePDF';

export const INVOICES = [
	{ customer_name: 'Ada Lovelace', invoice_number: 'INV-1001', amount: '$240.00' },
	{ customer_name: 'Grace Hopper', invoice_number: 'INV-1002', amount: '$150.00' },
	{ customer_name: 'Katherine Johnson', invoice_number: 'INV-1003', amount: '$99.50' },
];

/** Creates a workflow of trigger → rows → our node with the given parameters, ready to be opened. */
export async function createWorkflow(
	rest: Rest,
	name: string,
	imaginePdfApi: Saved,
	parameters: Record<string, unknown> = {},
	items: Array<Record<string, unknown>> = INVOICES,
): Promise<Saved> {
	const type = 'n8n-nodes-imaginepdf.imaginePdf';
	const node = { name: NODE_NAME, type, parameters, credentials: { imaginePdfApi } };
	return await rest.createWorkflow(workflowOf(name, [...itemNodes(items), node]));
}
