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
	/** Its parameters, where there is nothing else to say of it. */
	parameters?: NodeUnderTest['parameters'];
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
	private constructor(
		readonly server: N8nServer,
		private readonly caseName: string,
		readonly emulator: Emulator,
		/** Moves the service's time forward, so that a job that takes a day ends at once. */
		readonly leap: (ms: number) => void,
	) {}

	/** IDs are such that no other case's service gives out. */
	static async open(
		server: N8nServer,
		caseName: string,
		options: EmulatorOptions = {},
	): Promise<CaseSetup> {
		const scaled = scaledClock(TIME_SCALE);
		let ahead = 0;
		const clock: Clock = {
			now: () => scaled.now() + ahead,
			monotonicNow: () => scaled.monotonicNow(),
			sleep: async (ms, signal) => await scaled.sleep(ms, signal),
		};
		const seed = ++lastSeed;
		const emulator = await startEmulator({ clock, pdfStyle: 'plain', seed, ...options });
		return new CaseSetup(server, caseName, emulator, (ms) => {
			ahead += ms;
		});
	}

	/** The node under test, ready for a workflow. */
	async node(spec: NodeUnderTest = {}): Promise<NodeSpec> {
		const { apiKey = KEYS.demo, parameters, ...rest } = spec;
		return {
			name: NODE,
			type: 'n8n-nodes-imaginepdf.imaginePdf',
			...rest,
			parameters: { resource: 'batch', operation: 'submit', designId: INVOICE, ...parameters },
			credentials: { imaginePdfApi: await this.credential(apiKey) },
		};
	}

	async credential(apiKey: string): Promise<{ id: string; name: string }> {
		const data = { apiKey, baseUrl: this.emulator.baseUrl };
		return await this.server.saveCredential(this.caseName, 'imaginePdfApi', data);
	}

	/** Saves items → node → more, starts it by hand, and tells the execution's ID. */
	async begin(spec: RunSpec = {}): Promise<string> {
		const { items = invoices(3), parameters = {}, after = [], links, settings } = spec;
		const own = await this.node(spec.node ?? { parameters });
		const nodes = [...itemNodes(items), own, ...after];
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
	async run(spec: RunSpec = {}): Promise<Execution> {
		return await this.server.ended(await this.begin(spec));
	}

	/** A run that must succeed. */
	async succeed(spec: RunSpec = {}): Promise<Execution> {
		return succeeded(await this.run(spec));
	}

	/** "Retry execution" by hand, which must succeed. */
	async retry(executionId: string, withSavedWorkflow = false): Promise<Execution> {
		return succeeded(await this.server.retryExecution(executionId, withSavedWorkflow));
	}

	/** The bytes of the file that an item carries. */
	async file({ binary }: Item, field = 'data'): Promise<Buffer> {
		const file = binary?.[field];
		if (!file) throw new Error(`The item has no file in ${field}`);
		return await this.server.readBinary(file);
	}

	/** Credits that were spent. */
	charged(): number {
		return this.emulator.charges.reduce((sum, { rows }) => sum + rows, 0);
	}

	/** Credits that each of the first invoices has cost. */
	creditsOf(count: number): number[] {
		return invoices(count).map(({ invoice_number: number }) =>
			this.emulator.creditsFor({ invoice_number: number }),
		);
	}

	/** The numbers that are printed on the invoices of these items: one item per PDF. */
	async printed(items: readonly Item[]): Promise<string[]> {
		return await Promise.all(
			items.map(async (item) => {
				const text = item.binary ? await pdfText(await this.file(item)) : 'no file';
				return /\bR-\d+\b/.exec(text)?.[0] ?? text;
			}),
		);
	}

	async close(): Promise<void> {
		await this.emulator.close();
	}
}

export function succeeded(execution: Execution): Execution {
	if (execution.status === 'success') return execution;
	throw new Error(execution.summary());
}
