import { isPlainObject, type Fields } from '../objects';

/* Where things stand in an item, and the one look for what nested objects hold. */

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
	if (records.length === 1) return all;
	return [...new Map(all.map((path) => [keyOf(path), path])).values()];
}

/** How a path is written for people. */
export function textOf(steps: Steps): string {
	return steps.filter((step) => typeof step === 'string').join('.');
}

/** One text for each path, whatever its names hold. */
export function keyOf(steps: Steps): string {
	return JSON.stringify(steps.map((step) => (step === PARSED ? [] : step)));
}

/** The part of a path that is inside a nested object; `undefined` where it is not inside. */
export function inside(path: Path, base: Path): Path | undefined {
	const isInside = path.length > base.length && base.every((name, depth) => name === path[depth]);
	return isInside ? path.slice(base.length) : undefined;
}

/** The value at the end of some steps; `undefined` where they end early. */
export function valueOf(source: unknown, steps: Steps): unknown {
	let value = source;
	for (const step of steps) {
		if (step === PARSED) value = parsed(value);
		else if (typeof value !== 'object' || value === null) return undefined;
		else value = Object.hasOwn(value, step) ? (Reflect.get(value, step) as unknown) : undefined;
	}
	return value;
}

/** The object or list that a text is the JSON of. */
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

/** An object inside an item, or an entry of a list in it. */
export interface Nested {
	readonly at: Steps;
	readonly fields: Fields;
}

/**
 * The objects inside an item, outermost first. What an error or the headers of a request hold is no
 * value of anybody's.
 * @param isClosed paths that are not looked into
 * @param readsText whether text that is JSON counts as what it is the JSON of
 */
export function nestedIn(
	record: Fields,
	isClosed: (at: Steps) => boolean,
	readsText = false,
): Nested[] {
	const found: Nested[] = [];
	let level: Array<{ at: Steps; value: unknown }> = [{ at: [], value: record }];
	for (let depth = 0; depth <= MAX_DEPTH && level.length > 0; depth++) {
		const next: typeof level = [];
		for (const { at, value } of level) {
			if (at.length > 0 && isClosed(at)) continue;
			if (Array.isArray(value)) {
				for (const [index, entry] of value.slice(0, MAX_ENTRIES).entries()) {
					next.push({ at: [...at, index], value: entry });
				}
			} else if (isPlainObject(value)) {
				if (at.length > 0) found.push({ at, fields: value });
				for (const key of Object.keys(value)) {
					const isApart = key === 'error' || (key === 'headers' && Object.hasOwn(value, 'body'));
					if (isApart) continue;
					if (typeof value[key] === 'object') next.push({ at: [...at, key], value: value[key] });
					else if (readsText) {
						const json = parsed(value[key]);
						if (json) next.push({ at: [...at, key, PARSED], value: json });
					}
				}
			}
		}
		level = next;
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
