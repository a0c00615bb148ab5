import { groupedBy, isPlainObject, isSame, setOwn, type Fields } from '../objects';
import type { Target } from './targets';

/*
 * Which field of a row belongs to which variable: by its exact name, else by a name that differs only
 * in what people vary, else by its path through nested objects. Two candidates for one are none.
 */

/** Levels of nested objects that a path may go through. */
const MAX_PATH = 6;

/** Levels down to the nested object that rows may be taken from, e.g. `data.object`. */
const MAX_BASE = 3;

/** Distinct sets of field names whose matching is kept; rows mostly share one. */
const MAX_SHAPES = 1000;

type Path = readonly string[];

/** Where a target's value stands in a row. */
export interface Source {
	readonly target: Target;
	readonly path: Path;
}

/** What the fields of a row, or of all rows with the same field names, belong to. */
export interface Match {
	readonly sources: readonly Source[];
	/** Targets that no field belongs to. */
	readonly rest: readonly Target[];
	/** Target to the field it was matched with, where the names differ. */
	readonly matched: Readonly<Record<string, string>>;
	/** Targets that several fields could be meant for. */
	readonly ambiguous: ReadonlyMap<string, readonly string[]>;
	/** Fields that belong to nothing. */
	readonly leftOut: readonly string[];
}

interface Shape extends Match {
	readonly keys: readonly string[];
	/** Matches of rows whose nested objects bring something, by the paths in them. */
	readonly nested: Map<string, Match>;
}

/**
 * A name without what people vary: case, spaces, `_`, `-`, `.`, invisible characters and width. NFKC
 * makes usual blanks of the no-break ones, and folds full-width letters.
 */
export function looseName(name: string): string {
	return name
		.normalize('NFKC')
		.toLowerCase()
		.replace(/[\s_.\-\p{Cc}\p{Cf}]+/gu, '');
}

/** Matches the rows of one design. */
export class Matcher {
	private readonly byKey = new Map<string, Target>();
	private readonly byLooseName: ReadonlyMap<string, readonly Target[]>;
	private readonly shapes = new Map<string, Shape>();
	private last: Shape | undefined;

	/** @param goesDeep whether values may be found inside nested objects */
	constructor(
		private readonly targets: readonly Target[],
		private readonly goesDeep: boolean,
	) {
		for (const target of targets) {
			for (const key of target.keys) if (!this.byKey.has(key)) this.byKey.set(key, target);
		}
		this.byLooseName = groupedBy(targets, ({ key }) => looseName(key));
	}

	/** What the fields of a row belong to, those in nested objects included. */
	match(fields: Fields): Match {
		const shape = this.shapeOf(fields);
		if (!this.goesDeep || shape.rest.length === 0 || shape.leftOut.length === 0) return shape;
		const paths = shape.leftOut.flatMap((key) => pathsIn(fields[key], [key]));
		if (paths.length === 0) return shape;
		return kept(shape.nested, JSON.stringify(paths), () => this.withPaths(shape, paths));
	}

	/** Whether a field of the object itself belongs to a target. */
	bringsFields(fields: Fields): boolean {
		return this.shapeOf(fields).sources.length > 0;
	}

	private shapeOf(fields: Fields): Shape {
		const keys = Object.keys(fields);
		if (this.last && isSame(keys, this.last.keys)) return this.last;
		this.last = kept(this.shapes, JSON.stringify(keys), () => {
			return { ...this.matchNames(keys), keys, nested: new Map() };
		});
		return this.last;
	}

	private matchNames(keys: readonly string[]): Match {
		const exact = new Map<Target, string>();
		for (const key of keys) {
			const target = this.byKey.get(key);
			if (target === undefined) continue;
			// The service may know a variable by several names; the first in its list counts.
			const other = exact.get(target);
			const isFirst = other === undefined || target.keys.indexOf(key) < target.keys.indexOf(other);
			if (isFirst) exact.set(target, key);
		}
		const taken = new Set(exact.values());
		const others = keys.filter((key) => !taken.has(key)).map((key) => [key]);
		const sure = Array.from(exact, ([target, key]) => ({ target, path: [key] }));
		const open = this.targets.filter((target) => !exact.has(target));
		return this.settled(sure, this.candidates(others, open), others);
	}

	private withPaths(shape: Shape, paths: readonly string[][]): Match {
		const tops = shape.leftOut.map((key) => [key]);
		const found = this.candidates(paths, shape.rest);
		const match = this.settled(shape.sources, found, [...tops, ...paths]);
		return { ...match, ambiguous: new Map([...shape.ambiguous, ...match.ambiguous]) };
	}

