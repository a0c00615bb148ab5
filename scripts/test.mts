/**
 * `npm test`: lint, types, tests, build, and the catalogue's scan of what would be published.
 * The tests run beside the other steps, which run one after another.
 */
import { capture } from './lib/commands.mjs';
import { runJest } from './lib/jest-run.mts';
import { Tally } from './lib/tally.mts';

const started = Date.now();
const tally = new Tally();
const failures: Array<{ name: string; output: string }> = [];

function report(name: string, passed: boolean, detail: string, started: number): void {
	const seconds = ((Date.now() - started) / 1000).toFixed(0);
	const verdict = passed ? 'ok' : 'FAILED';
	const clear = process.stdout.isTTY ? '\r\u001b[2K' : '';
	process.stdout.write(
		`${clear}  ${name.padEnd(16)} ${verdict.padEnd(7)} ${seconds.padStart(3)} s  ${detail}\n`,
	);
}

/** Runs a script that passes or fails as a whole. */
async function step(
	name: string,
	script: string,
	args: string[] = [],
	describe = (_printed: string) => '',
): Promise<boolean> {
	const started = Date.now();
	const { code, stdout, stderr } = await capture(process.execPath, [script, ...args]);
	const passed = code === 0;
	tally.check(passed);
	if (!passed) failures.push({ name, output: `${stdout}\n${stderr}` });
	report(name, passed, passed ? describe(stdout) : 'see below', started);
	return passed;
}

async function tests(): Promise<void> {
	const started = Date.now();
	const { passed, failed, skipped, suites, output } = await runJest();
	tally.add({ passed, failed });
	if (failed > 0) failures.push({ name: 'Tests', output });
	const left = skipped > 0 ? `, ${skipped} skipped` : '';
	const detail = `${passed} passed, ${failed} failed${left} in ${suites} files`;
	report('Tests', failed === 0, detail, started);
}

async function checks(): Promise<void> {
	const tsc = 'node_modules/typescript/bin/tsc';
	await step('Lint', 'node_modules/@n8n/node-cli/bin/n8n-node.mjs', ['lint']);
	await step('Types, package', tsc, ['--noEmit', '-p', 'tsconfig.json']);
	await step('Types, tests', tsc, ['--noEmit', '-p', 'tsconfig.test.json']);
	const built = await step('Build', 'node_modules/gulp/bin/gulp.js', ['build']);
	if (!built) {
		tally.check(false);
		process.stdout.write('  Pack and scan    not run, as there is nothing to pack\n');
		return;
	}
	const size = (printed: string) => /^.* packed, .*$/m.exec(printed)?.[0] ?? '';
	await step('Pack and scan', 'scripts/scan.mjs', [], size);
}

process.stdout.write(
	'Lint, types, build and scan run beside the tests. On two quiet cores this takes about two minutes and a half.\n',
);
await Promise.all([tests(), checks()]);
for (const { name, output } of failures) {
	process.stdout.write(`\n──── ${name} ────\n${output.trim()}\n`);
}
const minutes = ((Date.now() - started) / 60_000).toFixed(1);
process.stdout.write(`\nTook ${minutes} minutes.\n`);
tally.close();
