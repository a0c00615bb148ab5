import type { LedgerScope } from '../../../nodes/ImaginePdf/core/jobs/ledger.ts';
import type { PreparedRow } from '../../../nodes/ImaginePdf/core/rows/types.ts';

export const SCOPE: Omit<LedgerScope, 'call'> = {
	where: '0',
	execution: 'e1',
	account: 'account',
	kind: 'batch',
	renderOptions: { profile: 'standard', missingVariables: 'blank' },
};

/** Rows of the emulator's invoice design, each from an item of its own. */
export function invoiceRows(count: number, designId = 'design_invoice'): PreparedRow[] {
	return Array.from({ length: count }, (_, index) => {
		const values = { customer_name: `Customer ${index}`, invoice_number: `R-${index}` };
		const none = { blanked: [], matched: {}, leftOut: [], pictures: [], blankPictures: [] };
		return { itemIndexes: [index], itemIndex: index, designId, values, ...none };
	});
}
