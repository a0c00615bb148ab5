import {
	findElements,
	formatIn,
	kindOf,
	type DesignElement,
	type DesignElements,
} from './elements';
import { isPlainObject } from '../objects';
import {
	parseKey,
	tokenKey,
	type Variable,
	type VariableFormat,
	type VariableKind,
	type Variables,
} from './variable';

/** What the API gives of a design (docs/imaginepdf-api.md, "Designs"). */
export interface DesignSource {
	/** The variable store. */
	readonly store: unknown;
	/** The nodes of the tree, which show what each variable takes. */
	readonly nodes?: unknown;
	/** In the first generation of the API a token inside a text is a variable of its own. */
	readonly tokensAreVariables?: boolean;
}

/**
 * Reads a design's variables. The shape of the store is not documented: an object keyed by name, or
 * by an id with `name` inside, or an array of objects with a `name` (texts are taken for names too).
 * Anything else makes the variables unknown. Never throws.
 */
export function readVariables({ store, nodes, tokensAreVariables }: DesignSource): Variables {
	const entries = entriesOf(store);
	if (typeof entries === 'string') return { known: false, reason: entries };
	const elements = findElements(nodes);
	const list = merge(entries, elements).flatMap((merged): Variable[] => {
		const bound = elementsOf(merged.names, merged.links, elements);
		const shown = bound.filter(({ isHidden }) => !isHidden);
		// An element that the design hides is no variable to fill.
		return bound.length > 0 && shown.length === 0 ? [] : [describe(merged, shown)];
	});
	return { known: true, list: withTokens(list, tokensAreVariables === true) };
}

/** One entry of the store: the key it stood under, if any, and the `name` inside, if any. */
interface Entry {
	readonly key?: string;
	readonly inner?: string;
	readonly kind: VariableKind;
	/** Texts inside that may be the id of its element. */
	readonly links: readonly string[];
	readonly format?: VariableFormat;
}

/** The entries of the store, or why they are not known. */
function entriesOf(store: unknown): Entry[] | string {
	if (store === undefined || store === null) return 'ImaginePDF does not tell them';
	if (Array.isArray(store)) {
		const named = store.map((value) => entryOf(undefined, value)).filter(({ inner }) => inner);
		return store.length > 0 && named.length === 0 ? 'their list holds no names' : named;
	}
	if (!isPlainObject(store)) return `they are given as ${typeof store}, which is not a known form`;
	const given = Object.entries(store).filter(([key]) => key !== '');
	// A list or a number means that the keys are something else, and the names stand elsewhere.
	if (given.some(([, value]) => Array.isArray(value) || typeof value === 'number')) {
		return 'they are given in a form that is not known';
	}
	return given.map(([key, value]) => entryOf(key, isPlainObject(value) ? value : undefined));
}

function entryOf(key: string | undefined, value: unknown): Entry {
	const inside = isPlainObject(value) ? value : { name: value };
	const { name, type } = inside;
	const inner = typeof name === 'string' && name !== '' ? name : undefined;
	const links = [key, ...Object.values(inside)].filter((text) => typeof text === 'string');
	const format = formatIn(inside);
	const names = { ...(key !== undefined && { key }), ...(inner && { inner }) };
	return { ...names, kind: kindOf(type), links, ...(format && { format }) };
}

interface Merged {
	readonly names: string[];
	kind: VariableKind;
	readonly links: Set<string>;
	format?: VariableFormat;
}

/**
 * Makes variables of entries. Entries with the same `name` inside are one variable, whose keys are
 * further names of it, unless the elements show which of the names counts: the key may be the id of
 * one. Where a `name` inside is also the key of another entry, the service may go by either; then
 * each name is a variable of its own, so that none is filled with another's value.
 */
