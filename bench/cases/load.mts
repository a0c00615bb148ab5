import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

import { median, type BenchCase } from '../figure.mts';
import { inTemporaryFolder } from '../../test/support/folder.mts';

const run = promisify(execFile);

/** Over an empty node. */
const MOST_MS = 15;
const MOST_TARBALL_KB = 100;

/** The least that n8n accepts as a node. */
const EMPTY_NODE = `
const { NodeConnectionTypes } = require('n8n-workflow');
exports.EmptyNode = class {
	description = {
		displayName: 'Empty', name: 'empty', group: ['transform'], version: 1, description: 'Nothing',
		defaults: { name: 'Empty' }, inputs: [NodeConnectionTypes.Main], outputs: [NodeConnectionTypes.Main],
		properties: [],
	};
	async execute() { return [this.getInputData()]; }
};`;

export const load: BenchCase = {
	name: 'load',
	title: 'Loading the package, as n8n does when it starts, against an empty node',
	async run({ quick }) {
		return await inTemporaryFolder('bench', async (folder) => {
			// The quick form checks no types.
			const task = quick && existsSync('dist/index.d.ts') ? 'code' : 'build';
			await run(process.execPath, ['node_modules/gulp/bin/gulp.js', task, '--silent']);
			const empty = path.join(folder, 'EmptyNode.node.js');
			await writeFile(empty, EMPTY_NODE);
			const rounds = quick ? 7 : 31;
			const times = { ours: [] as number[], empty: [] as number[] };
			for (let round = 0; round < rounds; round++) {
				times.ours.push(await loadTime(OURS));
				times.empty.push(await loadTime([[empty, 'EmptyNode']]));
			}
			const [ours, theirs] = [median(times.ours), median(times.empty)];
			return [
				{
					name: 'node and credential, over an empty node',
					value: ours - theirs,
					unit: 'ms',
					aim: { atMost: MOST_MS },
					note: `medians of ${rounds} fresh processes that have loaded n8n-workflow and zod, as n8n has: ${ours.toFixed(1)} ms and ${theirs.toFixed(1)} ms`,
				},
				{
					name: 'tarball',
					value: (await tarballBytes()) / 1000,
					unit: 'kB',
					aim: { atMost: MOST_TARBALL_KB },
					note: 'what `npm pack` makes, and what an instance downloads',
				},
			];
		});
	},
};

type Exported = [file: string, name: string];

const OURS: Exported[] = [
	[path.resolve('dist/nodes/ImaginePdf/ImaginePdf.node.js'), 'ImaginePdf'],
	[path.resolve('dist/credentials/ImaginePdfApi.credentials.js'), 'ImaginePdfApi'],
];

/** Milliseconds until the classes are loaded and made, in a fresh process. */
async function loadTime(classes: Exported[]): Promise<number> {
	const script = `
		require('n8n-workflow');
		require('zod');
		const started = performance.now();
		for (const [file, name] of ${JSON.stringify(classes)}) new (require(file)[name])();
		console.log(performance.now() - started);`;
	const { stdout } = await run(process.execPath, ['-e', script], {
		env: { ...process.env, NODE_PATH: path.resolve('node_modules'), NODE_OPTIONS: '' },
	});
	return Number(stdout);
}

async function tarballBytes(): Promise<number> {
	const shell = process.platform === 'win32';
	const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
		shell,
	});
	const [packed] = JSON.parse(stdout) as Array<{ size: number }>;
	if (!packed) throw new Error('npm packed nothing');
	return packed.size;
}
