const { spawn } = require('node:child_process');
const { rm } = require('node:fs/promises');
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

function compile() {
	return tsc();
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

const build = gulp.series(clean, compile, gulp.parallel(icons, codex));

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
