import { similarTo } from './names';
import { isPlainObject, valueAt, type Fields } from '../objects';

/* A row's fields are those of its item, or of each item of its group: its records. */

/** Where a field stands in an item: its name, after those of the objects it is nested in. */
export type Path = readonly string[];

/** Levels of nested objects that a path may go through. */
const MAX_PATH = 8;

/** The paths of all fields, each before those inside of it. */
export function allPaths(records: readonly Fields[], goesDeep = true): Path[] {
	const all: Path[] = [];
	const visit = (fields: Fields, at: Path): void => {
		for (const key of Object.keys(fields)) {
			const path = [...at, key];
			all.push(path);
			const value = fields[key];
			if (goesDeep && path.length < MAX_PATH && isPlainObject(value)) visit(value, path);
		}
	};
	for (const record of records) visit(record, []);
	if (records.length === 1) return all;
	return [...new Map(all.map((path) => [JSON.stringify(path), path])).values()];
}

/** How a path is written for people, and in expressions. */
export function textOf(path: Path): string {
	return path.join('.');
}

/** The part of a path that is inside a nested object; `undefined` where it is not inside. */
export function inside(path: Path, base: Path): Path | undefined {
	const isInside = path.length > base.length && base.every((name, depth) => name === path[depth]);
	return isInside ? path.slice(base.length) : undefined;
}

/** Paths of fields whose own name is nearly this one. */
export function similarPaths(paths: readonly Path[], name: string): Path[] {
	return paths.filter((path) => similarTo(name, path.slice(-1)).length > 0);
}

/** The first value that is not empty; an empty one where there is no other. */
export function valueIn(records: readonly Fields[], path: Path): unknown {
	const value = valueAt(records[0], path);
	if (records.length === 1 || !isEmpty(value)) return value;
	return records.map((record) => valueAt(record, path)).find((one) => !isEmpty(one)) ?? value;
}

/** Whether a value says nothing: it is missing, blank, or holds only what says nothing. */
export function isEmpty(value: unknown): boolean {
	if (value === undefined || value === null) return true;
	if (typeof value === 'string') return value.trim() === '';
	if (Array.isArray(value)) return value.every(isEmpty);
	return isPlainObject(value) && Object.keys(value).every((key) => isEmpty(value[key]));
}
