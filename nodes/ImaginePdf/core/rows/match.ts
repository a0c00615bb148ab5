import { isPlainObject, setOwn, type Fields } from './own';
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

/** Where a target's value stands in a row. */
export interface Source {
	readonly target: Target;
	readonly path: readonly string[];
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
	private readonly byLooseName = new Map<string, Target[]>();
	private readonly shapes = new Map<string, Shape>();
	private last: Shape | undefined;

	/** @param goesDeep whether values may be found inside nested objects */
	constructor(
		private readonly targets: readonly Target[],
		private readonly goesDeep: boolean,
	) {
		for (const target of targets) {
			for (const key of target.keys) if (!this.byKey.has(key)) this.byKey.set(key, target);
			const loose = looseName(target.key);
			const same = this.byLooseName.get(loose);
			if (loose === '') continue;
			if (same) same.push(target);
			else this.byLooseName.set(loose, [target]);
		}
	}

	/** What the fields of a row belong to, those in nested objects included. */
	match(fields: Fields): Match {
		const shape = this.shapeOf(fields);
		if (!this.goesDeep || shape.rest.length === 0 || shape.leftOut.length === 0) return shape;
		const paths: string[][] = [];
		for (const key of shape.leftOut) {
			const value = fields[key];
			if (isPlainObject(value)) addPaths(value, [key], paths);
		}
		if (paths.length === 0) return shape;
		const signature = JSON.stringify(paths);
		const found = shape.nested.get(signature);
		if (found) return found;
		const match = this.withPaths(shape, paths);
		if (shape.nested.size >= MAX_SHAPES) shape.nested.clear();
		shape.nested.set(signature, match);
		return match;
	}

	/** Whether a field of the object itself belongs to a target. */
	bringsFields(fields: Fields): boolean {
		return this.shapeOf(fields).sources.length > 0;
	}

	private shapeOf(fields: Fields): Shape {
		const keys = Object.keys(fields);
		if (this.last && isSame(keys, this.last.keys)) return this.last;
		const signature = JSON.stringify(keys);
		let shape = this.shapes.get(signature);
		if (!shape) {
			if (this.shapes.size >= MAX_SHAPES) this.shapes.clear();
			shape = { ...this.matchNames(keys), keys, nested: new Map() };
			this.shapes.set(signature, shape);
		}
		this.last = shape;
		return shape;
	}

	private matchNames(keys: readonly string[]): Match {
		const exact = new Map<Target, string>();
		for (const key of keys) {
			const target = this.byKey.get(key);
			if (target === undefined) continue;
			const other = exact.get(target);
			const isFirst = other === undefined || isBefore(target.keys, key, other);
			if (isFirst) exact.set(target, key);
		}
		const taken = new Set(exact.values());
		const others = keys.filter((key) => !taken.has(key)).map((key) => [key]);
		const similar = this.candidates(others, (target) => !exact.has(target));
		return this.settled(
			[...exact].map(([target, key]) => ({ target, path: [key] })),
			similar,
			others,
		);
	}

	private withPaths(shape: Shape, paths: readonly string[][]): Match {
		const open = new Set(shape.rest);
		const found = this.candidates(paths, (target) => open.has(target));
		const tops = shape.leftOut.map((key) => [key]);
		const match = this.settled(shape.sources, found, [...tops, ...paths]);
		return { ...match, ambiguous: new Map([...shape.ambiguous, ...match.ambiguous]) };
	}

	/** The paths that may be meant for each target that is still open. */
	private candidates(
		paths: ReadonlyArray<readonly string[]>,
		isOpen: (target: Target) => boolean,
	): Map<Target, Array<readonly string[]>> {
		const exact = new Map<Target, Array<readonly string[]>>();
		const loose = new Map<Target, Array<readonly string[]>>();
		const note = (into: typeof exact, target: Target, path: readonly string[]) => {
			const noted = into.get(target);
			if (noted) noted.push(path);
			else into.set(target, [path]);
		};
		for (const path of paths) {
			const target = path.length > 1 ? this.byKey.get(path.join('.')) : undefined;
			if (target && isOpen(target)) note(exact, target, path);
			for (const similar of this.byLooseName.get(looseName(path.join(''))) ?? []) {
				if (isOpen(similar)) note(loose, similar, path);
			}
		}
		return new Map([...loose, ...exact]);
	}

