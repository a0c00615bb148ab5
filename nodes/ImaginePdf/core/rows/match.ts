import type { FieldList } from './fieldList';
import { allPaths, inside, textOf, type Path } from './fields';
import { looseName } from './names';
import type { Target } from './targets';
import { groupedBy, isPlainObject, isSame, setOwn, type Fields } from '../objects';

/*
 * Which field of a row belongs to which variable: by its exact name, else by a name that differs only
 * in what people vary, else by its path through nested objects. Two candidates for one are none.
 */

/** Levels down to the nested object that rows may be taken from, e.g. `data.object`. */
const MAX_BASE = 3;

/** Distinct sets of field names whose matching is kept; rows mostly share one. */
const MAX_MATCHES = 1000;

/** Where a target's value stands in an item. */
export interface Source {
	readonly target: Target;
	readonly path: Path;
}

/** What the fields of a row, or of all rows with the same field names, belong to. */
export interface Match {
	/** All fields that may be used. */
	readonly paths: readonly Path[];
	readonly sources: readonly Source[];
	/** Target to the field it was matched with, where the names differ. */
	readonly matched: Readonly<Record<string, string>>;
	/** Targets that several fields could be meant for. */
	readonly ambiguous: ReadonlyMap<string, readonly string[]>;
	/** Fields that belong to nothing. */
	readonly leftOut: readonly Path[];
}

/** Matches the rows of one design. */
export class Matcher {
	private readonly byKey: ReadonlyMap<string, readonly Target[]>;
	private readonly byLooseName: ReadonlyMap<string, readonly Target[]>;
	private readonly matches = new Map<string, Match>();
	private last: { readonly names: readonly string[]; readonly match: Match } | undefined;

	constructor(
		private readonly targets: readonly Target[],
		private readonly options: {
			/** Whether paths through nested objects are looked at. */
			readonly goesDeep: boolean;
			readonly only?: FieldList | undefined;
			/** The nested object that rows are taken from. */
			readonly base?: Path | undefined;
		},
	) {
		this.byKey = indexed(targets, (key) => key);
		this.byLooseName = indexed(targets, looseName);
	}

	/** @param records the fields of the row's item, or of each item of its group */
	match(records: readonly [Fields, ...Fields[]]): Match {
		const [first, ...others] = records;
		const { goesDeep } = this.options;
		if (others.length === 0) {
			const names = Object.keys(first);
			// Rows mostly have the fields of the row before.
			if (!this.last || !isSame(names, this.last.names)) {
				this.last = { names, match: this.kept(names.map((name) => [name])) };
			}
			const { match } = this.last;
			const isComplete = match.sources.length === this.targets.length;
			if (!goesDeep || isComplete) return match;
			if (!names.some((name) => isPlainObject(first[name]))) return match;
		}
		return this.kept(allPaths(records, goesDeep));
	}

	private kept(paths: readonly Path[]): Match {
		const key = JSON.stringify(paths);
		const match = this.matches.get(key) ?? this.matchPaths(paths);
		if (this.matches.size >= MAX_MATCHES) this.matches.clear();
		this.matches.set(key, match);
		return match;
	}

	private matchPaths(all: readonly Path[]): Match {
		const { only, base = [] } = this.options;
		const paths = only ? only.filter(all, base) : all;
		const found = new Map<Target, Path>();
		const ambiguous = new Map<string, string[]>();
		const within = paths.flatMap((path) => {
			const name = inside(path, base);
			return name ? { path, name } : [];
		});
		const top = within.filter(({ name }) => name.length === 1);
		const byName = new Map(top.map(({ path, name }) => [name[0], path]));
		for (const target of this.targets) {
			// The service may know a variable by several names: the first of them counts.
			const path = byName.get(target.keys.find((key) => byName.has(key)));
			if (path) found.set(target, path);
		}
		this.settle(top, this.loose, found, ambiguous);
		// Beside the nested object that rows are taken from, a path counts from the top.
		const fromTop = base.length === 0 ? [] : paths.map((path) => ({ path, name: path }));
		for (const named of [within, fromTop]) {
			const nested = named.filter(({ name }) => name.length > 1);
			this.settle(nested, this.exact, found, ambiguous);
			this.settle(nested, this.loose, found, ambiguous);
		}
		const sources = Array.from(found, ([target, path]) => ({ target, path }));
		const matched: Record<string, string> = {};
		for (const { target, path } of sources) {
			const isOwnName = path.length === 1 && target.keys.includes(textOf(path));
			if (!isOwnName) setOwn(matched, target.key, textOf(path));
		}
		return { paths, sources, matched, ambiguous, leftOut: unused(paths, [...found.values()]) };
	}

