/**
 * Installs the development packages. Plain Node and no imports from node_modules, because it runs
 * before anything is installed. npm cannot do this in a `pre…` script: `ignore-scripts` turns those off.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** The oldest Node.js the tools run on; 20.15 brought zlib's `crc32`, which the emulator uses. */
const OLDEST_NODE = [20, 15];

const lockFile = path.join(root, 'package-lock.json');
const modules = path.join(root, 'node_modules');
const stampFile = path.join(modules, '.imaginepdf-install-stamp');
/** npm's own record of what it put into node_modules. */
const installedFile = path.join(modules, '.package-lock.json');

/** Ends the process with a plain sentence where Node.js is too old for the tools. */
function checkNode() {
	const [major, minor] = process.versions.node.split('.').map(Number);
	const [oldestMajor, oldestMinor] = OLDEST_NODE;
	if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
	process.stderr.write(
		`This needs Node.js ${OLDEST_NODE.join('.')} or newer; here is ${process.versions.node}. ` +
			'Get a newer one from https://nodejs.org and run the command again.\n',
	);
	process.exit(1);
}

const sha256 = (content) => createHash('sha256').update(content).digest('hex');

/** Package folders with their exact versions, as a lock file lists them. */
function versionsIn(file) {
	const { packages = {} } = JSON.parse(readFileSync(file, 'utf8'));
	return new Map(
		Object.entries(packages)
			.filter(([folder]) => folder !== '')
			.map(([folder, { version, integrity, optional, devOptional }]) => [
				folder,
				{ id: `${version} ${integrity ?? ''}`, mayLack: Boolean(optional ?? devOptional) },
			]),
	);
}

/** Whether node_modules, installed by hand perhaps, holds just what the lock file lists. */
function installedMatchesLock() {
	if (!existsSync(installedFile)) return false;
	const installed = versionsIn(installedFile);
	for (const [folder, wanted] of versionsIn(lockFile)) {
		const found = installed.get(folder);
		// npm leaves optional packages of other platforms out.
		if (found === undefined ? !wanted.mayLack : found.id !== wanted.id) return false;
	}
	return true;
}

function isInstalled(stamp) {
	if (!existsSync(modules)) return false;
	if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return true;
	return installedMatchesLock();
}

/** `npm` as a command line: npm's own script where it started us, else the one on the PATH. */
export function npmCommand() {
	const script = process.env.npm_execpath;
	if (script !== undefined && /npm-cli\.c?js$/.test(script)) return [process.execPath, [script]];
	return [process.platform === 'win32' ? 'npm.cmd' : 'npm', []];
}

/** Ends the process with a plain sentence where package.json asks for what the lock file lacks. */
function checkLock() {
	const wanted = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
	const locked = JSON.parse(readFileSync(lockFile, 'utf8')).packages[''];
	const sorted = ({ devDependencies = {} }) =>
		JSON.stringify(Object.entries(devDependencies).sort());
	if (sorted(wanted) === sorted(locked)) return;
	process.stderr.write(
		'package.json and package-lock.json name different packages. Run `npm install` and commit both.\n',
	);
	process.exit(1);
}

/**
 * Installs what the lock file lists. `npm ci` is not used: npm 11 refuses a lock file that lacks the
 * optional packages of other platforms (EUSAGE), which a registry that does not offer them leaves
 * out. So this says itself, afterwards, whether the result is what the lock file lists.
 */
async function install() {
	const options = ['--ignore-scripts', '--no-save', '--no-audit', '--no-fund'];
	const [command, before] = npmCommand();
	const code = await run(command, [...before, 'install', ...options]);
	if (code !== 0) return code;
	return installedMatchesLock() ? 0 : 1;
}

/**
 * Installs what package-lock.json lists, unless it is installed already; then it uses no network. Ends
 * the process with a plain sentence when Node.js is too old or the installation does not succeed.
 */
export async function ensureInstalled() {
	checkNode();
	const stamp = `${sha256(readFileSync(lockFile))}\n`;
	if (!isInstalled(stamp)) {
		checkLock();
		process.stderr.write('Installing the development packages (once; this takes some minutes) …\n');
		const started = Date.now();
		const code = await install();
		if (code !== 0) {
			process.stderr.write(
				'npm could not install the development packages (see its lines above). ' +
					'Check the connection to the npm registry and run the command again.\n',
			);
			process.exit(code);
		}
		const seconds = Math.round((Date.now() - started) / 1000);
		process.stderr.write(`Installed in ${seconds} s.\n`);
	}
	writeFileSync(stampFile, stamp);
}

/**
 * Runs a command in the root folder with this terminal, and passes Ctrl-C and `kill` on to it. Resolves
 * to its exit code; 128 + n when signal n ended it, as shells do.
 */
export async function run(command, args) {
	const shell = process.platform === 'win32' && command.endsWith('.cmd');
	const child = spawn(command, args, { cwd: root, stdio: 'inherit', shell });
	const passOn = (signal) => child.kill(signal);
	const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
	for (const signal of signals) process.on(signal, passOn);
	try {
		return await new Promise((resolve) => {
			child.once('error', (error) => {
				process.stderr.write(`${command} could not be started: ${error.message}\n`);
				resolve(127);
			});
			child.once('close', (code, signal) =>
				resolve(code ?? 128 + (constants.signals[signal] ?? 0)),
			);
		});
	} finally {
		for (const signal of signals) process.off(signal, passOn);
	}
}
