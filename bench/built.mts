import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { build } from 'esbuild';

import type { BenchCase } from './figure.mts';

/**
 * A case that times pure code, built as the package is. tsx, which runs the rest, wraps every local function
 * with its name each time it is made: a third of what would be measured here.
 * @param name of the case, of its file and of what the file exports
 */
export async function built(name: 'ledger' | 'rows'): Promise<BenchCase> {
	const outfile = path.resolve(`out/bench-${name}.mjs`);
	const entryPoints = [path.resolve(`bench/cases/${name}.mts`)];
	const how = { bundle: true, packages: 'external', platform: 'node', format: 'esm' } as const;
	await build({ ...how, entryPoints, outfile, logLevel: 'error' });
	const exported = (await import(pathToFileURL(outfile).href)) as Record<string, BenchCase>;
	const benchCase = exported[name];
	if (!benchCase) throw new Error(`bench/cases/${name}.mts exports no '${name}'`);
	return benchCase;
}
