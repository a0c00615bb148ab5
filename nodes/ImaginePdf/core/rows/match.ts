import { picksOf, type Way } from './expressions';
import {
	allPaths,
	inside,
	isEmpty,
	keyOf,
	nestedIn,
	textOf,
	valueOf,
	type Path,
	type Steps,
} from './paths';
import { isTableLike } from './table';
import type { Target, Targets } from './targets';
import { groupedBy, isPlainObject, isSame, setOwn, type Fields } from '../objects';

/*
 * Which field of a row belongs to which variable: by its exact name, else by a name that differs only
 * in what people vary, or by its path through nested objects.
 */

/** Levels down to the nested object that rows may be taken from, e.g. `data.object`. */
const MAX_BASE = 3;

/** Distinct sets of field names whose matching is kept; rows mostly share one. */
const MAX_MATCHES = 1000;

/** Where a target's value stands in an item. */
export interface Source {
	readonly target: Target;
	readonly path: Path;
	/** Further fields that could be meant; their values must be the same. */
	readonly others: readonly Path[];
}

/** What the fields of a row, or of all rows with the same field names, belong to. */
export interface Match {
	/** All fields that may be used. */
	readonly paths: readonly Path[];
	readonly sources: readonly Source[];
	/** Target to the field it was matched with, where the names differ. */
	readonly matched: Readonly<Record<string, string>>;
	/** Those of `matched` whose own name differs, and not only the place. */
	readonly similar: Readonly<Record<string, string>>;
	/** Fields that belong to nothing. */
	readonly leftOut: readonly Path[];
}

/** Matches the rows of one design. */
export class Matcher {
	private readonly matches = new Map<string, Match>();
	private last: { readonly names: readonly string[]; readonly match: Match } | undefined;

	constructor(
		private readonly targets: Targets,
		private readonly options: {
			/** Whether paths through nested objects are looked at. */
			readonly goesDeep: boolean;
			/** The nested object that rows are taken from. */
			readonly base?: Path;
		},
	) {}

	/**
	 * @param records the fields of the row's item, or of each item of its group
	 * @param listed paths whose last names count, since the user has listed them
	 */
	match(records: readonly [Fields, ...Fields[]], listed: readonly Path[] = []): Match {
		const [first, ...others] = records;
		if (others.length === 0 && listed.length === 0) {
			const names = Object.keys(first);
			// Rows mostly have the fields of the row before.
			if (!this.last || !isSame(names, this.last.names)) {
				const paths = names.map((name) => [name]);
				this.last = { names, match: this.kept(paths, listed) };
			}
			const { match } = this.last;
			if (!this.options.goesDeep) return match;
			if (!names.some((name) => isPlainObject(first[name]))) return match;
		}
		return this.kept(allPaths(records, this.options.goesDeep), listed);
	}

	private kept(paths: readonly Path[], listed: readonly Path[]): Match {
		const key = JSON.stringify([paths, listed]);
		const match = this.matches.get(key) ?? this.matchPaths(paths, listed);
		if (this.matches.size >= MAX_MATCHES) this.matches.clear();
		this.matches.set(key, match);
		return match;
	}

	private matchPaths(paths: readonly Path[], listed: readonly Path[]): Match {
		const { base = [] } = this.options;
		const found = new Map<Target, Candidates>();
		const isListed = new Set(listed.map(keyOf));
		for (const path of paths) {
			const own = inside(path, base);
			if (own) this.note(found, own, path, 'own');
			// Beside the nested object that rows are taken from, a path counts from the top.
			if (base.length > 0 && path.length > 1) this.note(found, path, path, 'outer');
			if (path.length > 1 && isListed.has(keyOf(path))) {
				this.note(found, path.slice(-1), path, 'listed');
			}
		}
		const sources = this.targets.all.flatMap((target): Source[] => {
			const { exact, own = [], listed: chosen = [], outer = [] } = found.get(target) ?? {};
			const [path, ...others] = exact
				? [exact]
				: unique([own, chosen, outer].find((some) => some.length > 0) ?? []);
			return path ? [{ target, path, others }] : [];
		});
		return { paths, sources, ...namesOf(sources, base), leftOut: unused(paths, sources) };
	}

	private note(
		found: Map<Target, Candidates>,
		name: Path,
		path: Path,
		by: 'listed' | 'outer' | 'own',
	): void {
		const [only = ''] = name;
		const { all, isExact } =
			name.length === 1 ? this.targets.find(only) : this.targets.findPath(name);
		for (const target of all) {
			const candidates = found.get(target) ?? {};
			found.set(target, candidates);
			// The exact name wins: on the top before one of a path.
			const isFirst = isExact && by === 'own' && (!candidates.exact || name.length === 1);
			if (isFirst && isPreferred(target, only, candidates.name)) {
				candidates.exact = path;
				candidates.name = only;
			} else (candidates[by] ??= []).push(path);
		}
	}
}

interface Candidates {
	exact?: Path;
	/** The top-level name of `exact`. */
	name?: string;
	own?: Path[];
	listed?: Path[];
	outer?: Path[];
}

/** The service may know a variable by several names: the first of them counts. */
function isPreferred({ keys }: Target, name: string, before: string | undefined): boolean {
	if (before === undefined) return true;
	const [at, other] = [keys.indexOf(name), keys.indexOf(before)];
	return at >= 0 && (other < 0 || at < other);
}

