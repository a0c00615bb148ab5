import type { Design, DesignVariable, Generation, Row, Sample } from './model.mts';
import type { Choices } from './options.mts';
import type { Drawn, Picture } from './pictures.mts';
import { fillTokens, tokensIn } from './tokens.mts';

/** docs/imaginepdf-api.md, "Values": the largest table. */
const MAX_TABLE_ROWS = 500;
const MAX_TABLE_COLUMNS = 50;

/** An element with what is printed for it. */
export interface Printed {
	/** Undefined for a text that no variable is bound to. */
	label: string | undefined;
	value: string | string[][] | Drawn;
}

export type Resolved = { ok: true; printed: Printed[] } | { ok: false; reason: string };

/** What decides what a value prints, beside the design and the row. */
export interface Rules {
	choices: Choices;
	/** In the first, a `{{name}}` inside any text is also a variable of its own. */
	generation: Generation;
	pictures: ReadonlyMap<string, Picture>;
}

/** What a row prints in a design (docs/imaginepdf-api.md, "Values"). Keys that match nothing are ignored. */
export function resolveRow(design: Design, row: Row, rules: Rules): Resolved {
	const resolver = new Resolver(design, row, rules);
	const printed: Printed[] = [];
	for (const variable of design.variables) {
		if (variable.isHidden) continue;
		const value = resolver.resolve(variable);
		if (value instanceof Refusal) return { ok: false, reason: `${variable.name}: ${value.reason}` };
		printed.push({ label: variable.label ?? variable.name, value });
	}
	for (const text of unboundTexts(design)) {
		printed.push({ label: undefined, value: resolver.fixed(text) });
	}
	return { ok: true, printed };
}

class Refusal {
	constructor(readonly reason: string) {}
}

class Resolver {
	private readonly choices: Choices;

	constructor(
		private readonly design: Design,
		private readonly row: Row,
		private readonly rules: Rules,
	) {
		this.choices = rules.choices;
	}

	resolve(variable: DesignVariable): Printed['value'] | Refusal {
		const { row, choices } = this;
		const given = Object.hasOwn(row, variable.name) ? row[variable.name] : undefined;
		if (given === undefined || (given === null && choices.scalars === 'text')) {
			return this.sample(variable);
		}
		if (variable.kind === 'table') return this.table(variable, given);
		// What an object does where nothing takes it is not documented: the sample stays.
		if (isObject(given)) return this.sample(variable, given);
		const text = this.scalar(given);
		if (text === undefined) return new Refusal('not a string');
		return variable.kind === 'image' ? this.image(variable, text) : text;
	}

	/** A text that no variable is bound to. */
	fixed(text: string): string {
		return this.fill(text, this.ownTokens());
	}

	private scalar(given: unknown): string | undefined {
		if (typeof given === 'string') return given;
		const isScalar = typeof given === 'number' || typeof given === 'boolean';
		return isScalar && this.choices.scalars === 'text' ? String(given) : undefined;
	}

	/** The design's own content: with its sample tokens, unless the row fills any of them. */
	private sample(variable: DesignVariable, given: Record<string, unknown> = {}): Printed['value'] {
		const { sample } = variable;
		if (variable.kind === 'image') return this.drawn(String(sample));
		const filled = new Map([
			...this.ownTokens(),
			...strings(given),
			...compoundTokens(variable.name, this.row),
		]);
		const tokens = tokensOf(sample);
		const isFilled = Object.keys(given).length > 0 || tokens.some((token) => filled.has(token));
		const values = isFilled ? filled : new Map(Object.entries(variable.tokens ?? {}));
		if (typeof sample === 'string') return this.fill(sample, values);
		return sample.map((cells) => cells.map((cell) => this.fill(cell, values)));
	}

	private fill(text: string, values: ReadonlyMap<string, string>): string {
		return fillTokens(text, values, this.design.pages);
	}

	/** Keys of the row that are tokens themselves, which only the first generation knows. */
	private ownTokens(): Map<string, string> {
		return new Map(this.rules.generation === 'first' ? strings(this.row) : []);
	}

	private table(variable: DesignVariable, given: unknown): Printed['value'] | Refusal {
		if (isObject(given) && tokensOf(variable.sample).length > 0) {
			return this.sample(variable, given);
		}
		if (!Array.isArray(given)) return new Refusal('not a table');
		if (given.length > MAX_TABLE_ROWS) return new Refusal('too many table rows');
		const rows: string[][] = [];
		for (const row of given) {
			if (!Array.isArray(row)) return new Refusal('a table row is not an array');
			if (row.length > MAX_TABLE_COLUMNS) return new Refusal('too many table columns');
			const cells: unknown[] = row;
			if (!cells.every((cell) => typeof cell === 'string' || cell === null)) {
				return new Refusal('a table cell is not a string');
			}
			rows.push(cells.map((cell) => (typeof cell === 'string' ? cell : '')));
		}
		return rows;
	}

	private image(variable: DesignVariable, given: string): Printed['value'] | Refusal {
		if (given === '') {
			if (this.choices.emptyImage === 'sample') return this.sample(variable);
			return this.choices.emptyImage === 'nothing' ? '' : new Refusal('an empty image');
		}
		// Inline images are dropped, and links are for authoring only (docs/imaginepdf-api.md, "Images").
		if (/^(data|https?):/.test(given)) return '';
		if (!/^(uploads|assets):.+/.test(given)) return new Refusal('not an image reference');
		if (this.rules.pictures.has(given)) return this.drawn(given);
		return this.choices.unknownReference === 'nothing' ? '' : new Refusal('no such picture');
	}

	private drawn(ref: string): Drawn {
		return { ref, picture: this.rules.pictures.get(ref) };
	}
}

/** What is printed although no variable is bound to it. */
export function unboundTexts({ texts, unbound }: Design): string[] {
	return [...texts, ...unbound.flatMap(({ content }) => content ?? [])];
}

/** The tokens of a text or of a table's cells. */
export function tokensOf(sample: Sample): string[] {
	const texts = typeof sample === 'string' ? [sample] : sample.flat();
	return [...new Set(texts.flatMap(tokensIn))];
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function strings(values: Record<string, unknown>): Array<[string, string]> {
	return Object.entries(values).flatMap(([name, text]): Array<[string, string]> =>
		typeof text === 'string' ? [[name, text]] : [],
	);
}

/** `"variable::token": "value"` */
function compoundTokens(name: string, row: Row): Array<[string, string]> {
	const prefix = `${name}::`;
	return strings(row).flatMap(([key, text]): Array<[string, string]> =>
		key.startsWith(prefix) ? [[key.slice(prefix.length), text]] : [],
	);
}
