import type { DesignFacts } from './facts';
import { tokenKey } from './fieldName';
import type { Variable } from './types';

/** What blank text must not stand in for. */
export type UnsafeKind = 'table' | 'image' | undefined;

/** Text that a row must have under a key of its own. */
export interface Need {
	/** How it is named to the user. */
	readonly label: string;
	/** Every key that the service may know it by; the row needs all of them. */
	readonly keys: readonly string[];
	readonly kind: UnsafeKind;
}

/** A need with more than one name, or with tokens: a row can meet it in several forms. */
export interface FormedNeed extends Need {
	readonly tokens: ReadonlyArray<{ readonly token: string; readonly need: Need }>;
}

/** What every row of a design needs, so that nothing of the design's sample content shows. */
export interface Needs {
	/** Most variables: one key, no tokens. */
	readonly simple: readonly Need[];
	readonly formed: readonly FormedNeed[];
}

/** Derives the needs: the design's variables and the fields of all its rows, taken together. */
export function needsOf(facts: DesignFacts): Needs {
	const simple: Need[] = [];
	const formed: FormedNeed[] = [];
	for (const variable of neededVariables(facts)) {
		const tokens = facts.tokens.get(variable);
		const need = wholeNeed(facts, variable);
		if (tokens === undefined && variable.names.length === 1) simple.push(need);
		else formed.push({ ...need, tokens: tokenNeeds(facts, variable, [...(tokens ?? [])]) });
	}
	return { simple, formed };
}

function neededVariables(facts: DesignFacts): Set<Variable> {
	const ofFields = [...facts.fields.values()].map((field) => field.variable);
	return new Set([...facts.knownVariables, ...ofFields]);
}

function wholeNeed(facts: DesignFacts, { name, names, kind }: Variable): Need {
	return { label: name, keys: names, kind: schemaKind(kind) ?? shownKind(facts, names) };
}

function tokenNeeds(
	facts: DesignFacts,
	{ name, names }: Variable,
	tokens: readonly string[],
): FormedNeed['tokens'] {
	return tokens.map((token) => {
		const keys = names.map((variable) => tokenKey(variable, token));
		return { token, need: { label: tokenKey(name, token), keys, kind: shownKind(facts, keys) } };
	});
}

function schemaKind(kind: Variable['kind']): UnsafeKind {
	return kind === 'table' || kind === 'image' ? kind : undefined;
}

function shownKind(facts: DesignFacts, keys: readonly string[]): UnsafeKind {
	return keys.map((key) => facts.fields.get(key)?.shown).find((shown) => shown !== undefined);
}
