import type { DesignFacts } from './facts';
import { tokenKey } from './fieldName';
import { asFastObject, setOwn } from './own';
import type { MissingVariables, Variable } from './types';

/** What blank text must not stand in for. */
export type UnsafeKind = 'table' | 'image' | undefined;

/** A value that a row must have. */
export interface Need {
	/** How it is named to the user. */
	readonly label: string;
	/** Every key that the service may know it by; the row needs all of them. */
	readonly keys: readonly string[];
	readonly kind: UnsafeKind;
}

/** The need of a variable with one name and no tokens, which only one field can meet. */
export interface SimpleNeed extends Need {
	/** That field's position among the design's fields. */
	readonly field: number;
}

/** The need of a variable with several names, or with tokens: a row can meet it in several forms. */
export interface FormedNeed extends Need {
	readonly tokens: ReadonlyArray<{ readonly token: string; readonly need: Need }>;
}

/** What every row of a design needs, so that nothing of the design's sample content shows. */
export interface Needs {
	readonly simple: readonly SimpleNeed[];
	readonly formed: readonly FormedNeed[];
	/**
	 * What a row starts from, before its own values are put in: blanks for the simple needs. Where
	 * one must not stay blank, the row is refused, so that it is not sent.
	 */
	readonly blank: Readonly<Record<string, string>>;
}

/** Derives the needs: the design's variables and the fields of all its rows, taken together. */
export function needsOf(facts: DesignFacts, mode: MissingVariables): Needs {
	const simple: SimpleNeed[] = [];
	const formed: FormedNeed[] = [];
	const blank: Record<string, string> = {};
	const variables = new Set([...facts.fields.values()].map((field) => field.variable));
	for (const variable of variables) {
		const tokens = facts.tokens.get(variable);
		const need = wholeNeed(facts, variable);
		if (tokens !== undefined || variable.names.length > 1) {
			formed.push({ ...need, tokens: tokenNeeds(facts, variable, [...(tokens ?? [])]) });
			continue;
		}
		simple.push({ ...need, field: facts.field(variable.name).index });
		if (mode !== 'sample') setOwn(blank, variable.name, '');
	}
	return { simple, formed, blank: asFastObject(blank) };
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
