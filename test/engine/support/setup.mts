import { systemClock } from '../../../nodes/ImaginePdf/n8n/session.ts';
import { realClock } from '../../client/clock.mts';
import { VirtualClock } from '../../client/virtual-clock.mts';
import {
	actions,
	KEYS,
	startEmulator,
	type Emulator,
	type EmulatorOptions,
	type Fault,
	type FaultAction,
} from '../../emulator/index.mts';
import {
	IMAGINEPDF,
	startEngine,
	TEST_NODES,
	type BinaryMode,
	type Engine,
	type NodeSpec,
	type RetryOptions,
	type RunOptions,
	type RunResult,
} from '../harness/index.mts';
import { listZip } from '../../support/zip.mts';

const ownClock = { ...systemClock };

/** Name of the node under test in its workflow. */
export const NODE = 'ImaginePDF';

export const byId = (value: string) => ({ __rl: true, mode: 'id', value });
export const INVOICE = byId('design_invoice');
export const GENERATE = { resource: 'pdf', operation: 'generate' };
export const ONE_BY_ONE = { rowsPerBatch: 1, maxConcurrentJobs: 1 };
export const RETRY = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 };
export const CONTINUE = { onError: 'continueRegularOutput' } as const;
/** Jobs that are through as soon as they are looked at. */
export const QUICK = { queueMs: 10, rowMs: 10 };

const refused = actions.refusal(403, 'FORBIDDEN');
/** Charged, and then an answer of which nobody can tell what it means. */
export const charged500 = () => actions.answerAfter({ status: 500 });

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
	/** "Retry" on the saved execution, with parameters of the node that were changed meanwhile. */
	retry(
		failed: RunResult,
		edited?: Record<string, unknown>,
		options?: RetryOptions,
	): Promise<RunResult>;
	/** 'Batch: Download' of these jobs, in an execution of its own. */
	download(jobIds?: string[], parameters?: Record<string, unknown>): Promise<RunResult>;
	/** Plans what goes wrong at a route; returns what takes it back. */
	fault(
		route: Fault['route'],
		action: Fault['action'],
		more?: Omit<Fault, 'route' | 'action'>,
	): () => void;
	/** A job that is paid for is not fetched: its link is refused so often. */
	notFetched(times?: number): void;
	/** A submit is charged for, and nobody can tell by its answer. */
	lostSubmit(): void;
	/** Another API key of the same workspace, for a retry. */
	otherKey(): RetryOptions;
	/** Rows that were paid for. */
	charged(): number;
	jobIds(): string[];
	/** Requests on a route. */
	count(route: string): number;
	/** The names of the entries of an item's ZIP. */
	zipNames(result: RunResult, index?: number): Promise<string[]>;
	close(): Promise<void>;
}

export interface NodeUnderTest extends Omit<Partial<NodeSpec>, 'parameters' | 'credentials'> {
	parameters?: Record<string, unknown>;
	apiKey?: string;
}

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
	const run: EngineSetup['run'] = async (items, node = {}, more = {}) =>
		await engine.run({
			items: items ?? [],
			nodes: [{ name: 'Items', type: TEST_NODES.items }, nodeSpec(emulator, node)],
			...more,
		});
	const fault: EngineSetup['fault'] = (route, action, more) =>
		emulator.faults.add({ route, action, ...more });
	const jobIds = () => emulator.jobs.map(({ jobId }) => jobId);
	return {
		engine,
		emulator,
		run,
		retry: async (failed, edited, more) =>
			await engine.retry(failed, {
				...more,
				...(edited && { edited: { [NODE]: edited as NonNullable<NodeSpec['parameters']> } }),
			}),
		download: async (ids = jobIds(), parameters = {}) =>
			await run(
				ids.map((jobId) => ({ jobId })),
				{ parameters: { operation: 'download', ...parameters } },
			),
		fault,
		notFetched: (times = 1) => void fault('download', refused, { times }),
		lostSubmit: () => void fault('submit', charged500(), { call: 1 }),
		otherKey() {
			emulator.addKey(KEYS.demo, 'pc_live_second');
			const imaginePdfApi = { apiKey: 'pc_live_second', baseUrl: emulator.baseUrl };
			return { credentials: { [NODE]: { imaginePdfApi } } };
		},
		charged: () => emulator.charges.reduce((sum, { rows }) => sum + rows, 0),
		jobIds,
		count: (wanted) => emulator.requests.filter(({ route }) => route === wanted).length,
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

/**
 * The same for each test of a `describe` or file, which closes it.
 * @returns whatever is open at the moment; `reopen` opens another, with more options
 */
export function setUp(
	options: EngineSetupOptions = {},
): EngineSetup & { reopen(more: EngineSetupOptions): Promise<void> } {
	let opened: EngineSetup | undefined;
	const open = async (more: EngineSetupOptions = {}) => {
		await opened?.close();
		opened = await openEngineSetup({ ...options, ...more });
	};
	beforeEach(async () => await open());
	afterEach(async () => {
		jest.restoreAllMocks();
		await opened?.close();
		opened = undefined;
	});
	const handler: ProxyHandler<object> = {
		get: (_, name) => (name === 'reopen' ? open : Reflect.get(Object(opened), name)),
	};
	return new Proxy<never>({} as never, handler);
}

/** The result of a run in which all must go well. */
export function good(result: RunResult): RunResult {
	const { error } = result;
	if (error) throw new Error(`${error.message}\n${error.description}`);
	return result;
}

/** What a fault does, save that something else happens first. */
export function whenStruck(happens: () => void, action: FaultAction = refused): FaultAction {
	return {
		...action,
		async before(context) {
			happens();
			return await action.before?.(context);
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
