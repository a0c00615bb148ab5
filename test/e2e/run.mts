import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';

import { installN8n } from '../../scripts/lib/real-n8n.mjs';
import { Tally } from '../../scripts/lib/tally.mts';
import { fail, fromArgument, readArguments } from '../../scripts/lib/terminal.mts';
import { killAll } from '../real-n8n/process.mts';
import { temporaryFolder } from '../support/folder.mts';
import { printOutcome, type Outcome } from '../support/outcome.mts';
import { crashQueueSuite, crashSuite } from './crashes.e2e.mts';
import { majorSuite } from './major.mts';
import { queueSuite } from './queue.e2e.mts';
import type { Major } from './support/cases.mts';
import { packPackage } from './support/instance.mts';

const USAGE = `Runs the packed node in real n8n servers, against the emulator.

  npm run test:e2e -- [--version 2] [--only text] [--no-queue] [--tarball file] [--keep]

  --version   only this major of n8n (1 or 2); queue mode belongs to 2
  --only      only cases whose name contains this text
  --no-queue  without queue mode
  --tarball   test this package instead of building and packing it
  --keep      leave n8n's folders and logs where they are, and print where
`;

function readOptions() {
	const { values } = readArguments(USAGE, {
		options: {
			version: { type: 'string' },
			only: { type: 'string', default: '' },
			'no-queue': { type: 'boolean', default: false },
			tarball: { type: 'string' },
			keep: { type: 'boolean', default: false },
		},
	});
	const { version, only, tarball, keep } = values;
	if (version !== undefined && version !== '1' && version !== '2') fail(USAGE);
	const majors: Major[] = version === undefined ? [2, 1] : [version === '1' ? 1 : 2];
	const queue = majors.includes(2) && !values['no-queue'] && 'queue mode'.includes(only || 'queue');
	return { majors, only, tarball, keep, queue };
}

process.once('exit', killAll);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const { majors, only, tarball: given, keep, queue } = readOptions();
const folder = await temporaryFolder('e2e');
const outcomes: Outcome[] = [];
const report = (outcome: Outcome) => {
	outcomes.push(outcome);
	printOutcome(outcome);
};
const tarball = given ? fromArgument(given) : await packPackage(folder);
// Side by side, since each spends half of its time on one core.
const installed = await Promise.all(majors.map(async (major) => await installN8n(major)));
for (const n8n of installed) {
	const place = path.join(folder, n8n.version);
	await mkdir(place, { recursive: true });
	const options = { n8n, tarball, folder: place, only, report };
	await majorSuite(options);
	await crashSuite(options);
	if (n8n.major === 1) await crashQueueSuite(options);
}
const queued = queue ? installed.find(({ major }) => major === 2) : undefined;
if (queued) {
	await queueSuite({ n8n: queued, tarball, folder: path.join(folder, 'queue'), report });
}
killAll();
if (keep) process.stdout.write(`\nLogs and data are in ${folder}\n`);
else await rm(folder, { recursive: true, force: true, maxRetries: 5 });
printTable();
const tally = new Tally();
for (const { verdict } of outcomes) if (verdict !== 'skipped') tally.check(verdict === 'passed');
tally.close();
process.exit(tally.passed > 0 ? process.exitCode : 1);

/** Cases down, versions across. */
function printTable(): void {
	const versions = [...new Set(outcomes.map(({ version }) => version))];
	const names = [...new Set(outcomes.map(({ name }) => name))];
	const width = Math.max(0, ...names.map((name) => name.length));
	const row = (first: string, cells: readonly string[]) =>
		`${[first.padEnd(width), ...cells.map((cell) => cell.padEnd(16))].join('  ').trimEnd()}\n`;
	process.stdout.write(`\n${row('', versions)}`);
	for (const name of names) {
		const cells = versions.map((version) => {
			const outcome = outcomes.find((one) => one.name === name && one.version === version);
			return outcome?.verdict ?? '–';
		});
		process.stdout.write(row(name, cells));
	}
	process.stdout.write('\n');
}
