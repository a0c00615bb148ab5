import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { verdictOf, type Figure } from './figure.mts';

/** What one case gave: figures, or the reason there are none. */
export interface CaseReport {
	name: string;
	title: string;
	seconds: number;
	figures: Figure[];
	/** Why it could not be measured here. */
	unavailable?: string;
}

const DIGITS: Record<Figure['unit'], number> = { '×': 2, '%': 0, s: 2, ms: 1, MB: 1, kB: 1, bytes: 0 };

export function printCase({ title, seconds, figures, unavailable }: CaseReport): void {
	line(`\n${title} (${seconds.toFixed(1)} s)`);
	if (unavailable !== undefined) return line(`  not measured: ${unavailable}`);
	const cells = figures.map((figure) => [
		figure.name,
		shown(figure),
		aimOf(figure),
		verdictOf(figure),
	]);
	const table = [['', 'ratio', 'aim', 'verdict'], ...cells];
	const widths = [0, 1, 2, 3].map((column) =>
		Math.max(...table.map((row) => row[column]?.length ?? 0)),
	);
	for (const [index, row] of table.entries()) {
		line(`  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`);
		const note = figures[index - 1]?.note;
		if (note !== undefined) line(`      ${note}`);
	}
}

/** One line at the end: how many aims were met. */
export function printSummary(reports: readonly CaseReport[]): void {
	const verdicts = reports.flatMap(({ figures }) => figures).map(verdictOf);
	const count = (wanted: string) => verdicts.filter((verdict) => verdict === wanted).length;
	const absent = reports.filter(({ unavailable }) => unavailable !== undefined).length;
	line(
		`\n${count('met')} aims met, ${count('missed')} missed${absent ? `, ${absent} cases not measured` : ''}`,
	);
}

/** Writes all figures as JSON; returns the file's path. */
export function writeJson(file: string, reports: readonly CaseReport[], quick: boolean): string {
	const machine = { node: process.version, platform: process.platform, arch: process.arch };
	const content = {
		measuredAt: new Date().toISOString(),
		quick,
		machine,
		cases: reports.map((report) => ({
			...report,
			figures: report.figures.map((figure) => ({ ...figure, verdict: verdictOf(figure) })),
		})),
	};
	mkdirSync(path.dirname(file), { recursive: true });
	writeFileSync(file, `${JSON.stringify(content, null, '\t')}\n`);
	return file;
}

function shown({ value, unit }: Figure): string {
	return `${value.toFixed(DIGITS[unit])} ${unit}`;
}

function aimOf({ aim, unit }: Figure): string {
	if (!aim) return '';
	return 'atMost' in aim ? `≤ ${aim.atMost} ${unit}` : `≥ ${aim.atLeast} ${unit}`;
}

function line(text: string): void {
	process.stdout.write(`${text}\n`);
}
