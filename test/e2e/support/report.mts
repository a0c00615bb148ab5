import { inspect } from 'node:util';

import type { Outcome } from './cases.mts';

/** One line, and the reason where something failed. */
export function printOutcome({ name, version, verdict, seconds, error }: Outcome): void {
	const time = `${seconds.toFixed(1)} s`;
	process.stdout.write(`  ${verdict.padEnd(7)} ${version.padEnd(9)} ${name} (${time})\n`);
	if (error === undefined) return;
	const reason = verdict === 'skipped' ? String(error) : inspect(error, { depth: 3 });
	process.stdout.write(`${reason.replace(/^/gm, '    ')}\n`);
}

/** Cases down, versions across. */
export function printTable(outcomes: readonly Outcome[]): void {
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
}