	/** The paths that may be meant for each target that is still open. */
	private candidates(paths: readonly Path[], open: readonly Target[]): Map<Target, Source[]> {
		const isOpen = new Set(open);
		const byTarget = (targetsOf: (path: Path) => ReadonlyArray<Target | undefined>) => {
			const found = paths.flatMap((path) =>
				targetsOf(path).flatMap((target) => (target && isOpen.has(target) ? { target, path } : [])),
			);
			return groupedBy(found, ({ target }) => target);
		};
		const loose = byTarget((path) => {
			const name = looseName(path.join(''));
			return (name !== '' && this.byLooseName.get(name)) || [];
		});
		const exact = byTarget((path) => (path.length > 1 ? [this.byKey.get(path.join('.'))] : []));
		return new Map([...loose, ...exact]);
	}

	/** One candidate is a match, unless it could as well be meant for another variable. */
	private settled(
		sure: readonly Source[],
		candidates: ReadonlyMap<Target, readonly Source[]>,
		others: readonly Path[],
	): Match {
		const nameOf = ({ path }: Source) => path.join('.');
		const wanted = groupedBy([...candidates.values()].flat(), nameOf);
		const sources = [...sure];
		const ambiguous = new Map<string, string[]>();
		for (const [target, found] of candidates) {
			const [only] = found;
			if (only && found.length === 1 && wanted.get(nameOf(only))?.length === 1) sources.push(only);
			else ambiguous.set(target.key, found.map(nameOf));
		}
		const matched: Record<string, string> = {};
		const met = new Set<Target>();
		const used = new Set<string>();
		for (const { target, path } of sources) {
			met.add(target);
			path.forEach((_, index) => used.add(JSON.stringify(path.slice(0, index + 1))));
			const field = path.join('.');
			if (path.length > 1 || !target.keys.includes(field)) setOwn(matched, target.key, field);
		}
		const rest = this.targets.filter((target) => !met.has(target));
		return { sources, rest, matched, ambiguous, leftOut: unused(others, used) };
	}
}

/** The paths that nothing of is used, without those inside another one, which comes before them. */
function unused(paths: readonly Path[], used: ReadonlySet<string>): string[] {
	const left = new Set<string>();
	const outermost = paths.filter((path) => {
		if (used.has(JSON.stringify(path))) return false;
		left.add(JSON.stringify(path));
		return !left.has(JSON.stringify(path.slice(0, -1)));
	});
	return outermost.map((path) => path.join('.'));
}

function kept<T>(cache: Map<string, T>, key: string, make: () => T): T {
	const found = cache.get(key);
	if (found !== undefined) return found;
	if (cache.size >= MAX_SHAPES) cache.clear();
	const made = make();
	cache.set(key, made);
	return made;
}

/** The paths of all fields inside a value, each before those inside of it. */
function pathsIn(value: unknown, path: readonly string[]): string[][] {
	if (path.length >= MAX_PATH || !isPlainObject(value)) return [];
	return Object.keys(value).flatMap((key) => {
		const own = [...path, key];
		return [own, ...pathsIn(value[key], own)];
	});
}

/**
 * The nested objects that bring fields which belong to a variable, by their paths: those whose own
 * fields do, or where there are none of these, those that have such fields deeper inside.
 * @param rows rows of which no top-level field belongs to a variable
 */
export function nestedBases(matcher: Matcher, rows: Iterable<Fields>): string[][] {
	const direct = new Map<string, string[]>();
	const deep = new Map<string, string[]>();
	const visit = (value: Fields, path: string[]): void => {
		if (path.length > 0) {
			const isDirect = matcher.bringsFields(value);
			const isBase = isDirect || matcher.match(value).sources.length > 0;
			if (isBase) (isDirect ? direct : deep).set(JSON.stringify(path), path);
		}
		if (path.length >= MAX_BASE) return;
		for (const key of Object.keys(value)) {
			const child = value[key];
			if (isPlainObject(child)) visit(child, [...path, key]);
		}
	};
	for (const row of rows) visit(row, []);
	return [...(direct.size > 0 ? direct : deep).values()];
}

/** Paths to fields that end in a name like this one. */
export function similarPaths(fields: Fields, name: string): string[][] {
	const loose = looseName(name);
	return Object.keys(fields)
		.flatMap((key) => [[key], ...pathsIn(fields[key], [key])])
		.filter((path) => looseName(path.at(-1) ?? '') === loose);
}
