/** What the published package may hold, and no more. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

const EXPECTED = new Set([
	'LICENSE.md',
	'README.md',
	'package.json',
	'dist/index.js',
	'dist/credentials/ImaginePdfApi.credentials.js',
	'dist/nodes/ImaginePdf/ImaginePdf.node.js',
	'dist/nodes/ImaginePdf/code.js',
	'dist/nodes/ImaginePdf/ImaginePdf.node.json',
	'dist/nodes/ImaginePdf/imaginePdf.dark.svg',
	'dist/nodes/ImaginePdf/imaginePdf.svg',
]);

/** Packages whose code is part of the node's file (docs/decisions/0001-no-runtime-dependencies.md). */
const BUNDLED = new Set(['fflate']);

/** Code longer than this on one line was made by a machine, and n8n's reviewers cannot read it. */
const LONGEST_LINE = 500;

/** What is wrong with the files of an unpacked tarball, one line each; empty when nothing is. */
export async function contentFaults(unpacked) {
	const present = new Set(await filesIn(unpacked));
	const faults = [
		...[...present].filter((file) => !EXPECTED.has(file)).map((file) => `${file} does not belong`),
		...[...EXPECTED].filter((file) => !present.has(file)).map((file) => `${file} is missing`),
	];
	for (const file of present) {
		if (file.endsWith('.js')) faults.push(...(await codeFaults(unpacked, file)));
	}
	return faults;
}

async function codeFaults(unpacked, file) {
	const text = await readFile(path.join(unpacked, file), 'utf8');
	const faults = [];
	if (text.includes('sourceMappingURL')) faults.push(`${file} points to a source map`);
	if (text.split('\n').some((line) => line.length > LONGEST_LINE)) {
		faults.push(`${file} looks minified`);
	}
	// esbuild writes the name of each source file above its code.
	for (const [, name] of text.matchAll(/^\/\/ (?:\.\.\/)*node_modules\/((?:@[^/]+\/)?[^/]+)/gm)) {
		if (!BUNDLED.has(name)) faults.push(`${file} holds code of ${name}`);
	}
	return faults;
}

async function filesIn(folder) {
	const entries = await readdir(folder, { recursive: true, withFileTypes: true });
	const files = entries.filter((entry) => entry.isFile());
	return files.map((entry) =>
		path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'),
	);
}
