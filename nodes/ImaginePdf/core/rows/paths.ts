import { fold } from './names';
import { isPlainObject, type Fields } from '../objects';

/* Paths in an item, the one search for what nested objects hold, and what can be printed of a value. */

/** Where a field stands in an item: its name, after those of the objects it is nested in. */
export type Path = readonly string[];

/** A text that is JSON, and is read on the way. */
export const PARSED = Symbol('JSON.parse');

/** A way to a value: names of fields, positions in lists, and texts to be read as JSON. */
export type Steps = ReadonlyArray<string | number | typeof PARSED>;

/** Levels of nested objects that a path may go through. */
const MAX_DEPTH = 8;

/** Entries of a list that are looked at. */
const MAX_ENTRIES = 20;

/** The paths of all fields, each before those inside of it. */
export function allPaths(records: readonly Fields[], goesDeep = true): Path[] {
	const all: Path[] = [];
	const visit = (fields: Fields, at: Path): void => {
		for (const key of Object.keys(fields)) {
			const path = [...at, key];
			all.push(path);
			const value = fields[key];
			if (goesDeep && path.length < MAX_DEPTH && isPlainObject(value)) visit(value, path);
		}
	};
	for (const record of records) visit(record, []);
	return distinctPaths(all);
}

/** A text that is the same for objects with the same paths, since most rows are alike. */
export function shapeOf(fields: Fields, goesDeep: boolean, depth = 1): string {
	let shape = '';
	for (const key of Object.keys(fields)) {
		const value = fields[key];
		shape += `${key.length}:${key}`;
		if (goesDeep && depth < MAX_DEPTH && isPlainObject(value))
			shape += `{${shapeOf(value, goesDeep, depth + 1)}}`;
	}
	return shape;
}

export function distinctPaths<T extends Steps>(paths: readonly T[]): T[] {
	return [...new Map(paths.map((path) => [keyOf(path), path])).values()];
}

/** How a path is written for people. */
export function textOf(steps: Steps): string {
	return steps.filter((step) => typeof step === 'string').join('.');
}

/** A text that is different for each path, whatever its names are. */
export function keyOf(steps: Steps): string {
	return JSON.stringify(steps.map((step) => (step === PARSED ? [] : step)));
}

/** The part of a path that is inside a nested object; `undefined` where it is not inside. */
export function inside<T extends Steps>(path: T, base: Steps): T | undefined {
	const isInside = path.length > base.length && base.every((name, depth) => name === path[depth]);
	return isInside ? (path.slice(base.length) as unknown as T) : undefined;
}

/** The value at the end of some steps; `undefined` where they end early. */
export function valueOf(source: unknown, steps: Steps): unknown {
	let value = source;
	for (const step of steps) {
		if (step === PARSED) value = parsed(value);
		else if (typeof value !== 'object' || value === null) return undefined;
		else value = Object.hasOwn(value, step) ? (value as Fields)[step] : undefined;
	}
	return value;
}

/** The object or list in JSON text. */
export function parsed(text: unknown): unknown {
	if (typeof text !== 'string' || !/^\s*\ufeff?\s*[{[]/.test(text)) return undefined;
	const json = readJson(text);
	return json.ok && typeof json.value === 'object' && json.value !== null ? json.value : undefined;
}

/** Reads JSON text. A byte order mark at the start, as some editors write it, is skipped. */
export function readJson(
	text: string,
): { ok: true; value: unknown } | { ok: false; reason: string } {
	try {
		return { ok: true, value: JSON.parse(text.replace(/^\uFEFF/, '')) as unknown };
	} catch (error) {
		return { ok: false, reason: error instanceof Error ? error.message : String(error) };
	}
}

/**
 * The objects inside an item, and the entries of lists in it, outermost first. Errors and the headers of requests
 * are left out.
 * @param isClosed paths that are not looked into
 * @param readsText whether text that is JSON counts as what it is the JSON of
 */
export function nestedIn(
	record: Fields,
	isClosed: (at: Steps, value: unknown) => boolean = () => false,
	readsText = false,
): Array<{ at: Steps; fields: Fields }> {
	const found: Array<{ at: Steps; fields: Fields }> = [];
	let level: Array<{ at: Steps; value: unknown }> = [{ at: [], value: record }];
	for (let depth = 0; depth <= MAX_DEPTH && level.length > 0; depth++) {
		level = level.flatMap(({ at, value }) => {
			if (isClosed(at, value)) return [];
			if (Array.isArray(value)) {
				const list: readonly unknown[] = value.slice(0, MAX_ENTRIES);
				return list.map((entry, index) => ({ at: [...at, index], value: entry }));
			}
			if (!isPlainObject(value)) return [];
			if (at.length > 0) found.push({ at, fields: value });
			return Object.keys(value).flatMap((key) => {
				if (key === 'error' || (key === 'headers' && Object.hasOwn(value, 'body'))) return [];
				const inner = value[key];
				if (typeof inner === 'object') return { at: [...at, key], value: inner };
				const json = readsText ? parsed(inner) : undefined;
				return json ? { at: [...at, key, PARSED], value: json } : [];
			});
		});
	}
	return found;
}

/** Whether a value says nothing: it is missing, blank, or holds only what says nothing. */
export function isEmpty(value: unknown): boolean {
	if (value === undefined || value === null) return true;
	if (typeof value === 'string') return value.trim() === '';
	if (Array.isArray(value)) return value.every(isEmpty);
	return isPlainObject(value) && Object.keys(value).every((key) => isEmpty(value[key]));
}

export function isNested(value: unknown): value is Fields | readonly unknown[] {
	return Array.isArray(value) || isPlainObject(value);
}

/** What is never printed of an object, whatever else it has. */
const NEVER = /^(?:id|self|url|type|attributes)$/;

/** Under which names objects hold the text that they are shown by, in the order of preference. */
const SHOWN_BY = ['name', 'displayname', 'value', 'plaintext'];

/** Levels of objects inside an object that are looked at for something to print. */
const PICK_DEPTH = 3;

/**
 * What to print of an object or list: the ways from it to a scalar, or to two or three texts that are
 * joined; none where nothing stands out.
 */
export function picksOf(value: unknown, variable: string, depth = 0): Steps[] {
	if (depth > PICK_DEPTH) return [];
	if (Array.isArray(value) && value.some(isNested)) {
		return picksOf(value[0], variable, depth + 1).map((steps) => [0, ...steps]);
	}
	if (!isPlainObject(value)) return Array.isArray(value) || !isEmpty(value) ? [[]] : [];
	const keys = Object.keys(value).filter((key) => !NEVER.test(fold(key)));
	const scalars = keys.filter((key) => isScalar(value[key]));
	const named = [fold(variable), ...SHOWN_BY].flatMap(
		(name) => scalars.find((key) => fold(key) === name) ?? [],
	);
	const texts = scalars.filter((key) => typeof value[key] === 'string');
	const own = named.length > 0 ? named.slice(0, 1) : scalars.length === 1 ? scalars : texts;
	if (own.length > 0 && own.length <= 3 && (own !== texts || texts.length > 1)) {
		return own.map((key) => [key]);
	}
	for (const key of keys.filter((one) => isNested(value[one]))) {
		const inner = picksOf(value[key], variable, depth + 1);
		if (inner.length > 0) return inner.map((steps) => [key, ...steps]);
	}
	return [];
}

function isScalar(value: unknown): boolean {
	return typeof value === 'number' || (typeof value === 'string' && value.trim() !== '');
}
