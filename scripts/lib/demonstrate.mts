/** The demo itself, once its table is read: emulator up, workflow run, outcome told. */
import path from 'node:path';

import { KEYS, startEmulator, type Emulator } from '../../test/emulator/index.mts';
import { chooseDesign, type ChosenDesign } from './demo-design.mts';
import { runWorkflow, type DemoOutcome } from './demo-run.mts';
import { showJobs } from './progress.mts';
import type { Table } from './read-table.mts';
import { count, fromHere, say } from './demo-text.mts';
import { listZip } from './zip-listing.mts';

const OUT = path.resolve('out');
const WORKSPACE_CREDITS = 10_000;
/** A job takes about two seconds, whatever its size: time enough to watch it. */
const QUEUE_MS = 300;
const RENDER_MS = 1500;
const LISTED = 5;

const names = (list: readonly string[]) => list.join(', ');

/** Resolves to whether every row became a PDF in a ZIP on disk. */
export async function demonstrate(table: Table, file: string): Promise<boolean> {
	const emulator = await startEmulator({
		timing: (rows) => ({ queueMs: QUEUE_MS, rowMs: RENDER_MS / rows.length, shape: 'steady' }),
	});
	try {
		if (table.rows.length > WORKSPACE_CREDITS) {
			emulator.addWorkspace({ key: KEYS.demo, name: 'Demo', credits: table.rows.length });
		}
		return await runAndTell(emulator, table, file);
	} finally {
		await emulator.close();
	}
}

async function runAndTell(emulator: Emulator, table: Table, file: string): Promise<boolean> {
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

function kilobytes(bytes: number): string {
	return `${(bytes / 1000).toFixed(1)} kB`;
}
