/** The demo itself, once its table is read: starts the emulator, runs the workflow, prints the outcome. */
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

import {
	designOf,
	KEYS,
	startEmulator,
	type Design,
	type Emulator,
} from '../../test/emulator/index.mts';
import {
	startEngine,
	TEST_NODES,
	type Engine,
	type RunResult,
} from '../../test/engine/harness/index.mts';
import { listZip } from '../../test/support/zip.mts';
import { demonstratePicture } from './picture-demo.mts';
import { showJobs } from './progress.mts';
import type { Table } from './read-table.mts';
import { count, fromHere, say } from './terminal.mts';

const NODE = 'ImaginePDF';
const OUT = path.resolve('out');
const WORKSPACE_CREDITS = 10_000;
/** The plan of the emulator's demo workspace takes this many rows in one batch. */
const ROWS_PER_BATCH = 500;
/** A job takes about two seconds, whatever its size: time enough to watch it. */
const QUEUE_MS = 300;
const RENDER_MS = 1500;
const LISTED = 5;

/** Resolves to whether every row became a PDF in a ZIP on disk. */
export async function demonstrate(table: Table, file: string): Promise<boolean> {
	const emulator = await startEmulator({
		timing: (rows) => ({ queueMs: QUEUE_MS, rowMs: RENDER_MS / rows.length, shape: 'steady' }),
	});
	try {
		if (table.rows.length > WORKSPACE_CREDITS) {
			emulator.addWorkspace({ key: KEYS.demo, name: 'Demo', credits: table.rows.length });
		}
		return await run(emulator, table, file);
	} finally {
		await emulator.close();
	}
}

async function run(emulator: Emulator, table: Table, file: string): Promise<boolean> {
	const design = chooseDesign(emulator, table.columns);
	say();
	say("Running the workflow on n8n's engine: Spreadsheet → ImaginePDF (Submit Batch) → ZIP");

	const stop = new AbortController();
	const onInterrupt = () => stop.abort();
	process.once('SIGINT', onInterrupt).once('SIGTERM', onInterrupt);
	const before = emulator.credits(KEYS.demo);
	const endProgress = showJobs(emulator, process.stdout);
	const n8n = await startEngine();
	try {
		const result = await runWorkflow(n8n, emulator, {
			designId: design.designId,
			rows: table.rows,
			name: path.parse(file).name,
			stop: stop.signal,
		});
		endProgress();
		say();
		for (const { message } of result.hints(NODE)) say(`Hint in n8n: ${message}`);
		for (const zip of await saveZips(n8n, result)) await printZip(zip);
		printEnd(result);
		const left = emulator.credits(KEYS.demo);
		const spent = (before - left).toLocaleString('en');
		say(`Credits spent: ${spent} (${left.toLocaleString('en')} left).`);
		if (result.status !== 'success') return false;
		const hasPicture = await demonstratePicture(n8n, emulator, OUT);
		printNextSteps();
		return hasPicture;
	} finally {
		process.off('SIGINT', onInterrupt).off('SIGTERM', onInterrupt);
		await n8n.close();
	}
}

/** The emulator's invoice; where no column fits it, a design made of the columns themselves. */
function chooseDesign(emulator: Emulator, columns: readonly string[]): Design {
	const invoice = emulator.designs(KEYS.demo).find(({ designId }) => designId === 'design_invoice');
	if (invoice === undefined) throw new Error('The emulator has no invoice design');
	const variables = invoice.variables.map(({ name }) => name);
	const matching = columns.filter((column) => variables.includes(column));
	if (matching.length === 0) {
		const own = designOf({
			designId: 'design_your_columns',
			name: 'Your columns',
			variables: columns.map((name) => ({ name, kind: 'text', sample: `Sample ${name}` })),
		});
		emulator.addDesign(KEYS.demo, own);
		say('Design:  none of the columns is a variable of the invoice design, so the demo made one');
		say(`         of your columns: ${columns.join(', ')}`);
		return own;
	}
	const unmatched = columns.filter((column) => !variables.includes(column)).join(', ');
	const blank = variables.filter((name) => !columns.includes(name)).join(', ');
	say(`Design:  ${invoice.name}, filled from the columns ${matching.join(', ')}`);
	if (unmatched) say(`         Columns it has no variable for: ${unmatched}`);
	if (blank) say(`         Variables that stay blank: ${blank}`);
	return invoice;
}

interface Work {
	designId: string;
	rows: Array<Record<string, string>>;
	/** Name for the ZIP, without its extension. */
	name: string;
	stop: AbortSignal;
}

/** Rows of the table → ImaginePDF, on n8n's real engine. */
async function runWorkflow(
	n8n: Engine,
	emulator: Emulator,
	{ designId, rows, name, stop }: Work,
): Promise<RunResult> {
	return await n8n.run({
		nodes: [
			{ name: 'Spreadsheet', type: TEST_NODES.items },
			{
				name: NODE,
				parameters: {
					resource: 'batch',
					operation: 'submit',
					designId: { __rl: true, mode: 'id', value: designId },
					rowSource: 'items',
					waitForCompletion: true,
					output: 'zip',
					options: {
						rowsPerBatch: ROWS_PER_BATCH,
						// Several jobs make several ZIPs, which then carry the names of their jobs.
						...(rows.length <= ROWS_PER_BATCH && { fileName: `${name}.zip` }),
					},
				},
				credentials: { imaginePdfApi: { apiKey: KEYS.demo, baseUrl: emulator.baseUrl } },
			},
		],
		items: rows.map((json) => ({ json })),
		stop,
	});
}

/** Resolves to the paths of the ZIPs on disk. */
async function saveZips(n8n: Engine, result: RunResult): Promise<string[]> {
	await mkdir(OUT, { recursive: true });
	const saved: string[] = [];
	for (const item of result.items(NODE)) {
		const { fileName } = await n8n.binaryMetadata(item, 'data');
		const file = path.join(OUT, path.basename(fileName ?? 'output.zip'));
		await pipeline(await n8n.binaryStream(item, 'data'), createWriteStream(file));
		saved.push(file);
	}
	return saved;
}

async function printZip(zip: string): Promise<void> {
	const entries = await listZip(zip);
	say(`${fromHere(zip)} holds ${count(entries.length, 'PDF')}:`);
	for (const { name, size } of entries.slice(0, LISTED)) {
		say(`  ${`${(size / 1000).toFixed(1)} kB`.padStart(9)}  ${name}`);
	}
	if (entries.length > LISTED) say(`             … and ${entries.length - LISTED} more`);
}

function printEnd({ status, error }: RunResult): void {
	if (status === 'success') return;
	if (status === 'canceled') say('Stopped before the end.');
	if (error !== undefined) say([error.message, error.description].filter(Boolean).join('\n'));
}

function printNextSteps(): void {
	say();
	say('What next');
	say('  Try your own table:   npm run demo -- my.csv');
	say('  Keep the service up:  npm run emulator');
	say('  Use it in your n8n:   Settings → Community nodes → install n8n-nodes-imaginepdf,');
	say('                        then add your ImaginePDF API key as a credential (see README.md)');
}