function merge(entries: readonly Entry[], { byName, byId }: DesignElements): Merged[] {
	const keys = new Set(entries.map(({ key }) => key));
	const inners = new Set(entries.flatMap(({ key, inner }) => (inner !== key ? [inner] : [])));
	const byFirst = new Map<string, Merged>();
	const note = ({ kind, links, format }: Entry, name: string, alias?: string) => {
		const found = byFirst.get(name) ?? { names: [name], kind: 'unknown', links: new Set() };
		if (format) found.format ??= format;
		byFirst.set(name, found);
		if (alias !== undefined && !found.names.includes(alias)) found.names.push(alias);
		found.kind = stricter(found.kind, kind);
		for (const link of links) found.links.add(link);
	};
	for (const entry of entries) {
		const { key, inner } = entry;
		if (inner === undefined || inner === key || key === undefined) {
			note(entry, inner ?? key ?? '');
		} else if (byId.has(key) && !byName.has(key)) {
			note(entry, inner);
		} else if (byName.has(inner) !== byName.has(key)) {
			note(entry, byName.has(inner) ? inner : key);
		} else if (keys.has(inner) || inners.has(key)) {
			note(entry, key);
			note(entry, inner);
		} else {
			note(entry, inner, key);
		}
	}
	return [...byFirst.values()];
}

/** Of two kinds the one that takes less: what is text for one must not reach the other. */
function stricter(a: VariableKind, b: VariableKind): VariableKind {
	const rank: VariableKind[] = ['unknown', 'text', 'barcode', 'qr', 'image', 'table'];
	return rank.indexOf(a) >= rank.indexOf(b) ? a : b;
}

/** The elements that a variable is bound to: by its name, else by an id in its entry. */
function elementsOf(
	names: readonly string[],
	links: ReadonlySet<string>,
	{ byName, byId }: DesignElements,
): DesignElement[] {
	const named = names.flatMap((name) => byName.get(name) ?? []);
	if (named.length > 0) return named;
	return [...links].flatMap((link) => byId.get(link) ?? []);
}

function describe(merged: Merged, elements: readonly DesignElement[]): Variable {
	const { names, kind: stored } = merged;
	const name = names[0] ?? '';
	const format = elements.find((element) => element.format)?.format ?? merged.format;
	const told = format && { format };
	if (elements.length === 0) return { name, names, kind: stored, ...told };
	const kind = elements.map((element) => element.kind).reduce(stricter);
	const tokens = [...new Set(elements.flatMap((element) => element.tokens))];
	const table = elements.find((element) => element.kind === 'table');
	return {
		name,
		names,
		kind,
		tokens,
		...(table?.header && { header: table.header }),
		...(table?.isHeaderless && { isHeaderless: true }),
		...told,
	};
}

/**
 * A store may list `variable::token` among its variables; then it is that variable's token. And it
 * may list tokens as variables of their own.
 */
function withTokens(list: readonly Variable[], tokensAreVariables: boolean): Variable[] {
	const listed = new Map<string, string[]>();
	const whole: Variable[] = [];
	for (const variable of list) {
		const { variable: owner, token } = parseKey(variable.name);
		if (token === undefined) whole.push(variable);
		else listed.set(owner, [...(listed.get(owner) ?? []), token]);
	}
	const names = new Set(whole.map(({ name }) => name));
	for (const owner of listed.keys()) {
		if (!names.has(owner)) whole.push({ name: owner, names: [owner], kind: 'text' });
	}
	const all = whole.map((variable): Variable => {
		const own = listed.get(variable.name) ?? [];
		if (variable.tokens === undefined && own.length === 0) return variable;
		return { ...variable, tokens: [...new Set([...(variable.tokens ?? []), ...own])] };
	});
	return tokensAreVariables ? all.map((variable) => withTokenKeys(variable, all)) : all;
}

/** A variable that is a token of a text as well: it takes text, and goes by the token's keys too. */
function withTokenKeys(variable: Variable, all: readonly Variable[]): Variable {
	const { name, names, kind } = variable;
	const owners = kind === 'table' || kind === 'image' ? [] : all;
	const keys = owners.flatMap((owner) =>
		owner.tokens?.includes(name) ? owner.names.map((own) => tokenKey(own, name)) : [],
	);
	if (keys.length === 0) return variable;
	return { ...variable, names: [...names, ...keys], kind: kind === 'unknown' ? 'text' : kind };
}
