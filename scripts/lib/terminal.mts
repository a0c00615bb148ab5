import path from 'node:path';
import { parseArgs, type ParseArgsConfig } from 'node:util';

/** Where the command was typed; `scripts/run.mjs` and npm change to the repository's root folder. */
const typedIn = process.env['INIT_CWD'] ?? process.cwd();

export const say = (line = ''): void => void process.stdout.write(`${line}\n`);

/** Ends the process with a sentence for its user. */
export function fail(message: string): never {
	process.stderr.write(`${message}\n`);
	process.exit(1);
}

/** Reads the command line. `--help`, and an argument that is not known, end the process with the usage. */
export function readArguments<T extends ParseArgsConfig>(
	usage: string,
	config: T,
): ReturnType<typeof parseArgs<T>> {
	if (process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h')) {
		process.stdout.write(usage);
		process.exit(0);
	}
	try {
		return parseArgs(config);
	} catch (error) {
		return fail(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
	}
}

/** `1 row`, `1,200 rows` */
export function count(n: number, one: string): string {
	return `${n.toLocaleString('en')} ${one}${n === 1 ? '' : 's'}`;
}

/** The absolute path of a file that was named on the command line. */
export function fromArgument(file: string): string {
	return path.resolve(typedIn, file);
}

/** A path as one would type it in the folder where the command was started. */
export function fromHere(file: string): string {
	const relative = path.relative(typedIn, file);
	return relative.startsWith('..') ? file : relative;
}
