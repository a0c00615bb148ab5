/**
 * `npm test`: lint, types, tests, build, and the catalogue's scan of what would be published.
 * The tests run beside the other steps, which run one after another.
 */
import path from 'node:path';

import { capture } from './lib/commands.mjs';
import { runJest } from './lib/jest-run.mjs';
import { ensureInstalled, root } from './lib/setup.mjs';
import { Tally } from './lib/tally.mjs';

const bin = (file) => path.join(root, 'node_modules', file);
const node = (file, ...args) => capture(process.execPath, [bin(file), ...args]);

const tally = new Tally();
const failures = [];

function report(name, passed, detail, started) {
	const seconds = ((Date.now() - started) / 1000).toFixed(0);
	const verdict = passed ? 'ok' : 'FAILED';
	process.stdout.write(
		`  ${name.padEnd(16)} ${verdict.padEnd(7)} ${seconds.padStart(3)} s  ${detail}\n`,
	);
}

/** Runs a step that passes or fails as a whole. */
async function step(name, run, describe = () => '') {
	const started = Date.now();
	const { code, stdout, stderr } = await run();
	const passed = code === 0;
	tally.check(passed);
	if (!passed) failures.push({ name, output: `${stdout}\n${stderr}` });
	report(name, passed, passed ? describe(stdout) : 'see below', started);
	return passed;
}

async function tests() {
	const started = Date.now();
	const { passed, failed, skipped, suites, output } = await runJest();
	tally.add({ passed, failed });
	if (failed > 0) failures.push({ name: 'Tests', output });
	const left = skipped > 0 ? `, ${skipped} skipped` : '';
	report(
		'Tests',
		failed === 0,
		`${passed} passed, ${failed} failed${left} in ${suites} files`,
		started,
	);
}

async function checks() {
	await step('Lint', () => node('@n8n/node-cli/bin/n8n-node.mjs', 'lint'));
	await step('Types, package', () => node('typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.json'));
	await step('Types, tests', () =>
		node('typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.test.json'),
	);
	const built = await step('Build', () => node('gulp/bin/gulp.js', 'build'));
	if (!built) {
		tally.check(false);
		process.stdout.write('  Pack and scan    not run, as there is nothing to pack\n');
		return;
	}
	const scan = path.join(root, 'scripts/scan.mjs');
	await step(
		'Pack and scan',
		() => capture(process.execPath, [scan]),
		(printed) => /^.* packed, .*$/m.exec(printed)?.[0] ?? '',
	);
}

await ensureInstalled();
process.stdout.write(
	'Lint, types, build and scan run beside the tests; this takes a minute or two.\n',
);
await Promise.all([tests(), checks()]);
for (const { name, output } of failures) {
	process.stdout.write(`\n──── ${name} ────\n${output.trim()}\n`);
}
process.stdout.write('\n');
tally.close();
