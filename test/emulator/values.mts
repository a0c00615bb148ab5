import type { Design, DesignVariable, Row, Sample } from './model.mts';
import type { Choices } from './options.mts';

/** API page, section Values: the largest table. */
const MAX_TABLE_ROWS = 500;
const MAX_TABLE_COLUMNS = 50;

/** A variable with what is printed for it. */
export interface Printed {
	variable: DesignVariable;
	value: Sample;
}

export type Resolved = { ok: true; printed: Printed[] } | { ok: false; reason: string };

/** What a row prints in a design (API page, section Values). Keys that match nothing are ignored. */
export function resolveRow(design: Design, row: Row, scalars: Choices['scalars']): Resolved {
	const printed: Printed[] = [];
	for (const variable of design.variables) {
		const value = resolve(variable, row, scalars);
		if (value instanceof Refusal) return { ok: false, reason: `${variable.name}: ${value.reason}` };
		printed.push({ variable, value });
	}
	return { ok: true, printed };
}

class Refusal {
	constructor(readonly reason: string) {}
}

function resolve(
	variable: DesignVariable,
	row: Row,
	scalars: Choices['scalars'],
): Sample | Refusal {
	const given = Object.hasOwn(row, variable.name) ? row[variable.name] : undefined;
	const tokens = { ...tokensOf(given), ...compoundTokens(variable.name, row) };
	if (isMissing(given, scalars) || isObject(given)) return sampleWith(variable, tokens);
	if (variable.kind === 'table') return table(given);
	if (typeof given === 'string') {
		// An inline image is dropped, which leaves the variable missing.
		if (given.startsWith('data:')) return sampleWith(variable, tokens);
		return variable.kind === 'image' ? imageReference(given) : given;
	}
	if (scalars === 'text' && (typeof given === 'number' || typeof given === 'boolean')) {
		return String(given);
	}
	return new Refusal('not a string');
}

function isMissing(value: unknown, scalars: Choices['scalars']): boolean {
	return value === undefined || (value === null && scalars === 'text');
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function tokensOf(value: unknown): Record<string, string> {
	if (!isObject(value)) return {};
	return Object.fromEntries(
		Object.entries(value).flatMap(([token, text]) =>
			typeof text === 'string' ? [[token, text]] : [],
		),
	);
}

/** `"variable::token": "value"` */
function compoundTokens(name: string, row: Row): Record<string, string> {
	const prefix = `${name}::`;
	return Object.fromEntries(
		Object.entries(row).flatMap(([key, text]) =>
			key.startsWith(prefix) && typeof text === 'string' ? [[key.slice(prefix.length), text]] : [],
		),
	);
}

/** The design's sample content, its tokens filled with the row's and else with the samples. */
function sampleWith(variable: DesignVariable, tokens: Record<string, string>): Sample {
	if (typeof variable.sample !== 'string') return variable.sample;
	const values = new Map(Object.entries({ ...variable.tokens, ...tokens }));
	return variable.sample.replace(
		/\{\{\s*([^{}]+?)\s*\}\}/g,
		(whole, token: string) => values.get(token) ?? whole,
	);
}

function imageReference(value: string): string | Refusal {
	return /^(uploads|assets):.+/.test(value) ? value : new Refusal('not an image reference');
}

function table(value: unknown): string[][] | Refusal {
	if (!Array.isArray(value)) return new Refusal('not a table');
	if (value.length > MAX_TABLE_ROWS) return new Refusal('too many table rows');
	const rows: string[][] = [];
	for (const row of value) {
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
