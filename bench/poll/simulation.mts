import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import type { Compared } from './compare.mts';

/**
 * Runs the simulation in a process of its own: within jest's sandbox, where every `Math.max` is a
 * look-up through a proxy, it takes ten times as long.
 */
export async function runSimulation(): Promise<Compared[]> {
	const args = ['--import', 'tsx', 'bench/poll/print.mts'];
	const { stdout } = await promisify(execFile)(process.execPath, args);
	return JSON.parse(stdout) as Compared[];
}
