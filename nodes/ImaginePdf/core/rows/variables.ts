import { isPlainObject } from './own';
import type { Variable, VariableKind, Variables } from './types';

/**
 * Reads the `variables` of a design, whose shape is not documented (API page, "Designs"): an object
 * keyed by name, or by an id with `name` inside, or an array of objects with a `name` (texts are
 * taken for names too). Anything else makes the variables unknown. Never throws.
 */
export function parseVariables(raw: unknown): Variables {
	if (raw === undefined || raw === null) return unknown('ImaginePDF does not tell them');
	if (Array.isArray(raw)) return fromArray(raw);
	if (isPlainObject(raw)) return fromObject(raw);
	return unknown(`they are given as ${typeof raw}, which is not a known form`);
}

/** The kinds that a schema may say plainly. Only exact words: blanks are withheld by them. */
const KINDS = new Map<string, VariableKind>([
	['text', 'text'],
	['string', 'text'],
	['qr', 'text'],
	['qrcode', 'text'],
	['barcode', 'text'],
	['table', 'table'],
	['image', 'image'],
]);

/** One entry as found: the key it stood under, if any, and the `name` inside, if any. */
interface Entry {
	readonly key?: string;
	readonly inner?: string;
	readonly kind: VariableKind;
}

function fromArray(raw: readonly unknown[]): Variables {
	const entries = raw.map((value): Entry => ({ inner: nameIn(value), kind: kindOf(value) }));
	const named = entries.filter((entry) => entry.inner !== undefined);
	if (raw.length > 0 && named.length === 0) return unknown('their list holds no names');
	return { known: true, list: merge(named) };
}

function fromObject(raw: Record<string, unknown>): Variables {
	const keys = Object.keys(raw).filter((key) => key !== '');
	if (keys.some((key) => !describesVariable(raw[key]))) {
		return unknown('they are given in a form that is not known');
	}
	const entries = keys.map((key): Entry => {
		const value = raw[key];
		return { key, inner: isPlainObject(value) ? nameIn(value) : undefined, kind: kindOf(value) };
	});
	return { known: true, list: merge(entries) };
}

/**
 * Makes variables of entries. Entries with the same `name` inside are one variable, whose keys are
 * further names of it. Where a `name` inside is also the key of another entry, nobody can tell
 * which of the two the service goes by; then each name is a variable of its own, so that none is
 * taken for filled, or filled with another's value.
 */
function merge(entries: readonly Entry[]): Variable[] {
	const aliased = entries.filter(({ key, inner }) => inner !== undefined && inner !== key);
	const keys = new Set(entries.map((entry) => entry.key));
	const inners = new Set(aliased.map((entry) => entry.inner));
	const byName = new Map<string, { names: Set<string>; kind: VariableKind }>();
	const note = (name: string | undefined, kind: VariableKind, alias?: string) => {
		if (name === undefined) return;
		const found = byName.get(name) ?? { names: new Set([name]), kind: 'unknown' };
		byName.set(name, found);
		if (alias !== undefined) found.names.add(alias);
		found.kind = stricter(found.kind, kind);
	};
	for (const { key, inner, kind } of entries) {
		const ambiguous = inner !== key && (keys.has(inner) || inners.has(key));
		if (inner !== undefined && !ambiguous) {
			note(inner, kind, key);
		} else {
			note(key, kind);
			note(inner, kind);
		}
	}
	return [...byName].map(([name, { names, kind }]) => ({ name, names: [...names], kind }));
}

/** Blank text is only safe for text, so a table or an image outweighs it. */
function stricter(a: VariableKind, b: VariableKind): VariableKind {
	const rank: VariableKind[] = ['unknown', 'text', 'image', 'table'];
	return rank.indexOf(a) >= rank.indexOf(b) ? a : b;
}

/**
 * What may stand for a variable under its key: a schema, a word such as its type, or nothing. A list
 * or a number means that the keys are something else, and the names stand elsewhere.
 */
function describesVariable(value: unknown): boolean {
	return !Array.isArray(value) && typeof value !== 'number';
}

function nameIn(value: unknown): string | undefined {
	const name = isPlainObject(value) ? value.name : value;
	return typeof name === 'string' && name !== '' ? name : undefined;
}

function kindOf(value: unknown): VariableKind {
	const type = isPlainObject(value) ? value.type : undefined;
	return (typeof type === 'string' && KINDS.get(type.toLowerCase())) || 'unknown';
}

function unknown(reason: string): Variables {
	return { known: false, reason };
}
