import type { Need, Way } from './issues';
import {
	allPaths,
	distinctPaths,
	inside,
	isEmpty,
	keyOf,
	nestedIn,
	picksOf,
	shapeOf,
	textOf,
	valueOf,
	type Path,
	type Steps,
} from './paths';
import type { RawRow } from './source';
import { isTableLike } from './table';
import type { Target, Targets } from './targets';
import { groupedBy } from '../objects';

/*
 * Which field of a row belongs to which variable: by its exact name, else by its folded name, or by its path
 * through nested objects.
 */

/** Levels down to the nested object that rows may be taken from, e.g. `data.object`. */
const MAX_BASE = 3;

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
	/** Fields that belong to nothing. */
	readonly leftOut: readonly Path[];
}

/**
 * Matches rows; the match of rows with the same fields is made once.
 * @param goesDeep whether paths through nested objects are looked at
 * @param base the nested object that rows are taken from
 */
export function matcherOf(targets: Targets, goesDeep: boolean, base: Path = []) {
	const known = new Map<string, Match>();
	return ({ records, listed }: RawRow): Match => {
		const shapes = new Set(records.map((record) => shapeOf(record, goesDeep)));
		const key = `${[...shapes].join()}${listed.map(keyOf).join()}`;
		const found = known.get(key);
		if (found) return found;
		const match = matchPaths(allPaths(records, goesDeep), listed, targets, base);
		known.set(key, match);
		return match;
	};
}

/**
 * How sure it is that a field is meant, the surest first: its exact name (by the position of that name among
 * the variable's), a folded name or a path, a name that the user lists, or, where rows are taken from a nested
 * object, a path from the top.
 */
const RANK = { own: 1000, listed: 1001, outer: 1002 } as const;

function matchPaths(
	paths: readonly Path[],
	listed: readonly Path[],
	{ all, fields }: Targets,
	base: Path,
): Match {
	const found = new Map<Target, { rank: number; paths: Path[] }>();
	const note = (name: Path, path: Path, by: number): void => {
		const { all: targets, isExact } = fields.find(textOf(name));
		for (const target of targets) {
			const at = target.keys.indexOf(textOf(name));
			const exact = at < 0 ? target.keys.length : at;
			const rank = isExact && by === RANK.own && name.length === 1 ? exact : by;
			const best = found.get(target);
			if (!best || rank < best.rank) found.set(target, { rank, paths: [path] });
			else if (rank === best.rank && rank >= RANK.own) best.paths.push(path);
		}
	};
	const isListed = new Set(listed.map(keyOf));
	for (const path of paths) {
		const own = inside(path, base);
		if (own) note(own, path, RANK.own);
		if (base.length > 0 && path.length > 1) note(path, path, RANK.outer);
		if (path.length > 1 && isListed.has(keyOf(path))) note(path.slice(-1), path, RANK.listed);
	}
	const sources = all.flatMap((target): Source[] => {
		const [path, ...others] = found.get(target)?.paths ?? [];
		return path ? [{ target, path, others }] : [];
	});
	const names = sources.map(({ target, path }) => [target.key, textOf(path)] as const);
	const matched = Object.fromEntries(names.filter(([key, field]) => field !== key));
	return { paths, sources, matched, leftOut: unused(paths, sources) };
}

/** The outermost paths of which nothing is used. */
function unused(paths: readonly Path[], sources: readonly Source[]): Path[] {
	const used = sources.map(({ path }) => path);
	const inUse = new Set(used.flatMap((path) => path.map((_, at) => keyOf(path.slice(0, at + 1)))));
	const whole = new Set(used.map(keyOf));
	const isInside = (path: Path) => path.some((_, at) => whole.has(keyOf(path.slice(0, at))));
	const left = paths.filter((path) => !inUse.has(keyOf(path)) && !isInside(path));
	const isLeft = new Set(left.map(keyOf));
	return left.filter((path) => !isLeft.has(keyOf(path.slice(0, -1))));
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
 * Which nested objects hold fields of targets. It decides which object rows are taken from, what is asked for
 * because it is not certain, and what advice says.
 */
export function holdingsIn(
	rows: ReadonlyArray<Pick<RawRow, 'records'>>,
	{ fields }: Targets,
	isClosed?: (at: Steps, value: unknown) => boolean,
	readsText?: boolean,
): Holding[] {
	const found = new Map<string, Holding>();
	const nested = rows.flatMap(({ records }) =>
		records.flatMap((record) => nestedIn(record, isClosed, readsText)),
	);
	for (const { at: object, fields: own } of nested) {
		for (const key of Object.keys(own)) {
			const at = [...object, key];
			for (let start = object.length; start > 0; start--) {
				const name = at.slice(start);
				// A path does not reach through a list or a text.
				if (name.some((step) => typeof step !== 'string')) break;
				for (const target of fields.find(textOf(name)).all) {
					const way = [...at.slice(0, start), target.key, ...at];
					// The entries of a list are alike.
					const alike = keyOf(way.map((step) => (typeof step === 'number' ? 0 : step)));
					if (!found.has(alike)) found.set(alike, { target, holder: at.slice(0, start), at });
				}
			}
		}
	}
	return [...found.values()];
}

/**
 * The nested object that the rows are taken from: the one that has every variable that any other has, and of
 * several such the outermost. Empty where there is none, or no single one.
 */
export function baseAmong(holdings: readonly Holding[]): Path {
	const near = holdings.filter(({ holder }) => isPath(holder) && holder.length <= MAX_BASE);
	const targetsOf = (some: readonly Holding[]) => new Set(some.map(({ target }) => target)).size;
	const [first, second] = [...groupedBy(near, ({ holder }) => keyOf(holder)).values()]
		.filter((some) => targetsOf(some) === targetsOf(near))
		.map(([{ holder }]) => holder.filter((step) => typeof step === 'string'))
		.sort((a, b) => a.length - b.length);
	return first && second?.length !== first.length ? first : [];
}

export function isPath(steps: Steps): steps is Path {
	return steps.every((step) => typeof step === 'string');
}

/** A variable with the ways to its candidates; ways to the same values count as one. */
export function needOf(
	target: Target,
	paths: readonly Steps[],
	rows: ReadonlyArray<Pick<RawRow, 'records'>>,
): Need {
	const ways = distinctPaths(paths).map((at) => wayTo(target, at, rows));
	const some = rows.slice(0, 50);
	const said = (way: Way) =>
		JSON.stringify(some.map(({ records }) => way.map((steps) => valueOf(records[0], steps))));
	return { target, ways: Array.from(groupedBy(ways, said).values(), ([first]) => first) };
}

/** How a value at the end of a path is printed. */
function wayTo(
	{ kind, variable }: Target,
	at: Steps,
	rows: ReadonlyArray<Pick<RawRow, 'records'>>,
): Way {
	const value = rows.map(({ records }) => valueOf(records[0], at)).find((one) => !isEmpty(one));
	const isWhole =
		kind === 'table' || kind === 'image' || (kind === 'unknown' && isTableLike(value));
	const picks = isWhole ? [] : picksOf(value, variable.name);
	return picks.length === 0 ? [at] : picks.map((steps) => [...at, ...steps]);
}
