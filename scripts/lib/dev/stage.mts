import { spawn, type ChildProcess } from 'node:child_process';
import { watch, type FSWatcher } from 'node:fs';
import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

import { root } from './root.mts';

const require = createRequire(import.meta.url);
const TSC = require.resolve('typescript/bin/tsc');
const NODE_FOLDER = path.join('nodes', 'ImaginePdf');
const isStatic = (file: string) => /\.(svg|node\.json)$/.test(file);

export interface Stage {
	close: () => void;
}

export interface StageOptions {
	/** n8n's user folder. */
	userFolder: string;
	/** Builds again on every change, until closed. */
	follow?: boolean;
	/** Called with each line the compiler prints while it follows. */
	onLine?: (line: string) => void;
}

/**
 * Builds this package right into the place where n8n looks for community nodes. A link to the
 * checkout would not do: n8n drops modules from Node's cache by their path, which is the real one.
 * @throws Error when the first build does not compile
 */
export async function stagePackage(options: StageOptions): Promise<Stage> {
	const { userFolder, follow = false, onLine = () => undefined } = options;
	const folder = path.join(userFolder, '.n8n/nodes/node_modules/n8n-nodes-imaginepdf');
	const dist = path.join(folder, 'dist');
	await rm(folder, { recursive: true, force: true });
	await mkdir(path.join(dist, NODE_FOLDER), { recursive: true });
	await cp(path.join(root, 'package.json'), path.join(folder, 'package.json'));
	await copyStatic(dist);
	const compiler = spawn(
		process.execPath,
		[TSC, '-p', 'tsconfig.json', '--outDir', dist, '--declaration', 'false'].concat(
			follow ? ['--watch', '--preserveWatchOutput'] : [],
		),
		{ cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
	);
	await (follow ? firstBuild(compiler, onLine) : wholeBuild(compiler));
	const watcher = follow ? followStatic(dist) : undefined;
	return {
		close: () => {
			compiler.kill();
			watcher?.close();
		},
	};
}

async function copyStatic(dist: string): Promise<void> {
	const files = (await readdir(path.join(root, NODE_FOLDER))).filter(isStatic);
	for (const file of files) {
		await cp(path.join(root, NODE_FOLDER, file), path.join(dist, NODE_FOLDER, file));
	}
}

function followStatic(dist: string): FSWatcher {
	return watch(path.join(root, NODE_FOLDER), (_event, file) => {
		if (file === null || !isStatic(file)) return;
		// An editor may have the file away for a moment; the next event brings it.
		cp(path.join(root, NODE_FOLDER, file), path.join(dist, NODE_FOLDER, file)).catch(
			() => undefined,
		);
	});
}

async function wholeBuild(compiler: ChildProcess): Promise<void> {
	let output = '';
	compiler.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
	const code = await new Promise<number | null>((resolve) => compiler.once('close', resolve));
	if (code !== 0) throw new Error(`The package does not compile:\n${output}`);
}

/** Resolves after the first build of a compiler that goes on watching. */
async function firstBuild(compiler: ChildProcess, onLine: (line: string) => void): Promise<void> {
	let rest = '';
	await new Promise<void>((resolve, reject) => {
		compiler.once('close', () => reject(new Error('The TypeScript compiler has ended')));
		compiler.stdout?.on('data', (chunk: Buffer) => {
			const lines = `${rest}${chunk.toString()}`.split('\n');
			rest = lines.pop() ?? '';
			for (const line of lines) {
				if (line.trim() !== '') onLine(line);
				// It emits even where types do not fit, so the editor starts all the same.
				if (/Found \d+ errors?\./.test(line)) resolve();
			}
		});
	});
}
