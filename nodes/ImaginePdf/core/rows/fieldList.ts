import { inside, textOf, type Path } from './fields';
import { similarTo } from './names';
import { parseKey } from '../designs/variable';

/** The fields that Only Fields lists: by name, by a name that is nearly the same, or by their path. */
export class FieldList {
	private readonly met = new Set<string>();

	constructor(private readonly names: readonly string[]) {}

	/** Listed names that no row had. */
	get unknown(): string[] {
		return [...new Set(this.names)].filter((name) => !this.met.has(name));
	}

	/**
	 * The listed ones of some paths, with what is inside of them.
	 * @param base the nested object that rows are taken from; a name may leave it out
	 */
	filter(paths: readonly Path[], base: Path): Path[] {
		const listed = new Set<string>();
		const named = paths.map((path) => ({ path, names: namesOf(path, base) }));
		for (const name of this.names) {
			const exact = named.filter(({ names }) => names.includes(name));
			const found =
				exact.length > 0 ? exact : named.filter(({ names }) => similarTo(name, names).length > 0);
			if (found.length > 0) this.met.add(name);
			for (const { path } of found) listed.add(JSON.stringify(path));
		}
		return paths.filter((path) =>
			path.some((_, depth) => listed.has(JSON.stringify(path.slice(0, depth + 1)))),
		);
	}
}

/** What a path may be called: as a whole, inside the base, or without its token. */
function namesOf(path: Path, base: Path): string[] {
	const own = inside(path, base) ?? path;
	const [key = ''] = own;
	return [textOf(path), textOf(own), ...(own.length === 1 ? [parseKey(key).variable] : [])];
}
