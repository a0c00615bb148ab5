import { NameIndex } from './names';
import {
	parseKey,
	tokenKey,
	unknownVariables,
	type Variable,
	type VariableKind,
	type Variables,
} from '../designs/variable';

/** Something that a field can fill: a variable, or a token inside one. */
export interface Target {
	/** `variable` or `variable::token`: how it is named to the user. */
	readonly key: string;
	/** Every key that the service may know it by; its value is sent under all of them. */
	readonly keys: readonly string[];
	readonly variable: Variable;
	/** What it takes; a token takes text. */
	readonly kind: VariableKind;
	/** The tokens inside a variable, by their names. */
	readonly tokens: ReadonlyMap<string, Target>;
}

/** What the fields of a design's rows can fill. */
export interface Targets {
	readonly all: readonly Target[];
	/** The variables; a token is among them only where it is a variable of its own. */
	readonly variables: readonly Target[];
	/** What a field belongs to, by its name or the text of its path. */
	readonly fields: NameIndex<Target>;
	/** The variables by their names. */
	readonly byVariable: NameIndex<Target>;
}

/**
 * @param keys the fields of all rows: they are the variables where the design's are not known, and a
 * `variable::token` among them counts where the design does not show its tokens
 * @param declared what the user says of some variables
 */
export function targetsOf(
	variables: Variables,
	keys: readonly string[],
	declared: ReadonlyMap<string, VariableKind>,
): Targets {
	const list = variables.known ? variables.list : unknownVariables(keys, declared);
	const all: Target[] = [];
	const byKey = new Map<string, Target>();
	const add = (variable: Variable, own: readonly string[], kind: VariableKind) => {
		const tokens = new Map<string, Target>();
		const target = { key: own[0] ?? '', keys: own, variable, kind, tokens };
		all.push(target);
		for (const key of own) byKey.set(key, target);
		return target;
	};
	const ofVariables = list.map((variable) => add(variable, variable.names, variable.kind));
	const byName = indexOf(ofVariables);
	const brought = keys.map(parseKey);
	for (const { variable, keys: names, tokens } of ofVariables) {
		const among = brought.filter((key) => names.includes(key.variable));
		for (const token of variable.tokens ?? among.flatMap((key) => key.token ?? [])) {
			const own = names.map((name) => tokenKey(name, token));
			// A token may be a variable of its own as well (first generation of the API).
			tokens.set(token, byKey.get(own[0] ?? '') ?? add(variable, own, 'text'));
		}
	}
	// A field named like a token fills all tokens of the name, where no variable has it.
	const tokens = ofVariables.flatMap((one) => [...one.tokens]);
	const free = tokens.filter(([token]) => variables.known && byName.find(token).all.length === 0);
	return { all, variables: ofVariables, fields: indexOf(all, free), byVariable: byName };
}

function indexOf(targets: readonly Target[], more: ReadonlyArray<[string, Target]> = []) {
	const entries = targets.flatMap((one) => one.keys.map((key): [string, Target] => [key, one]));
	return new NameIndex([...entries, ...more]);
}

/** What a variable lacks: itself, or those of its tokens that are not there. */
export function lacking(whole: Target, isThere: (target: Target) => boolean): readonly Target[] {
	if (isThere(whole)) return [];
	const own = [...whole.tokens.values()];
	// A table may be given as a whole, so without any of its tokens it is the table that is missing.
	const isByTokens = own.length > 0 && (whole.kind !== 'table' || own.some(isThere));
	return isByTokens ? own.filter((token) => !isThere(token)) : [whole];
}
