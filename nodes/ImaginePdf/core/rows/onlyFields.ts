import { NameIndex } from './names';
import { allPaths, inside, keyOf, textOf, valueOf, type Path } from './paths';
import { parseKey } from '../designs/variable';
import { groupedBy, setOwn, type Fields } from '../objects';

/**
 * The fields that a name means: those of the very name, else path, else of a name or path that is
 * nearly the same, else those anywhere inside that have the name.
 */
export function fieldsNamed(fields: Fields, name: string): readonly Path[] {
	if (Object.hasOwn(fields, name)) return [[name]];
	const path = name.split('.');
	if (path.length > 1 && valueOf(fields, path) !== undefined) return [path];
	const paths = allPaths([fields]);
	const nearly = (keyOfPath: (path: Path) => string | undefined) => {
		const entries = paths.flatMap((one) => {
			const key = keyOfPath(one);
			return key === undefined ? [] : [[key, one] as const];
		});
		return new NameIndex(entries).find(name).all;
	};
	const found = [
		nearly((one) => (one.length === 1 ? parseKey(one[0] ?? '').variable : undefined)),
		nearly(([key = '', next]) => (next === undefined ? key : undefined)),
		nearly(textOf),
		nearly((one) => one.at(-1)),
	];
	return found.find((some) => some.length > 0) ?? [];
}

/** An item with the fields alone that Only Fields lists. */
export interface Pruned {
	readonly fields: Fields;
	/** Fields inside nested objects that were listed by their path. */
	readonly listed: readonly Path[];
	/** Listed names that the item has. */
	readonly met: readonly string[];
}

/** Only the listed fields of an item, with what is inside of them, and the tokens of a variable. */
export function pruned(fields: Fields, names: readonly string[]): Pruned {
	const met: string[] = [];
	const kept = new Map<string, Path>();
	const listed: Path[] = [];
	const tokens = groupedBy(
		Object.keys(fields).filter((key) => parseKey(key).token !== undefined),
		(key) => parseKey(key).variable,
	);
	for (const name of names) {
		const own = [...fieldsNamed(fields, name), ...(tokens.get(name) ?? []).map((key) => [key])];
		if (own.length > 0) met.push(name);
		for (const path of own) kept.set(keyOf(path), path);
		if (name.includes('.')) listed.push(...own.filter((path) => path.length > 1));
	}
	const into: Record<string, unknown> = {};
	for (const path of kept.values()) {
		const isInside = [...kept.values()].some((other) => inside(path, other) !== undefined);
		if (!isInside) copyField(fields, path, into);
	}
	return { fields: into, listed, met };
}

function copyField(from: Fields, path: Path, into: Record<string, unknown>): void {
	let at = into;
	for (const [depth, name] of path.entries()) {
		if (depth === path.length - 1) setOwn(at, name, valueOf(from, path));
		else {
			const next = Object.hasOwn(at, name) ? at[name] : {};
			setOwn(at, name, next);
			at = next as Record<string, unknown>;
		}
	}
}
