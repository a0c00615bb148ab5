import type { Clock } from '../../../nodes/ImaginePdf/core/ports.ts';
import { scaledClock } from '../../client/clock.mts';
import { KEYS, startEmulator, type Emulator, type EmulatorOptions } from '../../emulator/index.mts';
import { pdfText } from '../../support/pdf-text.mts';
import type { Execution, Item } from './execution.mts';
import type { N8nServer } from './server.mts';
import {
	invoices,
	itemNodes,
	MANUAL,
	workflowOf,
	type LinkSpec,
	type NodeSpec,
} from '../../real-n8n/workflow.mts';

/** Name of the node under test in its workflow. */
export const NODE = 'ImaginePDF';
export const INVOICE = { __rl: true, mode: 'id', value: 'design_invoice' };

/** Jobs end within the node's first status requests; only the node waits in real time. */
const TIME_SCALE = 50;

let lastSeed = 0;

export interface RunSpec {
	items?: readonly object[];
	/** The node under test. */
	node?: NodeUnderTest;
	/** Nodes after it. */
	after?: NodeSpec[];
	links?: LinkSpec[];
	settings?: Record<string, unknown>;
}

export interface NodeUnderTest extends Partial<NodeSpec> {
	/** The emulator's demo key unless given. */
	apiKey?: string;
}

/** What one case works with: a service of its own, and credentials that lead to it. */
export class CaseSetup {
	private emulators: Emulator[] = [];

	constructor(
		readonly server: N8nServer,
		private readonly caseName: string,
	) {}

	/** A service of this case's own, with IDs that no other case's service gives out. */
	async emulator(options: EmulatorOptions = {}): Promise<Emulator> {
		const defaults = { timeScale: TIME_SCALE, pdfStyle: 'plain', seed: ++lastSeed } as const;
		const emulator = await startEmulator({ ...defaults, ...options });
		this.emulators.push(emulator);
		return emulator;
	}

	/** The node under test, ready for a workflow. */
	async node(emulator: Emulator, spec: NodeUnderTest = {}): Promise<NodeSpec> {
		const { apiKey = KEYS.demo, parameters, ...rest } = spec;
		return {
			name: NODE,
			type: 'n8n-nodes-imaginepdf.imaginePdf',
			...rest,
			parameters: { resource: 'batch', operation: 'submit', designId: INVOICE, ...parameters },
			credentials: { imaginePdfApi: await this.credential(emulator, apiKey) },
		};
	}

	async credential(emulator: Emulator, apiKey: string): Promise<{ id: string; name: string }> {
		const data = { apiKey, baseUrl: emulator.baseUrl };
		return await this.server.saveCredential(this.caseName, 'imaginePdfApi', data);
	}

	/** Saves items → node → more, starts it by hand, and tells the execution's ID. */
	async begin(emulator: Emulator, spec: RunSpec = {}): Promise<string> {
		const { items = invoices(3), node, after = [], links, settings } = spec;
		const nodes = [...itemNodes(items), await this.node(emulator, node), ...after];
		const workflow = workflowOf(this.caseName, nodes, {
			...(links && { links }),
			...(settings && { settings }),
		});
		return await this.beginWorkflow(await this.server.saveWorkflow(workflow));
	}

	async beginWorkflow(workflowId: string, trigger = MANUAL): Promise<string> {
		return await this.server.begin(workflowId, trigger);
	}

	/** As `begin`, to the end of the execution. */
	async run(emulator: Emulator, spec: RunSpec = {}): Promise<Execution> {
		return await this.server.ended(await this.begin(emulator, spec));
	}

	/** A run that must succeed. */
	async succeed(emulator: Emulator, spec: RunSpec = {}): Promise<Execution> {
		const execution = await this.run(emulator, spec);
		if (execution.status !== 'success') throw new Error(execution.summary());
		return execution;
	}

	/** The numbers that are printed on the invoices of these items: one item per PDF. */
	async printed(items: readonly Item[]): Promise<string[]> {
		return await Promise.all(
			items.map(async ({ binary }) => {
				const file = binary?.data;
				if (!file) return 'no file';
				const text = await pdfText(await this.server.readBinary(file));
				return /\bR-\d+\b/.exec(text)?.[0] ?? 'no number';
			}),
		);
	}

	async close(): Promise<void> {
		await Promise.all(this.emulators.map(async (emulator) => await emulator.close()));
	}
}

/** Credits that were spent. */
export function charged(emulator: Emulator): number {
	return emulator.charges.reduce((sum, { rows }) => sum + rows, 0);
}

/** Credits that each of the first invoices has cost. */
export function creditsOf(emulator: Emulator, count: number): number[] {
	return invoices(count).map(({ invoice_number: number }) =>
		emulator.creditsFor({ invoice_number: number }),
	);
}

/** A clock that can be moved forward, so that a job that takes a day ends at once. */
export function leapingClock(): Clock & { leap(ms: number): void } {
	const clock = scaledClock(TIME_SCALE);
	let ahead = 0;
	return {
		now: () => clock.now() + ahead,
		monotonicNow: () => clock.monotonicNow(),
		sleep: async (ms, signal) => await clock.sleep(ms, signal),
		leap(ms) {
			ahead += ms;
		},
	};
}
