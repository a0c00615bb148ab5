import { parseFieldName } from './fieldName';
import type { ApiValue, Variable, Variables } from './types';
import { isImageReference } from './value';

/** What the rows of a design show about one of their fields. */
export interface FieldFacts {
	readonly key: string;
	/** Position among the design's fields. */
	readonly index: number;
	/** The variable it belongs to: one of the design's, or one that only the rows know. */
	readonly variable: Variable;
	readonly token?: string;
	/** Rows that have the field, with or without a value. */
	rows: number;
	/** Rows that give it a value. */
	filled: number;
	/** What some row's value shows it to take. */
	shown: 'table' | 'image' | undefined;
}

/** Everything known about the fields of one design: its variables, and what all its rows show. */
export class DesignFacts {
	/** By key: the names of its variables, then the rows' fields as they came. */
	readonly fields = new Map<string, FieldFacts>();
	/** Tokens inside a variable's text, from `variable::token` keys and nested objects. */
	readonly tokens = new Map<Variable, Set<string>>();
	private readonly known = new Map<string, Variable>();
	private readonly implied = new Map<string, Variable>();
	private lastKeys: readonly string[] = [];
	private lastShape: readonly FieldFacts[] = [];

	constructor(
		readonly designId: string,
		readonly variables: Variables,
	) {
		if (variables.known) this.learn(variables.list);
	}

	/** The design's variables; none where they are not known. */
	get knownVariables(): ReadonlySet<Variable> {
		return new Set(this.known.values());
	}

	/** The facts about a field, to be added to. */
	field(key: string): FieldFacts {
		const found = this.fields.get(key);
		if (found !== undefined) return found;
		const { variable: name, token } = parseFieldName(key);
		const variable = this.variableOf(name);
		const index = this.fields.size;
		const facts: FieldFacts = { key, index, variable, token, rows: 0, filled: 0, shown: undefined };
		this.fields.set(key, facts);
		if (token !== undefined) this.noteToken(variable, token);
		return facts;
	}

	/** The fields of a row. Rows mostly have the same ones in the same order, and then share them. */
	shapeOf(keys: readonly string[]): readonly FieldFacts[] {
		if (!isSame(keys, this.lastKeys)) {
			this.lastShape = keys.map((key) => this.field(key));
			this.lastKeys = keys;
		}
		return this.lastShape;
	}

	/** Notes that a variable has a token, so that rows without it can be found. */
	noteToken(variable: Variable, token: string): void {
		const tokens = this.tokens.get(variable);
		if (tokens === undefined) this.tokens.set(variable, new Set([token]));
		else tokens.add(token);
	}

	/** Whether a field's variable is one of the design's. */
	isKnown({ variable }: FieldFacts): boolean {
		return this.known.get(variable.name) === variable;
	}

	/** A design may list `variable::token` among its variables; then it is that variable's token. */
	private learn(listed: readonly Variable[]): void {
		const isToken = (name: string) => parseFieldName(name).token !== undefined;
		const whole = listed.filter((variable) => !variable.names.some(isToken));
		for (const variable of whole) {
			for (const name of variable.names) this.known.set(name, variable);
		}
		for (const variable of whole) for (const name of variable.names) this.field(name);
		for (const key of listed.flatMap((variable) => variable.names).filter(isToken)) {
			const { variable } = this.field(key);
			this.known.set(variable.name, variable);
		}
	}

	private variableOf(name: string): Variable {
		const found = this.known.get(name) ?? this.implied.get(name);
		if (found !== undefined) return found;
		const implied: Variable = { name, names: [name], kind: 'unknown' };
		this.implied.set(name, implied);
		return implied;
	}
}

/** Notes a value that a row gives. */
export function noteValue(facts: FieldFacts, value: ApiValue): void {
	facts.filled++;
	if (facts.shown !== undefined) return;
	if (Array.isArray(value)) facts.shown = 'table';
	else if (isImageReference(value)) facts.shown = 'image';
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
	if (a.length !== b.length) return false;
	for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
	return true;
}
