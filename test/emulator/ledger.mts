import type { Hooks } from './hooks.mts';
import { Refused } from './http/answer.mts';
import type { Charge, Row, Workspace } from './model.mts';

type NewCharge = Omit<Charge, 'key' | 'workspaceId' | 'rows'>;

/** Every credit that was spent, and for what. */
export class Ledger {
	readonly charges: Charge[] = [];

	constructor(private readonly hooks: Hooks) {}

	/** The whole batch must be covered before any of it is taken (docs/imaginepdf-api.md, "Batch"). */
	assertCovered(workspace: Workspace, rows: number): void {
		if (workspace.credits >= rows) return;
		throw new Refused(
			402,
			'INSUFFICIENT_CREDITS',
			`This needs ${rows} credits; the workspace has ${workspace.credits}.`,
		);
	}

	/** Takes a credit for each of these rows. */
	charge(workspace: Workspace, charge: NewCharge): void {
		const rows = charge.values.length;
		workspace.credits -= rows;
		const entry = { ...charge, rows, key: workspace.key, workspaceId: workspace.workspaceId };
		this.charges.push(entry);
		this.hooks.emit('charge', entry);
	}

	/** Credits charged for rows that match, over all submits and single PDFs. */
	creditsFor(matches: (row: Row, charge: Charge) => boolean): number {
		return this.charges.reduce(
			(sum, charge) => sum + charge.values.filter((row) => matches(row, charge)).length,
			0,
		);
	}
}
