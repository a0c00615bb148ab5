import { parseKey, tokenKey } from '../designs/variable';
import type { Variable, VariableKind } from '../designs/variable';

/** Something that a field can fill: a variable, or a token inside one. */
export interface Target {
	/** Position among the design's targets. */
	readonly index: number;
	/** `variable` or `variable::token`: how it is named to the user. */
	readonly key: string;
	/** Every key that the service may know it by; its value is sent under all of them. */
	readonly keys: readonly string[];
	readonly variable: Variable;
	readonly token?: string;
	/** What it takes; a token takes text. */
	readonly kind: VariableKind;
}

/** A variable with all that can fill it. */
export interface VariableTargets {
	readonly whole: Target;
	readonly tokens: readonly Target[];
	/** Tokens of other variables that are this variable too (first generation of the API). */
	readonly alsoTokens: readonly Target[];
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
	const brought = tokensBrought(variables, keys);
	const targets: Target[] = [];
	const add = (target: Omit<Target, 'index'>): Target => {
		const added = { ...target, index: targets.length };
		targets.push(added);
		return added;
	};
	const own = variables.map((variable) => {
		const { name: key, names, kind } = variable;
		const whole = add({ key, keys: names, variable, kind });
		const tokens = (variable.tokens ?? [...(brought.get(key) ?? [])]).map((token) =>
			add({
				key: tokenKey(key, token),
				keys: names.map((name) => tokenKey(name, token)),
				variable,
				token,
				kind: 'text',
			}),
		);
		return { whole, tokens };
	});
	const shared = targets.filter(
		({ token, variable }) => token !== undefined && variable.sharedTokens?.includes(token),
	);
	return {
		targets,
		variables: own.map((one) => ({
			...one,
			alsoTokens: shared.filter(({ token }) => token === one.whole.key),
		})),
	};
}

function tokensBrought(
	variables: readonly Variable[],
	keys: Iterable<string>,
): Map<string, Set<string>> {
	const brought = new Map<string, Set<string>>();
	const open = new Map<string, string>();
	for (const { name, names, tokens } of variables) {
		if (tokens === undefined) for (const alias of names) open.set(alias, name);
	}
	for (const key of keys) {
		const { variable, token } = parseKey(key);
		const name = open.get(variable);
		if (token === undefined || name === undefined) continue;
		brought.set(name, (brought.get(name) ?? new Set()).add(token));
	}
	return brought;
}
