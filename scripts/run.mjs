/**
 * `node scripts/run.mjs <command> [arguments]`: what the npm scripts call. Installs the development
 * packages where they are missing, then runs the command's file through tsx, in the repository's root
 * folder. Plain Node and no imports from node_modules, because it runs before anything is installed.
 */
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { ensureInstalled, root, run } from './lib/setup.mjs';

const COMMANDS = {
	bench: 'bench/main.mts',
	'check-demo': 'scripts/check-demo.mts',
	demo: 'scripts/demo.mts',
	dev: 'scripts/dev.mts',
	e2e: 'test/e2e/run.mts',
	editor: 'test/editor/main.mts',
	emulator: 'scripts/emulator.mts',
	faults: 'scripts/faults.mts',
	live: 'test/live/start.cjs',
	screenshots: 'scripts/screenshots.mts',
	test: 'scripts/test.mts',
};

const [command, ...args] = process.argv.slice(2);
const file = COMMANDS[command];

if (file === undefined) {
	process.stderr.write(
		`node scripts/run.mjs <command> [arguments]   commands: ${Object.keys(COMMANDS).join(', ')}\n`,
	);
	process.exitCode = 1;
} else {
	// npm sets this to the folder where the command was typed.
	process.env.INIT_CWD ??= process.cwd();
	await ensureInstalled();
	const tsx = pathToFileURL(path.join(root, 'node_modules/tsx/dist/loader.mjs')).href;
	process.exitCode = await run(process.execPath, ['--import', tsx, path.join(root, file), ...args]);
}
