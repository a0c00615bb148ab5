import { ImaginePdfClient } from '../../../nodes/ImaginePdf/core/api/client.ts';
import { RouteMemory } from '../../../nodes/ImaginePdf/core/api/routes.ts';
import {
	Ledger,
	type LedgerScope,
	type Texts,
} from '../../../nodes/ImaginePdf/core/jobs/ledger.ts';
import { type PlannedJob, planJobs } from '../../../nodes/ImaginePdf/core/jobs/plan.ts';
import type { Clock, Logger } from '../../../nodes/ImaginePdf/core/ports.ts';
import type { PreparedRow } from '../../../nodes/ImaginePdf/core/rows/types.ts';
import { VirtualClock } from '../../client/virtual-clock.mts';
import { createUndiciHttp } from '../../client/undici-http.mts';
import { KEYS, startEmulator, type Emulator, type EmulatorOptions } from '../../emulator/index.mts';

export interface Note {
	level: 'info' | 'warn';
	message: string;
	details?: Record<string, unknown> | undefined;
}

export const SCOPE: Omit<LedgerScope, 'call'> = {
	where: '0',
	execution: 'e1',
	account: 'account',
	kind: 'batch',
	renderOptions: { profile: 'standard', missingVariables: 'blank' },
};

/** The core on one side, the emulator on the other, and HTTP in between; no n8n. */
export interface CoreSetup {
	emulator: Emulator;
	client: ImaginePdfClient;
	clock: Clock;
	logger: Logger;
	notes: Note[];
	random: () => number;
	ledger: Ledger;
	/** What n8n would save with the execution. */
	memory: Texts;
	/** The ledger of another try, over the same memory. */
	nextTry(more?: Partial<LedgerScope>): Ledger;
	close(): Promise<void>;
}

export async function openCoreSetup(
	options: EmulatorOptions = {},
	apiKey: string = KEYS.demo,
): Promise<CoreSetup> {
	const clock = new VirtualClock(Date.now());
	const emulator = await startEmulator({ pdfStyle: 'plain', ...options, clock });
	const http = createUndiciHttp({ baseUrl: emulator.baseUrl, apiKey });
	const notes: Note[] = [];
	const logger: Logger = {
		info: (message, details) => notes.push({ level: 'info', message, details }),
		warn: (message, details) => notes.push({ level: 'warn', message, details }),
	};
	const random = () => 0.5;
	const shared = { clock, logger, random };
	const client = new ImaginePdfClient({ ...shared, http, routes: new RouteMemory() });
	const memory: Texts = {};
	const nextTry = (more: Partial<LedgerScope> = {}) =>
		new Ledger(memory, { ...SCOPE, call: {}, ...more }, () => clock.now());
	const ledger = nextTry();
	const close = async () => {
		await http.close();
		await emulator.close();
		clock.close();
	};
	return { ...shared, emulator, client, notes, ledger, memory, nextTry, close };
}

/** Rows of the emulator's invoice design, each from an item of its own. */
export function invoiceRows(count: number, designId = 'design_invoice'): PreparedRow[] {
	return Array.from({ length: count }, (_, index) => {
		const values = { customer_name: `Customer ${index}`, invoice_number: `R-${index}` };
		const none = { blanked: [], matched: {}, leftOut: [], pictures: [], blankPictures: [] };
		return { itemIndexes: [index], itemIndex: index, designId, values, ...none };
	});
}

export function invoiceJobs(count: number, rowsPerBatch: number): PlannedJob[] {
	return planJobs(invoiceRows(count), rowsPerBatch);
}
