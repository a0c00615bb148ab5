/**
 * `npm run demo [-- file.csv]`: rows of a spreadsheet become PDFs in a ZIP, made by this package's
 * node on n8n's real engine against an ImaginePDF service emulated on this machine.
 */
import path from 'node:path';

import { KEYS, startEmulator, type Emulator } from '../test/emulator/index.mts';
import { chooseDesign, type ChosenDesign } from './lib/demo-design.mts';
import { runWorkflow, type DemoOutcome } from './lib/demo-run.mts';
import { showJobs } from './lib/progress.mts';
import { readTable, UnusableFile, type Table } from './lib/read-table.mts';
import { listZip } from './lib/zip-listing.mts';

const EXAMPLE = path.resolve('examples/data/invoices.csv');
const OUT = path.resolve('out');
const WORKSPACE_CREDITS = 10_000;
/** A job takes about three seconds, whatever its size: time enough to watch it. */
const QUEUE_MS = 500;
const RENDER_MS = 2500;
const LISTED = 5;

const say = (line = '') => process.stdout.write(`${line}\n`);
const count = (n: number, one: string) => `${n.toLocaleString('en')} ${one}${n === 1 ? '' : 's'}`;
const names = (list: readonly string[]) => list.join(', ');

async function main(file: string): Promise<boolean> {
	const table = await readTable(file);
	const emulator = await startEmulator({
		timing: (rows) => ({ queueMs: QUEUE_MS, rowMs: RENDER_MS / rows.length, shape: 'steady' }),
	});
	try {
		if (table.rows.length > WORKSPACE_CREDITS) {
			emulator.addWorkspace({ key: KEYS.demo, name: 'Demo', credits: table.rows.length });
		}
		return await demonstrate(emulator, table, file);
	} finally {
		await emulator.close();
	}
}

async function demonstrate(emulator: Emulator, table: Table, file: string): Promise<boolean> {
	say('ImaginePDF for n8n: rows in, PDFs out');
	say();
	tellTable(table, file);
	const chosen = chooseDesign(emulator, table.columns);
	tellDesign(chosen);
	say();
	say("Running the workflow on n8n's engine: Spreadsheet → ImaginePDF (Submit Batch) → ZIP");

	const stop = new AbortController();
	const onInterrupt = () => stop.abort();
	process.once('SIGINT', onInterrupt).once('SIGTERM', onInterrupt);
	const before = emulator.credits(KEYS.demo);
	const endProgress = showJobs(emulator, process.stdout);
	const outcome = await runWorkflow({
		emulator,
		designId: chosen.design.designId,
		rows: table.rows,
		name: path.parse(file).name,
		folder: OUT,
		stop: stop.signal,
	});
	endProgress();
	process.off('SIGINT', onInterrupt).off('SIGTERM', onInterrupt);
	say();
	await tellOutcome(outcome);
	const left = emulator.credits(KEYS.demo);
	say(
		`Credits spent: ${(before - left).toLocaleString('en')} (${left.toLocaleString('en')} left).`,
	);
	if (outcome.result.status !== 'success') return false;
	tellNext();
	return true;
}

function tellTable({ rows, columns, separator, encoding }: Table, file: string): void {
	const shape = `${count(rows.length, 'row')}, ${count(columns.length, 'column')}`;
	say(`Input:   ${fromHere(file)} (${shape}, separated by ${separator}, ${encoding})`);
}

function tellDesign({ design, matching, unmatched, unfilled, made }: ChosenDesign): void {
	if (made) {
		say('Design:  none of the columns is a variable of the invoice design, so the demo made one');
		say(`         of your columns: ${names(matching)}`);
		return;
	}
	say(`Design:  ${design.name}, filled from the columns ${names(matching)}`);
	if (unmatched.length > 0) say(`         Columns it has no variable for: ${names(unmatched)}`);
	if (unfilled.length > 0) say(`         Variables that stay blank: ${names(unfilled)}`);
}

async function tellOutcome({ result, zips, hints }: DemoOutcome): Promise<void> {
	for (const hint of hints) say(`Hint in n8n: ${hint}`);
	for (const zip of zips) {
		const entries = await listZip(zip);
		say(`${fromHere(zip)} holds ${count(entries.length, 'PDF')}:`);
		for (const { name, size } of entries.slice(0, LISTED)) {
			say(`  ${kilobytes(size).padStart(9)}  ${name}`);
		}
		if (entries.length > LISTED) say(`             … and ${entries.length - LISTED} more`);
	}
	const { status, error } = result;
	if (status === 'success') return;
	if (status === 'canceled') say('Stopped before the end.');
	if (error !== undefined) say([error.message, error.description].filter(Boolean).join('\n'));
}

function tellNext(): void {
	say();
	say('What next');
	say('  Try your own table:   npm run demo -- my.csv');
	say('  Keep the service up:  npm run emulator');
	say('  Use it in your n8n:   Settings → Community nodes → install n8n-nodes-imaginepdf,');
	say('                        then add your ImaginePDF API key as a credential (see README.md)');
}

/** As one would type it in the folder where the command was started. */
function fromHere(file: string): string {
	const relative = path.relative(process.env['INIT_CWD'] ?? process.cwd(), file);
	return relative.startsWith('..') ? file : relative;
}

function kilobytes(bytes: number): string {
	return `${(bytes / 1000).toFixed(1)} kB`;
}

try {
	process.exitCode = (await main(process.argv[2] ?? EXAMPLE)) ? 0 : 1;
} catch (error) {
	if (!(error instanceof UnusableFile)) throw error;
	say(error.message);
	process.exitCode = 1;
}
