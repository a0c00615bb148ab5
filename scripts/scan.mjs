/**
 * What n8n's catalogue checks of a package, run here on what would be published: the tarball that
 * `npm pack` makes (build first) and the sources. The catalogue lets warnings pass; we do not.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { capture, captureNpm } from './lib/commands.mjs';
import { root } from './lib/setup.mjs';
import { contentFaults } from './lib/tarball-contents.mjs';

const temp = await mkdtemp(path.join(tmpdir(), 'imaginepdf-scan-'));
// The scanner makes a folder of its own when it is loaded, and leaves it behind.
process.env.TMPDIR = temp;

try {
	process.exitCode = (await main()) ? 0 : 1;
} finally {
	await rm(temp, { recursive: true, force: true });
}

async function main() {
	const tarball = await pack();
	if (tarball === undefined) return false;
	list(tarball);
	const unpacked = await unpack(path.join(temp, tarball.filename));
	const { analyzePackage, buildScanConfig, SOURCE_FILE_PATTERNS } =
		await import('@n8n/scan-community-package/scanner/scanner.mjs');
	// The legs and their patterns are those of `analyzePackageByName` (scanner 0.32.0).
	const legs = [
		{ name: 'sources', folder: root, patterns: SOURCE_FILE_PATTERNS },
		{ name: 'tarball', folder: unpacked, patterns: ['**/*.js', 'package.json'] },
	];
	const faults = await contentFaults(unpacked);
	process.stdout.write(`Contents: ${faults.length === 0 ? 'as listed' : faults.join('\n  ')}\n`);
	let clean = faults.length === 0;
	for (const leg of legs) {
		const verdict = await analyzePackage(leg.folder, leg.patterns);
		const warnings = verdict.passed ? await warningsIn(leg, await buildScanConfig()) : '';
		const passed = verdict.passed && warnings === '';
		process.stdout.write(`Scan of the ${leg.name}: ${passed ? 'clean' : 'not clean'}\n`);
		if (!passed) process.stdout.write(`${verdict.details ?? verdict.message ?? warnings}\n`);
		clean &&= passed;
	}
	return clean;
}

/** Packs as npm would for publishing; resolves to npm's own description of the tarball. */
async function pack() {
	const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', temp];
	const { code, stdout, stderr } = await captureNpm(args);
	if (code !== 0) {
		process.stdout.write(`npm pack did not come through:\n${stderr}\n`);
		return undefined;
	}
	return JSON.parse(stdout)[0];
}

function list({ filename, files, size, unpackedSize }) {
	const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
	process.stdout.write(`${filename}: ${files.length} files\n`);
	for (const file of files) {
		process.stdout.write(`  ${kilobytes(file.size).padStart(9)}  ${file.path}\n`);
	}
	process.stdout.write(`${kilobytes(size)} packed, ${kilobytes(unpackedSize)} unpacked\n`);
}

async function unpack(file) {
	const folder = path.join(temp, 'unpacked');
	await mkdir(folder);
	const args = ['-xzf', file, '-C', folder, '--strip-components=1'];
	const { code, stderr } = await capture('tar', args);
	if (code !== 0) throw new Error(`tar could not unpack the tarball: ${stderr}`);
	return folder;
}

/** The scanner reports warnings only beside errors, so they are asked for with its own settings. */
async function warningsIn({ folder, patterns }, overrideConfig) {
	const { ESLint } = await import('eslint');
	const eslint = new ESLint({
		cwd: folder,
		allowInlineConfig: false,
		overrideConfigFile: true,
		overrideConfig,
	});
	const results = await eslint.lintFiles(patterns);
	if (results.every(({ warningCount, errorCount }) => warningCount + errorCount === 0)) return '';
	const formatter = await eslint.loadFormatter('stylish');
	return await formatter.format(results);
}
