import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { z } from 'zod';

import { capture, captureNpm } from '../../scripts/lib/commands.mjs';
import { inTemporaryFolder } from '../../test/support/folder.mts';
import { median, type BenchCase } from '../figure.mts';

/** Over an empty node. */
const MOST_MS = 20;
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
			await printed(
				capture(process.execPath, ['node_modules/gulp/bin/gulp.js', 'build', '--silent']),
			);
			const empty = path.join(folder, 'EmptyNode.node.js');
			await writeFile(empty, EMPTY_NODE);
			const rounds = quick ? 7 : 31;
			const times = { ours: [] as number[], empty: [] as number[], code: [] as number[] };
			for (let round = 0; round < rounds; round++) {
				times.ours.push(await loadTime(OURS));
				times.empty.push(await loadTime([[empty, 'EmptyNode']]));
				times.code.push(await loadTime([[CODE, 'ImaginePdf']]));
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
					name: 'its code, with the first execution',
					value: median(times.code),
					unit: 'ms',
					note: 'loaded once in the life of a process',
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

const CODE = path.resolve('dist/nodes/ImaginePdf/code.js');

/** Milliseconds until the classes are loaded and made, in a fresh process. */
async function loadTime(classes: Exported[]): Promise<number> {
	const script = `
		require('n8n-workflow');
		require('zod');
		const started = performance.now();
		for (const [file, name] of ${JSON.stringify(classes)}) new (require(file)[name])();
		console.log(performance.now() - started);`;
	const env = { NODE_PATH: path.resolve('node_modules'), NODE_OPTIONS: '' };
	return Number(await printed(capture(process.execPath, ['-e', script], { env })));
}

async function tarballBytes(): Promise<number> {
	const text = await printed(captureNpm(['pack', '--dry-run', '--json', '--ignore-scripts']));
	const [packed] = z.tuple([z.object({ size: z.number() })]).parse(JSON.parse(text));
	return packed.size;
}

/** @throws Error with what the command has printed, where it did not succeed */
async function printed(command: ReturnType<typeof capture>): Promise<string> {
	const { code, stdout, stderr } = await command;
	if (code !== 0) throw new Error(`A command ended with code ${code}:\n${stdout}${stderr}`);
	return stdout;
}