	/** One candidate is a match, unless it could as well be meant for another variable. */
	private settled(
		sure: readonly Source[],
		candidates: ReadonlyMap<Target, Array<readonly string[]>>,
		others: ReadonlyArray<readonly string[]>,
	): Match {
		const wanted = new Map<string, number>();
		for (const paths of candidates.values()) {
			for (const path of paths) {
				const name = path.join('.');
				wanted.set(name, (wanted.get(name) ?? 0) + 1);
			}
		}
		const sources = [...sure];
		const ambiguous = new Map<string, string[]>();
		for (const [target, paths] of candidates) {
			const names = paths.map((path) => path.join('.'));
			const [path] = paths;
			if (path && names.length === 1 && wanted.get(names[0] ?? '') === 1) {
				sources.push({ target, path });
			} else {
				ambiguous.set(target.key, names);
			}
		}
		return { ...this.summary(sources, others), ambiguous };
	}

	private summary(
		sources: readonly Source[],
		others: ReadonlyArray<readonly string[]>,
	): Omit<Match, 'ambiguous'> {
		const matched: Record<string, string> = {};
		const met = new Set<Target>();
		const used = new Set<string>();
		for (const { target, path } of sources) {
			met.add(target);
			path.forEach((_, index) => used.add(JSON.stringify(path.slice(0, index + 1))));
			const field = path.join('.');
			if (path.length > 1 || !target.keys.includes(field)) setOwn(matched, target.key, field);
		}
		return {
			sources,
			rest: this.targets.filter((target) => !met.has(target)),
			matched,
			leftOut: unused(others, used),
		};
	}
}

/** The paths that nothing of is used, without those inside another one. */
function unused(paths: ReadonlyArray<readonly string[]>, used: ReadonlySet<string>): string[] {
	const left = paths.filter((path) => !used.has(JSON.stringify(path)));
	const isLeft = new Set(left.map((path) => JSON.stringify(path)));
	return left
		.filter((path) => path.length === 1 || !isLeft.has(JSON.stringify(path.slice(0, -1))))
		.map((path) => path.join('.'));
}

function addPaths(value: Fields, path: string[], paths: string[][]): void {
	for (const key of Object.keys(value)) {
		const own = [...path, key];
		paths.push(own);
		const child = value[key];
		if (own.length < MAX_PATH && isPlainObject(child)) addPaths(child, own, paths);
	}
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
		if (path.length > 0 && matcher.bringsFields(value)) direct.set(JSON.stringify(path), path);
		else if (path.length > 0 && matcher.match(value).sources.length > 0)
			deep.set(JSON.stringify(path), path);
		if (path.length >= MAX_BASE) return;
		for (const key of Object.keys(value)) {
			const child = value[key];
			if (isPlainObject(child)) visit(child, [...path, key]);
		}
	};
	for (const row of rows) visit(row, []);
	return [...(direct.size > 0 ? direct : deep).values()];
}

/** The service may know a variable by several names; the first in its list counts. */
function isBefore(names: readonly string[], a: string, b: string): boolean {
	return names.indexOf(a) < names.indexOf(b);
}

/** Paths to fields that end in a name like this one. */
export function similarPaths(fields: Fields, name: string): string[][] {
	const paths: string[][] = [];
	addPaths(fields, [], paths);
	const loose = looseName(name);
	return paths.filter((path) => looseName(path.at(-1) ?? '') === loose);
}

/** Whether two lists of names are the same. */
export function isSame(a: readonly string[], b: readonly string[]): boolean {
	if (a.length !== b.length) return false;
	for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
	return true;
}