	private readonly exact = (name: Path) => this.byKey.get(textOf(name)) ?? [];
	private readonly loose = (name: Path) => this.byLooseName.get(looseName(name.join(''))) ?? [];

	/** Finds the fields of targets that are still open. What is settled is left alone. */
	private settle(
		candidates: ReadonlyArray<{ readonly path: Path; readonly name: Path }>,
		targetsOf: (name: Path) => readonly Target[],
		found: Map<Target, Path>,
		ambiguous: Map<string, string[]>,
	): void {
		const used = new Set(found.values());
		const pairs = candidates
			.filter(({ path }) => !used.has(path))
			.flatMap(({ path, name }) => targetsOf(name).map((target) => ({ target, path })))
			.filter(({ target }) => !found.has(target) && !ambiguous.has(target.key));
		const wanted = groupedBy(pairs, ({ path }) => path);
		for (const [target, own] of groupedBy(pairs, (pair) => pair.target)) {
			const [{ path }] = own;
			if (own.length === 1 && wanted.get(path)?.length === 1) found.set(target, path);
			else {
				const fields = own.map((pair) => textOf(pair.path));
				ambiguous.set(target.key, fields);
			}
		}
	}
}

function indexed(
	targets: readonly Target[],
	nameOf: (key: string) => string,
): ReadonlyMap<string, readonly Target[]> {
	const index = new Map<string, Set<Target>>();
	for (const target of targets) {
		for (const name of target.keys.map(nameOf)) {
			if (name !== '') index.set(name, (index.get(name) ?? new Set()).add(target));
		}
	}
	return new Map(Array.from(index, ([name, own]) => [name, [...own]]));
}

/** The paths that nothing of is used, without those inside another one, which comes before them. */
function unused(paths: readonly Path[], used: readonly Path[]): Path[] {
	const steps = used.flatMap((path) => path.map((_, index) => path.slice(0, index + 1)));
	const inUse = new Set(steps.map((path) => JSON.stringify(path)));
	// What stands inside these is told with them.
	const closed = new Set(used.map((path) => JSON.stringify(path)));
	return paths.filter((path) => {
		const key = JSON.stringify(path);
		const isInside = closed.has(JSON.stringify(path.slice(0, -1)));
		const isLeft = !isInside && !inUse.has(key);
		if (isInside || isLeft) closed.add(key);
		return isLeft;
	});
}

/**
 * The nested objects that bring fields which belong to a variable, by their paths: those whose own
 * fields do, or where there are none of these, those that have such fields deeper inside.
 * @param records items of which no top-level field belongs to a variable
 */
export function nestedBases(targets: readonly Target[], records: readonly Fields[]): Path[] {
	const matcher = new Matcher(targets, { goesDeep: true });
	const direct = new Map<string, Path>();
	const deep = new Map<string, Path>();
	const visit = (fields: Fields, path: Path): void => {
		for (const key of path.length < MAX_BASE ? Object.keys(fields) : []) {
			const value = fields[key];
			const own = [...path, key];
			if (!isPlainObject(value)) continue;
			const { sources } = matcher.match([value]);
			const isDirect = sources.some((source) => source.path.length === 1);
			if (sources.length > 0) (isDirect ? direct : deep).set(JSON.stringify(own), own);
			visit(value, own);
		}
	};
	for (const record of records) visit(record, []);
	return [...(direct.size > 0 ? direct : deep).values()];
}
