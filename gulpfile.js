const assert = require('node:assert');
const { readFileSync } = require('node:fs');
const { mkdir, readFile, rm, writeFile } = require('node:fs/promises');
const path = require('node:path');

const esbuild = require('esbuild');
const gulp = require('gulp');
const ts = require('typescript');

/** `npm run dev` builds into n8n's folder instead. */
const DIST = path.resolve(__dirname, process.env.IMAGINEPDF_DIST ?? 'dist');

// Globs that begin with a folder, so that gulp does not walk node_modules.
const ICONS = ['nodes/**/*.{svg,png}', 'credentials/**/*.{svg,png}'];
const CODEX = 'nodes/**/*.node.json';

/** Removes the build. */
async function clean() {
	await rm(DIST, { recursive: true, force: true });
}

/**
 * As plain `tsc` writes it, without comments: they are a twentieth of the tarball. Who wants to read the code
 * reads the source, which the provenance statement names.
 */
async function compiled(file, module) {
	const { outputText } = ts.transpileModule(await readFile(file, 'utf8'), {
		compilerOptions: { target: ts.ScriptTarget.ES2022, module, removeComments: true },
	});
	return outputText;
}

/** esbuild itself keeps comments inside classes and objects. */
const WITHOUT_COMMENTS = {
	name: 'without-comments',
	setup(build) {
		build.onLoad({ filter: /[\\/]nodes[\\/].*\.ts$/ }, async ({ path: file }) => ({
			contents: await compiled(file, ts.ModuleKind.ESNext),
			loader: 'js',
		}));
	},
};

/** Its licence goes with what is bundled of it. */
const FFLATE_LICENSE = readFileSync(
	path.join(path.dirname(require.resolve('fflate/package.json')), 'LICENSE'),
	'utf8',
);

/**
 * Writes the file that n8n reads when it starts: the node's description, and functions that load the code when
 * n8n calls them for the first time. Reading all of the code takes ten times as long.
 */
const WRITE_NODE = {
	name: 'write-node',
	setup(build) {
		build.onEnd(async ({ errors }) => {
			if (errors.length > 0) return;
			const folder = path.join(DIST, 'nodes/ImaginePdf');
			const loaded = { exports: {} };
			const code = path.join(folder, 'code.js');
			// Where each part comes from is a hundredth of the tarball.
			const source = (await readFile(code, 'utf8')).replace(/^\/\/ nodes\/.*\n/gm, '');
			await writeFile(code, source);
			// With this folder's packages, wherever the build goes to.
			new Function('module', 'require', source)(loaded, require);
			const node = new loaded.exports.ImaginePdf();
			const description = JSON.stringify(node.description, null, '\t');
			assert.deepStrictEqual(JSON.parse(description), node.description);
			const methods = Object.entries(node.methods).flatMap(([group, functions]) => [
				`\t\t${group}: {`,
				...Object.keys(functions).map(
					(name) => `\t\t\t${calls(name, `methods.${group}.${name}`)},`,
				),
				'\t\t},',
			]);
			await writeFile(
				path.join(folder, 'ImaginePdf.node.js'),
				`'use strict';

// Written by the build (gulpfile.js): the description that the node in code.js has, and calls of that node.
const node = () => new (require('./code.js').ImaginePdf)();

class ImaginePdf {
	description = ${description};

	methods = {
${methods.join('\n')}
	};

	${calls('execute', 'execute')}
}

exports.ImaginePdf = ImaginePdf;
`,
			);
		});
	},
};

function calls(name, method) {
	return `async ${name}(...given) { return await node().${method}.apply(this, given); }`;
}

/**
 * The code becomes one readable file and not a hundred small ones, each of which would be found and opened
 * (`npm run bench -- --only load`).
 */
const NODE = {
	absWorkingDir: __dirname,
	entryPoints: [{ in: 'nodes/ImaginePdf/ImaginePdf.node.ts', out: 'nodes/ImaginePdf/code' }],
	outdir: DIST,
	outbase: __dirname,
	bundle: true,
	// What n8n has installed, and what Node has built in. Anything else would be bundled, or fail.
	external: ['n8n-workflow', 'zod', 'luxon', 'node:crypto'],
	// fflate's plain entry needs `require('module')` for its workers, which n8n's scanner refuses.
	alias: { fflate: 'fflate/browser' },
	platform: 'node',
	target: 'node20',
	format: 'cjs',
	// Without a character beyond ASCII, Node reads the file in half the time, and V8 compiles it a seventh faster.
	charset: 'ascii',
	logLevel: 'warning',
	plugins: [WITHOUT_COMMENTS, WRITE_NODE],
	footer: { js: `/*\nThe parts under node_modules/fflate: ${FFLATE_LICENSE.trim()}\n*/` },
};

/** What imports nothing that would have to come along. */
const SMALL = ['index.ts', 'credentials/ImaginePdfApi.credentials.ts'];

async function compileSmall() {
	for (const file of SMALL) {
		const target = path.join(DIST, file.replace(/\.ts$/, '.js'));
		await mkdir(path.dirname(target), { recursive: true });
		await writeFile(target, await compiled(path.join(__dirname, file), ts.ModuleKind.CommonJS));
	}
}

/** The package's code. Its types are checked by `npm run typecheck`. */
async function code() {
	await Promise.all([esbuild.build(NODE), compileSmall()]);
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

const runtime = gulp.parallel(code, icons, codex);
const build = gulp.series(clean, runtime);

/** Builds again in part whenever something changes, until Ctrl-C. */
async function follow() {
	gulp.watch(ICONS, { cwd: __dirname }, icons);
	gulp.watch(CODEX, { cwd: __dirname }, codex);
	gulp.watch(SMALL, { cwd: __dirname }, compileSmall);
	await (await esbuild.context({ ...NODE, logLevel: 'info' })).watch();
}

exports.clean = clean;
exports.build = build;
exports.runtime = runtime;
exports.follow = follow;
exports.default = build;
