const { spawn } = require('node:child_process');
const { existsSync } = require('node:fs');
const { readdir, readFile, rm } = require('node:fs/promises');
const path = require('node:path');

const gulp = require('gulp');

const DIST = path.join(__dirname, 'dist');
const TSC = path.join(path.dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');

// Globs that begin with a folder, so that gulp does not walk node_modules.
const ICONS = ['nodes/**/*.{svg,png}', 'credentials/**/*.{svg,png}'];
const CODEX = 'nodes/**/*.node.json';

/** Removes the build. */
async function clean() {
	await rm(DIST, { recursive: true, force: true });
}

/** Compiles the sources; extra arguments go to the TypeScript compiler. */
function tsc(...more) {
	return spawn(process.execPath, [TSC, '-p', 'tsconfig.json', ...more], {
		cwd: __dirname,
		stdio: 'inherit',
	});
}

/** The package's code. Comments stay in the sources: they would double what users download. */
function code() {
	return tsc('--removeComments', '--declaration', 'false');
}

/** The types of what the package exports, with their comments, and no others. */
const declarations = gulp.series(
	function emitDeclarations() {
		return tsc('--emitDeclarationOnly', '--noCheck');
	},
	async function dropInternalDeclarations() {
		const kept = new Set();
		await keepDeclaration(path.join(DIST, 'index.d.ts'), kept);
		const all = await readdir(DIST, { recursive: true });
		const internal = all
			.filter((name) => name.endsWith('.d.ts'))
			.map((name) => path.join(DIST, name))
			.filter((file) => !kept.has(file));
		await Promise.all(internal.map((file) => rm(file)));
	},
);

/** Follows a declaration file's relative imports. */
async function keepDeclaration(file, kept) {
	if (kept.has(file)) return;
	kept.add(file);
	const text = await readFile(file, 'utf8');
	for (const [, target] of text.matchAll(/(?:from|import\()\s*['"](\.[^'"]+)['"]/g)) {
		const base = path.resolve(path.dirname(file), target);
		const candidates = [`${base}.d.ts`, path.join(base, 'index.d.ts')];
		const found = candidates.find((candidate) => existsSync(candidate));
		if (found) await keepDeclaration(found, kept);
	}
}

/** Copies files to the same place below dist; n8n looks for them next to the compiled node. */
function copy(files) {
	return gulp
		.src(files, { base: __dirname, cwd: __dirname, encoding: false })
		.pipe(gulp.dest(DIST));
}

function icons() {
	return copy(ICONS);
}

function codex() {
	return copy(CODEX);
}

const build = gulp.series(clean, gulp.parallel(code, declarations, icons, codex));

/** Builds, and again in part whenever something changes, until Ctrl-C. */
function follow() {
	gulp.watch(ICONS, { cwd: __dirname }, icons);
	gulp.watch(CODEX, { cwd: __dirname }, codex);
	return tsc('--watch', '--preserveWatchOutput');
}

exports.clean = clean;
exports.build = build;
exports.watch = gulp.series(build, follow);
exports.default = build;
