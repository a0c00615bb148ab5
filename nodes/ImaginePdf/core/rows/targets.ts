import { NameIndex, type Found } from './names';
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
	/** Position among the design's targets. */
	readonly index: number;
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

const NO_TOKENS: ReadonlyMap<string, Target> = new Map();

/** What the fields of a design's rows can fill, and which field belongs to what. */
export class Targets {
	readonly all: Target[] = [];
	/** The variables, without the tokens that are none of their own. */
	readonly wholes: readonly Target[];
	private readonly byName = new NameIndex<Target>();
	private readonly byKey = new Map<string, Target>();

	/**
	 * @param keys the fields of all rows: they are the variables where the design's are not known, and a
	 * `variable::token` among them counts where the design does not show its tokens
	 * @param told what the user says of some variables
	 */
	constructor(
		variables: Variables,
		keys: readonly string[],
		told: ReadonlyMap<string, VariableKind>,
	) {
		const list = variables.known ? variables.list : unknownVariables(keys, told);
		const brought = list.every(({ tokens }) => tokens) ? [] : keys.map(parseKey);
		const wholes = list.map((variable) => this.add(variable, variable.names, variable.kind));
		const wholeNames = new NameIndex(
			wholes.flatMap((whole) => whole.keys.map((key) => [key, whole] as const)),
		);
		const inner = new Map<string, Set<Target>>();
		this.wholes = wholes.map((whole) => {
			const { names, tokens = tokensAmong(brought, names) } = whole.variable;
			if (tokens.length === 0) return whole;
			const own = tokens.map((token): [string, Target] => {
				const known = names.map((name) => tokenKey(name, token));
				// A token may be a variable of its own as well (first generation of the API).
				const target = this.byKey.get(known[0] ?? '') ?? this.add(whole.variable, known, 'text');
				inner.set(token, (inner.get(token) ?? new Set()).add(target));
				return [token, target];
			});
			return this.replace({ ...whole, tokens: new Map(own) });
		});
		for (const target of this.all) for (const key of target.keys) this.byName.add(key, target);
		for (const [token, targets] of inner) {
			// A field named like a token fills all tokens of the name, where no variable has it.
			if (!variables.known || wholeNames.find(token).all.length > 0) continue;
			for (const target of targets) this.byName.add(token, target);
		}
	}

	/** What a field of this name belongs to. */
	find(name: string): Found<Target> {
		return this.byName.find(name);
	}

	/** What a field inside nested objects belongs to by its path. */
	findPath(path: readonly string[]): Found<Target> {
		const exact = this.byKey.get(path.join('.'));
		if (exact) return { all: [exact], isExact: true };
		return { all: this.byName.find(path.join('.')).all, isExact: false };
	}

	/** The variable of that name, or of the only one that is nearly the same. */
	named(name: string): Target | undefined {
		return (
			this.wholes.find(({ keys }) => keys.includes(name)) ??
			new NameIndex(this.wholes.flatMap((one) => one.keys.map((key) => [key, one]))).only(name)
		);
	}

	private add(variable: Variable, names: readonly string[], kind: VariableKind): Target {
		const [key = ''] = names;
		const index = this.all.length;
		const target = { index, key, keys: names, variable, kind, tokens: NO_TOKENS };
		return this.replace(target);
	}

	private replace(target: Target): Target {
		this.all[target.index] = target;
		for (const name of target.keys) this.byKey.set(name, target);
		return target;
	}
}

function tokensAmong(
	keys: ReadonlyArray<ReturnType<typeof parseKey>>,
	names: readonly string[],
): string[] {
	const own = keys.filter(({ variable }) => names.includes(variable));
	return [...new Set(own.flatMap(({ token }) => token ?? []))];
}

/** What a variable lacks: itself, or those of its tokens that are not there. */
export function lacking(whole: Target, isThere: (target: Target) => boolean): readonly Target[] {
	if (isThere(whole)) return [];
	const own = [...whole.tokens.values()];
	// A table may be given as a whole, so without any of its tokens it is the table that is missing.
	const isByTokens = own.length > 0 && (whole.kind !== 'table' || own.some(isThere));
	return isByTokens ? own.filter((token) => !isThere(token)) : [whole];
}
