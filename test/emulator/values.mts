import { invalid } from './http/answer.mts';
import type { Design, DesignVariable, Generation, Row, Sample } from './model.mts';
import type { Drawn, Picture } from './pictures.mts';

/** Token names: letters, digits, `_` (docs/imaginepdf-api.md, "Values"). */
const TOKEN = /\{\{\s*([\p{L}\p{N}_]+)\s*\}\}/gu;

/** `{{page}}` and `{{pages}}` are the renderer's own. */
const OWN = ['page', 'pages'];

/** The tokens inside a text that a row can fill, in order, each once. */
function tokensIn(text: string): string[] {
	const names = Array.from(text.matchAll(TOKEN), ([, name = '']) => name);
	return [...new Set(names)].filter((name) => !OWN.includes(name));
}

/** The text with its tokens filled; one that is not filled prints empty. */
function fillTokens(text: string, values: ReadonlyMap<string, string>, pages: number): string {
	return text.replace(TOKEN, (_whole, name: string) => {
		if (name === 'page') return '1';
		if (name === 'pages') return String(pages);
		return values.get(name) ?? '';
	});
}

/** docs/imaginepdf-api.md, "Values": the largest table. */
const MAX_TABLE_ROWS = 500;
const MAX_TABLE_COLUMNS = 50;

/** An element with what is printed for it. */
export interface Printed {
	/** Undefined for a text that no variable is bound to. */
	label: string | undefined;
	value: string | string[][] | Drawn;
}

/** What decides what a value prints, beside the design and the row. */
export interface Rules {
	/** In the first, a `{{name}}` inside any text is also a variable of its own. */
	generation: Generation;
	pictures: ReadonlyMap<string, Picture>;
}

/**
 * What a row prints in a design (docs/imaginepdf-api.md, "Values"). Keys that match nothing are ignored.
 * @throws Refused where a value is not of its variable's kind
 */
export function resolveRow(design: Design, row: Row, rules: Rules): Printed[] {
	const resolver = new Resolver(design, row, rules);
	return [
		...design.variables
			.filter(({ isHidden }) => !isHidden)
			.map((variable): Printed => {
				const { name, label = name } = variable;
				return { label, value: resolver.resolve(variable) };
			}),
		...unboundTexts(design).map((text) => ({ label: undefined, value: resolver.fixed(text) })),
	];
}

class Resolver {
	constructor(
		private readonly design: Design,
		private readonly row: Row,
		private readonly rules: Rules,
	) {}

	resolve(variable: DesignVariable): Printed['value'] {
		const { row } = this;
		const given = Object.hasOwn(row, variable.name) ? row[variable.name] : undefined;
		if (given === undefined) return this.sample(variable);
		if (variable.kind === 'table') return this.table(variable, given);
		// What an object does where nothing takes it is not documented: the sample stays.
		if (isObject(given)) return this.sample(variable, given);
		if (typeof given !== 'string') throw invalid(`${variable.name} is not a string.`);
		return variable.kind === 'image' ? this.image(given) : given;
	}

	/** A text that no variable is bound to. */
	fixed(text: string): string {
		return this.fill(text, this.ownTokens());
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

	private table(variable: DesignVariable, given: unknown): Printed['value'] {
		if (isObject(given) && tokensOf(variable.sample).length > 0) {
			return this.sample(variable, given);
		}
		if (!Array.isArray(given)) throw invalid('A table is not an array.');
		if (given.length > MAX_TABLE_ROWS) throw invalid('A table has too many rows.');
		return given.map((cells: unknown) => {
			if (!Array.isArray(cells)) throw invalid('A row of a table is not an array.');
			if (cells.length > MAX_TABLE_COLUMNS) throw invalid('A table has too many columns.');
			return cells.map((cell: unknown) => {
				if (typeof cell === 'string' || cell === null) return cell ?? '';
				throw invalid('A cell of a table is not a string.');
			});
		});
	}

	private image(given: string): Printed['value'] {
		// Inline images are dropped, and links are for authoring only (docs/imaginepdf-api.md, "Images").
		if (/^(data|https?):/.test(given)) return '';
		if (!/^(uploads|assets):.+/.test(given)) throw invalid('An image is not a reference.');
		if (!this.rules.pictures.has(given)) throw invalid('There is no such picture.');
		return this.drawn(given);
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
