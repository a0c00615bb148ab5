import { DEFAULT_DESIGNS } from './designs.mts';
import type { Design, Plan, Workspace } from './model.mts';

/** Keys of the workspaces that are there from the start. */
export const KEYS = {
	/** Everything works, plenty of credits. */
	demo: 'pc_live_demo',
	expired: 'pc_live_expired',
	/** Plan without `batchGenerate`. */
	noBatch: 'pc_live_nobatch',
	/** Plan without `useApiKeys`. */
	noApi: 'pc_live_noapi',
	noCredits: 'pc_live_nocredits',
} as const;

export const PLANS = {
	free: { useApiKeys: false, batchGenerate: false, maxRowsPerBatch: 0 },
	starter: { useApiKeys: true, batchGenerate: false, maxRowsPerBatch: 0 },
	pro: { useApiKeys: true, batchGenerate: true, maxRowsPerBatch: 100 },
	business: { useApiKeys: true, batchGenerate: true, maxRowsPerBatch: 500 },
} satisfies Record<string, Plan>;

export type PlanName = keyof typeof PLANS;

export interface NewWorkspace {
	key: string;
	name?: string;
	credits?: number;
	/** Default: `business`. */
	plan?: PlanName | Plan;
	keyExpired?: boolean;
	/** Default: the emulator's own designs. */
	designs?: readonly Design[];
}

/** @param workspaceId must be new */
export function workspaceOf(given: NewWorkspace, workspaceId: string): Workspace {
	const { key, name = 'Workspace', credits = 1000, plan = 'business', keyExpired = false } = given;
	const designs = given.designs ?? DEFAULT_DESIGNS;
	return {
		workspaceId,
		key,
		name,
		credits,
		keyExpired,
		userEmail: 'owner@example.com',
		plan: typeof plan === 'string' ? PLANS[plan] : plan,
		designs: new Map(designs.map((design) => [design.designId, design])),
	};
}

export const DEFAULT_WORKSPACES: readonly NewWorkspace[] = [
	{ key: KEYS.demo, name: 'Demo', credits: 10_000 },
	{ key: KEYS.expired, name: 'Expired key', keyExpired: true },
	{ key: KEYS.noBatch, name: 'Plan without batches', plan: 'starter' },
	{ key: KEYS.noApi, name: 'Plan without API access', plan: 'free' },
	{ key: KEYS.noCredits, name: 'No credits', credits: 0 },
];
