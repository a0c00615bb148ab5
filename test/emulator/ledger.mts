import type { Hooks } from './hooks.mts';
import { Refused } from './http/answer.mts';
import type { Charge, Workspace } from './model.mts';

/** Every credit that was spent, and for what. */
export class Ledger {
	readonly charges: Charge[] = [];

	constructor(private readonly hooks: Hooks) {}

	/** The whole batch must be covered before any of it is taken (API page, section Batch). */
	assertCovered(workspace: Workspace, rows: number): void {
		if (workspace.credits >= rows) return;
		throw new Refused(
			402,
			'INSUFFICIENT_CREDITS',
			`This needs ${rows} credits; the workspace has ${workspace.credits}.`,
		);
	}

	charge(workspace: Workspace, charge: Omit<Charge, 'key' | 'workspaceId'>): void {
		workspace.credits -= charge.rows;
		const entry = { ...charge, key: workspace.key, workspaceId: workspace.workspaceId };
		this.charges.push(entry);
		this.hooks.emit('charge', entry);
	}
}
