import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { Command } from './process.mts';

/** A new folder of our own among the temporary files. */
export async function temporaryFolder(name: string): Promise<string> {
	return await mkdtemp(path.join(os.tmpdir(), `imaginepdf-${name}-`));
}

/**
 * Makes the tarball that would be published, from what is built.
 * @returns its path
 */
export async function packPackage(folder: string): Promise<string> {
	const args = ['pack', '--ignore-scripts', '--pack-destination', folder];
	await new Command('npm pack', 'npm', args, { logFile: path.join(folder, 'pack.log') }).succeed();
	const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz'));
	if (tarball === undefined) throw new Error('npm pack left no tarball');
	return path.join(folder, tarball);
}

/** Unpacks it where n8n keeps community nodes, as an installation from the editor does. */
export async function unpackPackage(tarball: string, userFolder: string): Promise<void> {
	const place = path.join(userFolder, '.n8n/nodes/node_modules/n8n-nodes-imaginepdf');
	await rm(place, { recursive: true, force: true });
	await mkdir(place, { recursive: true });
	const args = ['-xzf', tarball, '--strip-components=1', '-C', place];
	const logFile = path.join(userFolder, 'unpack.log');
	await new Command('tar', 'tar', args, { logFile }).succeed();
}
