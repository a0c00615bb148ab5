import path from 'node:path';

export const say = (line = '') => process.stdout.write(`${line}\n`);

/** `1 row`, `1,200 rows` */
export function count(n: number, one: string): string {
	return `${n.toLocaleString('en')} ${one}${n === 1 ? '' : 's'}`;
}

/** A path as one would type it in the folder where the command was started. */
export function fromHere(file: string): string {
	const relative = path.relative(process.env['INIT_CWD'] ?? process.cwd(), file);
	return relative.startsWith('..') ? file : relative;
}
