import { parseKey, tokenKey, type Variable, type VariableKind } from '../designs/variable';

/** Something that a field can fill: a variable, or a token inside one. */
export interface Target {
	/** Position among the design's targets. */
	readonly index: number;
	/** `variable` or `variable::token`: how it is named to the user. */
	readonly key: string;
	/** Every key that the service may know it by; its value is sent under all of them. */
	readonly keys: readonly string[];
	readonly variable: Variable;
	/** What it takes; a token takes text. */
	readonly kind: VariableKind;
}

/** A variable with all that can fill it. */
export interface VariableTargets {
	readonly whole: Target;
	/** By the names of its tokens. */
	readonly tokens: ReadonlyMap<string, Target>;
}

/**
 * What the fields of a design's rows can fill.
 * @param keys the fields of all rows: a `variable::token` among them counts where the design does not
 * show which tokens the variable has
 */
export function targetsOf(
	variables: readonly Variable[],
	keys: Iterable<string>,
): { targets: Target[]; variables: VariableTargets[] } {
	const brought = Array.from(keys, parseKey);
	const targets: Target[] = [];
	const byKey = new Map<string, Target>();
	const add = (variable: Variable, names: readonly string[], kind: VariableKind): Target => {
		const [key = ''] = names;
		const target = { index: targets.length, key, keys: names, variable, kind };
		targets.push(target);
		for (const name of names) byKey.set(name, target);
		return target;
	};
	const wholes = variables.map((variable) => add(variable, variable.names, variable.kind));
	return {
		targets,
		variables: wholes.map((whole) => {
			const { names, tokens = tokensAmong(brought, names) } = whole.variable;
			const own = tokens.map((token): [string, Target] => {
				const known = names.map((name) => tokenKey(name, token));
				// A token may be a variable of its own as well (first generation of the API).
				return [token, byKey.get(known[0] ?? '') ?? add(whole.variable, known, 'text')];
			});
			return { whole, tokens: new Map(own) };
		}),
	};
}

function tokensAmong(
	keys: ReadonlyArray<ReturnType<typeof parseKey>>,
	names: readonly string[],
): string[] {
	const own = keys.filter(({ variable }) => names.includes(variable));
	return [...new Set(own.flatMap(({ token }) => token ?? []))];
}
