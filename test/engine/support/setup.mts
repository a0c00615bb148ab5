import { systemClock } from '../../../nodes/ImaginePdf/n8n/clock.ts';
import { realClock } from '../../client/clock.mts';
import { VirtualClock } from '../../client/virtual-clock.mts';
import { KEYS, startEmulator, type Emulator, type EmulatorOptions } from '../../emulator/index.mts';
import {
	IMAGINEPDF,
	startEngine,
	TEST_NODES,
	type BinaryMode,
	type Engine,
	type NodeSpec,
	type RunOptions,
	type RunResult,
} from '../harness/index.mts';
import { listZip } from '../../support/zip.mts';

const ownClock = { ...systemClock };

/** Name of the node under test in its workflow. */
export const NODE = 'ImaginePDF';

/** n8n's engine with the node, and the service it talks to. */
export interface EngineSetup {
	engine: Engine;
	emulator: Emulator;
	/** Runs items → ImaginePDF. */
	run(
		items: RunOptions['items'],
		node?: NodeUnderTest,
		options?: Partial<RunOptions>,
	): Promise<RunResult>;
	/** Rows that were paid for. */
	charged(): number;
	jobIds(): string[];
	/** The names of the entries of an item's ZIP. */
	zipNames(result: RunResult, index?: number): Promise<string[]>;
	close(): Promise<void>;
}

export interface NodeUnderTest extends Omit<Partial<NodeSpec>, 'parameters' | 'credentials'> {
	parameters?: Record<string, unknown>;
	apiKey?: string;
}

export const INVOICE = { __rl: true, mode: 'id', value: 'design_invoice' };

export interface EngineSetupOptions extends Omit<EmulatorOptions, 'timeScale' | 'clock'> {
	binaryMode?: BinaryMode;
	/** For what is promised to people: the machine's time, instead of one that passes only when all wait. */
	realTime?: boolean;
}

export async function openEngineSetup({
	binaryMode,
	realTime = false,
	...options
}: EngineSetupOptions = {}): Promise<EngineSetup> {
	const virtual = realTime ? undefined : new VirtualClock(Date.now());
	// The very object that the node reads its time from; nothing of the node is replaced.
	Object.assign(systemClock, virtual ? virtual.asPort() : ownClock);
	const clock = virtual ?? realClock;
	const emulator = await startEmulator({ pdfStyle: 'plain', ...options, clock });
	const engine = await startEngine({ hurries: !realTime, ...(binaryMode && { binaryMode }) });
	return {
		engine,
		emulator,
		run: async (items, node = {}, more = {}) =>
			await engine.run({
				items: items ?? [],
				nodes: [{ name: 'Items', type: TEST_NODES.items }, nodeSpec(emulator, node)],
				...more,
			}),
		charged: () => emulator.charges.reduce((sum, { rows }) => sum + rows, 0),
		jobIds: () => emulator.jobs.map(({ jobId }) => jobId),
		zipNames: async (result, index = 0) => {
			const item = result.items(NODE)[index];
			if (!item) throw new Error(`There is no item ${index}`);
			const entries = await listZip(await engine.readBinary(item, 'data'));
			return entries.map(({ name }) => name);
		},
		close: async () => {
			await emulator.close();
			virtual?.close();
			await engine.close();
		},
	};
}

/** The node under test, with a good key and a design unless told otherwise. */
export function nodeSpec(
	emulator: Emulator,
	{ parameters, apiKey = KEYS.demo, ...rest }: NodeUnderTest,
): NodeSpec {
	return {
		name: NODE,
		type: IMAGINEPDF,
		...rest,
		parameters: {
			resource: 'batch',
			operation: 'submit',
			designId: INVOICE,
			...parameters,
		} as NonNullable<NodeSpec['parameters']>,
		credentials: { imaginePdfApi: { apiKey, baseUrl: emulator.baseUrl } },
	};
}

/** Items as a CRM hands them over. */
export function invoices(count: number): Array<Record<string, string>> {
	return Array.from({ length: count }, (_, index) => ({
		customer_name: `Customer ${index}`,
		invoice_number: `R-${index}`,
		amount: `${index}.00`,
	}));
}