function unique(paths: readonly Path[]): Path[] {
	return [...new Map(paths.map((path) => [keyOf(path), path])).values()];
}

function namesOf(sources: readonly Source[], base: Path): Pick<Match, 'matched' | 'similar'> {
	const matched: Record<string, string> = {};
	const similar: Record<string, string> = {};
	for (const { target, path } of sources) {
		const own = inside(path, base) ?? path;
		const isOwnName = target.keys.includes(textOf(own));
		if (textOf(path) !== target.key) setOwn(matched, target.key, textOf(path));
		if (!isOwnName) setOwn(similar, target.key, textOf(path));
	}
	return { matched, similar };
}

/** The paths that nothing of is used, without those inside another one, which comes before them. */
function unused(paths: readonly Path[], sources: readonly Source[]): Path[] {
	const used = sources.map(({ path }) => path);
	const inUse = new Set(
		used.flatMap((path) => path.map((_, index) => keyOf(path.slice(0, index + 1)))),
	);
	// What stands inside these is told with them.
	const closed = new Set(used.map(keyOf));
	return paths.filter((path) => {
		const key = keyOf(path);
		const isInside = closed.has(keyOf(path.slice(0, -1)));
		const isLeft = !isInside && !inUse.has(key);
		if (isInside || isLeft) closed.add(key);
		return isLeft;
	});
}

/** A nested object that holds a field of a target's name. */
export interface Holding {
	readonly target: Target;
	/** The object, or the entry of a list. */
	readonly holder: Steps;
	/** The field. */
	readonly at: Steps;
}

/**
 * Which nested objects hold what: for the choice of the object that rows are taken from, for what is
 * asked for because it is not certain, and for advice.
 * @param isClosed paths that are not looked into
 */
export function holdingsIn(
	records: readonly Fields[],
	targets: Targets,
	isClosed: (at: Steps) => boolean,
	readsText = false,
): Holding[] {
	const found = new Map<string, Holding>();
	for (const record of records) {
		for (const { at, fields } of nestedIn(record, isClosed, readsText)) {
			for (const key of Object.keys(fields)) {
				const whole = [...at, key];
				for (let start = at.length; start > 0; start--) {
					const name = whole.slice(start).filter((step) => typeof step === 'string');
					// A list or a text in between begins something new.
					if (name.length < whole.length - start) break;
					const [only = ''] = name;
					const { all } = name.length === 1 ? targets.find(only) : targets.findPath(name);
					for (const target of all) {
						const holder = whole.slice(0, start);
						const place = keyOf(
							[...holder, target.index, ...whole].map((step) =>
								typeof step === 'number' ? 0 : step,
							),
						);
						if (!found.has(place)) found.set(place, { target, holder, at: whole });
					}
				}
			}
		}
	}
	return [...found.values()];
}

/**
 * The nested object that the rows are taken from: the outermost of those that have every variable that
 * any other has; `undefined` where none or several are.
 */
export function baseAmong(holdings: readonly Holding[]): Path | undefined {
	const held = new Map<string, { path: Path; targets: Set<Target> }>();
	for (const { holder, target } of holdings) {
		const path = holder.filter((step) => typeof step === 'string');
		if (path.length < holder.length || path.length > MAX_BASE) continue;
		const entry = held.get(keyOf(path)) ?? { path, targets: new Set<Target>() };
		held.set(keyOf(path), entry);
		entry.targets.add(target);
	}
	const all = new Set([...held.values()].flatMap(({ targets }) => [...targets]));
	const whole = [...held.values()]
		.filter(({ targets }) => targets.size === all.size)
		.sort((a, b) => a.path.length - b.path.length);
	const [first, second] = whole;
	return first && second?.path.length !== first.path.length ? first.path : undefined;
}

/** A variable, and the ways to a value for it; several where the user has to choose. */
export interface Need {
	readonly target: Target;
	readonly ways: readonly Way[];
}

/** Rows by their fields. */
interface Recorded {
	readonly records: readonly [Fields, ...Fields[]];
}

/** The ways to candidates for a target, outermost first; those with the same values are one. */
export function needOf(
	target: Target,
	holdings: readonly Holding[],
	rows: readonly Recorded[],
): Need {
	const own = holdings.filter((holding) => holding.target === target);
	const places = [...new Map(own.map(({ at }) => [keyOf(at), at])).values()];
	return {
		target,
		ways: distinct(
			places.map((at) => wayTo(target, at, rows)),
			rows,
		),
	};
}

/** How a value at some place is printed. */
export function wayTo({ kind, variable }: Target, at: Steps, rows: readonly Recorded[]): Way {
	const value = rows.map(({ records }) => valueOf(records[0], at)).find((one) => !isEmpty(one));
	const isWhole =
		kind === 'table' || kind === 'image' || (kind === 'unknown' && isTableLike(value));
	const picks = isWhole ? [] : picksOf(value, variable.name);
	return picks.length === 0 ? [at] : picks.map((steps) => [...at, ...steps]);
}

/** Those that lead to different values in some row. */
export function distinct(ways: readonly Way[], rows: readonly Recorded[]): Way[] {
	const some = rows.slice(0, 50);
	const said = (way: Way) =>
		JSON.stringify(some.map(({ records }) => way.map((steps) => valueOf(records[0], steps))));
	return Array.from(groupedBy(ways, said).values(), ([first]) => first);
}
