import path from 'node:path';

/** Where the command was typed; `scripts/run.mjs` and npm change to the repository's root folder. */
const typedIn = process.env['INIT_CWD'] ?? process.cwd();

export const say = (line = ''): void => void process.stdout.write(`${line}\n`);

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
